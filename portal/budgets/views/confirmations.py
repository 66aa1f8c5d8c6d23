"""Confirmation of funds: the finance officer's queue and the answer to one request."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.budgets import queries, rules, services
from portal.budgets.forms import ConfirmForm
from portal.budgets.policies import READERS, may_confirm_funds
from portal.budgets.values import AccountKind, ConfirmationStatus
from portal.budgets.views.blueprint import bp
from portal.core import audit
from portal.core.errors import InvalidTransition
from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, page, roles
from portal.parties.values import Role


@bp.get("/confirmations")
@roles(*READERS)
def confirmations() -> ResponseReturnValue:
    found = queries.list_confirmations(actor(), request.args)
    return page("budgets/confirmations.html", found=found, statuses=list(ConfirmationStatus))


@bp.get("/confirmations/<uuid:confirmation_id>")
@roles(*READERS)
def confirmation(confirmation_id: UUID) -> ResponseReturnValue:
    found = queries.get_confirmation(actor(), confirmation_id)
    programme = queries.get_programme(actor(), found.programme_id)
    return page(
        "budgets/confirmation.html", confirmation=found, programme=programme, fund=queries.get_fund_source(programme.fund_source_id),
        available=queries.balances(programme.id)[AccountKind.AVAILABLE], shares=queries.year_shares(confirmation_id),
        by_year=queries.commitments_by_year(programme.id), history=audit.history(found),
    )  # fmt: skip


@bp.route("/confirmations/<uuid:confirmation_id>/confirm", methods=["GET", "POST"])
@roles(Role.FINANCE_OFFICER)
def confirm_funds(confirmation_id: UUID) -> ResponseReturnValue:
    found = queries.get_confirmation(actor(), confirmation_id)
    require(may_confirm_funds, actor(), found)
    if request.method == "GET" and found.status != ConfirmationStatus.REQUESTED:
        raise InvalidTransition("confirm", str(found.status))
    form = ConfirmForm(version=found.version)
    form.offer_years(rules.over_years(found.amount, found.first_year, found.last_year))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.confirm_funds(
                actor=actor(), confirmation_id=confirmation_id, version=form.version.data, reference=form.reference.data or "",
                economic_class=form.economic_class.data or "", shares=form.year_shares(),
            ),
            lambda _row: url_for("budgets.confirmation", confirmation_id=confirmation_id),
            _("The funds are confirmed. The call can be published."),
        )
    ):  # fmt: skip
        return done
    found = queries.get_confirmation(actor(), confirmation_id)
    programme = queries.get_programme(actor(), found.programme_id)
    return page(
        "budgets/confirm_funds.html", form=form, confirmation=found, programme=programme,
        fund=queries.get_fund_source(programme.fund_source_id), available=queries.balances(programme.id)[AccountKind.AVAILABLE],
    )  # fmt: skip


@bp.post("/confirmations/<uuid:confirmation_id>/refuse")
@roles(Role.FINANCE_OFFICER)
def refuse_funds(confirmation_id: UUID) -> ResponseReturnValue:
    queries.get_confirmation(actor(), confirmation_id)
    return act(
        lambda form: services.refuse_funds(
            actor=actor(), confirmation_id=confirmation_id, reason=form.reason.data or ""
        ),
        url_for("budgets.confirmation", confirmation_id=confirmation_id),
        _("The funds were refused. The officer reads the reason."),
    )
