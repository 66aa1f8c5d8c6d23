"""Who applies together: by code before the opening, for everybody concerned after it."""

import hmac
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select

from portal.bids import rules
from portal.bids.models import Bid, BidPartner
from portal.bids.values import BidStatus, Partner, PartnerKind, ProposalContent
from portal.core.db import db
from portal.core.keys import server_key
from portal.core.policy import Actor
from portal.parties.models import Party
from portal.parties.values import PartyKind, PartyStatus, Role

PARTNER = "partner"


def tag_of(lot_id: UUID, party_id: UUID) -> str:
    """A digest under a server's key: the same organisation in the same lot, and nothing else to be read from it."""
    return hmac.new(server_key("draft"), lot_id.bytes + party_id.bytes, "sha256").hexdigest()


def place_by_code(code: str) -> BidPartner | None:
    """The place that this invitation is for."""
    digest = rules.code_digest(code, server_key("draft"), PARTNER)
    return db.session.scalars(select(BidPartner).where(BidPartner.code_digest == digest)).first()


def places(bid_id: UUID) -> dict[str, BidPartner]:
    """The places beside the lead, by their part of the content."""
    rows = db.session.scalars(select(BidPartner).where(BidPartner.bid_id == bid_id))
    return {row.part: row for row in rows}


def drop_places(bid_id: UUID) -> None:
    """Forget them; whoever had confirmed is free to apply otherwise."""
    db.session.execute(delete(BidPartner).where(BidPartner.bid_id == bid_id))


def applies_with_others(lot_id: UUID, party_id: UUID) -> bool:
    """Whether an organisation has confirmed that it takes part in another one's proposal for the lot."""
    statement = select(BidPartner.id).where(
        BidPartner.lot_id == lot_id, BidPartner.tag == tag_of(lot_id, party_id)
    )
    return db.session.scalar(statement) is not None


def applies_alone(lot_id: UUID, party_id: UUID) -> bool:
    """Whether an organisation has a proposal of its own for the lot."""
    running = (BidStatus.DRAFT, BidStatus.SEALED)
    statement = select(Bid.id).where(
        Bid.lot_id == lot_id, Bid.party_id == party_id, Bid.applicant_tag == "", Bid.status.in_(running)
    )
    return db.session.scalar(statement) is not None


def groups_of(party_ids: Iterable[UUID]) -> list[Party]:
    """The groups on file whose hub is one of these organisations."""
    statement = select(Party).where(
        Party.hub_id.in_(list(party_ids)), Party.kind == PartyKind.COMMUNITY,
        Party.status.in_((PartyStatus.REGISTERED, PartyStatus.VERIFIED)),
    )  # fmt: skip
    return list(db.session.scalars(statement.order_by(Party.name)))


def binding_parties(actor: Actor) -> list[Party]:
    """The organisations that the actor can bind."""
    statement = select(Party).where(Party.id.in_(actor.scopes(Role.ORG_OWNER)))
    return list(db.session.scalars(statement.order_by(Party.name)))


def members_of(bid: Bid) -> list[Party]:
    """The organisations beside the lead of an opened proposal, by name; none before the opening."""
    return participants([bid])[bid.id]


def participants(bids: Iterable[Bid]) -> dict[UUID, list[Party]]:
    """The organisations beside the leads of opened proposals, by proposal (one query); none before the opening."""
    found: dict[UUID, list[Party]] = {bid.id: [] for bid in bids}
    statement = (
        select(BidPartner.bid_id, Party)
        .join(Party, Party.id == BidPartner.party_id)
        .where(BidPartner.bid_id.in_(found))
        .order_by(Party.name)
    )
    for bid_id, party in db.session.execute(statement):
        found[bid_id].append(party)
    return found


def note_partners(bid: Bid, content: ProposalContent) -> None:
    """At the opening: say in the clear who takes part."""
    rows = places(bid.id)
    for partner in content.partners:
        if partner.part in rows:
            rows[partner.part].party_id = UUID(partner.party_id)


def hosted(content: ProposalContent) -> Partner | None:
    """The group for which the organisation applies, if any."""
    return next((one for one in content.partners if one.kind is PartnerKind.HOSTED), None)
