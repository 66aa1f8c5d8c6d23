"""Who moves money: requested, accepted, approved and paid by four different people; the subject is a ``Case``."""

from dataclasses import dataclass

from portal.contracts.models import Contract
from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import Role
from portal.payments.models import Instalment

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
