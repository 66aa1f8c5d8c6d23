"""Reads of proposals. What is sealed opens here only for its own organisation, or for all after opening."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from portal.accounts import queries as accounts
from portal.bids import rules
from portal.bids.models import (
    Bid,
    BidComment,
    BidFile,
    BidVersion,
)
from portal.bids.policies import may_read, may_see_own
from portal.bids.queries.governing import governing_documents as governing_documents
from portal.bids.queries.inside import approval_rule as approval_rule
from portal.bids.queries.inside import approvers as approvers
from portal.bids.queries.inside import bid_of_comment as bid_of_comment
from portal.bids.queries.inside import rehearsal_of as rehearsal_of
from portal.bids.queries.inside import saved_at as saved_at
from portal.bids.queries.inside import unapproved as unapproved
from portal.bids.queries.library import LibraryPaper as LibraryPaper
from portal.bids.queries.library import has_expired as has_expired
from portal.bids.queries.library import library as library
from portal.bids.queries.limits import over_limits as over_limits
from portal.bids.queries.opening import RECOVERED as RECOVERED
from portal.bids.queries.opening import holders as holders
from portal.bids.queries.opening import lots as lots
from portal.bids.queries.opening import opening_is_public as opening_is_public
from portal.bids.queries.opening import opening_of as opening_of
from portal.bids.queries.opening import recovery_of as recovery_of
from portal.bids.queries.opening import seal_of as seal_of
from portal.bids.queries.opening import seals as seals
from portal.bids.queries.opening import tender_by_number as tender_by_number
from portal.bids.queries.opening import tender_for_opening as tender_for_opening
from portal.bids.queries.opening import unopened as unopened
from portal.bids.queries.opinions import PURPOSE as PURPOSE
from portal.bids.queries.opinions import Asked as Asked
from portal.bids.queries.opinions import bid_of_opinion as bid_of_opinion
from portal.bids.queries.opinions import dead_request as dead_request
from portal.bids.queries.opinions import opinion_by_code as opinion_by_code
from portal.bids.queries.opinions import opinions as opinions
from portal.bids.queries.opinions import shown_of as shown_of
from portal.bids.queries.pages import all_page_images as all_page_images
from portal.bids.queries.pages import opened_key as opened_key
from portal.bids.queries.pages import page_image as page_image
from portal.bids.queries.pages import page_images as page_images
from portal.bids.queries.partners import PARTNER as PARTNER
from portal.bids.queries.partners import applies_alone as applies_alone
from portal.bids.queries.partners import applies_with_others as applies_with_others
from portal.bids.queries.partners import binding_parties as binding_parties
from portal.bids.queries.partners import drop_places as drop_places
from portal.bids.queries.partners import groups_of as groups_of
from portal.bids.queries.partners import hosted as hosted
from portal.bids.queries.partners import members_of as members_of
from portal.bids.queries.partners import note_partners as note_partners
from portal.bids.queries.partners import participants as participants
from portal.bids.queries.partners import place_by_code as place_by_code
from portal.bids.queries.partners import places as places
from portal.bids.queries.partners import tag_of as tag_of
from portal.bids.values import AGREEMENT, BENEFICIARIES, OPENED, TITLE, BidStatus, Head, ProposalContent
from portal.core import files, sealing
from portal.core.db import db
from portal.core.errors import Invalid, NotFound, problem
from portal.core.keys import server_key
from portal.core.papers import official
from portal.core.policy import Actor
from portal.core.questions import QuestionForm
from portal.core.text import N_
from portal.parties.models import Party
from portal.parties.values import ORGANISATION, Role
from portal.tenders import queries as tenders
from portal.tenders.models import BudgetHead, Lot, Tender
from portal.tenders.values import TenderStatus

_CASE: tuple[InstrumentedAttribute[Tender] | InstrumentedAttribute[Lot] | InstrumentedAttribute[Party], ...] = (
    Bid.tender, Bid.lot, Bid.party,
)  # fmt: skip


def get_bid(actor: Actor, bid_id: UUID) -> Bid:
    """A proposal with its call, lot and organisation.

    Raises ``NotFound`` for everybody but its organisation as long as it is not opened.
    """
    bid = db.session.scalars(_bids().where(Bid.id == bid_id)).first()
    if bid is None or not (actor.is_system or may_see_own(actor, bid) or may_read(actor, bid)):
        raise NotFound()
    return bid


def get_bid_for_update(bid_id: UUID) -> Bid:
    """The proposal with its call, lot and organisation, locked.

    The call is locked first and shared: its opening, which takes it alone, waits for all who came before.
    """
    tender_id = select(Bid.tender_id).where(Bid.id == bid_id).scalar_subquery()
    db.session.scalars(select(Tender).where(Tender.id == tender_id).with_for_update(read=True)).first()
    statement = _bids().where(Bid.id == bid_id).with_for_update(of=Bid)
    bid = db.session.scalars(statement.execution_options(populate_existing=True)).first()
    if bid is None:
        raise NotFound()
    return bid


def my_bids(actor: Actor) -> Select[Bid]:
    """The proposals of the actor's organisations."""
    return _bids().where(Bid.party_id.in_(actor.scopes(*ORGANISATION)))


