"""Short ways to drive pages in tests."""

import re
from uuid import uuid4


def send(client, url, op_id=None, **fields):
    """POST a form with a fresh once-only key."""
    return client.post(url, data={"op_id": op_id or str(uuid4()), **fields})


def version_in(html: str) -> str:
    """The version that a page shows."""
    found = re.search(r'name="version"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="version"', html)
    assert found
    return found.group(1) or found.group(2)
