"""Who may do what with a call."""

from typing import Protocol
from uuid import UUID

from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import STAFF, Role
from portal.tenders.models import SealHolder, Tender


class InUnit(Protocol):
    """Anything that belongs to a unit."""

    unit_id: UUID


@rule(N_("Staff of the unit may see its calls before publication."))
def may_see_tender(actor: Actor, tender: InUnit) -> bool:
    return any(actor.has(role, tender.unit_id) for role in STAFF)


@rule(N_("Programme officers of the unit may draft its calls."))
def may_draft_tender(actor: Actor, subject: InUnit) -> bool:
    return actor.has(Role.PROGRAMME_OFFICER, subject.unit_id)


@rule(N_("A programme approver of the unit who wrote nothing in the call may approve, publish or return it."))
def may_decide_tender(actor: Actor, tender: Tender) -> bool:
    wrote = actor.user_id == tender.drafted_by or str(actor.user_id) in (tender.written_by or [])
    return actor.has(Role.PROGRAMME_APPROVER, tender.unit_id) and not wrote


@rule(N_("Programme officers and approvers of the unit may carry a published call on."))
def may_run_tender(actor: Actor, tender: InUnit) -> bool:
    return actor.has(Role.PROGRAMME_OFFICER, tender.unit_id) or actor.has(
        Role.PROGRAMME_APPROVER, tender.unit_id
    )


@rule(N_("A programme approver of the unit may stop a published call."))
def may_cancel_tender(actor: Actor, tender: InUnit) -> bool:
    return actor.has(Role.PROGRAMME_APPROVER, tender.unit_id)


@rule(N_("Programme officers and supervisors may hold an opening key."))
def may_hold_key(actor: Actor, _subject: object) -> bool:
    return actor.holds(Role.PROGRAMME_OFFICER, Role.SUPERVISOR)


@rule(N_("Only the chosen key holder may prove the key."))
def may_prove_key(actor: Actor, holder: SealHolder) -> bool:
    return actor.user_id is not None and actor.user_id == holder.user_id


@rule(N_("Owners, drafters and approvers of an organisation ask questions for it."))
def may_ask_question(actor: Actor, party_id: UUID) -> bool:
    return any(actor.has(role, party_id) for role in (Role.ORG_OWNER, Role.ORG_DRAFTER, Role.ORG_APPROVER))


@rule(N_("Programme officers and approvers of the unit answer questions about its calls."))
def may_answer_questions(actor: Actor, tender: InUnit) -> bool:
    return may_run_tender(actor, tender)
