"""What waits for experts and evaluators."""

from datetime import datetime
from typing import Any

from sqlalchemy import Exists, Select, exists, select
from sqlalchemy.orm import aliased

from portal.contracts.models import Contract
from portal.core.policy import Actor
from portal.evaluation.models import Evaluation, Survey
from portal.evaluation.values import EvaluationStatus
from portal.home.queries.asking import ask
from portal.home.values import Task, TaskKind
from portal.panels.models import Expert, Panel, Seat
from portal.panels.values import PanelStatus, SeatStatus
from portal.scoring.models import Clarification, ScoreSheet
from portal.scoring.values import ClarificationStatus, SheetStatus
from portal.tenders.models import Tender


def _own_seats(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(Seat.id, Tender.title)
        .join(Panel, Panel.id == Seat.panel_id)
        .join(Tender, Tender.id == Panel.tender_id)
        .join(Expert, Expert.id == Seat.expert_id)
        .where(Expert.user_id == actor.user_id)
        .order_by(Panel.frozen_at)
    )


def invitations(actor: Actor, now: datetime) -> list[Task]:
    """Seats that the expert has not answered."""
    return ask(TaskKind.ANSWER_SEAT, _own_seats(actor).where(Seat.status == SeatStatus.INVITED))


def _scoring(actor: Actor) -> Select[*tuple[Any, ...]]:
    return _own_seats(actor).where(Panel.status == PanelStatus.SCORING, Seat.status == SeatStatus.ACCEPTED)


def open_sheets(actor: Actor, now: datetime) -> list[Task]:
    """Panels in which sheets of the expert are open."""
    unlocked = exists().where(ScoreSheet.seat_id == Seat.id, ScoreSheet.status != SheetStatus.SUBMITTED)
    return ask(TaskKind.SCORE, _scoring(actor).where(unlocked))


def sheets_to_sign(actor: Actor, now: datetime) -> list[Task]:
    """Panels in which all sheets are locked and the expert has not signed."""
    return ask(
        TaskKind.SIGN_SHEETS,
        _scoring(actor).where(Seat.signed_at.is_(None), Seat.refused_at.is_(None), ~unlocked_sheets()),
    )


def questions_to_pass_on(actor: Actor, now: datetime) -> list[Task]:
    """Questions to bidders that wait for the chair."""
    waiting = (
        select(Clarification.id, Tender.title)
        .join(Panel, Panel.id == Clarification.panel_id)
        .join(Tender, Tender.id == Panel.tender_id)
        .join(Seat, Seat.id == Panel.chair_id)
        .join(Expert, Expert.id == Seat.expert_id)
        .where(
            Expert.user_id == actor.user_id, Clarification.status == ClarificationStatus.ASKED,
            Panel.status == PanelStatus.SCORING,
        )
        .order_by(Clarification.asked_at)
    )  # fmt: skip
    return ask(TaskKind.PASS_QUESTION_ON, waiting)


def unlocked_sheets() -> Exists:
    """Whether an expert who still sits on the panel has a sheet that is not locked; for queries of panels."""
    member = aliased(Seat)
    return exists().where(
        ScoreSheet.panel_id == Panel.id, ScoreSheet.status != SheetStatus.SUBMITTED,
        member.id == ScoreSheet.seat_id, member.status == SeatStatus.ACCEPTED,
    )  # fmt: skip


def evaluations(actor: Actor, now: datetime) -> list[Task]:
    """Evaluations assigned to the person; due when the survey closes."""
    return ask(
        TaskKind.EVALUATE,
        select(Evaluation.id, Contract.title, Survey.closes_at)
        .join(Contract, Contract.id == Evaluation.contract_id)
        .outerjoin(Survey, Survey.evaluation_id == Evaluation.id)
        .where(Evaluation.evaluator_id == actor.user_id, Evaluation.status == EvaluationStatus.ASSIGNED)
        .order_by(Evaluation.assigned_at),
    )
