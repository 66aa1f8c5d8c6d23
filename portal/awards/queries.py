"""Reads of awards: the ranking as candidates, the awards of a call, what is still missing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from portal.awards import rules
from portal.awards.models import Award
from portal.awards.policies import READERS, may_read_award, may_read_decision
from portal.awards.values import AwardStatus, Candidate, Given, LotLimit, Outcome
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core import clock
from portal.core.calendar import Walk, end_of_day
from portal.core.db import db, get
from portal.core.errors import NotFound, Problem, problem
from portal.core.lists import Page, paginate
from portal.core.money import Money
from portal.core.policy import Actor, can
from portal.core.text import N_
from portal.notices import queries as notices
from portal.notices.models import Notice
from portal.parties.models import Party
from portal.procedures import queries as procedures
from portal.procedures.rules import count
from portal.procedures.values import Figure
from portal.scoring.models import Ranking, RankingEntry
from portal.tenders import queries as tenders
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

    @property
    def outcomes(self) -> dict[UUID, Outcome]:
        """What became of each ranked proposal; empty before the first decision."""
        return _outcomes(self.candidates, self.awards)

    def why_not(self, candidate: Candidate) -> Problem:
        """Why a proposal was not chosen, in the words of the notice."""
        chosen = [a.bid_id for a in self.awards if a.status != AwardStatus.CANCELLED]
        reason = next((a.reason for a in self.awards if a.lot_id == candidate.lot_id and a.reason), "")
        return rules.why_not(candidate, chosen, self.candidates, reason)

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


@dataclass(frozen=True)
class NoticePeriod:
    """A result notice and the days it runs: ``last_day`` is the end that holds, ``walk`` says why.

    ``last_day`` is later than the end of ``walk`` when the calendar changed in a way that would have shortened it.
    """

    paper: Notice
    corrections: Sequence[Notice]
    figure: Figure
    walk: Walk
    last_day: date

    @property
    def papers(self) -> list[Notice]:
        """The notice and what corrected it."""
        return [self.paper, *self.corrections]

    @property
    def is_over(self) -> bool:
        """Whether the last day has ended."""
        return clock.now() >= end_of_day(self.last_day)


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


def standing_for_update(
    tender_id: UUID, statuses: Collection[AwardStatus] = (AwardStatus.PENDING, AwardStatus.ACTIVE)
) -> Sequence[Award]:
    """The awards of a call that are not cancelled, or those in the given states, locked."""
    statement = (
        select(Award)
        .where(Award.tender_id == tender_id, Award.status.in_(statuses))
        .order_by(Award.rank, Award.id)
        .with_for_update()
    )
    return db.session.scalars(statement).all()


def latest_rankings(*tender_ids: UUID) -> dict[UUID, Ranking]:
    """The valid ranking of each lot of the calls: the one with the highest number (one query)."""
    newest = (
        select(Ranking.lot_id, func.max(Ranking.number).label("number")).group_by(Ranking.lot_id).subquery()
    )
    statement = (
        select(Ranking)
        .join(newest, (newest.c.lot_id == Ranking.lot_id) & (newest.c.number == Ranking.number))
        .join(Lot, Lot.id == Ranking.lot_id)
        .where(Lot.tender_id.in_(tender_ids))
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


def _given(award: Award) -> Given:
    return Given(award.bid_id, award.status, award.notice_ends_on)


def outcome_of(award: Award) -> Outcome:
    """What an award means today."""
    return rules.of_award(_given(award), clock.today())


def _outcomes(candidates: Sequence[Candidate], awards: Sequence[Award]) -> dict[UUID, Outcome]:
    by_lot: dict[UUID, list[Given]] = {}
    for award in awards:
        by_lot.setdefault(award.lot_id, []).append(_given(award))
    return {
        c.bid_id: rules.outcome(
            c, by_lot[c.lot_id], [o for o in candidates if o.lot_id == c.lot_id], on=clock.today()
        )
        for c in candidates
        if c.lot_id in by_lot
    }


def outcomes(tender_ids: Collection[UUID]) -> dict[UUID, Outcome]:
    """What became of the ranked proposals of these calls, by proposal; calls without a decision are left out.

    Three queries, whatever the number of calls.
    """
    awards = [award for found in awards_by_tender(list(tender_ids)).values() for award in found]
    rankings = latest_rankings(*{award.tender_id for award in awards}) if awards else {}
    return _outcomes(_candidates(rankings.values(), awards), awards)


def notices_of(awards: Sequence[Award]) -> Mapping[UUID, Notice]:
    """The result notices of these awards by id (one query)."""
    ids = {award.notice_id for award in awards}
    return {notice.id: notice for notice in db.session.scalars(select(Notice).where(Notice.id.in_(ids)))}


def notice_walk(tender: Tender, published_at: datetime) -> tuple[Figure, Walk]:
    """How the public notice of a result published then is counted, by the calendar of today (three queries)."""
    figure = tenders.procedure_of(tender, published_at).figures["result_notice"]
    published_on = clock.local(published_at).date()
    return figure, rules.notice_walk(procedures.calendar(), figure, tender.notice_working_days, published_on)


def challenge_walk(tender: Tender, notice_ends_on: date, now: datetime) -> tuple[Figure, Walk]:
    """Until when bidders may challenge a result whose notice ends then (GPL art. 52, GPR art. 53)."""
    figure = tenders.procedure_of(tender, now).figures["challenge"]
    return figure, count(procedures.calendar(), figure, notice_ends_on)


def challenge_until(tender_id: UUID) -> date | None:
    """The last day on which the result of a call can be challenged; ``None`` before there is one."""
    standing = Award.tender_id == tender_id, Award.status != AwardStatus.CANCELLED
    ends = db.session.scalar(select(func.max(Award.notice_ends_on)).where(*standing))
    return challenge_walk(get(Tender, tender_id), ends, clock.now())[1].end if ends else None


def notice_periods(found: Case) -> list[NoticePeriod]:
    """The result notices of a call with their days, oldest first; nearly always one."""
    papers = sorted(notices_of(found.awards).values(), key=lambda paper: paper.published_at)
    ends = {award.notice_id: award.notice_ends_on for award in found.awards}
    return [
        NoticePeriod(paper, notices.corrections_of(paper.id), *notice_walk(found.tender, paper.published_at), ends[paper.id])
        for paper in papers
    ]  # fmt: skip


def running_for_update(now: datetime) -> Sequence[Award]:
    """The awards whose public notice runs, of all calls, locked."""
    statement = (
        select(Award)
        .where(Award.status == AwardStatus.PENDING, Award.notice_ends_on >= clock.local(now).date())
        .order_by(Award.tender_id, Award.rank, Award.id)
        .with_for_update()
    )
    return db.session.scalars(statement).all()


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
