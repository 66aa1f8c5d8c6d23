"""Spreadsheets of budgets: the lists as the page shows them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from portal.budgets.models import Programme
from portal.budgets.queries import Balances
from portal.budgets.rules import STAGES, way_of_money
from portal.budgets.values import AppropriationRow, QuotaRow
from portal.core.errors import Invalid, problem
from portal.core.money import Money, parse_yuan
from portal.core.sheet_reading import read_rows
from portal.core.sheets import workbook
from portal.core.templating import label
from portal.core.text import N_

MOST_LINES = 2000
NOBODY = UUID(int=0)


def programme_sheet(rows: Iterable[Any], money: Mapping[UUID, Balances]) -> bytes:
    """The list of programmes with where their money is, in yuan."""
    head = [
        _("Programme"),
        _("Year"),
        _("Kind"),
        _("Unit"),
        _("Fund source"),
        _("Kind of fund"),
        _("Appropriated"),
    ]
    head += [_(stage.label) for stage in STAGES]
    return workbook(
        _("Programmes"),
        head,
        (
            [p.name, p.year, label(p.kind), unit, fund.name, label(fund.kind)]
            + [amount for _label, amount in way_of_money(money[p.id])]
            for p, unit, fund in rows
        ),
    )


def movement_sheet(rows: Iterable[Any]) -> bytes:
    """The movements of a programme's money; amounts in yuan."""
    head = [_("Time"), _("Movement"), _("Amount"), _("Reference"), _("Memo"), _("Entered by")]
    return workbook(
        _("Movements"),
        head,
        ([m.at, label(m.kind), total, m.reference, _(m.memo), m.actor_name] for m, total in rows),
    )


def fund_sheet(rows: Iterable[Any]) -> bytes:
    """The list of fund sources with what was appropriated from each, in yuan."""
    head = [_("Fund source"), _("Kind of fund"), _("Unit"), _("What it may be spent on"), _("Appropriated")]
    return workbook(
        _("Fund sources"),
        head,
        ([fund.name, label(fund.kind), unit, fund.restriction, spent] for fund, unit, spent in rows),
    )


# --- sheets that people fill in


def quota_template(rows: Iterable[tuple[str, int | None]]) -> bytes:
    """The communities with an empty column for their households."""
    return workbook(
        _("Quotas of communities"),
        [_("Community"), _("Households")],
        ([name, households] for name, households in rows),
    )


def read_quota_sheet(content: bytes, communities: Mapping[UUID, str]) -> list[QuotaRow]:
    """The filled rows of the sheet of communities; what names no community points nowhere and is refused later."""
    by_name = {name: unit_id for unit_id, name in communities.items()}
    rows = read_rows(content, columns=2, most=MOST_LINES, field="file")
    return [
        QuotaRow(number, by_name.get(name, NOBODY), int(households) if households.isdecimal() else 0)
        for number, (name, households) in enumerate(rows, start=2)
        if name or households
    ]


def quota_sheet(rows: Iterable[Any]) -> bytes:
    """The shares of a standard and what was used of them, in yuan."""
    head = [_("Community"), _("Households"), _("Quota amount"), _("Used"), _("Left"), _("Projects")]
    return workbook(
        _("Quotas of communities"),
        head,
        (
            [unit, quota.households, quota.amount, quota.used, quota.amount - quota.used, projects]
            for quota, unit, projects in rows
        ),
    )


def appropriation_template(programmes: Iterable[Programme]) -> bytes:
    """The programmes with empty columns for amount, number of the paper and memo."""
    head = [_("Programme"), _("Year"), _("Amount"), _("Number of the paper"), _("Memo")]
    return workbook(_("Appropriations"), head, ([p.name, p.year, None, None, None] for p in programmes))


def read_appropriations(content: bytes, programmes: Iterable[Programme]) -> list[AppropriationRow]:
    """The filled rows of the sheet of appropriations; rows without amount and paper are left out."""
    known = {(p.name, str(p.year)): p.id for p in programmes}
    rows = read_rows(content, columns=5, most=MOST_LINES, field="file")
    filled = [
        AppropriationRow(number, known.get((name, year)), _amount(amount), reference, memo)
        for number, (name, year, amount, reference, memo) in enumerate(rows, start=2)
        if amount or reference
    ]
    if not filled:
        raise Invalid(problem(N_("The sheet has no filled row below its heading."), field="file"))
    return filled


def _amount(text: str) -> Money | None:
    try:
        return parse_yuan(text)
    except ValueError:
        return None
