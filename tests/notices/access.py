"""Endpoint → roles that may reach it (``*`` everybody)."""

ROLES: dict[str, set[str]] = {
    "notices.index": {"*"},
    "notices.notice": {"*"},
    "notices.pdf": {"*"},
    "notices.feed": {"*"},
}
