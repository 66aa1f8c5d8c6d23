"""Who moves money: requested, accepted, approved and paid by four different people; the subject is a ``Case``."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from portal.contracts.models import Contract
from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import Role
from portal.payments.models import Fee, FeeBatch, Instalment

REQUESTERS = frozenset({Role.ORG_OWNER, Role.ORG_FINANCE})


@dataclass(frozen=True)
class Case:
    """An instalment with the contract it belongs to."""

    instalment: Instalment
    contract: Contract


@rule(N_("The owner and the finance members of the organisation request instalments."))
def may_request_instalment(actor: Actor, case: Case) -> bool:
    """The organisation asks for its money."""
    return any(actor.has(role, case.contract.party_id) for role in REQUESTERS)


@rule(N_("A programme officer of the unit who did not request the instalment accepts it."))
def may_accept_instalment(actor: Actor, case: Case) -> bool:
    """First pair of eyes: the work is done."""
    return actor.has(Role.PROGRAMME_OFFICER, case.contract.unit_id) and actor.user_id != (
        case.instalment.requested_by
    )


@rule(N_("A finance officer of the unit who neither requested nor accepted the instalment approves it."))
def may_approve_instalment(actor: Actor, case: Case) -> bool:
    """Second pair of eyes: the money is there."""
    others = {case.instalment.requested_by, case.instalment.accepted_by}
    return actor.has(Role.FINANCE_OFFICER, case.contract.unit_id) and actor.user_id not in others


@rule(N_("A programme officer or finance officer of the unit returns a request."))
def may_return_instalment(actor: Actor, case: Case) -> bool:
    """Whoever checks may send back."""
    return actor.has(Role.PROGRAMME_OFFICER, case.contract.unit_id) or actor.has(
        Role.FINANCE_OFFICER, case.contract.unit_id
    )


@rule(
    N_(
        "A cashier of the unit who neither requested, accepted nor approved the instalment records its payment."
    )
)
def may_pay_instalment(actor: Actor, case: Case) -> bool:
    """Third pair of eyes: the hand that pays."""
    row = case.instalment
    others = {row.requested_by, row.accepted_by, row.approved_by}
    return actor.has(Role.CASHIER, case.contract.unit_id) and actor.user_id not in others


@rule(N_("A programme officer of the unit cancels what is left of a contract's instalments."))
def may_cancel_instalments(actor: Actor, contract: Contract) -> bool:
    """At the closing of the project."""
    return actor.has(Role.PROGRAMME_OFFICER, contract.unit_id)


@rule(N_("The owner and the finance members of the organisation record spending."))
def may_record_spending(actor: Actor, contract: Contract) -> bool:
    """The subject is the contract whose money is spent."""
    return any(actor.has(role, contract.party_id) for role in REQUESTERS)


# --- fees of experts

FEE_READERS = (Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER, Role.CASHIER, Role.SUPERVISOR)


class OfUnit(Protocol):
    """Something that belongs to a buyer, such as a call."""

    unit_id: UUID


@rule(N_("Officers, finance, cashiers and supervisors of the buyer see the fees of its panels."))
def may_see_fees(actor: Actor, subject: OfUnit) -> bool:
    """Names and amounts, never accounts."""
    return any(actor.has(role, subject.unit_id) for role in FEE_READERS)


@rule(N_("Programme officers of the buyer propose the fees of its experts."))
def may_propose_fees(actor: Actor, tender: OfUnit) -> bool:
    """First pair of eyes: who signed, and at which rate."""
    return actor.has(Role.PROGRAMME_OFFICER, tender.unit_id)


@rule(N_("A finance officer of the buyer who did not propose the fees approves them."))
def may_approve_fees(actor: Actor, batch: FeeBatch) -> bool:
    """Second pair of eyes: rate and money."""
    return actor.has(Role.FINANCE_OFFICER, batch.unit_id) and actor.user_id != batch.proposed_by


@rule(N_("A finance officer of the buyer returns proposed fees."))
def may_return_fees(actor: Actor, batch: FeeBatch) -> bool:
    """Whoever checks may send back."""
    return actor.has(Role.FINANCE_OFFICER, batch.unit_id)


@rule(N_("A cashier of the buyer who neither proposed nor approved the fees pays them."))
def may_pay_fees(actor: Actor, batch: FeeBatch) -> bool:
    """Third pair of eyes: the hand that pays, and sees the accounts for it."""
    return actor.has(Role.CASHIER, batch.unit_id) and actor.user_id not in {
        batch.proposed_by,
        batch.approved_by,
    }


@rule(N_("Experts keep the account to which their own fees go."))
def may_keep_account(actor: Actor, _subject: None) -> bool:
    """Enter and change the own account."""
    return actor.holds(Role.EXPERT)


@rule(N_("An expert sees the own slip only."))
def may_see_slip(actor: Actor, fee: Fee) -> bool:
    """Colleagues do not see what others get."""
    return actor.user_id is not None and fee.user_id == actor.user_id
