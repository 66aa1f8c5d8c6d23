"""Pages of payments: queue, instalment, contract money, vouchers, public list."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.budgets.policies import READERS as LEDGER
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.contracts.policies import READERS as STAFF_READERS
from portal.contracts.values import ContractStatus
from portal.core import audit, clock
from portal.core.clock import local
from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.money import Money
from portal.core.policy import can, require
from portal.core.text import N_
from portal.core.web import actor, page, public, roles, send
from portal.parties.policies import may_see_bank_account
from portal.parties.rules import mask_account
from portal.parties.values import ORGANISATION, Role
from portal.payments import policies, queries, rules, services
from portal.payments.documents import MAX_ROWS
from portal.payments.forms import PayForm, RequestForm, SpendingForm
from portal.payments.policies import REQUESTERS, Case
from portal.payments.values import InstalmentStatus
from portal.payments.views.blueprint import bp, sheet

READERS = (*sorted(STAFF_READERS), *sorted(ORGANISATION))
EVENTS = {
    "instalment.request": N_("Requested"),
    "instalment.accept": N_("Accepted by the programme officer"),
    "instalment.return": N_("Returned to the organisation"),
    "instalment.approve": N_("Approved by the finance officer"),
    "instalment.pay": N_("Paid"),
    "instalment.cancel": N_("Cancelled"),
}


def _wants_sheet() -> bool:
    return request.args.get("format") == "xlsx"


def _per_page() -> int:
    """A spreadsheet holds everything that the filters show, a page one page of it."""
    return MAX_ROWS if _wants_sheet() else 20


@bp.get("/")
@roles(*READERS)
def index() -> ResponseReturnValue:
    rows = queries.list_instalments(actor(), request.args, per_page=_per_page())
    if _wants_sheet():
        return sheet(
            _("Instalments"),
            [_("Contract"), _("Project"), _("Organisation"), _("Instalment"), _("Amount"), _("Status"), _("Requested on"), _("Invoice"), _("Paid on"), _("Bank reference")],
            [
                (c.number, c.title, name, i.position, i.amount, _(i.status.label), i.requested_at and local(i.requested_at).date(), i.invoice_number, t and t.paid_on, t and t.reference)
                for i, c, name, t in rows.items
            ],
        )  # fmt: skip
    sums = queries.sums_by_status(actor(), request.args)
    return page(
        "payments/index.html",
        reads_ledger=actor().holds(*LEDGER),
        instalments=rows,
        sums=[(status, sums[status]) for status in InstalmentStatus if status in sums],
        total=sum(sums.values(), Money.ZERO),
        statuses=list(InstalmentStatus),
    )


@bp.get("/instalments/<uuid:instalment_id>")
@roles(*READERS)
def instalment(instalment_id: UUID) -> ResponseReturnValue:
    case = queries.get_case(actor(), instalment_id)
    row, transaction = case.instalment, queries.transaction_of(instalment_id)
    return page(
        "payments/instalment.html",
        case=case,
        row=row,
        contract=case.contract,
        parties=contracts.parties(case.contract),
        account=_account(case),
        milestone=queries.milestone_of(row),
        conditions=queries.conditions_in_words([row])[row.id],
        transaction=transaction,
        voucher=queries.voucher_file(transaction.id) if transaction else None,
        unmet=rules.unmet_conditions(queries.facts(case)) if row.status in _BEFORE_APPROVAL else [],
        names=accounts.names([row.requested_by, row.accepted_by, row.approved_by]),
        events=[
            {"at": event.at, "title": _(EVENTS.get(event.action, event.action)), "actor": event.actor_name, "text": event.data.get("reason", "")}
            for event in audit.history(row)
        ],
    )  # fmt: skip


_BEFORE_APPROVAL = {InstalmentStatus.PLANNED, InstalmentStatus.REQUESTED, InstalmentStatus.ACCEPTED}


@bp.route("/instalments/<uuid:instalment_id>/request", methods=["GET", "POST"])
@roles(*sorted(REQUESTERS))
def request_money(instalment_id: UUID) -> ResponseReturnValue:
    case = queries.get_case(actor(), instalment_id)
    require(policies.may_request_instalment, actor(), case)
    form = RequestForm(invoice_number=case.instalment.invoice_number)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.request_instalment(
                actor=actor(), instalment_id=instalment_id, invoice_number=form.invoice_number.data or ""
            ),
            _to_instalment,
            _("The instalment was requested. The programme officer has been told."),
        )
    ):
        return done
    return _form_page(
        "payments/request.html",
        form,
        case,
        rules.unmet_conditions(queries.facts(case)),
        InstalmentStatus.PLANNED,
    )


def _to_instalment(row: Any) -> str:
    return url_for("payments.instalment", instalment_id=getattr(row, "instalment_id", row.id))


def _account(case: Case) -> str:
    """Bank and number of the payee; whoever does not handle the money sees the last four digits."""
    payee = queries.payee_of(case.contract)
    whole = can(may_see_bank_account, actor(), payee)
    return f"{payee.bank_name} {payee.bank_account if whole else mask_account(payee.bank_account)}".strip()


def _form_page(
    template: str, form: Any, case: Case, unmet: Sequence[object], wanted: InstalmentStatus
) -> ResponseReturnValue:
    return page(
        template,
        form=form,
        row=case.instalment,
        contract=case.contract,
        parties=contracts.parties(case.contract),
        account=_account(case),
        unmet=unmet,
        possible=case.instalment.status == wanted,
    )


@bp.post("/instalments/<uuid:instalment_id>/accept")
@roles(Role.PROGRAMME_OFFICER)
def accept(instalment_id: UUID) -> ResponseReturnValue:
    require(policies.may_accept_instalment, actor(), queries.get_case(actor(), instalment_id))
    return act(
        lambda form: services.accept_instalment(actor=actor(), instalment_id=instalment_id),
        url_for("payments.instalment", instalment_id=instalment_id),
        _("Accepted. The finance officer has been told."),
    )


@bp.post("/instalments/<uuid:instalment_id>/return")
@roles(Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER)
def send_back(instalment_id: UUID) -> ResponseReturnValue:
    require(policies.may_return_instalment, actor(), queries.get_case(actor(), instalment_id))
    return act(
        lambda form: services.return_instalment(
            actor=actor(), instalment_id=instalment_id, reason=form.reason.data or ""
        ),
        url_for("payments.instalment", instalment_id=instalment_id),
        _("The request was returned to the organisation."),
    )


@bp.post("/instalments/<uuid:instalment_id>/approve")
@roles(Role.FINANCE_OFFICER)
def approve(instalment_id: UUID) -> ResponseReturnValue:
    require(policies.may_approve_instalment, actor(), queries.get_case(actor(), instalment_id))
    return act(
        lambda form: services.approve_instalment(actor=actor(), instalment_id=instalment_id),
        url_for("payments.instalment", instalment_id=instalment_id),
        _("Approved for payment. The cashier has been told."),
    )


@bp.route("/instalments/<uuid:instalment_id>/pay", methods=["GET", "POST"])
@roles(Role.CASHIER)
def pay(instalment_id: UUID) -> ResponseReturnValue:
    case = queries.get_case(actor(), instalment_id)
    require(policies.may_pay_instalment, actor(), case)
    form = PayForm(paid_on=clock.today())
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.pay_instalment(
                actor=actor(), instalment_id=instalment_id, reference=form.reference.data or "",
                paid_on=form.paid_on.data or clock.today(), password=form.password.data or "",
            ),
            _to_instalment,
            _("The payment was recorded. Its voucher is being made."),
        )
    ):  # fmt: skip
        return done
    return _form_page("payments/pay.html", form, case, [], InstalmentStatus.APPROVED)


@bp.get("/vouchers/<uuid:transaction_id>")
@roles(*READERS)
def voucher(transaction_id: UUID) -> ResponseReturnValue:
    queries.get_transaction(actor(), transaction_id)
    stored = queries.voucher_file(transaction_id)
    if stored is None:
        raise NotFound()
    return send(stored, inline=True)


@bp.get("/contracts/<uuid:contract_id>")
@roles(*READERS)
def contract(contract_id: UUID) -> ResponseReturnValue:
    found = contracts.get_contract(actor(), contract_id)
    spending = queries.list_spending(found.id, request.args, per_page=_per_page())
    heads = queries.spending_by_head(found.id)
    titles = {head.code: head.title for head in heads}
    if _wants_sheet():
        return sheet(
            _("Spending"),
            [_("Date"), _("Budget head"), _("Paid to"), _("Voucher number"), _("Amount"), _("What for")],
            [(s.spent_on, titles.get(s.head_code), s.payee, s.voucher, s.amount, s.note) for s in spending.items],
        )  # fmt: skip
    instalments = queries.instalments(found.id)
    return page(
        "payments/contract.html",
        contract=found,
        parties=contracts.parties(found),
        instalments=instalments,
        conditions=queries.conditions_in_words(instalments),
        transactions=queries.transactions(found.id),
        totals=queries.totals(found),
        heads=heads,
        titles=titles,
        spending=spending,
        active=found.status == ContractStatus.ACTIVE,
    )


@bp.route("/contracts/<uuid:contract_id>/spending", methods=["GET", "POST"])
@roles(*sorted(REQUESTERS))
def spend(contract_id: UUID) -> ResponseReturnValue:
    found = contracts.get_contract(actor(), contract_id)
    require(policies.may_record_spending, actor(), found)
    heads = queries.spending_by_head(found.id)
    form = SpendingForm([(head.code, head.title) for head in heads])
    scan = form.file.data
    upload = (scan.filename, scan.read()) if scan else None
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.record_spending(
                actor=actor(), contract_id=contract_id, head_code=form.head_code.data, spent_on=form.spent_on.data or clock.today(),
                payee=form.payee.data or "", voucher=form.voucher.data or "", amount=form.amount.data,  # type: ignore[arg-type]  # a money field holds Money
                note=form.note.data or "", file=upload,
            ),
            lambda spent: url_for("payments.contract", contract_id=spent.contract_id),
            _("The voucher was recorded."),
        )
    ):  # fmt: skip
        return done
    return page(
        "payments/spend.html",
        form=form,
        contract=found,
        heads=heads,
        totals=queries.totals(found),
        active=found.status == ContractStatus.ACTIVE,
    )


@bp.get("/spending/<uuid:spending_id>")
@roles(*READERS)
def spending(spending_id: UUID) -> ResponseReturnValue:
    row, found = queries.get_spending(actor(), spending_id)
    heads = {head.code: head.title for head in queries.spending_by_head(found.id)}
    return page(
        "payments/spending.html",
        row=row,
        contract=found,
        head=heads.get(row.head_code, row.head_code),
        reversal=queries.reversal_of(row),
        names=accounts.names([row.recorded_by]),
        active=found.status == ContractStatus.ACTIVE,
    )


@bp.post("/spending/<uuid:spending_id>/reverse")
@roles(*sorted(REQUESTERS))
def reverse(spending_id: UUID) -> ResponseReturnValue:
    return act(
        lambda form: services.reverse_spending(
            actor=actor(), spending_id=spending_id, reason=form.reason.data or ""
        ),
        url_for("payments.spending", spending_id=spending_id),
        _("The voucher was reversed."),
    )


@bp.get("/spending/<uuid:spending_id>/scan")
@roles(*READERS)
def scan(spending_id: UUID) -> ResponseReturnValue:
    return send(queries.get_scan(actor(), spending_id), inline=True)


@bp.get("/public", endpoint="public")
@public
def public_payments() -> ResponseReturnValue:
    rows = queries.public_payments(request.args, per_page=_per_page())
    if _wants_sheet():
        return sheet(
            _("Payments by project"),
            [_("Contract"), _("Project"), _("Buyer"), _("Organisation"), _("Contract amount"), _("Paid"), _("Still planned")],
            [
                (c.number, c.title, unit, party, c.amount, paid or Money.ZERO, _still_planned(c, paid))
                for c, party, unit, paid in rows.items
            ],
        )  # fmt: skip
    return page("payments/public.html", payments=rows, still_planned=_still_planned, zero=Money.ZERO)


def _still_planned(found: Contract, paid: Money | None) -> Money:
    """What a contract will still pay; nothing once it is finished."""
    return found.amount - (paid or Money.ZERO) if found.status == ContractStatus.ACTIVE else Money.ZERO
