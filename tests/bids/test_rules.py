"""What is missing, what arrives in time, what is frozen with the proposal."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.bids import rules
from portal.bids.values import Attachment, BudgetLine, Declaration, Head, ProposalContent
from portal.core.money import Money
from portal.core.questions import Question
from portal.tenders.rules import usual_form
from tests.bids.world import complete

CAP = Money(10_000_000)
FORM = usual_form()
TEXTS = [q for q in FORM.questions if q.kind in ("line", "text")]
HEADS = [Head("activity", "项目活动费"), Head("management", "管理费", 1000)]
CERTIFICATE = Attachment("file-1", "登记证书.pdf", "application/pdf", 10, "0" * 64)
DEADLINE = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
PUBLISHED = DEADLINE - timedelta(days=30)
STEP = timedelta(microseconds=1)


def whole(**changes: object) -> ProposalContent:
    content = complete(attachments=(CERTIFICATE,), **changes)
    lines, quote = rules.priced(content.lines)
    return complete(attachments=(CERTIFICATE,), quote=quote, **{**changes, "lines": lines})


def fields(content: ProposalContent) -> set[str | None]:
    return {problem.field for problem in rules.missing_parts(content, FORM, CAP, HEADS)}


def line(**changes: object) -> BudgetLine:
    return BudgetLine(
        **(
            {
                "head_code": "activity",
                "content": "物资",
                "unit": "份",
                "unit_price": Money(100),
                "quantity": 3,
            }
            | changes
        )
    )  # type: ignore[arg-type]


def test_nothing_is_missing_in_a_complete_proposal() -> None:
    assert rules.missing_parts(whole(), FORM, CAP, HEADS) == []


@pytest.mark.parametrize("question", TEXTS, ids=lambda question: question.code)
def test_each_text_is_needed_and_bounded(question: Question) -> None:
    part = FORM.part_of(question.code)
    assert part is not None
    assert question.limit is not None
    where, most = f"{part.code}-{question.code}", question.limit
    assert fields(whole(**{question.code: "  "})) == {where}
    assert fields(whole(**{question.code: "字" * most})) == set()
    assert fields(whole(**{question.code: "字" * (most + 1)})) == {where}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"head_code": "elsewhere"}, "head_code"),
        ({"content": " "}, "content"),
        ({"unit_price": Money(-1)}, "unit_price"),
        ({"own": Money(301)}, "own"),
        ({"own": Money(-1)}, "own"),
    ],
)
def test_each_line_is_checked_at_its_field(changes: dict[str, object], field: str) -> None:
    good = line(unit_price=Money(10_000))
    assert f"budget-lines-1-{field}" in fields(whole(lines=(good, line(**changes))))


def test_an_amount_that_was_not_multiplied_is_found() -> None:
    wrong = BudgetLine("activity", "物资", "份", Money(100), 3, amount=Money(299))
    content = complete(lines=(wrong,), quote=Money(299), attachments=(CERTIFICATE,))
    assert fields(content) == {"budget-lines-0-unit_price"}


def test_the_quote_is_the_sum_of_what_is_asked_for() -> None:
    lines, quote = rules.priced((line(own=Money(50)), line()))
    assert quote == Money(550)
    assert fields(complete(lines=lines, quote=quote, attachments=(CERTIFICATE,))) == set()
    assert fields(complete(lines=lines, quote=Money(549), attachments=(CERTIFICATE,))) == {"budget-lines"}


def test_the_cap_counts_what_is_asked_for_not_own_funds() -> None:
    at_cap = line(unit_price=CAP, quantity=1)
    above = line(unit_price=CAP + Money(1), quantity=1)
    assert fields(whole(lines=(at_cap,))) == set()
    assert fields(whole(lines=(above,))) == {"budget-lines"}
    assert fields(whole(lines=(line(unit_price=CAP + Money(1), quantity=1, own=Money(1)),))) == set()


def test_a_head_stays_below_its_share_of_the_total() -> None:
    nine, one = (
        line(unit_price=Money(900), quantity=1),
        line(head_code="management", unit_price=Money(100), quantity=1),
    )
    more = line(head_code="management", unit_price=Money(101), quantity=1)
    assert fields(whole(lines=(nine, one))) == set()
    assert fields(whole(lines=(nine, more))) == {"budget-lines"}


def test_attachments_are_counted() -> None:
    assert fields(whole() and complete(lines=whole().lines, quote=whole().quote)) == {"files-file"}
    many = tuple(Attachment(f"file-{n}", "a.pdf", "application/pdf", 1, "0" * 64) for n in range(11))
    assert fields(complete(lines=whole().lines, quote=whole().quote, attachments=many)) == {"files-file"}


@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        (PUBLISHED - STEP, False),
        (PUBLISHED, True),
        (DEADLINE - STEP, True),
        (DEADLINE, False),
        (DEADLINE + STEP, False),
    ],
)
def test_arrival_counts_from_publication_until_before_the_deadline(moment: datetime, counts: bool) -> None:
    assert rules.arrived_in_time(moment, PUBLISHED, DEADLINE) is counts


def test_times_are_told_to_the_millisecond_and_never_rounded_up() -> None:
    assert rules.exact(DEADLINE - STEP) == "2026-04-01 16:59:59.999"


def test_every_declaration_must_be_made() -> None:
    assert {p.field for p in rules.undeclared(Declaration())} == {"truthful", "no_violation", "accepts_audit"}
    assert rules.undeclared(Declaration(truthful=True, no_violation=True, accepts_audit=True)) == []


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        ({}, 0),
        ({"refused": True}, 1),
        ({"refused": True, "suspended": True}, 1),
        ({"social": False}, 1),
        ({"social": False, "venture": False}, 0),
        ({"open_now": False, "already": True}, 2),
    ],
)
def test_what_keeps_an_organisation_from_beginning(facts: dict[str, bool], count: int) -> None:
    usual = {
        "refused": False,
        "suspended": False,
        "open_now": True,
        "already": False,
        "social": True,
        "venture": True,
    }
    assert len(rules.start_problems(**(usual | facts))) == count


def test_the_snapshot_holds_no_bank_account() -> None:
    party = SimpleNamespace(
        name="中心", code="5233", kind="service", legal_representative="林", address="路", contact_name="周", contact_phone="138",
        contact_email="z@example.org", founded_on=date(2015, 3, 1), description="", assessment_grade="4A", bank_account="6200",
    )  # fmt: skip
    facts = rules.profile_snapshot(party)
    assert facts["founded_on"] == "2015-03-01"
    assert "6200" not in facts.values()


amounts = st.integers(0, 10**12).map(Money)
lines = st.builds(
    BudgetLine, st.text(max_size=5), st.text(max_size=5), st.text(max_size=5), amounts, st.integers(0, 10**6), amounts, amounts
)  # fmt: skip


@given(st.lists(lines, max_size=4), st.text(max_size=50), amounts)
def test_a_proposal_comes_back_from_json_as_it_was(
    given_lines: list[BudgetLine], text: str, quote: Money
) -> None:
    content = ProposalContent(
        title=text, lines=tuple(given_lines), quote=quote, attachments=(CERTIFICATE,), profile={"name": text}
    )
    assert ProposalContent.from_json(content.to_json()) == content


@given(st.lists(lines, max_size=5))
def test_total_is_what_is_asked_for_plus_own_funds(given_lines: list[BudgetLine]) -> None:
    done, quote = rules.priced(given_lines)
    content = ProposalContent(lines=done, quote=quote)
    assert content.quote + content.own_funds == content.total
