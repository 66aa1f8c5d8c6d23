"""The pool as a spreadsheet, which goes out and can be brought in again; the letter on a recusal."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.core.clock import local
from portal.core.documents import render_pdf
from portal.core.enums import Labelled
from portal.core.errors import Problem, problem
from portal.core.money import parse_yuan
from portal.core.sheet_reading import read_rows
from portal.core.sheets import workbook
from portal.core.templating import label
from portal.core.text import N_
from portal.panels.models import Expert, Seat
from portal.panels.rules import names_of
from portal.panels.values import ExpertEntry, ExpertGroup, PoolRow, Standing, TitleLevel
from portal.parties.queries import unit

MOST_ROWS = 2_000
HEAD = (
    N_("E-mail address"), N_("Full name"), N_("Expert group"), N_("Specialties"), N_("Professional title"),
    N_("Level of the title"), N_("Years of work in the profession"), N_("Date of birth"), N_("Present employer"),
    N_("Employers of the last three years"), N_("Term ends on"), N_("Fee for one review, before tax"),
)  # fmt: skip


def pool_sheet(experts: Iterable[Expert]) -> bytes:
    """The officer's pool in the columns that the import reads."""
    return workbook(_("Expert pool"), [_(title) for title in HEAD], [_row(expert) for expert in experts])


def recusal_letter(seat: Seat) -> bytes:
    """The letter to an expert who no longer sits on a panel, with the reason and what it rests on, as PDF."""
    left = local(seat.left_at or seat.panel.frozen_at)
    tender = seat.panel.tender
    return render_pdf(
        "recusal_letter.html",
        number=tender.number,
        name=seat.expert.user.name,
        title=tender.title,
        reason=seat.reason,
        buyer=unit(tender.unit_id).name,
        left_on=f"{left.year}年{left.month}月{left.day}日",
    )


def _row(expert: Expert) -> Sequence[Any]:
    return (
        expert.user.email, expert.user.name, label(expert.group), "、".join(expert.specialties), expert.title,
        label(expert.title_level), expert.years, expert.born_on, expert.employer, "、".join(expert.past_employers),
        expert.term_ends_on, expert.fee_rate,
    )  # fmt: skip


def read_pool_sheet(content: bytes) -> list[PoolRow]:
    """The rows of a spreadsheet with these columns; raises ``Invalid`` for what is no such spreadsheet.

    What cannot be read in a row is a problem of that row.
    """
    rows = read_rows(content, columns=len(HEAD), most=MOST_ROWS, field="file")
    return [_read(number, row) for number, row in enumerate(rows, start=2) if any(row)]


def _read(number: int, row: Sequence[str]) -> PoolRow:
    email, name, group, fields, title, level, years, born, employer, past, term, fee = row
    found: list[Problem] = []
    for text, message in (
        (email, N_("Please give an e-mail address.")),
        (name, N_("Please give the name.")),
        (title, N_("Please give the professional title.")),
        (employer, N_("Please give the employer.")),
    ):
        if not text:
            found.append(problem(message))
    if email and "@" not in email:
        found.append(problem(N_("Please give an e-mail address, for example name@example.org.")))
    entry = ExpertEntry(
        group=_member(ExpertGroup, group, found),
        specialties=names_of(fields), title=title, employer=employer,
        past_employers=names_of(past), term_ends_on=_day(term, found), fee_rate=_fee(fee, found),
        standing=Standing(
            _member(TitleLevel, level, found) if level else TitleLevel.OTHER, _years(years, found), _day(born, found)
        ),
    )  # fmt: skip
    return PoolRow(number, email.lower(), name, entry, tuple(found))


def _member(kind: type[Labelled], text: str, found: list[Problem]) -> Any:
    """The member that the sheet names by its word in the reader's language or by its code."""
    for member in kind:
        if text in (member.value, label(member)):
            return member
    found.append(problem(N_("“%(text)s” is not known here."), text=text))
    return next(iter(kind))


def _day(text: str, found: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        found.append(problem(N_("“%(text)s” is no date; write 2026-12-31."), text=text))
        return None


def _years(text: str, found: list[Problem]) -> int:
    if text and not text.isdecimal():
        found.append(problem(N_("“%(text)s” is not known here."), text=text))
        return 0
    return int(text or 0)


def _fee(text: str, found: list[Problem]) -> int:
    try:
        return parse_yuan(text).fen if text else 0
    except ValueError:
        found.append(problem(N_("“%(text)s” is no amount."), text=text))
        return 0
