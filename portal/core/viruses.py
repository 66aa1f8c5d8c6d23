"""The virus scanner ClamAV, if the installation has one: bytes over its local socket, a yes or no back."""

import socket
import struct
from collections.abc import Callable

import structlog

from portal.core.errors import Invalid, problem
from portal.core.text import N_
from portal.core.uploads import set_scanner

log = structlog.get_logger()

_PIECE = 64 * 1024
_SECONDS = 30


def install(path: str) -> None:
    """Let every upload be scanned by the clamd that listens at the socket ``path``; an empty path switches it off."""
    set_scanner(scanner(path) if path else lambda _content: True)


def scanner(path: str) -> Callable[[bytes], bool]:
    """A function that says whether bytes are clean.

    It raises ``Invalid`` when the scanner gives no verdict: then nothing is accepted, because whoever can stop
    the scanner could otherwise switch it off.
    """

    def is_clean(content: bytes) -> bool:
        try:
            verdict = _ask(path, content)
        except OSError as error:
            verdict = str(error)
        if verdict == "stream: OK":
            return True
        if verdict.endswith(" FOUND"):
            log.warning("upload.virus", verdict=verdict)
            return False
        log.error("scanner.silent", verdict=verdict)
        message = N_("The virus scanner does not answer. Please try again in a few minutes.")
        raise Invalid(problem(message, field="file"))

    return is_clean


def _ask(path: str, content: bytes) -> str:
    """Send ``content`` in clamd's INSTREAM framing: each piece after its length, the end as length 0."""
    with socket.socket(socket.AF_UNIX) as clamd:
        clamd.settimeout(_SECONDS)
        clamd.connect(path)
        clamd.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _PIECE):
            piece = content[start : start + _PIECE]
            clamd.sendall(struct.pack("!L", len(piece)) + piece)
        clamd.sendall(struct.pack("!L", 0))
        answer = b""
        while piece := clamd.recv(4096):
            answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
