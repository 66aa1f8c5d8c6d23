"""Sealing: bytes in, bytes out. Nothing here knows tenders, files or the clock.

Three tools. *Wrapping* gives a small secret to the owner of an HPKE key pair (RFC 9180: X25519, HKDF-SHA256,
AES-256-GCM), or to any two of several holders. *Encryption* under a 256-bit key protects content with
AES-256-GCM, bound to named facts (``aad``), so that a part cannot be moved to another place. *Segmented*
encryption does the same for files of any size in constant memory.

Every result begins with one byte that names its format, so that other algorithms can join later. Whatever
does not open raises ``SealBroken``, which never says more than that it does not open.
"""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, BinaryIO

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.core.errors import Invalid, problem
from portal.core.text import N_

KEY_BYTES = 32
SEGMENT_BYTES = 1024 * 1024

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_WRAPPED, _ENCRYPTED, _SEGMENTED = b"\x01", b"\x02", b"\x03"
_NONCE_BYTES, _TAG_BYTES, _SALT_BYTES = 12, 16, 32
_POSSESSION = b"proof of possession"

# Printed codes use Crockford's alphabet, without I, L, O and U; the first three are read as what they resemble.
_STANDARD, _PRINTED = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_PRINT = str.maketrans(_STANDARD, _PRINTED)
_FROM_PRINT = str.maketrans(_PRINTED + "OIL", _STANDARD + "ABB")
_CHECK_BYTES, _CODE_LENGTH, _GROUP = 3, 56, 4

Facts = Mapping[str, str | int]


class SealBroken(Invalid):
    """Sealed bytes do not open: wrong key, wrong place, or changed on the way (HTTP 422)."""

    def __init__(self) -> None:
        super().__init__(
            problem(N_("The seal does not open: the key does not fit, or the content was changed."))
        )


class BadCode(Invalid):
    """A typed or pasted code that was not printed by ``format_code`` (HTTP 422)."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An X25519 key pair as raw bytes, 32 each; the private half stays out of ``repr`` and thereby of logs."""

    private: bytes = field(repr=False)
    public: bytes


def generate_keypair() -> KeyPair:
    """Make a fresh key pair; any 32 random bytes are a valid private half."""
    private = new_key()
    return KeyPair(private, public_key(private))


def public_key(private: bytes) -> bytes:
    """Derive the public half of ``private``; ``SealBroken`` when it is not 32 bytes."""
    return _private(private).public_key().public_bytes_raw()


def new_key() -> bytes:
    """Make 32 random bytes: a data key, a reopen code, a holder's secret, a receipt's random part."""
    return secrets.token_bytes(KEY_BYTES)


# Wrapping for key pairs


def wrap(public: bytes, secret: bytes, info: bytes) -> bytes:
    """Encrypt ``secret`` to the owner of ``public``; only the same ``info`` opens it again."""
    try:
        recipient = X25519PublicKey.from_public_bytes(public)
        return _WRAPPED + _SUITE.encrypt(secret, recipient, info=info)
    except ValueError:
        raise SealBroken from None


def unwrap(private: bytes, blob: bytes, info: bytes) -> bytes:
    """Open what ``wrap`` made; ``SealBroken`` for another key, another ``info`` or changed bytes."""
    sealed = _body(blob, _WRAPPED)
    try:
        return _SUITE.decrypt(sealed, _private(private), info=info)
    except InvalidTag:
        raise SealBroken from None


def pair_name(one: str, other: str) -> str:
    """Name a pair of holders regardless of order: ``officer+platform``."""
    return "+".join(sorted((one, other)))


def wrap_for_pairs(secret: bytes, holders: Mapping[str, bytes], info: bytes) -> dict[str, bytes]:
    """Wrap ``secret`` once for every two of ``holders`` (name → public key), keyed by ``pair_name``.

    Each blob is wrapped for one holder and that again for the other, so both must help and nobody can alone;
    the layers are bound to the pair. Raises ``ValueError`` for fewer than two holders, equal keys or a name
    that contains ``+``.
    """
    if len(holders) < 2 or len(set(holders.values())) < len(holders):
        raise ValueError("at least two holders with different keys are needed")
    if any("+" in name or not name for name in holders):
        raise ValueError("a holder's name must not be empty or contain +")
    blobs = {}
    for outer, inner in combinations(sorted(holders), 2):
        pair = pair_name(outer, inner)
        once = wrap(holders[inner], secret, _layer("inner", pair, info))
        blobs[pair] = wrap(holders[outer], once, _layer("outer", pair, info))
    return blobs


