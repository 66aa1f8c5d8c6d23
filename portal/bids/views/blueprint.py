"""The blueprint that all pages of proposals share."""

import io

from flask import Blueprint, Response, send_file

bp = Blueprint("bids", __name__, url_prefix="/bids")


def send_bytes(data: bytes, name: str, media_type: str) -> Response:
    """Send decrypted bytes as a download that never runs in our origin and is never written to the disk."""
    response = send_file(io.BytesIO(data), mimetype=media_type, download_name=name, as_attachment=True)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
