"""Files that arrive in pieces: each piece is encrypted under the draft's key before it is written anywhere.

The name of the file comes with the form that takes the finished upload in, so that no column ever holds it.
"""

from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import delete, func, select

from portal.bids import queries, rules
from portal.bids.models import Bid, Upload, UploadPiece
from portal.bids.policies import may_write
from portal.bids.values import BidStatus
from portal.core import clock, files
from portal.core.db import add, after_commit, db, get, use_case
from portal.core.errors import Invalid, InvalidTransition, NotFound, problem
from portal.core.policy import Actor, require
from portal.core.text import N_

KEPT_FOR = timedelta(days=1)


@use_case
def start_upload(*, actor: Actor, bid_id: UUID, size: int) -> Upload:
    """Begin a file of ``size`` bytes for a draft. Raises ``Invalid`` when it is empty, too large or one too many."""
    bid = _draft(actor, bid_id)
    if size <= 0:
        raise Invalid(problem(N_("The file is empty. Please choose it again."), field="file"))
    if size > rules.FILE_BYTES:
        message = N_("The file is too large. At most %(limit)s MB are possible.")
        raise Invalid(problem(message, field="file", limit=rules.FILE_BYTES // 1024**2))
    _drop_oldest(bid)
    return add(Upload(bid_id=bid.id, size=size, created_at=clock.now()))


@use_case
def add_piece(*, actor: Actor, upload_id: UUID, index: int, data: bytes) -> int:
    """Keep the piece with this index, counted from 0; returns how many bytes have arrived.

    A piece that is there already is not written again, so a client that lost the answer just sends it anew.
    Raises ``Invalid`` for a piece out of order or of another length than announced.
    """
    upload = get(Upload, upload_id, lock=True)
    bid = _draft(actor, upload.bid_id)
    arrived = received_bytes(upload.id)
    if index * rules.PIECE_BYTES < arrived:
        return arrived
    expected = min(rules.PIECE_BYTES, upload.size - arrived)
    if index * rules.PIECE_BYTES != arrived or not 0 < len(data) == expected:
        raise Invalid(
            problem(
                N_("A piece of the file was lost on the way. Please choose the file again."), field="file"
            )
        )
    sealed = rules.seal_piece(data, queries.draft_key(bid), bid.place_of(0), str(upload.id), index)
    add(UploadPiece(upload_id=upload.id, index=index, size=len(data), sha256=files.keep(sealed)))
    return arrived + len(data)


def get_upload(actor: Actor, upload_id: UUID) -> Upload:
    """An upload to a draft that the actor may write. Raises ``NotFound``."""
    upload = get(Upload, upload_id)
    _draft(actor, upload.bid_id)
    return upload


def received_bytes(upload_id: UUID) -> int:
    """How much of an upload has arrived."""
    statement = select(func.coalesce(func.sum(UploadPiece.size), 0)).where(UploadPiece.upload_id == upload_id)
    return int(db.session.scalar(statement) or 0)


def read_upload(bid: Bid, upload_id: UUID) -> bytes:
    """The whole file. Raises ``NotFound`` for an upload of another proposal, ``Invalid`` when it is not complete."""
    upload = db.session.get(Upload, upload_id)
    if upload is None or upload.bid_id != bid.id:
        raise NotFound()
    key, place = queries.draft_key(bid), bid.place_of(0)
    whole = b"".join(
        rules.open_piece(files.read(row.sha256), key, place, str(upload.id), row.index)
        for row in _pieces(upload.id)
    )
    if len(whole) != upload.size:
        raise Invalid(problem(N_("The file has not arrived in full. Please choose it again."), field="file"))
    return whole


@use_case
def drop_upload(*, upload_id: UUID) -> None:
    """Forget an upload that was taken in or given up: the rows now, the bytes once that is committed."""
    pieces = _pieces(upload_id)
    for sha256 in [row.sha256 for row in pieces]:
        after_commit(partial(files.discard, sha256))
    db.session.execute(delete(UploadPiece).where(UploadPiece.upload_id == upload_id))
    db.session.execute(delete(Upload).where(Upload.id == upload_id))


@use_case
def drop_old_uploads() -> None:
    """Forget what was begun more than a day ago and never taken in."""
    old = db.session.scalars(select(Upload.id).where(Upload.created_at < clock.now() - KEPT_FOR))
    for upload_id in old.all():
        drop_upload(upload_id=upload_id)


def _pieces(upload_id: UUID) -> list[UploadPiece]:
    statement = select(UploadPiece).where(UploadPiece.upload_id == upload_id).order_by(UploadPiece.index)
    return list(db.session.scalars(statement))


def _drop_oldest(bid: Bid) -> None:
    """Keep room: as many begun uploads as a proposal has attachments, and no more."""
    begun = db.session.scalars(
        select(Upload.id).where(Upload.bid_id == bid.id).order_by(Upload.created_at.desc())
    )
    for upload_id in begun.all()[rules.FILES_AT_MOST - 1 :]:
        drop_upload(upload_id=upload_id)


def _draft(actor: Actor, bid_id: UUID) -> Bid:
    bid = queries.get_bid(actor, bid_id)
    require(may_write, actor, bid)
    if bid.status != BidStatus.DRAFT:
        raise InvalidTransition("save", str(bid.status))
    return bid
