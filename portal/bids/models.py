"""Proposals. No column here ever holds proposal content in the clear, except the quote once it was opened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.bids.values import BidStatus, Place
from portal.core.db import Model, Versioned
from portal.core.money import Money
from portal.core.types import enum_column
from portal.parties.models import Party
from portal.tenders.models import Lot, Tender


class Bid(Versioned, Model):
    """A proposal of one organisation for one lot.

    ``draft`` is encrypted under ``draft_key``, itself wrapped by the server's draft key; submitting destroys it.
    ``sections`` says of each page of the draft how often, when and by whom it was saved, never what.
    ``opened_key`` is the data key re-wrapped for the storage key at opening. ``applicant_tag`` is empty, or a keyed
    digest of the group on file for which the organisation applies.
    """

    __tablename__ = "bid"
    __table_args__ = (
        UniqueConstraint("lot_id", "party_id", "applicant_tag"),
        CheckConstraint("quote IS NULL OR status IN ('pending', 'valid', 'disqualified')", name="quote_after_opening"),
        CheckConstraint("(opened_key IS NOT NULL) = (status IN ('pending', 'valid', 'disqualified'))", name="key_after_opening"),
        CheckConstraint("(status = 'draft') >= (draft IS NOT NULL)", name="draft_content_in_draft_only"),
    )  # fmt: skip

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    status: Mapped[BidStatus] = enum_column(BidStatus, default=BidStatus.DRAFT, index=True)
    draft: Mapped[bytes | None] = mapped_column(LargeBinary)
    draft_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    draft_saved_at: Mapped[datetime | None]
    draft_saved_by: Mapped[UUID | None]
    approval_asked_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    sections: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]
    submitted_at: Mapped[datetime | None]
    submitted_version: Mapped[int] = mapped_column(default=0)
    opened_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    quote: Mapped[Money | None]
    applicant_tag: Mapped[str] = mapped_column(default="")

    tender: Mapped[Tender] = relationship(lazy="raise_on_sql")
    lot: Mapped[Lot] = relationship(lazy="raise_on_sql")
    party: Mapped[Party] = relationship(lazy="raise_on_sql")

    @property
    def place(self) -> Place:
        """Where the present submission's sealed bytes belong."""
        return self.place_of(self.submitted_version)

    def place_of(self, version: int) -> Place:
        """Where the sealed bytes of one version belong; 0 is the draft."""
        return Place(str(self.tender_id), str(self.lot_id), str(self.id), version)


class BidComment(Model):
    """A remark of a member on a page of the draft, encrypted under the draft's key and destroyed with it."""

    __tablename__ = "bid_comment"

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    page: Mapped[str]
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]


class BidPartner(Model):
    """A place for somebody with whom, or for whom, an organisation applies.

    Who it is lies encrypted in the proposal, under ``part``. ``tag`` is a keyed digest of that organisation, so that it
    applies once only in a lot; ``party_id`` is written at the opening.
    """

    __tablename__ = "bid_partner"
    __table_args__ = (UniqueConstraint("lot_id", "tag"),)

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    part: Mapped[str]
    code_digest: Mapped[str | None] = mapped_column(unique=True)
    tag: Mapped[str | None]
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"), index=True)


class OpinionRequest(Model):
    """An outsider is asked for an opinion on a draft, by a link without an account.

    ``shown`` holds who is asked, what of the draft is shown, and the code of the link; it is encrypted under the
    draft's key and destroyed with it. The code is found by its keyed digest.
    """

    __tablename__ = "bid_opinion"

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    paper: Mapped[str]
    code_digest: Mapped[str] = mapped_column(unique=True)
    shown: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class BidRehearsal(Model):
    """The last rehearsal of a submission: sealed under a code only, never for the holders, discarded once proved."""

    __tablename__ = "bid_rehearsal"

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), unique=True)
    ciphertext: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    files: Mapped[int]
    size: Mapped[int]
    digest: Mapped[str]
    rehearsed_at: Mapped[datetime]
    rehearsed_by: Mapped[UUID]
    proved_at: Mapped[datetime | None]


class ApprovalRule(Model):
    """Whether an organisation lets a second person approve its proposals before they are submitted."""

    __tablename__ = "approval_rule"

    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), unique=True)
    needed: Mapped[bool]
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID]


class BidVersion(Model):
    """One sealed submission. The data key is wrapped for the lot and under the organisation's reopen code.

    Withdrawing or replacing destroys ``lot_wrapped``, a failed call destroys both: then nobody can read it.
    """

    __tablename__ = "bid_version"
    __table_args__ = (UniqueConstraint("bid_id", "number"),)

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    number: Mapped[int]
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    lot_wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    reopen_wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    receipt_number: Mapped[str] = mapped_column(unique=True)
    receipt_digest: Mapped[str]
    received_at: Mapped[datetime]
    submitted_by: Mapped[UUID]
    receipt_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))


class BidFile(Model):
    """An encrypted attachment; its name and type are part of the encrypted content."""

    __tablename__ = "bid_file"
    __table_args__ = (UniqueConstraint("bid_id", "version_number", "part"),)

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    version_number: Mapped[int]
    part: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    created_at: Mapped[datetime]


class Upload(Model):
    """A file that is arriving in pieces; its name is not known here."""

    __tablename__ = "bid_upload"

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)


class UploadPiece(Model):
    """A piece of an upload, encrypted under the draft's key; ``size`` is that before encryption."""

    __tablename__ = "bid_upload_piece"
    __table_args__ = (UniqueConstraint("upload_id", "index"),)

    upload_id: Mapped[UUID] = mapped_column(ForeignKey("bid_upload.id"), index=True)
    index: Mapped[int]
    size: Mapped[int]
    sha256: Mapped[str]


class FilePages(Model):
    """The pages of an opened attachment as pictures, encrypted like it; ``problem`` says why some or all are missing."""

    __tablename__ = "bid_file_pages"
    __table_args__ = (UniqueConstraint("bid_id", "part"),)

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    part: Mapped[str]
    pages: Mapped[list[Any]]
    problem: Mapped[str | None]
    made_at: Mapped[datetime]


class Opening(Model):
    """The opening of a call by two people: what was counted, who was there, the minutes."""

    __tablename__ = "opening"
    __table_args__ = (CheckConstraint("officer_id <> supervisor_id", name="two_people"),)

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), unique=True)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    supervisor_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    opened_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]]
    entries: Mapped[list[Any]]
    minutes_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
