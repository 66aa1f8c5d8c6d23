"""A rehearsal of submitting: everything is sealed and read back, nothing is submitted, all of it is discarded."""

import hashlib
from dataclasses import replace
from uuid import UUID

from sqlalchemy import delete

from portal.bids import queries, rules
from portal.bids.models import Bid, BidRehearsal
from portal.bids.policies import may_submit
from portal.bids.values import BidStatus, Rehearsed
from portal.core import clock, sealing
from portal.core.db import add, db, use_case
from portal.core.errors import Invalid, InvalidTransition, NotFound, problem
from portal.core.policy import Actor, require
from portal.core.text import N_

PURPOSE = "rehearsal"


@use_case
def rehearse(*, actor: Actor, bid_id: UUID) -> Rehearsed:
    """Seal the draft as submitting would, read every attachment back, and give a code like the reopen code.

    Sealed under that code only, at a place that no submission has, so neither holders nor opening can ever read it.
    An earlier rehearsal is discarded. Raises ``Invalid`` when an attachment does not come back as it was handed in.
    """
    bid = _draft(actor, bid_id)
    content = queries.draft(bid)
    damaged = [item.name for item in content.attachments if not _comes_back(bid, item.part, item.sha256)]
    if damaged:
        message = N_("The file “%(name)s” cannot be read back. Please remove it and add it again.")
        raise Invalid(*(problem(message, name=name) for name in damaged))
    code, data_key, place = sealing.new_key(), sealing.new_key(), bid.place_of(bid.submitted_version + 1)
    frozen = replace(content, profile=rules.profile_snapshot(bid.party))
    ciphertext, digest = rules.seal_content(frozen, data_key, place)
    discard_rehearsal(bid)
    assert actor.user_id is not None  # noqa: S101 - only people rehearse
    size = sum(item.size for item in content.attachments)
    add(
        BidRehearsal(
            bid_id=bid.id, ciphertext=ciphertext, code_wrapped=sealing.wrap_with_key(code, data_key, place.info(PURPOSE)),
            files=len(content.attachments), size=size, digest=digest, rehearsed_at=clock.now(), rehearsed_by=actor.user_id,
        )
    )  # fmt: skip
    return Rehearsed(bid.id, len(content.attachments), size, digest, sealing.format_code(code))


@use_case
def prove_rehearsal(*, actor: Actor, bid_id: UUID, code: str) -> BidRehearsal:
    """Open the rehearsal by its code, compare the digest, and discard what was sealed. Raises ``Invalid`` at ``code``."""
    bid = _draft(actor, bid_id)
    row = queries.rehearsal_of(bid.id)
    if row is None or row.ciphertext is None or row.code_wrapped is None:
        raise NotFound()
    place = bid.place_of(bid.submitted_version + 1)
    try:
        key = sealing.unwrap_with_key(sealing.parse_code(code), row.code_wrapped, place.info(PURPOSE))
        _content, digest = rules.open_content(row.ciphertext, key, place)
    except sealing.BadCode as error:
        raise Invalid(*(problem(p.message, field="code", **p.params) for p in error.problems)) from None
    except sealing.SealBroken:
        raise Invalid(problem(N_("This is not the code of the rehearsal."), field="code")) from None
    if digest != row.digest:
        raise Invalid(problem(N_("What was sealed does not come back as it was."), field="code"))
    row.ciphertext = row.code_wrapped = None
    row.proved_at = clock.now()
    return row


def discard_rehearsal(bid: Bid) -> None:
    """Forget an earlier rehearsal."""
    db.session.execute(delete(BidRehearsal).where(BidRehearsal.bid_id == bid.id))


def _draft(actor: Actor, bid_id: UUID) -> Bid:
    bid = queries.get_bid_for_update(bid_id)
    require(may_submit, actor, bid)
    if bid.status != BidStatus.DRAFT:
        raise InvalidTransition("rehearse", str(bid.status))
    return bid


def _comes_back(bid: Bid, part: str, sha256: str) -> bool:
    """Seal an attachment for the rehearsal and read it back, in memory."""
    try:
        plain = queries.draft_file(bid, part)[0]
    except (NotFound, sealing.SealBroken):
        return False
    key, place = sealing.new_key(), bid.place_of(bid.submitted_version + 1)
    again = rules.open_file(rules.seal_file(plain, key, place, part), key, place, part)
    return hashlib.sha256(again).hexdigest() == sha256