def begun(actor: Actor, lots: Collection[Lot]) -> list[Bid]:
    """The proposals that the actor's organisations have for these lots already; what was withdrawn may begin anew."""
    statement = my_bids(actor).where(
        Bid.lot_id.in_([lot.id for lot in lots]), Bid.status != BidStatus.WITHDRAWN
    )
    return list(db.session.scalars(statement.order_by(Bid.created_at)))


def my_parties(actor: Actor) -> list[Party]:
    """The organisations for which the actor may write."""
    scopes = actor.scopes(Role.ORG_OWNER, Role.ORG_DRAFTER)
    return list(db.session.scalars(select(Party).where(Party.id.in_(scopes)).order_by(Party.name)))


def owned_parties(actor: Actor) -> list[Party]:
    """The organisations that the actor owns."""
    scopes = actor.scopes(Role.ORG_OWNER)
    return list(db.session.scalars(select(Party).where(Party.id.in_(scopes)).order_by(Party.name)))


def open_lots(now: datetime) -> list[Lot]:
    """The lots of calls that are open, with their calls, by deadline."""
    statement = (
        select(Lot)
        .join(Lot.tender)
        .options(joinedload(Lot.tender))
        .where(Tender.status == TenderStatus.ACTIVE, Tender.published_at <= now, Tender.deadline_at > now)
        .order_by(Tender.deadline_at, Tender.number, Lot.position)
    )
    return list(db.session.scalars(statement))


def lot_with_tender(lot_id: UUID) -> Lot:
    """A lot of a published call, with its call; ``NotFound`` for any other."""
    statement = select(Lot).join(Lot.tender).options(joinedload(Lot.tender))
    lot = db.session.scalars(statement.where(Lot.id == lot_id, Tender.published_at.is_not(None))).first()
    if lot is None:
        raise NotFound()
    return lot


def bid_of(lot_id: UUID, party_id: UUID, applicant_tag: str = "") -> Bid | None:
    """The one proposal of an organisation for a lot, for itself or for the group with this tag."""
    statement = select(Bid).where(
        Bid.lot_id == lot_id, Bid.party_id == party_id, Bid.applicant_tag == applicant_tag
    )
    return db.session.scalars(statement).first()


def form_of(bid: Bid) -> QuestionForm:
    """The form of the proposal's call, with which the proposal must be loaded."""
    return tenders.form_of(bid.tender)


def form_for(bid: Bid, content: ProposalContent) -> QuestionForm:
    """The form of the proposal's call, with what this proposal needs beside it."""
    title, help_text = official(rules.AGREEMENT_TITLE), official(rules.AGREEMENT_HELP)
    return rules.with_agreement(form_of(bid), content, title, help_text)


def answered(tender: Tender, content: ProposalContent) -> list[rules.Answered]:
    """The answers of a proposal with their questions, but for its name and the number of people."""
    return rules.readable(tenders.form_of(tender), content, without=(TITLE, BENEFICIARIES))


