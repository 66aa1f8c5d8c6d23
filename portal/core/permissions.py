"""Pages of docs/ that are printed from the code: permissions, workflows, routes; and the health check."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy import text

from portal.core import jobs, policy, web, workflow
from portal.core.db import db

CHECKS: dict[str, Callable[[], str]] = {}  # what features add to the health check, by name

HEAD = "<!-- Printed by `flask docs` from the code; do not edit. -->\n\n"


def pages(app: Flask) -> dict[str, str]:
    """The generated pages by file name."""
    return {"permissions.md": _permissions(), "workflows.md": _workflows(), "routes.md": _routes(app)}


def _feature(module: str) -> str:
    return module.split(".")[1]


def _permissions() -> str:
    lines = [HEAD + "# Who may do what\n", "| feature | rule | who |", "|---|---|---|"]
    for name, predicate in sorted(
        policy.RULES.items(), key=lambda item: (_feature(item[1].__module__), item[0])
    ):
        lines.append(f"| {_feature(predicate.__module__)} | `{name}` | {policy.SENTENCES[name]} |")
    return "\n".join(lines) + "\n"


def _workflows() -> str:
    parts = [HEAD + "# The life of each object\n"]
    for noun, flow in sorted(workflow.WORKFLOWS.items()):
        parts.append(f"## {noun}\n\n```mermaid\n{flow.diagram()}\n```\n")
    return "\n".join(parts)


def _routes(app: Flask) -> str:
    lines = [HEAD + "# Routes\n", "| address | methods | endpoint | who |", "|---|---|---|---|"]
    for route in sorted(
        app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint, sorted(r.methods or ()))
    ):
        if route.endpoint == "static":
            continue
        access = web.endpoint_access(app, route.endpoint)
        who = ", ".join(sorted(access.roles)) if access.kind == "roles" else access.kind.replace("_", " ")
        methods = ", ".join(sorted((route.methods or set()) - {"HEAD", "OPTIONS"}))
        lines.append(f"| `{route.rule}` | {methods} | `{route.endpoint}` | {who} |")
    return "\n".join(lines) + "\n"


def health(redis_url: str) -> dict[str, Any]:
    """State of database, queue and outbox in words, for the operator."""
    found: dict[str, Any] = {"database": db.engine.dialect.name}
    db.session.execute(text("select 1"))
    try:
        found["queue"] = f"{len(jobs.queue(redis_url))} jobs waiting"
    except RedisError as error:
        found["queue"] = f"away ({error.__class__.__name__})"
    return found | {name: check() for name, check in CHECKS.items()}
