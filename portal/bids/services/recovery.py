"""Opening a call when one of the two codes is lost: the platform's key takes its place, a person the duty.

The way of last resort (docs/sealing.md): same deadline, same counting, same minutes, and a line in them that says so.
"""

from uuid import UUID

from portal.accounts.models import User
from portal.bids import queries
from portal.bids.models import Opening
from portal.bids.policies import may_open, may_witness
from portal.bids.services.opening import (
    Keys,
    key_problem,
    opening_problems,
    person_beside,
    secret_of,
    unseal,
)
from portal.core import audit, clock
from portal.core.config import settings
from portal.core.db import get, use_case
from portal.core.errors import Invalid, NotFound, problem
from portal.core.policy import actor_for, require
from portal.core.text import N_
from portal.tenders.models import SealHolder, Tender
from portal.tenders.values import HolderRole

SHORTEST_REASON = 10

DUTIES = {HolderRole.OFFICER: may_open, HolderRole.SUPERVISOR: may_witness}
MISSING = {HolderRole.OFFICER: HolderRole.SUPERVISOR, HolderRole.SUPERVISOR: HolderRole.OFFICER}


def recover_tender(
    *, tender_id: UUID, holder_email: str, holder_password: str, holder_code: str, approver_email: str,
    approver_password: str, reason: str,
) -> Opening:  # fmt: skip
    """Open a call with the code of one holder and the platform's key; for the command line only.

    Both people give address and password, counted as at sign-in. The approver must have the duty of the holder whose
    code is missing (officer or supervisor of the buyer), so that an opening never lacks either side. ``reason`` becomes
    part of the audit trail, which nobody can change, and the minutes print it from there. Raises ``Invalid`` at the
    field that is wrong, ``Denied`` when the holder has lost the role, ``SealBroken`` when the platform's key is not the one
    of this call.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        message = N_("Say in at least %(shortest)s signs why the call cannot be opened with both codes.")
        raise Invalid(problem(message, field="reason", shortest=SHORTEST_REASON))
    holder = person_beside(holder_email, holder_password, "holder_password")
    secret = secret_of(holder_code, "holder_code")
    approver = person_beside(approver_email, approver_password, "approver_password")
    return _recover(
        tender_id=tender_id, holder=holder, secret=secret, approver=approver, reason=reason.strip()
    )


@use_case
def _recover(*, tender_id: UUID, holder: User, secret: bytes, approver: User, reason: str) -> Opening:
    now = clock.now()
    tender = get(Tender, tender_id, lock=True)
    if tender.published_at is None:
        raise NotFound()
    if problems := opening_problems(tender, now):
        raise Invalid(*problems)
    held = _held_by(holder, tender)
    if wrong := key_problem(held, secret, "holder_code"):
        raise Invalid(wrong)
    missing = MISSING[held.role]
    _check_approver(approver, holder, tender, missing)
    people = {held.role: holder, missing: approver}
    officer, supervisor = people[HolderRole.OFFICER], people[HolderRole.SUPERVISOR]
    actor = actor_for(officer.id, officer.name)
    audit.record(
        queries.RECOVERED, tender, actor, missing=missing, holder=holder.name, approver=approver.name, reason=reason
    )  # fmt: skip
    keys = Keys({held.role: secret, HolderRole.PLATFORM: settings().seal_key()})
    return unseal(tender, keys, actor, supervisor, now)


def _held_by(holder: User, tender: Tender) -> SealHolder:
    """The key of this call that the person holds, who must still have the role that goes with it."""
    held = next((row for row in queries.holders(tender.id) if row.user_id == holder.id), None)
    if held is None:
        raise Invalid(problem(N_("This person holds no key of this call."), field="holder_email"))
    require(DUTIES[held.role], actor_for(holder.id, holder.name), tender)
    return held


def _check_approver(approver: User, holder: User, tender: Tender, missing: HolderRole) -> None:
    """A second person, with the duty of the holder whose code is missing."""
    if approver.id == holder.id:
        raise Invalid(problem(N_("Holder and approver must be two people."), field="approver_email"))
    if not DUTIES[missing](actor_for(approver.id, approver.name), tender):
        message = N_(
            "The approver must be %(role)s of the buyer, in place of the holder whose code is missing."
        )
        raise Invalid(problem(message, field="approver_email", role=missing))
