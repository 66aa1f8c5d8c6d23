"""Pages of the programme officer: organisations that wait for verification, and the decision."""

from collections.abc import Callable
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit, clock
from portal.core.files import by_id
from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, page, roles
from portal.parties import policies, queries, rules, services
from portal.parties.models import Party
from portal.parties.values import PartyStatus, Role
from portal.parties.views.blueprint import bp
from portal.parties.workflow import PARTY


@bp.get("/queue")
@roles(Role.PROGRAMME_OFFICER)
def queue() -> ResponseReturnValue:
    found = queries.verification_queue(actor(), request.args)
    return page("parties/queue.html", list=found, statuses=list(PartyStatus))


def _party(party_id: UUID) -> Party:
    party = queries.get_party(actor(), party_id)
    require(policies.may_verify_party, actor(), party)
    return party


@bp.route("/<uuid:party_id>/verify", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def verify(party_id: UUID) -> ResponseReturnValue:
    party = _party(party_id)
    if request.method == "POST":
        return act(
            lambda _form: services.verify_party(actor=actor(), party_id=party_id),
            url_for("parties.verify", party_id=party_id),
            _("Verified. The organisation gets a message."),
        )
    return page(
        "parties/verify.html",
        party=party,
        account=rules.mask_account(party.bank_account),
        certificate=by_id([party.certificate_id]).get(party.certificate_id) if party.certificate_id else None,
        members=queries.roles_held(scope_id=party.id),
        steps={transition.name for transition in PARTY.available(party, clock.now())},
        events=audit.history(party),
        named_kind=rules.credit_code_kind(party.code),
    )


def _decide(party_id: UUID, decide: Callable[..., Party], message: str) -> ResponseReturnValue:
    _party(party_id)
    return act(
        lambda form: decide(actor=actor(), party_id=party_id, reason=form.reason.data or ""),
        url_for("parties.verify", party_id=party_id),
        message,
    )


@bp.post("/<uuid:party_id>/refuse")
@roles(Role.PROGRAMME_OFFICER)
def refuse(party_id: UUID) -> ResponseReturnValue:
    return _decide(party_id, services.refuse_party, _("Refused. The organisation gets the reason by mail."))


@bp.post("/<uuid:party_id>/suspend")
@roles(Role.PROGRAMME_OFFICER)
def suspend(party_id: UUID) -> ResponseReturnValue:
    return _decide(
        party_id, services.suspend_party, _("Suspended. The organisation gets the reason by mail.")
    )


@bp.post("/<uuid:party_id>/reopen")
@roles(Role.PROGRAMME_OFFICER)
def reopen(party_id: UUID) -> ResponseReturnValue:
    return _decide(
        party_id, services.reopen_party, _("Opened for correction. The organisation gets the reason by mail.")
    )
