"""The audit log speaks the reader's language."""

import re
from importlib import import_module
from pathlib import Path

import portal
from portal.core.workflow import WORKFLOWS
from portal.home import documents
from portal.home.documents import details
from portal.home.values.audit import DEEDS, THINGS

ROOT = Path(portal.__file__).parent


def actions() -> set[str]:
    """Every action the code can record: those written out and the steps of every workflow."""
    for path in ROOT.glob("*/workflow.py"):
        import_module(f"portal.{path.parent.name}.workflow")
    written = {
        found
        for path in ROOT.rglob("*.py")
        for found in re.findall(r'audit\.record\(\s*"([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    return written | {f"{flow.noun}.{step}" for flow in WORKFLOWS.values() for step in flow.transitions}


def test_every_action_has_words():
    found = actions()
    assert len(found) > 100
    assert not {name for name in found if name.split(".")[0] not in THINGS or name.split(".")[1] not in DEEDS}


def test_details_are_readable(app):
    data = {
        "before": "sealed", "after": "pending", "matches": True, "amount": {"fen": 123456}, "reason": "",
        "digest": "a" * 64, "user_id": "cc8b82c6-6bab-422f-af0d-f6d4d2618628", "opened_at": "2026-03-12T01:30:00+00:00",
        "role": "programme_officer", "unheard_of": 3,
    }  # fmt: skip
    with app.test_request_context(headers={"Accept-Language": "en"}):
        shown = dict(details("bid.open", data))
        plain = str(shown)
        assert documents.action_words("no.such") == "no.such"
    assert " → " in next(iter(shown.values()))
    assert "1,234.56" in plain
    assert "09:30" in plain  # Beijing time
    assert "aaaaaaaaaaaa…" in plain
    assert "a" * 13 not in plain
    assert "cc8b82c6" in plain
    assert "-6bab-" not in plain
    assert "programme_officer" not in plain
    assert shown["unheard_of"] == "3"
    assert len(shown) == 8  # the empty reason is left out, before and after are one
