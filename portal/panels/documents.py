"""The pool as a spreadsheet: what goes out can be corrected and brought in again."""

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from typing import Any

import openpyxl
from flask_babel import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from portal.core.enums import Labelled
from portal.core.errors import Invalid, Problem, problem
from portal.core.money import Money, parse_yuan
from portal.core.sheets import workbook
from portal.core.templating import label
from portal.core.text import N_
from portal.panels.models import Expert
from portal.panels.rules import names_of
from portal.panels.values import ExpertEntry, ExpertGroup, PoolRow, Standing, TitleLevel

MOST_ROWS = 2_000
MOST_BYTES = 20 * 1024 * 1024  # unpacked; a small file must not fill the memory
HEAD = (
    N_("E-mail address"), N_("Full name"), N_("Expert group"), N_("Specialties"), N_("Professional title"),
    N_("Level of the title"), N_("Years of work in the profession"), N_("Date of birth"), N_("Present employer"),
    N_("Employers of the last three years"), N_("Term ends on"), N_("Fee for one review, before tax"),
)  # fmt: skip


def pool_sheet(experts: Iterable[Expert]) -> bytes:
    """The officer's pool in the columns that the import reads."""
    return workbook(_("Expert pool"), [_(title) for title in HEAD], [_row(expert) for expert in experts])


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
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_BYTES:
                raise Invalid(problem(N_("The spreadsheet is too large."), field="file"))
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        rows = list(islice(book.worksheets[0].iter_rows(max_col=len(HEAD), values_only=True), MOST_ROWS + 2))
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        raise Invalid(problem(N_("This is no spreadsheet in XLSX format."), field="file")) from error
    if len(rows) > MOST_ROWS + 1:
        raise Invalid(problem(N_("At most %(most)s rows can be read."), field="file", most=MOST_ROWS))
    return [_read(number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]


def _read(number: int, row: Sequence[Any]) -> PoolRow:
    cells = [*row, *([None] * (len(HEAD) - len(row)))]
    email, name, group, fields, title, level, years, born, employer, past, term, fee = cells
    found: list[Problem] = []
    for text, message in (
        (email, N_("Please give an e-mail address.")),
        (name, N_("Please give the name.")),
        (title, N_("Please give the professional title.")),
        (employer, N_("Please give the employer.")),
    ):
        if not str(text or "").strip():
            found.append(problem(message))
    entry = ExpertEntry(
        group=_member(ExpertGroup, group, found) or ExpertGroup.TECHNICAL,
        specialties=names_of(str(fields or "")), title=str(title or ""), employer=str(employer or ""),
        past_employers=names_of(str(past or "")), term_ends_on=_day(term, found), fee_rate=_fee(fee, found),
        standing=Standing(
            _member(TitleLevel, level, found) if level else TitleLevel.OTHER, _years(years, found), _day(born, found)
        ),
    )  # fmt: skip
    return PoolRow(number, str(email or "").strip().lower(), str(name or "").strip(), entry, tuple(found))


def _member(kind: type[Labelled], text: Any, found: list[Problem]) -> Any:
    """The member that the sheet names by its word in the reader's language or by its code."""
    wanted = str(text or "").strip()
    for member in kind:
        if wanted in (member.value, label(member)):
            return member
    found.append(problem(N_("“%(text)s” is not known here."), text=wanted))
    return next(iter(kind))


def _day(value: Any, found: list[Problem]) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        found.append(problem(N_("“%(text)s” is no date; write 2026-12-31."), text=str(value)))
        return None


def _years(value: Any, found: list[Problem]) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        found.append(problem(N_("“%(text)s” is not known here."), text=str(value)))
        return 0


def _fee(value: Any, found: list[Problem]) -> int:
    try:
        return Money(0).fen if value in (None, "") else parse_yuan(str(value)).fen
    except ValueError:
        found.append(problem(N_("“%(text)s” is no amount."), text=str(value)))
        return 0
