"""Submitting, withdrawing and reopening: the seal closes and, until the deadline, opens for its own organisation."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from portal.bids import queries, rules
from portal.bids.models import Bid, BidComment, BidVersion, OpinionRequest
from portal.bids.policies import may_submit
from portal.bids.services.drafting import begin_draft, drop_files, keep_file
from portal.bids.services.partners import open_place
from portal.bids.services.rehearsal import discard_rehearsal
from portal.bids.values import BidStatus, Declaration, Place, ProposalContent, Submitted
from portal.bids.workflow import BID
from portal.core import files, outbox, sealing
from portal.core.db import add, check_version, db, get, use_case
from portal.core.errors import Invalid, InvalidTransition, Problem
from portal.core.policy import Actor, require
from portal.core.questions import asked_only


@use_case
def submit_bid(
    *, actor: Actor, bid_id: UUID, version: int | None, received_at: datetime, declaration: Declaration
) -> Submitted:
    """Seal the proposal for the lot and destroy the draft; ``received_at`` decides whether it is in time.

    Raises ``Invalid`` when it came late, when something is missing (fields begin with the step) or a declaration
    was not made; ``Stale`` when somebody saved in between.
    """
    bid = queries.get_bid_for_update(bid_id)
    require(may_submit, actor, bid)
    _check_step("submit", bid, received_at)
    check_version(bid, version)
    draft = queries.draft(bid)
    problems = [
        *rules.missing_parts(draft, queries.form_for(bid, draft), bid.lot.cap, queries.heads(bid.tender_id)),
        *rules.undeclared(declaration),
        *rules.unaccepted(declaration, queries.governing_documents(bid.tender_id)),
        *filter(None, [queries.unapproved(bid)]),
        *rules.unconfirmed(draft),
        *queries.over_limits(bid.lot, bid.party_id, bid.applicant_tag, [BidStatus.SEALED], bid.id),
    ]
    if problems:
        raise Invalid(*problems)
    answers = asked_only(queries.form_of(bid), draft.answers)
    content = replace(
        draft, answers=answers, declaration=declaration, profile=rules.profile_snapshot(bid.party)
    )
    number, code = bid.submitted_version + 1, sealing.new_key()
    row = _seal(bid, actor, content, number, code, received_at)
    bid.draft = bid.draft_key = None
    bid.sections = {}
    discard_rehearsal(bid)
    for beside in (BidComment, OpinionRequest):
        db.session.execute(delete(beside).where(beside.bid_id == bid.id))
    for place in queries.places(bid.id).values():
        place.code_digest = None
    bid.submitted_version = number
    BID.apply(
        "submit",
        bid,
        actor,
        received_at,
        receipt=row.receipt_number,
        digest=row.receipt_digest,
        version=number,
    )
    outbox.emit("bid.submitted", bid_id=bid.id, version_id=row.id)
    return Submitted(bid.id, row.receipt_number, row.receipt_digest, received_at, sealing.format_code(code))


@use_case
def withdraw_bid(*, actor: Actor, bid_id: UUID, received_at: datetime) -> Bid:
    """Take the proposal out of the call. The holders' way to its content is destroyed; the reopen code still works."""
    bid = queries.get_bid_for_update(bid_id)
    require(may_submit, actor, bid)
    _check_step("withdraw", bid, received_at)
    row = queries.version_of(bid)
    row.lot_wrapped = None
    queries.drop_places(bid.id)
    BID.apply("withdraw", bid, actor, received_at)
    outbox.emit("bid.withdrawn", bid_id=bid.id)
    return bid


@use_case
def reopen_bid(*, actor: Actor, bid_id: UUID, code: str, received_at: datetime) -> Bid:
    """Make a draft of the sealed proposal by its reopen code; until it is submitted again, it takes no part.

    Raises ``Invalid`` at ``code``, or when the deadline has passed.
    """
    bid = queries.get_bid_for_update(bid_id)
    require(may_submit, actor, bid)
    _check_step("reopen", bid, received_at)
    row = queries.version_of(bid)
    data_key, draft_key = queries.reopened_key(bid, row, code), sealing.new_key()
    content, _digest = rules.open_content(row.ciphertext, data_key, bid.place)
    old = queries.files_of(bid.id, bid.submitted_version)
    _reseal_files(bid, content, data_key, bid.place, draft_key, bid.place_of(0))
    drop_files(old)
    row.lot_wrapped = row.reopen_wrapped = None
    bid.submitted_at = None
    BID.apply("reopen", bid, actor, received_at)
    begin_draft(bid, actor, replace(content, declaration=Declaration(), profile={}), draft_key)
    _places_again(bid, actor, content)
    outbox.emit("bid.reopened", bid_id=bid.id)
    return bid


@use_case
def attach_receipt(*, version_id: UUID, pdf: bytes) -> BidVersion:
    """Keep the receipt's PDF with its submission; made once, by the job."""
    row = get(BidVersion, version_id, lock=True)
    if row.receipt_file_id is None:
        name = f"receipt-{row.receipt_number}.pdf"
        row.receipt_file_id = files.save(pdf, name=name, media_type="application/pdf").id
    return row


def _places_again(bid: Bid, actor: Actor, content: ProposalContent) -> None:
    """Whoever had confirmed stays; after a withdrawal, which set them free, they confirm anew under fresh codes."""
    known = queries.places(bid.id)
    for partner in content.partners:
        if partner.part not in known:
            open_place(bid, actor, partner)


def _check_step(name: str, bid: Bid, received_at: datetime) -> None:
    """Refuse early, before anything is encrypted; the workflow checks again when it takes the step."""
    if bid.status not in BID.transitions[name].sources:
        raise InvalidTransition(name, str(bid.status))
    problems: list[Problem] = BID.problems(name, bid, received_at)
    if problems:
        raise Invalid(*problems)


def _seal(
    bid: Bid, actor: Actor, content: ProposalContent, number: int, code: bytes, received_at: datetime
) -> BidVersion:
    """Write the sealed submission under a fresh data key, wrapped for the lot and under the reopen code."""
    place, data_key, draft_key = bid.place_of(number), sealing.new_key(), queries.draft_key(bid)
    public = queries.seal_of(bid.lot_id).public_key
    drafts = queries.files_of(bid.id, 0)
    _reseal_files(bid, content, draft_key, bid.place_of(0), data_key, place)
    drop_files(drafts)
    ciphertext, digest = rules.seal_content(content, data_key, place)
    assert actor.user_id is not None  # noqa: S101 - only people submit
    return add(
        BidVersion(
            bid_id=bid.id, number=number, ciphertext=ciphertext, received_at=received_at, submitted_by=actor.user_id,
            lot_wrapped=sealing.wrap(public, data_key, place.info("lot")),
            reopen_wrapped=sealing.wrap_with_key(code, data_key, place.info("reopen")),
            receipt_number=rules.receipt_number(), receipt_digest=digest,
        )
    )  # fmt: skip


def _reseal_files(
    bid: Bid, content: ProposalContent, old_key: bytes, old: Place, new_key: bytes, new: Place
) -> None:
    """Encrypt every attachment of ``content`` anew, one after the other."""
    stored = {row.part: row.sha256 for row in queries.files_of(bid.id, old.version)}
    for item in content.attachments:
        plain = rules.open_file(files.read(stored[item.part]), old_key, old, item.part)
        keep_file(bid, new.version, item.part, rules.seal_file(plain, new_key, new, item.part))
