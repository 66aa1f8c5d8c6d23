"""The budget as a spreadsheet: out with what is there, in with every wrong row named."""

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.bids import queries, rules, services
from portal.bids.forms import SheetForm
from portal.bids.values import Elsewhere, Step
from portal.bids.views.blueprint import WRITERS, bp, own_draft
from portal.core.sheet_reading import read_rows
from portal.core.sheets import send_workbook, workbook
from portal.core.web import actor, page, roles


def _sources() -> dict[Elsewhere, str]:
    return {source: _(source.label) for source in Elsewhere}


@bp.get("/<uuid:bid_id>/budget.xlsx")
@roles(*WRITERS)
def budget_sheet(bid_id: UUID) -> Response:
    """The lines so far, to be filled in further; an empty budget gives one row for each head."""
    bid = own_draft(bid_id)
    heads, sources = queries.heads(bid.tender_id), _sources()
    titles = {head.code: head.title for head in heads}
    rows: list[tuple[Any, ...]] = [
        (titles.get(line.head_code, ""), line.content, line.unit, line.unit_price, line.quantity, line.own, sources[line.source])
        for line in queries.draft(bid).lines
    ] or [(head.title,) for head in heads]  # fmt: skip
    content = workbook(_("Budget"), [_(title) for title in rules.COLUMNS], rows)
    return send_workbook(content, f"budget-{bid.tender.number}.xlsx")


@bp.route("/<uuid:bid_id>/budget/import", methods=["GET", "POST"])
@roles(*WRITERS)
def budget_import(bid_id: UUID) -> ResponseReturnValue:
    """Take the lines of a sheet in place of those so far; with one wrong row nothing is changed."""
    bid = own_draft(bid_id)
    form = SheetForm()
    if form.validate_on_submit():
        done: ResponseReturnValue | None = form.perform(
            lambda: services.import_budget(
                actor=actor(), bid_id=bid.id, rows=_rows(form), sources=_sources()
            ),
            lambda bid: url_for("bids.step", bid_id=bid.id, step=Step.BUDGET),
            _("The lines of the sheet were taken over. Please look at them once more."),
        )
        if done:
            return done
    return page(
        "bids/budget_import.html",
        form=form,
        bid=bid,
        heads=queries.heads(bid.tender_id),
        columns=rules.COLUMNS,
    )


def _rows(form: SheetForm) -> list[list[str]]:
    return read_rows(
        form.file.data.read(), columns=len(rules.COLUMNS), most=rules.LINES_AT_MOST, field="file"
    )
