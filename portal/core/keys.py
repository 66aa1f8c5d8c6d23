"""Server keys: secrets that lie outside the database, the instance directory and their backups."""

from typing import Literal

from portal.core.config import settings

ServerKey = Literal["session", "draft", "storage", "once", "draw", "second-factor"]


def server_key(name: ServerKey) -> bytes:
    """The 32-byte key ``name`` of this installation.

    ``session`` protects what a browser keeps for us, ``draft`` wraps the keys of drafts, ``storage`` wraps the
    data keys of opened proposals, ``once`` makes the digests of sent forms useless to who has only the database,
    ``draw`` keeps the portal's secret of a draw until all have given their strings, ``second-factor`` encrypts what
    people's authenticators share with us.
    """
    return settings().key(name)
