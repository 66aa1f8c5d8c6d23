"""Who may do what with contracts."""

from uuid import UUID

from portal.contracts.models import Contract
from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import ORGANISATION, Role

READERS = frozenset(
    {
        Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.FINANCE_OFFICER, Role.CASHIER, Role.SUPERVISOR, Role.EVALUATOR,
    }
)  # fmt: skip


@rule(N_("The staff of the unit and the members of the organisation may read a contract."))
def may_read_contract(actor: Actor, contract: Contract) -> bool:
    """Both sides of the contract, and those who watch over it."""
    return any(actor.has(role, contract.unit_id) for role in READERS) or any(
        actor.has(role, contract.party_id) for role in ORGANISATION
    )


@rule(N_("A programme officer of the unit may draw up a contract."))
def may_draw_up_contract(actor: Actor, unit_id: UUID) -> bool:
    """The subject is the unit of the call: the contract does not exist yet."""
    return actor.has(Role.PROGRAMME_OFFICER, unit_id)


@rule(N_("A programme approver of the unit signs for the buyer."))
def may_sign_as_buyer(actor: Actor, contract: Contract) -> bool:
    """Signing is not the drafter's task."""
    return actor.has(Role.PROGRAMME_APPROVER, contract.unit_id) and contract.created_by != actor.user_id


@rule(N_("The owner of the organisation signs for the organisation."))
def may_sign_as_supplier(actor: Actor, contract: Contract) -> bool:
    """The owner stands for the legal representative."""
    return actor.has(Role.ORG_OWNER, contract.party_id)


@rule(N_("A programme officer of the unit may cancel a contract before both sides have signed."))
def may_cancel_contract(actor: Actor, contract: Contract) -> bool:
    """When a side refuses to sign."""
    return actor.has(Role.PROGRAMME_OFFICER, contract.unit_id)


@rule(N_("A programme officer of the unit may finish a contract."))
def may_finish_contract(actor: Actor, contract: Contract) -> bool:
    """At the closing of the project."""
    return actor.has(Role.PROGRAMME_OFFICER, contract.unit_id)
