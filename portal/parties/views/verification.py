"""Pages of the programme officer: organisations that wait for verification, and the decision."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit, clock
from portal.core.files import by_id
from portal.core.forms import act
from portal.core.policy import require
from portal.core.templating import plain
from portal.core.text import N_
from portal.core.web import actor, page, roles
from portal.parties import policies, queries, rules, services
from portal.parties.forms import VerifyForm
from portal.parties.models import Party
from portal.parties.values import Grade, Inspection, PartyStatus, Role
from portal.parties.views.blueprint import bp
from portal.parties.workflow import PARTY

FACT_LABELS = {
    "name": N_("Name"), "legal_representative": N_("Legal representative"), "founded_on": N_("Founded on"),
    "assessment_grade": N_("Assessment grade"), "grade_until": N_("Grade valid until"), "inspections": N_("Annual inspections"),
    "party_organisation": N_("Party organisation"), "hub_id": N_("Hub organisation"),
}  # fmt: skip


@bp.get("/queue")
@roles(Role.PROGRAMME_OFFICER)
def queue() -> ResponseReturnValue:
    """Those that wait, until another filter is chosen."""
    found = queries.verification_queue(actor(), request.args or {"status": PartyStatus.REGISTERED.value})
    return page(
        "parties/queue.html",
        list=found,
        statuses=list(PartyStatus),
        changes=queries.change_queue(actor(), {}),
    )


def _compared(party: Party, values: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Label, verified and new value of each fact that waits, in words."""
    return [
        (_(FACT_LABELS[name]), _in_words(name, getattr(party, name)), _in_words(name, services.restored(name, value)))
        for name, value in values.items()
    ]  # fmt: skip


def _in_words(name: str, value: Any) -> str:
    if not value:
        return "—"
    if name == "inspections":
        return "，".join(f"{year} {_(Inspection(result).label)}" for year, result in sorted(value.items()))
    if name == "hub_id":
        return queries.scope_name(value)
    return _(Grade(value).label) if name == "assessment_grade" else str(plain(value))


def _party(party_id: UUID) -> Party:
    party = queries.get_party(actor(), party_id)
    require(policies.may_verify_party, actor(), party)
    return party


@bp.route("/<uuid:party_id>/verify", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def verify(party_id: UUID) -> ResponseReturnValue:
    party = _party(party_id)
    form = VerifyForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.verify_party(actor=actor(), party_id=party_id, checked=form.items()),
            lambda _party: url_for("parties.verify", party_id=party_id),
            _("Verified. The organisation gets a message."),
        )
    ):
        return done
    change = queries.pending_change(party.id)
    return page(
        "parties/verify.html",
        party=party,
        form=form,
        change=_compared(party, change.values) if change else [],
        papers=queries.documents(party.id),
        entries=queries.list_entries(party.id),
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


@bp.post("/<uuid:party_id>/change/accept")
@roles(Role.PROGRAMME_OFFICER)
def accept_change(party_id: UUID) -> ResponseReturnValue:
    _party(party_id)
    return act(
        lambda _form: services.accept_change(actor=actor(), party_id=party_id),
        url_for("parties.verify", party_id=party_id),
        _("Accepted. The new facts count from now on."),
    )


@bp.post("/<uuid:party_id>/change/refuse")
@roles(Role.PROGRAMME_OFFICER)
def refuse_change(party_id: UUID) -> ResponseReturnValue:
    return _decide(
        party_id,
        services.refuse_change,
        _("Refused. The earlier facts stay; the organisation gets the reason."),
    )
