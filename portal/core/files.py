"""Stored files: bytes on disk under the SHA-256 of their content, one row for each use of them."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Model, add, db
from portal.core.errors import NotFound


class StoredFile(Model):
    """A file that belongs to something; ``name`` is only a label, never a path."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    media_type: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]


def path_of(sha256: str) -> Path:
    """Where the bytes with this digest lie."""
    root: Path = current_app.extensions["portal"].files_dir
    return root / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Write ``content`` durably (fsync before the row that names it) and return its SHA-256 in hex."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    return sha256


def discard(sha256: str) -> None:
    """Remove bytes that no row names any more, such as the ciphertext of a draft whose key was destroyed."""
    path_of(sha256).unlink(missing_ok=True)


def save(content: bytes, *, name: str, media_type: str, created_by: UUID | None = None) -> StoredFile:
    """Keep ``content`` and add its row to the running use case."""
    row = StoredFile(
        sha256=keep(content), size=len(content), media_type=media_type, name=name[:200],
        created_at=clock.now(), created_by=created_by,
    )  # fmt: skip
    return add(row)


def read(sha256: str) -> bytes:
    """The bytes with this digest, verified. Raises ``NotFound`` when they are missing or damaged."""
    try:
        content = path_of(sha256).read_bytes()
    except FileNotFoundError:
        raise NotFound() from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotFound()
    return content


def by_id(ids: Iterable[UUID]) -> dict[UUID, StoredFile]:
    """The rows with these ids (one query)."""
    rows = db.session.scalars(select(StoredFile).where(StoredFile.id.in_(list(ids))))
    return {row.id: row for row in rows}
