"""Reads of the eligibility check, of what was asked for afterwards, and of saved searches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.bids.values import BidStatus, ProposalContent
from portal.core import clock, files
from portal.core.db import db, get
from portal.core.errors import NotFound, problem
from portal.core.policy import Actor
from portal.core.text import N_
from portal.parties import queries as parties
from portal.parties.values import ORGANISATION
from portal.qualification import rules
from portal.qualification.models import EligibilityCheck, SavedSearch, SearchAlert, Supplement
from portal.qualification.values import Line
from portal.tenders import queries as tenders
from portal.tenders import rules as tender_rules
from portal.tenders.models import Tender
from portal.tenders.values import ConditionKind, PartyFacts

OF_MEMBERS = frozenset(ConditionKind) - {
    ConditionKind.SELF_RAISED_SHARE, ConditionKind.PROPOSALS_PER_ORGANISATION, ConditionKind.LOTS_PER_ORGANISATION,
    ConditionKind.PARTY_ORGANISATION,
}  # fmt: skip
"""The conditions that each member of a consortium meets; the others are about the proposal, or prefer somebody."""

SEARCHED = ("q", "field", "area", "street", "least", "most", "left")


@dataclass(frozen=True)
class Checked:
    """An opened proposal (with call, lot and organisation), its check and the papers asked for last."""

    bid: Bid
    check: EligibilityCheck | None
    supplement: Supplement | None


def checks(tender_id: UUID) -> list[Checked]:
    """All opened proposals of a call with their checks (three queries)."""
    found = bids.opened_bids(tender_id)
    ids = [bid.id for bid in found]
    rows = db.session.scalars(select(EligibilityCheck).where(EligibilityCheck.bid_id.in_(ids)))
    made = {row.bid_id: row for row in rows}
    asked = db.session.scalars(
        select(Supplement).where(Supplement.bid_id.in_(ids)).order_by(Supplement.asked_at)
    )
    last = {row.bid_id: row for row in asked}
    return [Checked(bid, made.get(bid.id), last.get(bid.id)) for bid in found]


def check_of(bid_id: UUID) -> EligibilityCheck | None:
    """The check of one proposal, confirmed or not."""
    return db.session.scalars(select(EligibilityCheck).where(EligibilityCheck.bid_id == bid_id)).first()


def pending_count(tender_id: UUID) -> int:
    """How many opened proposals of a call still wait for their confirmed check."""
    statement = select(func.count()).where(Bid.tender_id == tender_id, Bid.status == BidStatus.PENDING)
    return int(db.session.scalar(statement) or 0)


def lines(bid: Bid, content: ProposalContent) -> list[Line]:
    """The conditions of a proposal's call, answered from data as it was at the deadline."""
    tender, total = bid.tender, content.total
    share = content.own_funds.fen * 10_000 // total.fen if total else 0
    on = clock.local(tender.deadline_at or clock.now())
    facts = _facts(bid.party_id, on, _proposals(bid.party_id, bid.tender_id), share)
    return [*answered(tender, facts), *_lines_of_partners(tender, content, on)]


def _lines_of_partners(tender: Tender, content: ProposalContent, on: datetime) -> list[Line]:
    """The conditions for each member of the consortium (政府采购法第二十四条), and for a hosted group that no ban runs."""
    found = []
    for partner in content.partners:
        wanted = OF_MEMBERS if partner in content.members else {ConditionKind.NO_BAN}
        facts = _facts(UUID(partner.party_id), on, 1, None)
        name = problem(N_("%(kind)s: %(name)s"), kind=partner.kind, name=partner.name)
        found += [
            Line((name, *line.sentences), line.answer)
            for line in answered(tender, facts)
            if line.answer.condition.kind in wanted
        ]
    return found


def eligibility(tender: Tender, party_id: UUID, now: datetime) -> list[Line]:
    """The conditions of an open call, answered for an organisation before it writes anything."""
    begun = _proposals(party_id, tender.id)
    return answered(tender, _facts(party_id, clock.local(now), max(begun, 1), None))


