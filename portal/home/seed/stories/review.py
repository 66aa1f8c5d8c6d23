"""A closed call: opening, eligibility, the panel, the marks, the ranking, the award."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from portal.awards import services as awards
from portal.bids import queries as bid_queries
from portal.bids import services as bids
from portal.core import clock
from portal.core.db import db
from portal.core.money import Money
from portal.core.policy import Actor
from portal.home.seed.schedule import Story, at
from portal.home.seed.stories.call import Case
from portal.home.seed.texts import work
from portal.home.seed.texts.people import COMMUNITY, OFFICER, SUPERVISOR
from portal.home.seed.world import PASSWORD, SYSTEM, some_words
from portal.panels import queries as panel_queries
from portal.panels import services as panels
from portal.panels.models import Seat
from portal.panels.rules import witness_commitment
from portal.panels.values import Cell, ExpertGroup, Quota, SeatStatus, WitnessRole
from portal.qualification import queries as qualification_queries
from portal.qualification import services as qualification
from portal.qualification.values import CheckResult
from portal.qualification.values import Verdict as Finding
from portal.scoring import queries as score_queries
from portal.scoring import services as scoring
from portal.scoring.models import ScoreSheet
from portal.tenders import queries as tender_queries
from portal.tenders.models import Tender
from portal.tenders.values import CriterionKind

QUOTAS = (
    Quota(Cell(ExpertGroup.TECHNICAL), 3, 1),
    Quota(Cell(ExpertGroup.DEPARTMENT), 1),
    Quota(Cell(ExpertGroup.RESIDENT), 1),
)
LEANINGS = (0, 4, -5, 2, -2)  # percent by which each expert is milder or stricter
STRICTEST = LEANINGS.index(min(LEANINGS))
REASON_BELOW = Decimal("0.6")
LOCKED, PARTLY = 2, 3  # of five experts in a call that is being scored


@dataclass(frozen=True)
class Verdict:
    """How a call is judged: quality of each organisation in percent, who is refused, who of the experts leaves.

    Organisations of ``tied`` get the same marks, each from another expert, so that their totals are equal. For
    those of ``doubted`` the strictest expert gives half as much as the others and has to explain it.
    """

    quality: Mapping[str, int]
    tied: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    recuse: bool = False
    decline: bool = False
    doubted: tuple[str, ...] = ()
    dissent: bool = False
    amounts: Mapping[str, str] = field(default_factory=dict)


def open_and_check(case: Case, verdict: Verdict) -> Story:
    """Two people open on the first working day after the deadline; the officer checks eligibility."""
    yield at(case.day(1), 9, 30)
    bids.open_tender(
        actor=case.world.actor("officer"), tender_id=case.tender_id, officer_code=case.world.codes["officer"],
        supervisor_email=SUPERVISOR.email, supervisor_password=PASSWORD, supervisor_code=case.world.codes["supervisor"],
    )  # fmt: skip
    yield at(case.day(1), 14)
    for (_lot, key), bid_id in case.bids.items():
        failed = key in verdict.refused
        qualification.check_bid(
            actor=case.world.actor("officer"), bid_id=bid_id, result=CheckResult.FAIL if failed else CheckResult.PASS,
            reason=work.INELIGIBLE if failed else "", verdicts=_read(bid_id, failed=failed),
        )  # fmt: skip
        qualification.confirm_check(actor=case.world.actor("officer2"), bid_id=bid_id)


def _read(bid_id: UUID, *, failed: bool) -> dict[int, tuple[Finding, str]]:
    """What the officer found in the papers about conditions that data cannot answer."""
    bid = bid_queries.get_bid(SYSTEM, bid_id)
    found = (Finding.FAIL, work.NO_CONSENT) if failed else (Finding.PASS, work.CONSENT)
    lines = qualification_queries.lines(bid, bid_queries.content(bid))
    return {place: found for place, line in enumerate(lines) if line.suggested is None}


def reply(case: Case, organisation: str) -> None:
    """An organisation that was not admitted says what it sees differently; the answer is still awaited."""
    actor, bid_id = case.world.actor(organisation), case.bids[0, organisation]
    qualification.reply(actor=actor, bid_id=bid_id, text=work.REPLY)


def seat_panel(case: Case, verdict: Verdict) -> Story:
    """The list is frozen and drawn before witnesses; experts answer, somebody leaves, the next one follows."""
    officer = case.world.actor("officer")
    yield at(case.day(2), 9, 30)
    panel = panels.freeze_list(
        actor=officer, tender_id=case.tender_id, quotas=QUOTAS, witness_id=case.world.users[COMMUNITY.key],
        review_on=case.day(3),
    )  # fmt: skip
    case.panel_id = panel.id
    yield from _ceremony(case, panel.draws[0].id)
    yield at(case.day(2), 15)
    _leave(case, verdict)
    yield at(case.day(2), 16, 30)
    for seat in panel_queries.seats(case.panel_id, {SeatStatus.INVITED}):
        panels.accept_seat(actor=_expert(case, seat), seat_id=seat.id)
    panels.name_chair(actor=officer, seat_id=_seated(case)[0].id)
    yield at(case.day(3), 8, 50)
    panels.begin_scoring(actor=officer, panel_id=case.panel_id)


def _ceremony(case: Case, draw_id: UUID) -> Story:
    """Officer, supervisor and third witness lodge their commitments, then reveal; the last string draws."""
    tender = db.session.get_one(Tender, case.tender_id)
    people = dict(zip(WitnessRole, (OFFICER.key, SUPERVISOR.key, COMMUNITY.key), strict=True))
    lines = {role: some_words() for role in people}
    yield at(case.day(2), 10)
    for role, key in people.items():
        commitment = witness_commitment(tender.number, 1, role, lines[role])
        panels.lodge_commitment(
            actor=case.world.actor(key), draw_id=draw_id, role=role, commitment=commitment
        )
    yield at(case.day(2), 10, 30)
    for role, key in people.items():
        panels.reveal_string(actor=case.world.actor(key), draw_id=draw_id, role=role, words=lines[role])


def _leave(case: Case, verdict: Verdict) -> None:
    """The first technical expert recuses or declines, as the verdict says."""
    invited = panel_queries.seats(case.panel_id, {SeatStatus.INVITED})
    first = next(seat for seat in invited if seat.group == ExpertGroup.TECHNICAL)
    if verdict.recuse:
        panels.recuse_seat(actor=_expert(case, first), seat_id=first.id, reason=work.RECUSAL)
    if verdict.decline:
        panels.decline_seat(actor=_expert(case, first), seat_id=first.id, reason=work.DECLINE)


def score(case: Case, verdict: Verdict) -> Story:
    """All five score and lock on the third day; whose marks lie apart explains; all sign; the panel is closed."""
    seats = _seated(case)
    for n, seat in enumerate(seats):
        yield at(case.day(3), 10 + n)
        for sheet in _sheets(seat):
            _mark(case, verdict, seat, n, sheet)
            scoring.submit_sheet(actor=_expert(case, seat), sheet_id=sheet.id)
    yield at(case.day(3), 16)
    for seat in seats:
        for outlier in score_queries.own_outliers(_expert(case, seat), case.panel_id):
            scoring.explain(actor=_expert(case, seat), outlier_id=outlier.id, statement=work.DEVIATION)
    for n, seat in enumerate(seats):
        yield at(case.day(3), 16, 10 * n + 5)
        dissent = work.DISSENT if verdict.dissent and n == len(seats) - 1 else ""
        scoring.sign(actor=_expert(case, seat), panel_id=case.panel_id, password=PASSWORD, dissent=dissent)
    yield at(case.day(4), 9, 30)
    scoring.close_panel(actor=case.world.actor("officer"), panel_id=case.panel_id)


def hear(case: Case, organisation: str) -> Story:
    """Before the marks: the speaking order is drawn, a member asks a bidder through the chair, the grades are entered.

    The grades still wait for the second person.
    """
    officer, chair, asker = case.world.actor("officer"), *_seated(case)[:2]
    yield at(case.day(3), 9)
    scoring.draw_roadshow(actor=officer, panel_id=case.panel_id, talk_minutes=10, question_minutes=5)
    bid_id = case.bids[0, organisation]
    sheet = next(sheet for sheet in _sheets(asker) if sheet.bid_id == bid_id)
    asked = scoring.ask_bidder(actor=_expert(case, asker), sheet_id=sheet.id, text=work.PANEL_QUESTION)
    yield at(case.day(3), 9, 10)
    scoring.release_question(
        actor=_expert(case, chair), clarification_id=asked.id, text=work.PANEL_QUESTION, minutes=60
    )
    yield at(case.day(3), 9, 40)
    scoring.answer_question(
        actor=case.world.actor(organisation), clarification_id=asked.id, text=work.PANEL_ANSWER, received_at=clock.now()
    )  # fmt: skip
    grade = next(c for c in tender_queries.criteria(case.tender_id) if c.kind == CriterionKind.OBJECTIVE)
    values = {
        bid_id: (Decimal(work.GRADES[key][0]), work.GRADES[key][1])
        for (_lot, key), bid_id in case.bids.items()
    }
    scoring.enter_values(actor=officer, panel_id=case.panel_id, criterion_id=grade.id, values=values)


def score_partly(case: Case, verdict: Verdict) -> Story:
    """Two experts have locked, a third has begun, two have not looked yet."""
    for n, seat in enumerate(_seated(case)[:PARTLY]):
        yield at(case.day(3), 10 + n)
        sheets = _sheets(seat)
        for sheet in sheets if n < LOCKED else sheets[:1]:
            _mark(case, verdict, seat, n, sheet)
            if n < LOCKED:
                scoring.submit_sheet(actor=_expert(case, seat), sheet_id=sheet.id)


def _mark(case: Case, verdict: Verdict, seat: Seat, n: int, sheet: ScoreSheet) -> None:
    key = next(key for (_lot, key), bid_id in case.bids.items() if bid_id == sheet.bid_id)
    leaning = n + (verdict.tied.index(key) if key in verdict.tied else 0)
    marks: dict[UUID, tuple[Decimal | None, str]] = {}
    for position, criterion in enumerate(tender_queries.criteria(case.tender_id)):
        if criterion.kind != CriterionKind.SUBJECTIVE:
            continue
        quality = verdict.quality[key] // (2 if key in verdict.doubted and n == STRICTEST else 1)
        value = _value(quality, leaning, position, criterion.maximum, criterion.step)
        low = value < criterion.maximum * REASON_BELOW
        marks[criterion.id] = (value, work.LOW_MARK_REASON if low else "")
    comment = work.COMMENTS[(n + len(key)) % len(work.COMMENTS)]
    scoring.save_marks(
        actor=_expert(case, seat), sheet_id=sheet.id, version=None, marks=marks, comment=comment
    )


def _value(quality: int, leaning: int, position: int, maximum: Decimal, step: Decimal) -> Decimal:
    """A mark on the steps of the criterion; experts differ by their leaning, criteria a little by position."""
    which = leaning % len(LEANINGS)
    percent = quality + LEANINGS[which] + (which * 2 + position * 3) % 5 - 2
    exact = maximum * min(percent, 100) / 100
    return (exact / step).to_integral_value() * step


def _seated(case: Case) -> list[Seat]:
    return sorted(panel_queries.seats(case.panel_id, {SeatStatus.ACCEPTED}), key=lambda seat: seat.position)


def _sheets(seat: Seat) -> list[ScoreSheet]:
    statement = select(ScoreSheet).where(ScoreSheet.seat_id == seat.id).order_by(ScoreSheet.id)
    return list(db.session.scalars(statement))


def _expert(case: Case, seat: Seat) -> Actor:
    return case.world.actor(case.world.experts[seat.expert_id])


def decide(case: Case, verdict: Verdict) -> Story:
    """The officer awards each lot to its first rank; the result goes into public notice."""
    yield at(case.day(5), 10)
    chosen = []
    for lot in tender_queries.lots(case.tender_id):
        _ranking, entries = score_queries.ranking(lot.id)
        best = next(entry for entry in entries if entry.rank == 1)
        chosen.append((best.bid_id, _amount(case, verdict, best.bid_id)))
    awards.decide(actor=case.world.actor("officer"), tender_id=case.tender_id, awards=chosen)


def _amount(case: Case, verdict: Verdict, bid_id: UUID) -> Money:
    key = next(key for (_lot, key), known in case.bids.items() if known == bid_id)
    if key in verdict.amounts:
        return Money.from_yuan(verdict.amounts[key])
    quote = next(bid.quote for bid in bid_queries.opened_bids(case.tender_id) if bid.id == bid_id)
    assert quote is not None  # noqa: S101 - every opened proposal has one
    return quote


def confirm(case: Case) -> Story:
    """After the last day of the notice the awards become final."""
    yield at(case.day(11), 9, 30)
    awards.confirm(actor=case.world.actor("officer"), tender_id=case.tender_id)
