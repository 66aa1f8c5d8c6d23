"""Files in pieces, for the script of the attachments page; without it the form sends the file whole."""

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal.bids import rules
from portal.bids.forms import FileForm
from portal.bids.models import Bid
from portal.bids.services import uploads
from portal.bids.views.blueprint import bp
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.templating import problem_text
from portal.core.web import actor, roles
from portal.parties.values import Role

WRITERS = (Role.ORG_OWNER, Role.ORG_DRAFTER)


@bp.post("/<uuid:bid_id>/uploads")
@roles(*WRITERS)
def start_upload(bid_id: UUID) -> ResponseReturnValue:
    size = request.form.get("size", "")

    def start() -> dict[str, Any]:
        begun = uploads.start_upload(
            actor=actor(), bid_id=bid_id, size=int(size) if size.isdecimal() and len(size) < 16 else 0
        )
        return {
            "id": str(begun.id),
            "url": url_for("bids.upload", bid_id=bid_id, upload_id=begun.id),
            "piece": rules.PIECE_BYTES,
        }

    return _json(start)


@bp.get("/<uuid:bid_id>/uploads/<uuid:upload_id>")
@roles(*WRITERS)
def upload(bid_id: UUID, upload_id: UUID) -> ResponseReturnValue:
    """How much has arrived, for a client that lost the connection."""
    found = uploads.get_upload(actor(), upload_id)
    if found.bid_id != bid_id:
        raise NotFound()
    return jsonify(
        id=str(found.id), size=found.size, received=uploads.received_bytes(found.id), piece=rules.PIECE_BYTES
    )


@bp.post("/<uuid:bid_id>/uploads/<uuid:upload_id>/<int:index>")
@roles(*WRITERS)
def upload_piece(bid_id: UUID, upload_id: UUID, index: int) -> ResponseReturnValue:
    """One piece as the body of the request, which is refused unread when it is announced as larger than a piece."""
    announced = request.content_length
    data = request.get_data() if announced is not None and announced <= rules.PIECE_BYTES else b""

    def keep() -> dict[str, Any]:
        if uploads.get_upload(actor(), upload_id).bid_id != bid_id:
            raise NotFound()
        return {"received": uploads.add_piece(actor=actor(), upload_id=upload_id, index=index, data=data)}

    return _json(keep)


def received_file(form: FileForm, bid: Bid) -> FileStorage:
    """The file that came with the form, or the upload in pieces that the form names in its place."""
    if not form.upload.data:
        whole: FileStorage = form.file.data
        return whole
    content = uploads.read_upload(bid, _upload_id(form))
    return FileStorage(io.BytesIO(content), filename=form.upload_name.data)


def forget_upload(form: FileForm) -> None:
    """Drop the pieces of a file that was taken in."""
    if form.upload.data:
        uploads.drop_upload(upload_id=_upload_id(form))


def _upload_id(form: FileForm) -> UUID:
    try:
        return UUID(str(form.upload.data))
    except ValueError:
        raise NotFound() from None


def _json(work: Callable[[], dict[str, Any]]) -> ResponseReturnValue:
    """The answer of ``work`` as JSON, or the sentence why not."""
    try:
        return jsonify(work())
    except Invalid as error:
        return jsonify(problem=problem_text(error.problems[0])), 422
    except NotFound:
        raise
    except DomainError as error:
        return jsonify(problem=_("This is not possible.")), error.status
