"""Use cases of recusal at a bidder's request: file, ask the person, decide (procurement regulation 9)."""

from uuid import UUID

from portal.core import audit, clock, outbox
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries, rules
from portal.panels.models import RecusalRequest
from portal.panels.policies import may_answer_seat, may_decide_request, may_request_recusal
from portal.panels.services.seats import RUNNING, recuse_seat
from portal.panels.values import PanelStatus, RequestStatus, SeatStatus
from portal.panels.workflow import REQUEST
from portal.tenders.models import Tender

ON_PANEL = (SeatStatus.INVITED, SeatStatus.ACCEPTED)


@use_case
def request_recusal(
    *, actor: Actor, tender_id: UUID, party_id: UUID, person: str, reason: str
) -> RecusalRequest:
    """Ask in writing that a person takes no part in the review. Whether the person would have is not told.

    Where somebody of this name sits on the panel, the person is asked and must withdraw if it is true. Raises
    ``Invalid`` without name or reason, before the opening, once the panel is closed, or for the same person again.
    """
    tender = get(Tender, tender_id, lock=True)
    require(may_request_recusal, actor, party_id)
    panel = queries.panel_of(tender_id)
    problems: list[Problem] = []
    if (
        party_id not in {party.id for party in queries.bidding_parties(actor, tender_id)}
        or tender.opened_at is None
    ):
        problems.append(problem(N_("Only who takes part in an opened call may ask for a recusal.")))
    if panel is not None and panel.status == PanelStatus.CLOSED:
        problems.append(
            problem(N_("The review is over; what concerns its result is the matter of a challenge."))
        )
    if not person.strip():
        problems.append(problem(N_("Please give the name of the person."), field="person"))
    if not reason.strip():
        problems.append(problem(N_("Please give a reason."), field="reason"))
    if any(rules.common(r.person) == rules.common(person) for r in queries.own_requests(actor, tender_id)):
        problems.append(problem(N_("You have asked for this already."), field="person"))
    if problems:
        raise Invalid(*problems)
    named = [
        s for s in (panel.seats if panel else []) if rules.common(s.expert.user.name) == rules.common(person)
    ]
    seat = next((s for s in named if s.status in (*ON_PANEL, SeatStatus.STANDBY)), None)
    request = add(
        RecusalRequest(
            tender_id=tender_id, party_id=party_id, person=person.strip(), reason=reason.strip(),
            seat_id=seat.id if seat else None, filed_by=actor.user_id, filed_at=clock.now(),
        )
    )  # fmt: skip
    audit.record("recusal_request.file", request, actor)
    outbox.emit("recusal.requested", request_id=request.id)
    return request


@use_case
def answer_request(*, actor: Actor, request_id: UUID, admits: bool, statement: str) -> RecusalRequest:
    """Say, as the person named, whether it is true. Who says yes leaves the seat, and the next is invited.

    Raises ``Invalid`` without a statement, or when the request was answered or decided already.
    """
    request = queries.get_request_for_update(request_id)
    if request.seat_id is None or request.seat is None:
        raise Invalid(problem(N_("This request does not concern a member of the panel.")))
    seat = queries.get_seat(actor, request.seat_id)
    require(may_answer_seat, actor, seat)
    if not statement.strip():
        raise Invalid(problem(N_("Please say why."), field="reason"))
    if request.status != RequestStatus.OPEN or request.admits is not None:
        raise Invalid(problem(N_("This was answered already.")))
    request.admits, request.statement = admits, statement.strip()
    audit.record("recusal_request.answer", request, actor, admits=admits)
    if admits:
        if seat.status in ON_PANEL and seat.panel.status in RUNNING:
            recuse_seat(actor=actor, seat_id=seat.id, reason=statement)
        REQUEST.apply("follow", request, actor, clock.now())
        outbox.emit("recusal.decided", request_id=request.id)
    db.session.flush()
    outbox.emit("recusal.answered", request_id=request.id)
    return request


@use_case
def decide_request(*, actor: Actor, request_id: UUID, follow: bool, answer: str) -> RecusalRequest:
    """Decide about a request as the officer; following it takes the person off the panel, if on it.

    Raises ``Invalid`` without an answer to the bidder, or while the person has not been heard.
    """
    request = queries.get_request_for_update(request_id)
    require(may_decide_request, actor, request.tender)
    seat = request.seat
    problems = [] if answer.strip() else [problem(N_("Please give a reason."), field="reason")]
    if request.status != RequestStatus.OPEN:
        problems.append(problem(N_("This was decided already.")))
    elif seat is not None and seat.status in ON_PANEL and request.admits is None and not follow:
        problems.append(problem(N_("The person named has not been heard yet.")))
    if problems:
        raise Invalid(*problems)
    if follow and seat is not None and seat.status in (*ON_PANEL, SeatStatus.STANDBY):
        recuse_seat(actor=actor, seat_id=seat.id, reason=answer)
    request.answer, request.decided_by = answer.strip(), actor.user_id
    REQUEST.apply("follow" if follow else "refuse", request, actor, clock.now(), reason=answer)
    outbox.emit("recusal.decided", request_id=request.id)
    return request
