"""Spreadsheets of budgets: the lists as the page shows them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from portal.budgets.queries import Balances
from portal.budgets.rules import STAGES, way_of_money
from portal.core.sheets import workbook
from portal.core.templating import label


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
