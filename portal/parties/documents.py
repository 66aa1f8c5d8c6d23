"""The district's register of organisations as a spreadsheet: what goes out has the columns that the import reads."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.core.enums import Labelled
from portal.core.errors import Problem, problem
from portal.core.sheet_reading import read_rows
from portal.core.sheets import workbook
from portal.core.templating import label
from portal.core.text import N_
from portal.parties.models import Party
from portal.parties.rules import clean_credit_code
from portal.parties.values import Grade, PartyKind, PartyRow

MOST_ROWS = 300
HEAD = (
    N_("Name of the organisation"), N_("Unified social credit code"), N_("Legal form"), N_("Legal representative"),
    N_("Founded on"), N_("Address"), N_("About the organisation"), N_("Contact person"), N_("Phone"), N_("E-mail address"),
    N_("Assessment grade"), N_("Grade valid until"), N_("Full-time staff"), N_("Social workers with a certificate among them"),
    N_("Volunteers"),
)  # fmt: skip
_NEEDED = (
    (0, N_("Please give the name.")),
    (1, N_("Please give the code.")),
    (3, N_("Please give the legal representative.")),
    (5, N_("Please give the address.")),
    (7, N_("Please give the contact person.")),
    (8, N_("Please give a phone number.")),
    (9, N_("Please give an e-mail address.")),
)
_LONGEST = 200
_LONGEST_TEXT = 500


def register_sheet(parties: Iterable[Party]) -> bytes:
    """The organisations in the columns of the import, and behind them how their registration stands.

    No account numbers: those who may read them whole do so on the page of the organisation.
    """
    head = [*HEAD, N_("Status"), N_("Registered at")]
    return workbook(_("Organisations"), [_(title) for title in head], [_row(party) for party in parties])


def _row(party: Party) -> Sequence[Any]:
    return (
        party.name, party.code, label(party.kind), party.legal_representative, party.founded_on, party.address,
        party.description, party.contact_name, party.contact_phone, party.contact_email,
        label(party.grade) if party.grade else "", party.grade_until, party.staff, party.social_workers, party.volunteers,
        label(party.status), party.registered_at,
    )  # fmt: skip


def pattern_sheet() -> bytes:
    """An empty spreadsheet with the headings of the import."""
    return workbook(_("Organisations"), [_(title) for title in HEAD], [])


def read_register_sheet(content: bytes) -> list[PartyRow]:
    """The rows of a spreadsheet with these columns; raises ``Invalid`` for what is no such spreadsheet.

    What cannot be read in a row is a problem of that row.
    """
    rows = read_rows(content, columns=len(HEAD), most=MOST_ROWS, field="file")
    return [_read(number, row) for number, row in enumerate(rows, start=2) if any(row)]


def _read(number: int, row: Sequence[str]) -> PartyRow:
    found = [problem(message) for column, message in _NEEDED if not row[column]]
    found += [
        problem(N_("“%(column)s” is longer than %(most)s signs."), column=_(HEAD[column]), most=most)
        for column, text in enumerate(row)
        if len(text) > (most := _LONGEST_TEXT if column == 6 else _LONGEST)
    ]
    (
        name,
        code,
        kind,
        representative,
        founded,
        address,
        about,
        contact,
        phone,
        email,
        grade,
        until,
        *people,
    ) = row
    if email and ("@" not in email or " " in email):
        found.append(problem(N_("Please give an e-mail address, for example name@example.org.")))
    staff, social_workers, volunteers = (_count(text, found) for text in people)
    chosen = _member(PartyKind, kind, found)
    return PartyRow(
        number=number, name=name, code=clean_credit_code(code), kind=chosen or PartyKind.OTHER,
        legal_representative=representative, founded_on=_day(founded, found), address=address, description=about,
        contact_name=contact, contact_phone=phone, email=email.lower(),
        assessment_grade=_member(Grade, grade, found) if grade else None, grade_until=_day(until, found),
        staff=staff, social_workers=social_workers, volunteers=volunteers, problems=tuple(found),
    )  # fmt: skip


def _member(kind: type[Labelled], text: str, found: list[Problem]) -> Any:
    """The member that the sheet names by its word in the reader's language or by its code."""
    for member in kind:
        if text in (member.value, label(member)):
            return member
    found.append(problem(N_("“%(text)s” is not known here."), text=text))
    return None


def _day(text: str, found: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        found.append(problem(N_("“%(text)s” is no date; write 2026-12-31."), text=text))
        return None


def _count(text: str, found: list[Problem]) -> int | None:
    if text and not (text.isdecimal() and len(text) <= 7):
        found.append(problem(N_("“%(text)s” is no whole number."), text=text))
        return None
    return int(text) if text else None
