"""The virus scanner: a verdict decides, and without a verdict nothing is accepted."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.core import uploads, viruses
from portal.core.errors import Invalid
from tests.bids.world import pdf

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@contextmanager
def clamd(path: Path, answer: bytes | None = None) -> Iterator[list[bytes]]:
    """What listens at clamd's socket: reads the framing to its end and finds the test signature, or says ``answer``."""
    seen: list[bytes] = []

    def serve() -> None:
        connection, _address = server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack("!L", stream.read(4))[0]:
                content += stream.read(length)
            seen.append(content)
            found = b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
            connection.sendall((found if answer is None else answer) + b"\0")

    with socket.socket(socket.AF_UNIX) as server:
        server.settimeout(5)
        server.bind(str(path))
        server.listen()
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield seen
        thread.join(5)


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "clamd"
    viruses.install(str(path))
    yield path
    viruses.install("")


def with_comment(comment: bytes) -> bytes:
    return pdf().replace(b"\n", b"\n%" + comment + b"\n", 1)


def words(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        uploads.check_upload(content, "a.pdf", max_bytes=10**6)
    (only,) = refused.value.problems
    assert only.field == "file"
    return only.message


def test_a_clean_file_passes_whole(listening: Path) -> None:
    content = pdf(title="x" * 150_000)
    with clamd(listening) as seen:
        assert uploads.check_upload(content, "a.pdf", max_bytes=10**6).size == len(content)
    assert seen == [content]


def test_what_the_scanner_finds_is_refused(listening: Path) -> None:
    with clamd(listening):
        assert "found something" in words(with_comment(EICAR))


def test_without_a_verdict_nothing_is_accepted(listening: Path) -> None:
    assert "does not answer" in words(pdf()), "nobody listens"
    with clamd(listening, b"INSTREAM size limit exceeded. ERROR"):
        assert "does not answer" in words(pdf())
