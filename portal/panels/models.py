"""The expert pool, the draw, and the seats of a panel."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.db import Model, Versioned, append_only
from portal.core.money import Money
from portal.core.types import enum_column
from portal.panels.values import (
    DrawStatus,
    ExpertGroup,
    PanelStatus,
    RequestStatus,
    SeatStatus,
    TitleLevel,
    WitnessRole,
)
from portal.parties.models import Party
from portal.tenders.models import Tender


class Expert(Versioned, Model):
    """A person of the pool; exactly one group each. ``entered_at`` is since when the entry stands as it is.

    Whose entry is new, or lost a tie, after the deadline of a call is not drawn for it, so that nobody is made to
    suit a bidder. ``ties`` and ``relatives`` are declarations with codes and last days, ``unavailable`` pairs of
    days; ``declared_at`` is when the person last confirmed them, ``fee_rate`` is for one review. A ``representative``
    is somebody of the buyer beside the pool, who is never drawn.
    """

    __tablename__ = "expert"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), unique=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    group: Mapped[ExpertGroup] = enum_column(ExpertGroup, index=True)
    title: Mapped[str]
    title_level: Mapped[TitleLevel] = enum_column(TitleLevel, default=TitleLevel.OTHER)
    years: Mapped[int] = mapped_column(default=0)
    born_on: Mapped[date | None]
    sanctioned_on: Mapped[date | None]
    employer: Mapped[str]
    past_employers: Mapped[list[str]] = mapped_column(default=list)
    interests: Mapped[list[str]] = mapped_column(default=list)
    ties: Mapped[list[Any]] = mapped_column(default=list)
    relatives: Mapped[list[Any]] = mapped_column(default=list)
    address: Mapped[str] = mapped_column(default="")
    unavailable: Mapped[list[Any]] = mapped_column(default=list)
    term_ends_on: Mapped[date | None]
    fee_rate: Mapped[Money] = mapped_column(default=Money(0))
    declared_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True, index=True)
    representative: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise_on_sql")
    fields: Mapped[list["ExpertSpecialty"]] = relationship(
        order_by="ExpertSpecialty.name", lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    @property
    def specialties(self) -> list[str]:
        """The names of the fields in which the person is an expert."""
        return [field.name for field in self.fields]


class ExpertSpecialty(Model):
    """A field in which somebody of the pool is an expert."""

    __tablename__ = "expert_specialty"
    __table_args__ = (UniqueConstraint("expert_id", "name"),)

    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), index=True)
    name: Mapped[str] = mapped_column(index=True)


class ExpertApplication(Model):
    """What somebody wrote, or a spreadsheet said, about an entry that the officer has still to make."""

    __tablename__ = "expert_application"

    email: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    entry: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]


class Panel(Versioned, Model):
    """The panel of one call. Its members come from one numbered draw or several; ``quotas`` are its seats by cell.

    ``redraw_reason`` is the supervisor's reason for the next draw, until the officer opens it; ``chair_id`` is a seat. Who scored is
    public from ``published_at`` on.
    """

    __tablename__ = "panel"
    __table_args__ = (
        CheckConstraint("(status = 'frozen') = (drawn_at IS NULL)", name="drawn_has_time"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_time"),
    )

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), unique=True)
    status: Mapped[PanelStatus] = enum_column(PanelStatus, default=PanelStatus.FROZEN, index=True)
    quotas: Mapped[list[Any]]
    review_on: Mapped[date]
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[UUID]
    drawn_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    redraw_reason: Mapped[str | None]
    redraw_by: Mapped[UUID | None]
    chair_id: Mapped[UUID | None]
    representative_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    representative_by: Mapped[UUID | None]
    representative_approved_by: Mapped[UUID | None]

    tender: Mapped[Tender] = relationship(lazy="raise_on_sql")
    draws: Mapped[list["PanelDraw"]] = relationship(
        back_populates="panel", order_by="PanelDraw.number", lazy="raise_on_sql"
    )
    seats: Mapped[list["Seat"]] = relationship(
        back_populates="panel", order_by="Seat.position", lazy="raise_on_sql"
    )

    @property
    def proof(self) -> dict[str, Any] | None:
        """The record of the first draw that was held."""
        return next((draw.record for draw in self.draws if draw.status == DrawStatus.DRAWN), None)


class PanelDraw(Versioned, Model):
    """One numbered draw. ``secret`` is encrypted until ``record`` (proof, or record of a void draw) reveals it.

    ``candidates`` and ``excluded`` name people and hold the salts: only the digests are public.
    """

    __tablename__ = "panel_draw"
    __table_args__ = (
        UniqueConstraint("panel_id", "number"),
        CheckConstraint("(status IN ('drawn', 'void')) = (record IS NOT NULL)", name="ended_has_record"),
        CheckConstraint("(status = 'committing') <= (reveal_by IS NULL)", name="reveal_comes_later"),
        CheckConstraint("(number = 1) = (previous IS NULL)", name="chained"),
    )

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    number: Mapped[int]
    status: Mapped[DrawStatus] = enum_column(DrawStatus, default=DrawStatus.COMMITTING, index=True)
    quotas: Mapped[list[Any]]
    candidates: Mapped[list[Any]]
    excluded: Mapped[list[Any]]
    previous: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    list_digest: Mapped[str]
    rules_digest: Mapped[str]
    commitment: Mapped[str]
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID]
    reveal_by: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    record: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    panel: Mapped[Panel] = relationship(back_populates="draws", lazy="raise_on_sql")
    strings: Mapped[list["DrawString"]] = relationship(
        back_populates="draw", order_by="DrawString.position", lazy="raise_on_sql"
    )


class DrawString(Model):
    """What one of the three lodges for a draw: first a commitment, later the string behind it."""

    __tablename__ = "draw_string"
    __table_args__ = (
        UniqueConstraint("draw_id", "role"),
        UniqueConstraint("draw_id", "user_id"),
        CheckConstraint("(commitment IS NULL) = (lodged_at IS NULL)", name="lodged_has_time"),
        CheckConstraint("(words IS NULL) = (revealed_at IS NULL)", name="revealed_has_time"),
        CheckConstraint("words IS NULL OR commitment IS NOT NULL", name="committed_before"),
    )

    draw_id: Mapped[UUID] = mapped_column(ForeignKey("panel_draw.id"), index=True)
    role: Mapped[WitnessRole] = enum_column(WitnessRole)
    position: Mapped[int]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    commitment: Mapped[str | None]
    lodged_at: Mapped[datetime | None]
    words: Mapped[str | None]
    revealed_at: Mapped[datetime | None]

    draw: Mapped[PanelDraw] = relationship(back_populates="strings", lazy="raise_on_sql")


class Seat(Versioned, Model):
    """A place on a panel, or on the standby list of its cell; ``position`` orders both through all draws.

    ``buyer`` marks the seat of the buyer's representative, which is named and not drawn;
    ``letter_id`` the letter on a recusal. ``refused_at`` is when a refusal to sign went on record.
    """

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("panel_id", "expert_id"),
        UniqueConstraint("panel_id", "code"),
        CheckConstraint(
            "(status IN ('recused', 'declined', 'lapsed')) = (left_at IS NOT NULL)", name="left_has_time"
        ),
    )

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), index=True)
    draw_id: Mapped[UUID | None] = mapped_column(ForeignKey("panel_draw.id"))
    code: Mapped[str]
    group: Mapped[ExpertGroup] = enum_column(ExpertGroup)
    specialty: Mapped[str] = mapped_column(default="")
    buyer: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    status: Mapped[SeatStatus] = enum_column(SeatStatus, index=True)
    answer_by: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    confidential_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("seat.id"))
    signed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))

    panel: Mapped[Panel] = relationship(back_populates="seats", lazy="raise_on_sql")
    expert: Mapped[Expert] = relationship(lazy="raise_on_sql")

    @property
    def concluded_at(self) -> datetime | None:
        """When the member signed, or when the refusal to sign went on record: nothing is waited for any more."""
        return self.signed_at or self.refused_at


class SeatDeclaration(Model):
    """What an expert declared about one proposal before seeing it: no conflict, or the ``tie`` that is one."""

    __tablename__ = "seat_declaration"
    __table_args__ = (UniqueConstraint("seat_id", "bid_id"),)

    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    tie: Mapped[str] = mapped_column(default="")
    declared_at: Mapped[datetime]


class RecusalRequest(Versioned, Model):
    """A bidder's written request that a person be recused (procurement regulation 9). The bidder learns nothing of the panel.

    ``seat_id`` is the seat of that person, where there is one; ``statement`` what the person says when asked.
    """

    __tablename__ = "recusal_request"
    __table_args__ = (
        UniqueConstraint("tender_id", "party_id", "person"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided_has_time"),
    )

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    person: Mapped[str]
    reason: Mapped[str]
    status: Mapped[RequestStatus] = enum_column(RequestStatus, default=RequestStatus.OPEN, index=True)
    seat_id: Mapped[UUID | None] = mapped_column(ForeignKey("seat.id"), index=True)
    filed_by: Mapped[UUID]
    filed_at: Mapped[datetime]
    admits: Mapped[bool | None]
    statement: Mapped[str | None]
    answer: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]

    tender: Mapped[Tender] = relationship(lazy="raise_on_sql")
    party: Mapped[Party] = relationship(lazy="raise_on_sql")
    seat: Mapped[Seat | None] = relationship(lazy="raise_on_sql")


append_only(SeatDeclaration)
