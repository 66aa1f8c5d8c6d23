"""Rules of proposals: when one arrives in time, what is still missing, what of the organisation is frozen with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from portal.bids.rules.seal import version_code
from portal.bids.values import BudgetLine, Declaration, Head, ProposalContent
from portal.core.errors import Problem, problem
from portal.core.money import Money
from portal.core.questions import (
    Answer,
    Column,
    QuestionForm,
    QuestionKind,
    check_answers,
    is_asked,
    is_empty,
)
from portal.core.text import N_

FILES_AT_MOST = 10
LINES_AT_MOST = 60
FILE_BYTES = 20 * 1024 * 1024

SETTLING = timedelta(minutes=1)
"""From the deadline until opening: whatever arrived in time is written by then (domain.md section 4.4)."""

OPENING_LIST_PUBLIC = frozenset({"competitive_consultation"})
"""Procedures whose opening list everybody may see; a venture shows it to its staff only."""


_BEIJING = ZoneInfo("Asia/Shanghai")


def opening_list_public(procedure: str, *, blind: bool, over: bool) -> bool:
    """Whether everybody may see who offered what; names beside quotes would tell experts who read blind too much."""
    return procedure in OPENING_LIST_PUBLIC and (over or not blind)


def arrived_in_time(received_at: datetime, published_at: datetime, deadline: datetime) -> bool:
    """Whether a request counts: from publication on, and before the deadline, which itself is too late."""
    return published_at <= received_at < deadline


def late(received_at: datetime, deadline: datetime) -> Problem:
    """Say when something arrived and when the deadline was, both to the millisecond."""
    return problem(
        N_("This arrived at %(arrived)s. The deadline was %(deadline)s (Beijing time), so it cannot be accepted."),
        arrived=exact(received_at),
        deadline=exact(deadline),
    )  # fmt: skip


def exact(instant: datetime) -> str:
    """An instant in Beijing to the millisecond, rounded down so that too late never looks in time."""
    return instant.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def opens_at(deadline: datetime) -> datetime:
    """The first moment at which a call may be opened."""
    return deadline + SETTLING


def start_problems(
    *, refused: bool, suspended: bool, open_now: bool, already: bool, social: bool, venture: bool
) -> list[Problem]:
    """What keeps an organisation from beginning a proposal, each with what would help.

    One that waits for its verification may write; submitting asks for the verification.
    """
    found = []
    if suspended:
        found.append(
            problem(
                N_("The organisation is suspended. Please contact the civil affairs office."), field="party"
            )
        )
    elif refused:
        message = N_("The verification of the organisation was refused. Please mend its entry first.")
        found.append(problem(message, field="party"))
    if venture and not social:
        found.append(
            problem(
                N_("This programme is for social organisations registered with civil affairs."), field="party"
            )
        )
    if not open_now:
        found.append(problem(N_("The call is not open for proposals."), field="lot"))
    if already:
        found.append(
            problem(
                N_("The organisation has a proposal for this lot already. Please continue with that one."),
                field="lot",
            )
        )
    return found  # fmt: skip


def missing_parts(
    content: ProposalContent, form: QuestionForm, cap: Money, heads: Sequence[Head]
) -> list[Problem]:
    """Everything that keeps a proposal from being submitted; fields begin with the part or step: ``plan-goals``.

    ``cap`` is the most that one proposal may ask for in its lot.
    """
    return [
        *check_answers(form, content.all_answers),
        *_lines(content.lines, heads),
        *_sums(content, cap, heads),
        *_files(content, form),
    ]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to be read, with its question: a text, or the rows of a table."""

    label: str
    text: str = ""
    yes_no: bool = False
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def readable(form: QuestionForm, content: ProposalContent, *, without: Sequence[str] = ()) -> list[Answered]:
    """The answers to all questions that are asked, in the order of the form, but for the codes ``without``.

    What was not needed and not answered is left out.
    """
    answers = content.all_answers
    found = []
    for question in form.questions:
        if question.code in without or not is_asked(question, form, answers):
            continue
        given = answers.get(question.code, "")
        if is_empty(given) and not question.required:
            continue
        if question.kind is QuestionKind.TABLE:
            rows = tuple(tuple(map(str, row)) for row in given) if isinstance(given, (list, tuple)) else ()
            found.append(Answered(question.label, columns=question.columns, rows=rows))
        else:
            found.append(Answered(question.label, _in_words(given), question.kind is QuestionKind.YES_NO))
    return found


def _in_words(given: Answer) -> str:
    return "、".join(map(str, given)) if isinstance(given, (list, tuple)) else str(given)


def undeclared(declaration: Declaration) -> list[Problem]:
    """The declarations that were not made."""
    message = N_("Please confirm this declaration. Without it the proposal cannot be submitted.")
    names = ("truthful", "no_violation", "accepts_audit")
    return [problem(message, field=name) for name in names if not getattr(declaration, name)]


def priced(lines: Iterable[BudgetLine]) -> tuple[tuple[BudgetLine, ...], Money]:
    """The lines with their amounts (unit price × quantity), and the quote: the sum of what is asked for."""
    done = tuple(replace(line, amount=line.unit_price * line.quantity) for line in lines)
    return done, sum((line.requested for line in done), Money.ZERO)


def revision(sections: Mapping[str, Any], section: str) -> int:
    """How often a page of the draft was saved."""
    return int(sections.get(str(section), {}).get("revision", 0))