def open_with_pair(blob: bytes, pair: str, privates: Mapping[str, bytes], info: bytes) -> bytes:
    """Open the blob of ``pair`` with the private keys of both holders (name → key), else ``SealBroken``."""
    names = pair.split("+")
    if len(names) != 2 or not set(names) <= privates.keys():
        raise SealBroken
    outer, inner = sorted(names)
    once = unwrap(privates[outer], blob, _layer("outer", pair, info))
    return unwrap(privates[inner], once, _layer("inner", pair, info))


@dataclass(frozen=True, slots=True)
class Challenge:
    """A question that only the owner of a private key can answer, and the SHA-256 (hex) of the answer."""

    question: bytes
    expected: str


def possession_challenge(public: bytes) -> Challenge:
    """Ask the holder of ``public`` to show the private half; keep the whole challenge, hand out the question."""
    answer = new_key()
    return Challenge(wrap(public, answer, _POSSESSION), hashlib.sha256(answer).hexdigest())


def possession_proof(private: bytes, question: bytes) -> bytes:
    """Answer a challenge with the private key, else ``SealBroken``."""
    return unwrap(private, question, _POSSESSION)


def check_possession(challenge: Challenge, proof: bytes) -> bool:
    """Whether ``proof`` answers ``challenge``; compares in constant time."""
    return hmac.compare_digest(hashlib.sha256(proof).hexdigest(), challenge.expected)


# Encryption under a key


def encrypt(key: bytes, plaintext: bytes, *, aad: Facts) -> bytes:
    """Encrypt content under a 32-byte key, bound to the facts in ``aad`` (tender, lot, bid, version, part …)."""
    return _seal(key, plaintext, b"content\0" + rfc8785.dumps(dict(aad)))


def decrypt(key: bytes, blob: bytes, *, aad: Facts) -> bytes:
    """Open what ``encrypt`` made; ``SealBroken`` for another key, other facts or changed bytes."""
    return _unseal(key, blob, b"content\0" + rfc8785.dumps(dict(aad)))


def wrap_with_key(key: bytes, secret: bytes, info: bytes) -> bytes:
    """Wrap a data key under a symmetric key: a reopen code, the draft server key, the storage key."""
    return _seal(key, secret, b"key\0" + info)


def unwrap_with_key(key: bytes, blob: bytes, info: bytes) -> bytes:
    """Open what ``wrap_with_key`` made, else ``SealBroken``."""
    return _unseal(key, blob, b"key\0" + info)


