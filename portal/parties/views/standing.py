"""Pages of the district: two-person check of bank accounts, red and black list with appeals."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as people
from portal.core.forms import act
from portal.core.policy import can, require
from portal.core.web import actor, page, roles
from portal.parties import policies, queries, rules, services
from portal.parties.forms import AccountForm, EntryForm
from portal.parties.policies import AccountCheck, AppealCase
from portal.parties.values import ORGANISATION, STAFF, ListKind, ListStatus, Role
from portal.parties.views.blueprint import bp

CHECKERS = (Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER, Role.CASHIER)
DECIDERS = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER)


@bp.get("/accounts")
@roles(*CHECKERS)
def accounts() -> ResponseReturnValue:
    return page("parties/accounts.html", list=queries.account_queue(actor(), request.args))


@bp.route("/<uuid:party_id>/account", methods=["GET", "POST"])
@roles(*CHECKERS)
def account(party_id: UUID) -> ResponseReturnValue:
    party, form = queries.get_party(actor(), party_id), AccountForm()
    check = AccountCheck(party.unit_id, party.account_confirmed_by)
    if form.is_submitted():
        require(policies.may_check_account, actor(), check)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.check_account(actor=actor(), party_id=party_id, account=form.account.data or ""),
            lambda _saved: url_for("parties.account", party_id=party_id),
            _("Your check is on record."),
        )
    ):
        return done
    return page(
        "parties/account.html", form=form, party=party, account=rules.mask_account(party.bank_account),
        names=people.names([party.account_confirmed_by, party.account_verified_by]),
        papers=queries.documents(party.id), may_check=can(policies.may_check_account, actor(), check),
    )  # fmt: skip


@bp.get("/list")
@roles(*DECIDERS)
def entries() -> ResponseReturnValue:
    found = queries.entry_desk(actor(), request.args)
    return page("parties/entries.html", list=found, kinds=list(ListKind), statuses=list(ListStatus))


@bp.get("/<uuid:party_id>/list")
@roles(*ORGANISATION, *STAFF)
def party_entries(party_id: UUID) -> ResponseReturnValue:
    party = queries.get_party(actor(), party_id)
    rows = queries.list_entries(party.id)
    deciding = {
        row.id for row in rows if can(policies.may_decide_appeal, actor(), AppealCase(party.unit_id, row.entered_by))
    }  # fmt: skip
    return page(
        "parties/party_entries.html", party=party, entries=rows, deciding=deciding,
        names=people.names([i for row in rows for i in (row.entered_by, row.decided_by)]),
        may_enter=can(policies.may_enter_on_list, actor(), party), may_appeal=can(policies.may_appeal, actor(), party.id),
    )  # fmt: skip


@bp.route("/<uuid:party_id>/list/new", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def enter_on_list(party_id: UUID) -> ResponseReturnValue:
    party, form = queries.get_party(actor(), party_id), EntryForm()
    require(policies.may_enter_on_list, actor(), party)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.enter_on_list(actor=actor(), party_id=party_id, draft=form.draft()),
            lambda _entry: url_for("parties.party_entries", party_id=party_id),
            _("Entered and published. The organisation gets a message."),
        )
    ):
        return done
    return page("parties/entry_form.html", form=form, party=party)


@bp.post("/<uuid:party_id>/list/<uuid:entry_id>/appeal")
@roles(Role.ORG_OWNER)
def appeal(party_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    queries.get_party(actor(), party_id)
    return act(
        lambda form: services.appeal_entry(
            actor=actor(), party_id=party_id, entry_id=entry_id, text=form.reason.data or ""
        ),
        url_for("parties.party_entries", party_id=party_id),
        _("Your appeal was handed in. An officer who did not make the entry decides."),
    )


def _decide(party_id: UUID, entry_id: UUID, *, lift: bool) -> ResponseReturnValue:
    queries.get_party(actor(), party_id)
    return act(
        lambda form: services.decide_appeal(
            actor=actor(), party_id=party_id, entry_id=entry_id, lift=lift, decision=form.reason.data or ""
        ),
        url_for("parties.party_entries", party_id=party_id),
        _("Decided. The organisation gets a message."),
    )


@bp.post("/<uuid:party_id>/list/<uuid:entry_id>/lift")
@roles(*DECIDERS)
def lift_entry(party_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    return _decide(party_id, entry_id, lift=True)


@bp.post("/<uuid:party_id>/list/<uuid:entry_id>/uphold")
@roles(*DECIDERS)
def uphold_entry(party_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    return _decide(party_id, entry_id, lift=False)
