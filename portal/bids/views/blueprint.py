"""The blueprint that all pages of proposals share."""

import io

from flask import Blueprint, Response, send_file

from portal.core.pictures import MEDIA_TYPE

bp = Blueprint("bids", __name__, url_prefix="/bids")


def send_bytes(data: bytes, name: str, media_type: str) -> Response:
    """Send decrypted bytes as a download that never runs in our origin and is never written to the disk."""
    response = send_file(io.BytesIO(data), mimetype=media_type, download_name=name, as_attachment=True)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def send_picture(data: bytes) -> Response:
    """Send a page as a picture; the browser may keep it for a while, so that pages can be loaded ahead."""
    response = send_file(io.BytesIO(data), mimetype=MEDIA_TYPE)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, max-age=900"
    return response