def encrypt_file(key: bytes, source: BinaryIO, target: BinaryIO, *, aad: Facts) -> str:
    """Encrypt a file in authenticated segments and return the SHA-256 (hex) of the ciphertext, its name.

    Each file has its own key, derived from ``key``, a random salt and ``aad``; each segment is bound to its
    index and to whether it is the last one. So nothing can be cut, repeated, re-ordered or swapped in.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    cipher = _file_cipher(key, salt, aad)
    digest = hashlib.sha256()

    def put(data: bytes) -> None:
        digest.update(data)
        target.write(data)

    put(_SEGMENTED + salt)
    index, segment = 0, _read(source, SEGMENT_BYTES)
    while True:
        following = _read(source, SEGMENT_BYTES) if len(segment) == SEGMENT_BYTES else b""
        last = not following
        put(cipher.encrypt(_segment_nonce(index, last), segment, _segment_aad(aad, index, last)))
        if last:
            return digest.hexdigest()
        index, segment = index + 1, following


def decrypt_file(key: bytes, source: BinaryIO, target: BinaryIO, *, aad: Facts) -> None:
    """Open what ``encrypt_file`` made, else ``SealBroken``.

    Segments are written as they are checked, and a cut end shows only at the end: after ``SealBroken`` throw
    ``target`` away.
    """
    header = _body(_read(source, 1 + _SALT_BYTES), _SEGMENTED)
    if len(header) != _SALT_BYTES:
        raise SealBroken
    cipher = _file_cipher(key, header, aad)
    size = SEGMENT_BYTES + _TAG_BYTES
    index, segment = 0, _read(source, size)
    while True:
        following = _read(source, size) if len(segment) == size else b""
        last = not following
        try:
            plain = cipher.decrypt(_segment_nonce(index, last), segment, _segment_aad(aad, index, last))
        except InvalidTag:
            raise SealBroken from None
        target.write(plain)
        if last:
            return
        index, segment = index + 1, following


def receipt_digest(content: Any, nonce: bytes) -> str:
    """SHA-256 (hex) over 32 random bytes and the canonical JSON (RFC 8785) of ``content``.

    The random bytes, sealed inside the proposal, keep anyone from guessing content by its digest. Raises
    ``ValueError`` for another length or content that is not JSON.
    """
    if len(nonce) != KEY_BYTES:
        raise ValueError(f"the random part has {KEY_BYTES} bytes")
    return hashlib.sha256(nonce + rfc8785.dumps(content)).hexdigest()


# Printed codes


def format_code(secret: bytes) -> str:
    """Print a 32-byte secret as 14 groups of four signs (``7QZX-04MK-…``), the last of them a check."""
    if len(secret) != KEY_BYTES:
        raise ValueError(f"a code holds {KEY_BYTES} bytes")
    text = base64.b32encode(secret + _check(secret)).decode().translate(_TO_PRINT)
    return "-".join(text[i : i + _GROUP] for i in range(0, _CODE_LENGTH, _GROUP))


def parse_code(text: str) -> bytes:
    """Read a printed code back; case, blanks, dashes and full-width signs do not matter.

    O, I and L are read as 0 and 1. Raises ``BadCode``, saying whether the code has the wrong length, a
    sign that no code contains, or a mistyped sign.
    """
    signs = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if not _is_spacing(c))
    if unknown := sorted(set(signs) - set(_PRINTED + "OIL")):
        raise BadCode(
            problem(N_("A code never contains “%(sign)s”. Please compare with the paper."), sign=unknown[0])
        )
    if len(signs) != _CODE_LENGTH:
        message = N_("A code has %(wanted)s signs, this one has %(given)s. Please type all groups.")
        raise BadCode(problem(message, wanted=_CODE_LENGTH, given=len(signs)))
    raw = base64.b32decode(signs.translate(_FROM_PRINT))
    secret, check = raw[:KEY_BYTES], raw[KEY_BYTES:]
    if check != _check(secret):
        raise BadCode(
            problem(N_("At least one sign of the code is mistyped. Please compare with the paper."))
        )
    return secret


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(b"code\0" + secret).digest()[:_CHECK_BYTES]


def _is_spacing(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in ("Pd", "Cf") or sign == "\u2212"


def _private(raw: bytes) -> X25519PrivateKey:
    try:
        return X25519PrivateKey.from_private_bytes(raw)
    except ValueError:
        raise SealBroken from None


def _layer(which: str, pair: str, info: bytes) -> bytes:
    return f"{which}\0{pair}\0".encode() + info


def _body(blob: bytes, kind: bytes) -> bytes:
    if blob[:1] != kind:
        raise SealBroken
    return blob[1:]


def _seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _ENCRYPTED + nonce + _aes(key).encrypt(nonce, plaintext, aad)


def _unseal(key: bytes, blob: bytes, aad: bytes) -> bytes:
    body = _body(blob, _ENCRYPTED)
    if len(body) < _NONCE_BYTES + _TAG_BYTES:
        raise SealBroken
    try:
        return _aes(key).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], aad)
    except InvalidTag:
        raise SealBroken from None


def _aes(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:  # AESGCM would quietly accept the weaker 128 and 192 bits
        raise SealBroken
    return AESGCM(key)


def _file_cipher(key: bytes, salt: bytes, aad: Facts) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise SealBroken
    info = b"file\0" + rfc8785.dumps(dict(aad))
    return AESGCM(HKDF(hashes.SHA256(), KEY_BYTES, salt, info).derive(key))


def _segment_nonce(index: int, last: bool) -> bytes:
    return index.to_bytes(_NONCE_BYTES - 1, "big") + bytes([last])


def _segment_aad(aad: Facts, index: int, last: bool) -> bytes:
    return b"segment\0" + rfc8785.dumps({"file": dict(aad), "index": index, "last": last})


def _read(source: BinaryIO, size: int) -> bytes:
    """Read exactly ``size`` bytes unless the source ends, as unbuffered sources may give less at a time."""
    pieces = bytearray()
    while len(pieces) < size:
        piece = source.read(size - len(pieces))
        if not piece:
            break
        pieces += piece
    return bytes(pieces)
