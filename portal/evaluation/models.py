"""Third-party and resident evaluation of a contract."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, Versioned
from portal.core.types import enum_column
from portal.evaluation.values import Channel, EvaluationGroup, EvaluationStatus


class Evaluation(Versioned, Model):
    """The final evaluation of a contract.

    ``weights`` are basis points by indicator and group together with the bands, frozen at the assignment;
    ``result`` is what was computed at submission, with the numerator and denominator of each rate.
    """

    __tablename__ = "evaluation"
    __table_args__ = (CheckConstraint("(status = 'final') = (final_at IS NOT NULL)", name="final_has_time"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), unique=True)
    evaluator_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    status: Mapped[EvaluationStatus] = enum_column(
        EvaluationStatus, default=EvaluationStatus.ASSIGNED, index=True
    )
    weights: Mapped[dict[str, Any]]
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[UUID]
    conflict_free: Mapped[bool] = mapped_column(default=False)
    declared_at: Mapped[datetime | None]
    conclusion: Mapped[str] = mapped_column(default="")
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    score: Mapped[Decimal | None]
    stars: Mapped[int | None]
    result: Mapped[dict[str, Any] | None]
    submitted_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]


class GroupMark(Model):
    """The mark of one group on one indicator (0 to 100); residents' marks come from the survey instead."""

    __tablename__ = "group_mark"
    __table_args__ = (UniqueConstraint("evaluation_id", "group", "indicator"),)

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation.id"), index=True)
    group: Mapped[EvaluationGroup] = enum_column(EvaluationGroup)
    indicator: Mapped[str]
    value: Mapped[Decimal]
    note: Mapped[str] = mapped_column(default="")


class Survey(Model):
    """The residents' survey of an evaluation; people answer by link or QR code without an account."""

    __tablename__ = "survey"

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation.id"), unique=True)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    population: Mapped[int]


class SurveyCode(Model):
    """An invitation code: one answer each. Only its digest is kept, so answers cannot be traced to papers.

    ``used_at`` is the day, like the day of the answer: exact times would tell which answer came by which code.
    """

    __tablename__ = "survey_code"

    survey_id: Mapped[UUID] = mapped_column(ForeignKey("survey.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]


class SurveyAnswer(Model):
    """One resident's answer: knew of the project, took part, satisfaction 1 to 5; ``answered_at`` is the day."""

    __tablename__ = "survey_answer"
    __table_args__ = (CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_1_to_5"),)

    survey_id: Mapped[UUID] = mapped_column(ForeignKey("survey.id"), index=True)
    aware: Mapped[bool]
    took_part: Mapped[bool]
    satisfaction: Mapped[int]
    comment: Mapped[str] = mapped_column(default="")
    channel: Mapped[Channel] = enum_column(Channel)
    answered_at: Mapped[datetime]
