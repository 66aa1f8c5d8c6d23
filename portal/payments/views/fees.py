"""Pages of expert fees: proposed by the officer, approved by finance, paid by the cashier, read by the expert."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.core import audit, clock
from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.policy import require
from portal.core.text import N_
from portal.core.web import actor, page, roles, send
from portal.panels.models import Panel
from portal.parties.values import Role
from portal.payments import documents, policies, queries, services
from portal.payments.forms import FeeAccountForm, FeesForm, PayForm
from portal.payments.models import FeeBatch
from portal.payments.policies import FEE_READERS
from portal.payments.values import FeeStatus
from portal.payments.views.blueprint import bp, sheet

EVENTS = {
    "fee_batch.propose": N_("Proposed by the officer"),
    "fee_batch.approve": N_("Approved by the finance officer"),
    "fee_batch.return": N_("Returned to the officer"),
    "fee_batch.propose_again": N_("Proposed anew"),
    "fee_batch.pay": N_("Paid"),
}


@bp.get("/fees")
@roles(*FEE_READERS)
def fees() -> ResponseReturnValue:
    statuses = [("none", _("Not proposed yet")), *((status.value, _(status.label)) for status in FeeStatus)]
    return page("payments/fees.html", panels=queries.fee_panels(actor(), request.args), statuses=statuses)


@bp.route("/fees/panels/<uuid:panel_id>", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def propose_fees(panel_id: UUID) -> ResponseReturnValue:
    panel = queries.get_fee_panel(actor(), panel_id)
    require(policies.may_propose_fees, actor(), panel.tender)
    batch = queries.batch_of(panel_id)
    form = FeesForm(data=_usual(panel, batch) if request.method == "GET" else None)
    form.offer(queries.programmes_for(panel), queries.paid_seats(panel))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.propose_fees(
                actor=actor(), panel_id=panel_id, programme_id=form.programme_id.data, basis=form.basis.data or "",
                gross=form.gross,
            ),
            lambda made: url_for("payments.fee_batch", batch_id=made.id),
            _("The fees are proposed. The finance officer has been told."),
        )
    ):  # fmt: skip
        return done
    return page(
        "payments/propose_fees.html", form=form, tender=panel.tender, batch=batch,
        possible=batch is None or batch.status == FeeStatus.RETURNED,
    )  # fmt: skip


def _usual(panel: Panel, batch: FeeBatch | None) -> dict[str, object]:
    """The rate in the pool for each who signed, or what was proposed before and returned."""
    before = {fee.seat_id: fee.gross for fee in queries.fees(batch.id)} if batch else {}
    seats = queries.paid_seats(panel)
    rows = [{"seat_id": seat.id, "gross": before.get(seat.id, seat.expert.fee_rate)} for seat in seats]
    return {"rows": rows, "basis": batch.basis if batch else "", "programme_id": batch and batch.programme_id}


@bp.get("/fees/<uuid:batch_id>")
@roles(*FEE_READERS)
def fee_batch(batch_id: UUID) -> ResponseReturnValue:
    batch = queries.get_batch(actor(), batch_id)
    return page("payments/fee_batch.html", **_facts(batch))


def _facts(batch: FeeBatch) -> dict[str, Any]:
    """What every page of a batch shows; of accounts only the last digits."""
    paid, known = queries.fees(batch.id), queries.accounts_of(batch.id)
    return {
        "batch": batch,
        "fees": paid,
        "sums": queries.sums(batch.id),
        "tails": {user_id: row.tail for user_id, row in known.items()},
        "missing": queries.without_account(paid, known),
        "programme": documents.programme_of(batch),
        "names": accounts.names([batch.proposed_by, batch.approved_by, batch.paid_by]),
        "events": [
            {"at": event.at, "title": _(EVENTS.get(event.action, event.action)), "actor": event.actor_name, "text": event.data.get("reason", "")}
            for event in audit.history(batch)
        ],
    }  # fmt: skip


@bp.post("/fees/<uuid:batch_id>/approve")
@roles(Role.FINANCE_OFFICER)
def approve_fees(batch_id: UUID) -> ResponseReturnValue:
    require(policies.may_approve_fees, actor(), queries.get_batch(actor(), batch_id))
    return act(
        lambda form: services.approve_fees(actor=actor(), batch_id=batch_id, version=form.version.data),
        url_for("payments.fee_batch", batch_id=batch_id),
        _("Approved for payment. The cashier has been told."),
    )


@bp.post("/fees/<uuid:batch_id>/return")
@roles(Role.FINANCE_OFFICER)
def return_fees(batch_id: UUID) -> ResponseReturnValue:
    require(policies.may_return_fees, actor(), queries.get_batch(actor(), batch_id))
    return act(
        lambda form: services.return_fees(actor=actor(), batch_id=batch_id, reason=form.reason.data or ""),
        url_for("payments.fee_batch", batch_id=batch_id),
        _("The fees were returned to the officer."),
    )


@bp.route("/fees/<uuid:batch_id>/pay", methods=["GET", "POST"])
@roles(Role.CASHIER)
def pay_fees(batch_id: UUID) -> ResponseReturnValue:
    batch = queries.get_batch(actor(), batch_id)
    require(policies.may_pay_fees, actor(), batch)
    form = PayForm(paid_on=clock.today())
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.pay_fees(
                actor=actor(), batch_id=batch_id, reference=form.reference.data or "",
                paid_on=form.paid_on.data or clock.today(), password=form.password.data or "",
            ),
            lambda made: url_for("payments.fee_batch", batch_id=made.id),
            _("The payment was recorded. Every expert gets a slip."),
        )
    ):  # fmt: skip
        return done
    return page("payments/pay_fees.html", form=form, **_facts(queries.get_batch(actor(), batch_id)))


@bp.get("/fees/<uuid:batch_id>/payments.xlsx")
@roles(Role.CASHIER)
def fees_sheet(batch_id: UUID) -> ResponseReturnValue:
    batch = queries.get_batch(actor(), batch_id)
    require(policies.may_pay_fees, actor(), batch)
    if batch.status not in (FeeStatus.APPROVED, FeeStatus.PAID):
        raise NotFound()
    return sheet(_("Expert fees"), *documents.fee_rows(batch))


@bp.get("/fees/mine")
@roles(Role.EXPERT)
def my_fees() -> ResponseReturnValue:
    user_id = actor().user_id
    return page(
        "payments/my_fees.html",
        fees=queries.own_fees(actor(), request.args),
        account=queries.account_of(user_id) if user_id else None,
    )


@bp.route("/fees/account", methods=["GET", "POST"])
@roles(Role.EXPERT)
def fee_account() -> ResponseReturnValue:
    user_id = actor().user_id
    known = queries.account_of(user_id) if user_id else None
    form = FeeAccountForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.save_account(
                actor=actor(), bank_name=form.bank_name.data or "", account=form.bank_account.data or "",
                id_number=form.id_number.data or "",
            ),
            lambda _a: url_for("payments.my_fees"),
            _("Your account is saved."),
        )
    ):  # fmt: skip
        return done
    return page("payments/fee_account.html", form=form, known=known)


@bp.get("/fees/slips/<uuid:fee_id>")
@roles(Role.EXPERT)
def fee_slip(fee_id: UUID) -> ResponseReturnValue:
    return send(queries.own_slip(actor(), fee_id), inline=True)
