"""How a proposal becomes sealed bytes and comes back: content, attachments, receipt (domain.md section 4.3)."""

import hashlib
import hmac
import io
import json
import secrets

from portal.bids.values import Place, ProposalContent
from portal.core import sealing

PIECE_BYTES = 1024 * 1024
"""What one request of an upload in pieces carries; a lost connection costs at most so much."""

_CONTENT = "content"
_WRITTEN = frozenset({"title", "beneficiaries", "answers", "lines"})
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U, which are misread
_MISREAD = str.maketrans("ILO", "110")


def seal_content(content: ProposalContent, key: bytes, place: Place) -> tuple[bytes, str]:
    """Encrypt ``content`` under a 32-byte key for ``place``; returns ciphertext and the receipt's digest.

    The digest covers 32 random bytes, which are sealed inside, so that nobody can find content by guessing.
    """
    nonce, body = sealing.new_key(), content.to_json()
    plain = json.dumps({"nonce": nonce.hex(), "content": body}, ensure_ascii=False).encode()
    return sealing.encrypt(key, plain, aad=place.facts(_CONTENT)), sealing.receipt_digest(body, nonce)


def open_content(ciphertext: bytes, key: bytes, place: Place) -> tuple[ProposalContent, str]:
    """Open what ``seal_content`` made and compute its digest anew; ``SealBroken`` for another key or place."""
    opened = json.loads(sealing.decrypt(key, ciphertext, aad=place.facts(_CONTENT)))
    digest = sealing.receipt_digest(opened["content"], bytes.fromhex(opened["nonce"]))
    return ProposalContent.from_json(opened["content"]), digest


def seal_file(plain: bytes, key: bytes, place: Place, part: str) -> bytes:
    """Encrypt an attachment in segments of 1 MB for ``place`` and ``part``."""
    target = io.BytesIO()
    sealing.encrypt_file(key, io.BytesIO(plain), target, aad=place.facts(part))
    return target.getvalue()


def open_file(ciphertext: bytes, key: bytes, place: Place, part: str) -> bytes:
    """Open what ``seal_file`` made; ``SealBroken`` for another key, place or part."""
    target = io.BytesIO()
    sealing.decrypt_file(key, io.BytesIO(ciphertext), target, aad=place.facts(part))
    return target.getvalue()


def seal_note(text: str, key: bytes, place: Place, part: str) -> bytes:
    """Encrypt a short text, such as a comment, for ``place`` and ``part``."""
    return sealing.encrypt(key, text.encode(), aad=place.facts(part))


def open_note(ciphertext: bytes, key: bytes, place: Place, part: str) -> str:
    """Open what ``seal_note`` made; ``SealBroken`` for another key, place or part."""
    return sealing.decrypt(key, ciphertext, aad=place.facts(part)).decode()


def version_code(content: ProposalContent) -> str:
    """The code of what was written (texts and budget), as signed pages carry it; any change gives another, ``7QZX-04MK``."""
    written = {name: value for name, value in content.to_json().items() if name in _WRITTEN}
    number = int.from_bytes(hashlib.sha256(json.dumps(written, sort_keys=True).encode()).digest()[:5])
    signs = "".join(_SIGNS[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{signs[:4]}-{signs[4:]}"


def seal_piece(plain: bytes, key: bytes, place: Place, upload: str, index: int) -> bytes:
    """Encrypt one piece of an upload for its place in the file."""
    return sealing.encrypt(key, plain, aad={**place.facts(f"upload-{upload}"), "index": index})


def open_piece(ciphertext: bytes, key: bytes, place: Place, upload: str, index: int) -> bytes:
    """Open what ``seal_piece`` made; ``SealBroken`` for another key, upload or index."""
    return sealing.decrypt(key, ciphertext, aad={**place.facts(f"upload-{upload}"), "index": index})


def code_digest(code: str, key: bytes, purpose: str) -> str:
    """By what a typed code is found: a digest under a key of the server, so that no copy of the database gives it away.

    Spaces, dashes and small letters do not matter, nor do letters that are misread (I, L, O).
    """
    signs = code.upper().translate(_MISREAD)
    plain = "".join(sign for sign in signs if sign in _SIGNS)
    return hmac.new(key, f"{purpose}\0{plain}".encode(), "sha256").hexdigest()


def page_part(part: str, number: int) -> str:
    """The name under which a page of an attachment is encrypted, so that no two pages can be swapped."""
    return f"{part}/page-{number}"


def receipt_number() -> str:
    """A random number of 60 bits such as ``7QZX-04MK-9TWD``; it tells nothing about how many there are."""
    return link_code()


def link_code() -> str:
    """Random 60 bits as people read and type them, for links that strangers get."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(12))
    return "-".join(signs[i : i + 4] for i in range(0, 12, 4))
