"""News of challenges to those concerned."""

from uuid import UUID

from portal.accounts.queries import recipients
from portal.challenges import services
from portal.challenges.models import Challenge
from portal.core.db import get
from portal.core.jobs import handles
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.parties.models import Party
from portal.parties.queries import holders, members
from portal.parties.values import Role
from portal.tenders.models import Tender


@handles("challenge.filed")
def tell_staff_and_challenger(challenge_id: str) -> None:
    """The officers must answer in time, the supervisor watches, the challenger gets a receipt."""
    challenge = get(Challenge, UUID(challenge_id))
    tender, link = get(Tender, challenge.tender_id), f"/challenges/{challenge.id}"
    staff = [*holders(Role.PROGRAMME_OFFICER, tender.unit_id), *holders(Role.SUPERVISOR, tender.unit_id)]
    common = {"tender": tender.title, "number": tender.number, "due": challenge.answer_due_on}
    name = get(Party, challenge.party_id).name
    notify(recipients(staff), "challenge_filed", link=link, challenger=name, **common)
    notify(
        recipients(members(challenge.party_id)), "challenge_receipt", link=link, filed_at=challenge.filed_at, **common
    )  # fmt: skip


@handles("calendar.changed")
def recount(first: str, last: str) -> None:
    """A day off that was not known before may move the last day for an answer."""
    services.recount_answers(actor=Actor.system("calendar"))


@handles("challenge.answered")
def tell_challenger(challenge_id: str) -> None:
    challenge = get(Challenge, UUID(challenge_id))
    tender = get(Tender, challenge.tender_id)
    notify(
        recipients(members(challenge.party_id)), "challenge_answered", link=f"/challenges/{challenge.id}",
        tender=tender.title, number=tender.number, outcome=challenge.status, answer=challenge.answer,
    )  # fmt: skip
