"""Reads of questions to bidders."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.bids.models import Bid
from portal.core import clock, sealing
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import server_key
from portal.core.policy import Actor
from portal.panels import queries as panels
from portal.panels.models import Panel, Seat
from portal.parties.values import ORGANISATION
from portal.scoring.models import Clarification
from portal.scoring.queries.blind import words_of
from portal.scoring.queries.own import my_seat
from portal.scoring.rules.blind import masked
from portal.scoring.values import ClarificationStatus


@dataclass(frozen=True)
class Asked:
    """A question in the clear, as its reader may see it; ``code`` is who asked, for the chair only."""

    row: Clarification
    question: str
    answer: str
    code: str = ""

    @property
    def is_late(self) -> bool:
        """The time to answer is over and nothing came."""
        row = self.row
        return (
            row.status == ClarificationStatus.RELEASED
            and row.answer_by is not None
            and row.answer_by <= clock.now()
        )


def sealed_text(text: str, row_id: UUID, field: str) -> bytes:
    """A text as it is kept: encrypted under the storage key, bound to its row."""
    return sealing.encrypt(
        server_key("storage"), text.encode(), aad={"clarification": str(row_id), "field": field}
    )


def _text(sealed: bytes | None, row: Clarification, field: str) -> str:
    if sealed is None:
        return ""
    place = {"clarification": str(row.id), "field": field}
    return sealing.decrypt(server_key("storage"), sealed, aad=place).decode()


def in_the_clear(row: Clarification, *, code: str = "") -> Asked:
    """Question and answer of one row."""
    return Asked(row, _text(row.question, row, "question"), _text(row.answer, row, "answer"), code)


def asked_of(panel: Panel, own: Seat | None, bid_id: UUID | None = None) -> list[Asked]:
    """The questions to the bidders of a panel, the oldest first.

    What was passed on is the same for every member and for staff (``own`` is ``None``); what waits or was kept back
    is seen by who asked and by the chair. In a blind call answers are masked for members.
    """
    statement = _rows().where(Clarification.panel_id == panel.id)
    if bid_id is not None:
        statement = statement.where(Clarification.bid_id == bid_id)
    chair = own is not None and panel.chair_id == own.id
    blind = own is not None and panels.is_blind(panel)
    found = []
    for row in db.session.scalars(statement.order_by(Clarification.asked_at, Clarification.id)):
        if row.released_at is None and not chair and (own is None or row.seat_id != own.id):
            continue
        read = in_the_clear(row, code=row.seat.code if chair else "")
        answer = masked(read.answer, words_of(row.bid)) if blind and read.answer else read.answer
        found.append(Asked(row, read.question, answer, read.code))
    return found


def question_states(panel_id: UUID) -> list[Clarification]:
    """Where each question of a panel stands, the oldest first, for staff; the texts stay sealed (one query)."""
    statement = _rows().where(Clarification.panel_id == panel_id)
    return list(db.session.scalars(statement.order_by(Clarification.asked_at, Clarification.id)))


def waiting_questions(panel_id: UUID, seat_id: UUID) -> int:
    """How many questions of an expert wait for the chair."""
    statement = select(Clarification.id).where(
        Clarification.panel_id == panel_id, Clarification.seat_id == seat_id,
        Clarification.status == ClarificationStatus.ASKED,
    )  # fmt: skip
    return len(db.session.scalars(statement).all())


def get_clarification(actor: Actor, clarification_id: UUID) -> Clarification:
    """A question that was passed on, for members of the organisation asked. Raises ``NotFound``."""
    row = db.session.scalars(_rows().where(Clarification.id == clarification_id)).first()
    if row is None or row.released_at is None or row.bid.party_id not in actor.scopes(*ORGANISATION):
        raise NotFound()
    return row


def question_to_release(actor: Actor, clarification_id: UUID) -> tuple[Clarification, Seat]:
    """A question of the actor's own panel, with the actor's seat. Raises ``NotFound``."""
    row = db.session.scalars(_rows().where(Clarification.id == clarification_id)).first()
    if row is None:
        raise NotFound()
    return row, my_seat(actor, row.panel_id)


def clarification_for_update(clarification_id: UUID) -> Clarification:
    """A question with panel, call, proposal and seat, locked. Raises ``NotFound``."""
    statement = _rows().where(Clarification.id == clarification_id).with_for_update(of=Clarification)
    row = db.session.scalars(statement, execution_options={"populate_existing": True}).first()
    if row is None:
        raise NotFound()
    return row


def questions_to(bid_id: UUID, now: datetime) -> list[Clarification]:
    """What the bidder of a proposal was asked, the oldest first."""
    statement = _rows().where(Clarification.bid_id == bid_id, Clarification.released_at <= now)
    return list(db.session.scalars(statement.order_by(Clarification.released_at)))


def _rows() -> Select[Clarification]:
    return select(Clarification).options(
        joinedload(Clarification.panel, innerjoin=True).joinedload(Panel.tender, innerjoin=True),
        joinedload(Clarification.bid, innerjoin=True).options(
            joinedload(Bid.party, innerjoin=True), joinedload(Bid.lot, innerjoin=True)
        ),
        joinedload(Clarification.seat, innerjoin=True),
    )
