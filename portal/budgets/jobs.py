"""Messages about the confirmation of funds: to finance when it is asked, to the officer when it answers."""

from uuid import UUID

from portal.accounts.queries import recipients
from portal.budgets.models import Confirmation
from portal.budgets.values import ConfirmationStatus
from portal.core.db import get
from portal.core.jobs import handles
from portal.core.mail import notify
from portal.parties import queries as parties
from portal.parties.values import Role


@handles("funds.requested")
def ask_finance(confirmation_id: str) -> None:
    """Ask the finance officers of the unit, unless somebody has answered meanwhile."""
    row = get(Confirmation, UUID(confirmation_id))
    if row.status != ConfirmationStatus.REQUESTED:
        return
    finance = set(parties.holders(Role.FINANCE_OFFICER, row.unit_id)) - _asker(row)
    notify(
        recipients(finance), "funds_requested", link=f"/budgets/confirmations/{row.id}", title=row.title, amount=row.amount
    )  # fmt: skip


@handles("funds.confirmed")
def tell_confirmation(confirmation_id: str, tender_id: str) -> None:
    """Tell whoever handed the call in, and the approvers who publish it."""
    row = get(Confirmation, UUID(confirmation_id))
    approvers = parties.holders(Role.PROGRAMME_APPROVER, row.unit_id)
    notify(
        recipients({*approvers, *_asker(row)}), "funds_confirmed", link=f"/tenders/{tender_id}/case", title=row.title, amount=row.amount, reference=row.reference
    )  # fmt: skip


@handles("funds.refused")
def tell_refusal(confirmation_id: str, tender_id: str) -> None:
    """Tell whoever handed the call in, with the reason."""
    row = get(Confirmation, UUID(confirmation_id))
    notify(
        recipients(_asker(row)), "funds_refused", link=f"/tenders/{tender_id}/case", title=row.title, reason=row.reason
    )  # fmt: skip


def _asker(row: Confirmation) -> set[UUID]:
    return {row.requested_by} if row.requested_by else set()