def papers(tender: Tender) -> dict[str, str]:
    """The kinds of attachments that a call asks for, by code."""
    asked = {paper.code: paper.title for paper in tenders.form_of(tender).papers}
    return {AGREEMENT: official(rules.AGREEMENT_TITLE), **asked}


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment in the clear, for members of the organisation."""

    id: UUID
    page: str
    text: str
    author: str
    created_at: datetime
    settled: bool


def comments(bid: Bid, page: str | None = None) -> list[Comment]:
    """The comments on a draft, or on one page of it, oldest first; none once it is submitted."""
    if bid.draft_key is None:
        return []
    statement = select(BidComment).where(BidComment.bid_id == bid.id).order_by(BidComment.created_at)
    rows = list(db.session.scalars(statement.where(BidComment.page == page) if page else statement))
    names = accounts.names(row.author_id for row in rows)
    key, place = draft_key(bid), bid.place_of(0)
    return [
        Comment(
            row.id, row.page, rules.open_note(row.ciphertext, key, place, f"comment-{row.id}"), names[row.author_id],
            row.created_at, row.settled_at is not None,
        )
        for row in rows
    ]  # fmt: skip


def heads(tender_id: UUID) -> list[Head]:
    """The budget heads of a call, in order."""
    rows = db.session.scalars(
        select(BudgetHead).where(BudgetHead.tender_id == tender_id).order_by(BudgetHead.position)
    )
    return [Head(row.code, row.title, row.cap_bp) for row in rows]


def draft(bid: Bid) -> ProposalContent:
    """The draft in the clear, for members of the organisation; ``NotFound`` when there is none."""
    return rules.open_content(_draft_ciphertext(bid), draft_key(bid), bid.place_of(0))[0]


def draft_key(bid: Bid) -> bytes:
    """The key of the draft and of its attachments; ``NotFound`` when it was destroyed."""
    if bid.draft_key is None:
        raise NotFound()
    return sealing.unwrap_with_key(server_key("draft"), bid.draft_key, bid.place_of(0).info("draft"))


def draft_file(bid: Bid, part: str) -> tuple[bytes, str, str]:
    """An attachment of the draft: bytes, name, media type. Raises ``NotFound``."""
    return _file(bid, draft(bid), draft_key(bid), 0, part)


def files_of(bid_id: UUID, version: int) -> list[BidFile]:
    """The encrypted attachments of one version; 0 is the draft."""
    return list(
        db.session.scalars(select(BidFile).where(BidFile.bid_id == bid_id, BidFile.version_number == version))
    )


def version_of(bid: Bid) -> BidVersion:
    """The last submission of a proposal. Raises ``NotFound`` when there was none."""
    version = db.session.scalars(
        select(BidVersion).where(BidVersion.bid_id == bid.id, BidVersion.number == bid.submitted_version)
    ).first()
    if version is None:
        raise NotFound()
    return version


def versions(bid_id: UUID) -> list[BidVersion]:
    """All submissions of a proposal, the newest first."""
    statement = select(BidVersion).where(BidVersion.bid_id == bid_id).order_by(BidVersion.number.desc())
    return list(db.session.scalars(statement))


def reopened_key(bid: Bid, version: BidVersion, code: str) -> bytes:
    """The data key of a sealed proposal by its reopen code. Raises ``Invalid`` at ``code``."""
    wrong = Invalid(problem(N_("This is not the reopen code of this proposal."), field="code"))
    if version.reopen_wrapped is None:
        raise NotFound()
    try:
        secret = sealing.parse_code(code)
        return sealing.unwrap_with_key(secret, version.reopen_wrapped, bid.place.info("reopen"))
    except sealing.BadCode as error:
        raise Invalid(*(problem(p.message, field="code", **p.params) for p in error.problems)) from None
    except sealing.SealBroken:
        raise wrong from None


def own_copy(bid: Bid, code: str) -> ProposalContent:
    """What the organisation submitted, opened by its reopen code. Raises ``Invalid`` at ``code``."""
    version = version_of(bid)
    return rules.open_content(version.ciphertext, reopened_key(bid, version, code), bid.place)[0]


def own_files(bid: Bid, code: str) -> dict[str, bytes]:
    """The attachments that the organisation submitted, by part, opened by its reopen code."""
    version = version_of(bid)
    key = reopened_key(bid, version, code)
    return {
        row.part: rules.open_file(files.read(row.sha256), key, bid.place, row.part)
        for row in files_of(bid.id, bid.submitted_version)
    }


def content(bid: Bid) -> ProposalContent:
    """The content of an opened proposal. Raises ``NotFound`` before opening."""
    return rules.open_content(version_of(bid).ciphertext, opened_key(bid), bid.place)[0]


def read_file(bid: Bid, part: str) -> tuple[bytes, str, str]:
    """An attachment of an opened proposal: bytes, name, media type. Raises ``NotFound`` before opening."""
    return _file(bid, content(bid), opened_key(bid), bid.submitted_version, part)


def sealed_bids(tender_id: UUID) -> list[Bid]:
    """All sealed proposals of a call, locked; only for the opening, nothing else may count them."""
    return list(
        db.session.scalars(
            _bids()
            .where(Bid.tender_id == tender_id, Bid.status == BidStatus.SEALED)
            .order_by(Bid.id)
            .with_for_update(of=Bid)
        )
    )


def opened_bids(tender_id: UUID, statuses: Collection[BidStatus] | None = None) -> list[Bid]:
    """The opened proposals of a call with their lots and organisations, by lot and organisation."""
    wanted = OPENED if statuses is None else OPENED & set(statuses)
    statement = (
        _bids()
        .join(Bid.lot)
        .join(Bid.party)
        .where(Bid.tender_id == tender_id, Bid.status.in_(wanted))
        .order_by(Lot.position, Party.name, Bid.id)
    )
    return list(db.session.scalars(statement))


def bids_at_opening(tender_id: UUID) -> list[Bid]:
    """Every proposal that was sealed at the deadline, whether it was opened or not."""
    wanted = (*OPENED, BidStatus.UNOPENED)
    return list(
        db.session.scalars(_bids().where(Bid.tender_id == tender_id, Bid.status.in_(wanted)).order_by(Bid.id))
    )


def receipt_matches(number: str, digest: str) -> bool:
    """Whether a receipt with this number and digest was given; says nothing else."""
    statement = select(BidVersion.id).where(
        BidVersion.receipt_number == number.strip().upper(),
        BidVersion.receipt_digest == digest.strip().lower(),
    )
    return db.session.scalar(statement) is not None


def _bids() -> Select[Bid]:
    return select(Bid).options(*(joinedload(part, innerjoin=True) for part in _CASE))


def _draft_ciphertext(bid: Bid) -> bytes:
    if bid.draft is None:
        raise NotFound()
    return bid.draft


def _file(bid: Bid, whole: ProposalContent, key: bytes, version: int, part: str) -> tuple[bytes, str, str]:
    named = next((item for item in whole.attachments if item.part == part), None)
    row = next((item for item in files_of(bid.id, version) if item.part == part), None)
    if named is None or row is None:
        raise NotFound()
    plain = rules.open_file(files.read(row.sha256), key, bid.place_of(version), part)
    return plain, named.name, named.media_type
