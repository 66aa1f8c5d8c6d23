"""Reads of awards: the ranking as candidates, the awards of a call, what is still missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from portal.awards import rules
from portal.awards.models import Award
from portal.awards.policies import READERS, may_read_award, may_read_decision
from portal.awards.values import AwardStatus, Candidate, LotLimit
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core.db import db, get
from portal.core.errors import NotFound, Problem, problem
from portal.core.lists import Page, paginate
from portal.core.money import Money
from portal.core.policy import Actor, can
from portal.core.text import N_
from portal.notices.models import Notice
from portal.parties.models import Party
from portal.scoring.models import Ranking, RankingEntry
from portal.tenders.models import Criterion, Lot, Tender
from portal.tenders.values import LotStatus, TenderStatus


@dataclass(frozen=True)
class Case:
    """Everything a decision rests on: the call, its lots, and their ranked proposals."""

    tender: Tender
    lots: Sequence[LotLimit]
    candidates: Sequence[Candidate]
    awards: Sequence[Award]
    unranked: Sequence[str]
    not_admitted: int

    @property
    def pending(self) -> list[Award]:
        """Awards in public notice."""
        return [a for a in self.awards if a.status == AwardStatus.PENDING]

    @property
    def proposed(self) -> dict[UUID, Money]:
        """The awards that follow from the ranking."""
        return rules.propose(self.candidates, self.lots, self.tender.budget)

    def problems(self) -> list[Problem]:
        """Why no decision can be taken now; empty when one can."""
        given_up = any(a.status == AwardStatus.CANCELLED and a.active_at for a in self.awards)
        if self.tender.status != TenderStatus.ACTIVE and not (
            self.tender.status == TenderStatus.COMPLETE and given_up
        ):
            return [problem(N_("The call is not in progress, so nothing can be awarded."))]
        found = [
            problem(N_("Lot “%(lot)s” has no ranking yet. Close the panel first."), lot=title)
            for title in self.unranked
        ]
        standing = [a for a in self.awards if a.status != AwardStatus.CANCELLED]
        if standing and len(standing) == len(self.awards):
            found.append(problem(N_("The decision was taken already.")))
        if not found and not self.candidates:
            found.append(problem(N_("No proposal is ranked. Declare that the call failed.")))
        return found


def get_tender(actor: Actor, tender_id: UUID) -> Tender:
    """The call for the decision page; raises ``NotFound`` when the actor has no office in its unit."""
    tender = get(Tender, tender_id)
    if not can(may_read_decision, actor, tender.unit_id):
        raise NotFound()
    return tender


def get_award(actor: Actor, award_id: UUID) -> Award:
    """One award, for the staff of the unit and the organisation; raises ``NotFound`` for others."""
    award = get(Award, award_id)
    unit_id = get(Tender, award.tender_id).unit_id
    if not can(may_read_award, actor, award) and not can(may_read_decision, actor, unit_id):
        raise NotFound()
    return award


def awards_of(tender_id: UUID) -> Sequence[Award]:
    """All awards of a call, cancelled ones too, by lot and rank."""
    statement = (
        select(Award)
        .join(Lot, Lot.id == Award.lot_id)
        .where(Award.tender_id == tender_id)
        .order_by(Lot.position, Award.rank, Award.decided_at)
    )
    return db.session.scalars(statement).all()


def pending_for_update(tender_id: UUID) -> Sequence[Award]:
    """The awards in public notice, locked."""
    statement = (
        select(Award)
        .where(Award.tender_id == tender_id, Award.status == AwardStatus.PENDING)
        .order_by(Award.rank, Award.id)
        .with_for_update()
    )
    return db.session.scalars(statement).all()


def latest_rankings(tender_id: UUID) -> dict[UUID, Ranking]:
    """The valid ranking of each lot: the one with the highest number (one query)."""
    newest = (
        select(Ranking.lot_id, func.max(Ranking.number).label("number")).group_by(Ranking.lot_id).subquery()
    )
    statement = (
        select(Ranking)
        .join(newest, (newest.c.lot_id == Ranking.lot_id) & (newest.c.number == Ranking.number))
        .join(Lot, Lot.id == Ranking.lot_id)
        .where(Lot.tender_id == tender_id)
    )
    return {ranking.lot_id: ranking for ranking in db.session.scalars(statement)}


def case(tender: Tender) -> Case:
    """The case of a decision (five queries, whatever the number of proposals)."""
    lots = db.session.scalars(
        select(Lot)
        .where(Lot.tender_id == tender.id, Lot.status != LotStatus.CANCELLED)
        .order_by(Lot.position)
    ).all()
    awards = awards_of(tender.id)
    rankings = latest_rankings(tender.id)
    rejected = select(func.count()).where(Bid.tender_id == tender.id, Bid.status == BidStatus.DISQUALIFIED)
    return Case(
        tender=tender,
        lots=[LotLimit(lot.id, lot.title, lot.cap, lot.awards_max) for lot in lots],
        candidates=_candidates(rankings.values(), awards),
        awards=awards,
        unranked=[lot.title for lot in lots if lot.id not in rankings],
        not_admitted=int(db.session.scalar(rejected) or 0),
    )


def entries(ranking_ids: Iterable[UUID]) -> list[tuple[RankingEntry, Bid, Party]]:
    """Ranked entries with bid and organisation, best first (one query)."""
    statement = (
        select(RankingEntry, Bid, Party)
        .join(Bid, Bid.id == RankingEntry.bid_id)
        .join(Party, Party.id == Bid.party_id)
        .where(RankingEntry.ranking_id.in_(list(ranking_ids)), RankingEntry.rank.is_not(None))
        .order_by(RankingEntry.rank, Party.name)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(statement)]


def _candidates(rankings: Iterable[Ranking], awards: Sequence[Award]) -> list[Candidate]:
    held = {a.bid_id: a.amount for a in awards if a.status != AwardStatus.CANCELLED}
    cancelled = {a.bid_id for a in awards if a.status == AwardStatus.CANCELLED}
    found = []
    for entry, bid, party in entries(ranking.id for ranking in rankings):
        if bid.status != BidStatus.VALID or bid.quote is None or entry.rank is None:
            continue
        found.append(
            Candidate(
                bid.id, bid.lot_id, party.id, party.name, entry.rank, entry.shown, bid.quote, entry.below_line_reason,
                entry.tie_reason, held.get(bid.id), bid.id in cancelled and bid.id not in held,
            )
        )  # fmt: skip
    return found


def notices_of(awards: Sequence[Award]) -> Mapping[UUID, Notice]:
    """The result notices of these awards by id (one query)."""
    ids = {award.notice_id for award in awards}
    return {notice.id: notice for notice in db.session.scalars(select(Notice).where(Notice.id.in_(ids)))}


def criteria(tender_id: UUID) -> Sequence[Criterion]:
    """The rubric of the call in its order."""
    statement = select(Criterion).where(Criterion.tender_id == tender_id).order_by(Criterion.position)
    return db.session.scalars(statement).all()


def public_result(tender_id: UUID) -> Case:
    """The case of a call whose result was published; raises ``NotFound`` before the notice."""
    found = case(get(Tender, tender_id))
    if not found.awards:
        raise NotFound()
    return found


def list_decisions(actor: Actor, args: Mapping[str, str]) -> Page[Tender]:
    """Calls of the actor's units that have a ranking: those to decide, in notice, and decided."""
    ranked = select(Lot.tender_id).join(Ranking, Ranking.lot_id == Lot.id)
    statement = select(Tender).where(Tender.unit_id.in_(actor.scopes(*READERS)), Tender.id.in_(ranked))
    if words := args.get("q", "").strip():
        statement = statement.where(Tender.title.icontains(words, autoescape=True) | (Tender.number == words))
    sorts = {"number": Tender.number, "title": Tender.title, "published_at": Tender.published_at}
    return paginate(statement, args, sorts=sorts, default="-published_at")


def awards_by_tender(tender_ids: Sequence[UUID]) -> dict[UUID, list[Award]]:
    """The awards of several calls (one query)."""
    found: dict[UUID, list[Award]] = {tender_id: [] for tender_id in tender_ids}
    for award in db.session.scalars(
        select(Award).where(Award.tender_id.in_(tender_ids)).order_by(Award.rank)
    ):
        found[award.tender_id].append(award)
    return found