class PartyFacts(Protocol):
    """What the snapshot reads from an organisation."""

    name: str
    code: str
    legal_representative: str
    address: str
    contact_name: str
    contact_phone: str
    contact_email: str
    founded_on: date | None
    description: str
    assessment_grade: str

    @property
    def kind(self) -> str: ...  # noqa: D102


def profile_snapshot(party: PartyFacts) -> dict[str, str]:
    """The facts of the organisation as they are now, to be frozen with the proposal; no bank data."""
    names = (
        "name", "code", "kind", "legal_representative", "address", "contact_name", "contact_phone", "contact_email",
        "description", "assessment_grade",
    )  # fmt: skip
    facts = {name: str(getattr(party, name)) for name in names}
    return {**facts, "founded_on": party.founded_on.isoformat() if party.founded_on else ""}


def _lines(lines: Sequence[BudgetLine], heads: Sequence[Head]) -> list[Problem]:
    codes = {head.code for head in heads}
    found = []
    if not lines:
        found.append(problem(N_("The budget has no lines yet."), field="budget-lines"))
    if len(lines) > LINES_AT_MOST:
        message = N_("The budget has at most %(most)s lines.")
        found.append(problem(message, field="budget-lines", most=LINES_AT_MOST))
    for index, line in enumerate(lines):
        where, number = f"budget-lines-{index}", index + 1
        if line.head_code not in codes:
            found.append(
                problem(
                    N_("Line %(number)s: please choose a budget head."),
                    field=f"{where}-head_code",
                    number=number,
                )
            )
        if not line.content.strip():
            found.append(
                problem(
                    N_("Line %(number)s: please say what the money is for."),
                    field=f"{where}-content",
                    number=number,
                )
            )
        if line.unit_price <= Money.ZERO:
            found.append(
                problem(
                    N_("Line %(number)s: please give a unit price above zero."),
                    field=f"{where}-unit_price",
                    number=number,
                )
            )
        if line.quantity < 1:
            found.append(
                problem(
                    N_("Line %(number)s: please give a quantity of at least 1."),
                    field=f"{where}-quantity",
                    number=number,
                )
            )
        if line.amount != line.unit_price * line.quantity:
            found.append(
                problem(
                    N_("Line %(number)s: the amount is not unit price times quantity."),
                    field=f"{where}-unit_price",
                    number=number,
                )
            )
        if not Money.ZERO <= line.own <= line.amount:
            found.append(
                problem(
                    N_("Line %(number)s: own funds lie between zero and the amount of the line."),
                    field=f"{where}-own",
                    number=number,
                )
            )
    return found  # fmt: skip


def _sums(content: ProposalContent, cap: Money, heads: Sequence[Head]) -> list[Problem]:
    found, where = [], "budget-lines"
    asked = sum((line.requested for line in content.lines), Money.ZERO)
    if content.quote != asked:
        found.append(problem(N_("The amount asked for is not the sum of the lines."), field=where))
    if content.lines and asked <= Money.ZERO:
        found.append(problem(N_("The proposal asks for no money."), field=where))
    return [*found, *over_caps(content, cap, heads)]


def over_caps(content: ProposalContent, cap: Money, heads: Sequence[Head]) -> list[Problem]:
    """Where the budget exceeds what one proposal may ask for, or the share of a head; said at once, saved all the same."""
    found, where = [], "budget-lines"
    asked = sum((line.requested for line in content.lines), Money.ZERO)
    if asked > cap:
        message = N_("You ask for %(asked)s. One proposal may ask for %(cap)s at most.")
        found.append(problem(message, field=where, asked=asked, cap=cap))
    for head in heads:
        spent = sum((line.amount for line in content.lines if line.head_code == head.code), Money.ZERO)
        most = content.total.portion(head.cap_bp) if head.cap_bp is not None else spent
        if spent > most:
            message = N_("%(head)s: %(spent)s is more than %(share)s%% of the total (%(most)s).")
            share = f"{(head.cap_bp or 0) / 100:g}"
            found.append(problem(message, field=where, head=head.title, spent=spent, share=share, most=most))
    return found


def _files(content: ProposalContent, form: QuestionForm) -> list[Problem]:
    """Papers that are needed or too many; files from before there were kinds count for every kind."""
    given = [item.kind for item in content.attachments]
    found, where = [], "files-file"
    for paper in form.papers:
        if paper.required and paper.code not in given and "" not in given:
            found.append(problem(N_("Please attach: %(paper)s."), field=where, paper=paper.title))
        if given.count(paper.code) > paper.most:
            message = N_("%(paper)s: at most %(most)s files.")
            found.append(problem(message, field=where, paper=paper.title, most=paper.most))
    stamped = {paper.code for paper in form.papers if paper.stamped}
    code = version_code(content)
    for item in content.attachments:
        if item.kind in stamped and item.stamp != code:
            message = N_(
                "“%(name)s” was signed for an earlier version. Print the page of version %(code)s, sign it and add it in its place."
            )
            found.append(problem(message, field=where, name=item.name, code=code))
    if len(given) > FILES_AT_MOST:
        found.append(
            problem(N_("At most %(most)s attachments are possible."), field=where, most=FILES_AT_MOST)
        )
    return found


def kind_for(form: QuestionForm, attachments: Sequence[str], wanted: str) -> str:
    """The kind of a new file: the one that was chosen, else the first that is needed and lacking, else the last."""
    if form.paper(wanted):
        return wanted
    lacking = [paper.code for paper in form.papers if paper.required and paper.code not in attachments]
    return next(iter(lacking), form.papers[-1].code if form.papers else "")