def answered(tender: Tender, facts: PartyFacts) -> list[Line]:
    """Each condition with its sentences and its answer."""
    answers = tender_rules.check(tenders.conditions_of(tender), facts)
    return [Line(tuple(tender_rules.sentences(answer.condition)), answer) for answer in answers]


def _facts(party_id: UUID, at: datetime, proposals: int, share: int | None) -> PartyFacts:
    known = parties.facts(party_id, at.date())
    return PartyFacts(**vars(known), self_raised_bp=share, proposals=proposals, lots=proposals)


def _proposals(party_id: UUID, tender_id: UUID) -> int:
    """How many proposals an organisation has in a call; each is for a lot of its own."""
    statement = select(func.count()).where(
        Bid.party_id == party_id, Bid.tender_id == tender_id, Bid.status != BidStatus.WITHDRAWN
    )
    return int(db.session.scalar(statement) or 0)


# --- supplements


def supplements(bid_id: UUID) -> Sequence[Supplement]:
    """What was asked for, newest first."""
    statement = select(Supplement).where(Supplement.bid_id == bid_id)
    return db.session.scalars(statement.order_by(Supplement.asked_at.desc())).all()


def get_supplement(actor: Actor, supplement_id: UUID) -> tuple[Supplement, Bid]:
    """A request with its proposal, for the organisation and the buyer. Raises ``NotFound``."""
    row = get(Supplement, supplement_id)
    return row, bids.get_bid(actor, row.bid_id)


def supplement_files(rows: Iterable[Supplement]) -> dict[UUID, files.StoredFile]:
    """The files that were handed in, by id (one query)."""
    return files.by_id([UUID(file_id) for row in rows for file_id in row.file_ids])


def supplement_file(actor: Actor, supplement_id: UUID, file_id: UUID) -> files.StoredFile:
    """One file that was handed in. Raises ``NotFound``."""
    row, _bid = get_supplement(actor, supplement_id)
    if str(file_id) not in row.file_ids:
        raise NotFound()
    return files.by_id([file_id])[file_id]


def own_result(actor: Actor, bid_id: UUID) -> Bid:
    """An opened proposal for its own organisation. Raises ``NotFound`` for everybody else."""
    bid = bids.get_bid(actor, bid_id)
    if not any(actor.has(role, bid.party_id) for role in ORGANISATION):
        raise NotFound()
    return bid


# --- saved searches


def my_searches(actor: Actor) -> Sequence[SavedSearch]:
    """The actor's running searches, newest first."""
    statement = select(SavedSearch).where(
        SavedSearch.user_id == actor.user_id, SavedSearch.ended_at.is_(None)
    )
    return db.session.scalars(statement.order_by(SavedSearch.created_at.desc())).all()


def searches_for(tender_id: UUID) -> list[SavedSearch]:
    """Running searches of people who were not told of this call yet and whose filters it meets."""
    told = select(SearchAlert.user_id).where(SearchAlert.tender_id == tender_id)
    rows = db.session.scalars(
        select(SavedSearch)
        .where(SavedSearch.ended_at.is_(None), SavedSearch.user_id.not_in(told))
        .order_by(SavedSearch.created_at)
    )
    return [row for row in rows if _meets(tender_id, row.filters)]


def closing_searches_for(tender_id: UUID) -> list[SavedSearch]:
    """Those among them that wait for the last days of a call, which come without anybody doing anything."""
    return [row for row in searches_for(tender_id) if rules.waits_for_closing(row.filters)]


def open_calls() -> Sequence[Tender]:
    """Calls that take proposals now, the earliest deadline first."""
    return db.session.scalars(
        select(Tender).where(tenders.open_at(clock.now())).order_by(Tender.deadline_at, Tender.id)
    ).all()


def _meets(tender_id: UUID, filters: dict[str, Any]) -> bool:
    statement = tenders.list_public(filters, clock.now()).where(Tender.id == tender_id)
    return db.session.scalars(statement).first() is not None
