"""The audit log in words: what the stored names of actions, things and details mean to a reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.core import templating
from portal.core.audit import AuditEvent
from portal.core.enums import Labelled
from portal.core.money import Money
from portal.core.templating import gettext
from portal.core.workflow import WORKFLOWS
from portal.home.values.audit import DEEDS, DETAILS, THINGS
from portal.parties.values import Role


@dataclass(frozen=True)
class AuditRow:
    """An event and its words: ``action``, ``thing`` and ``details`` as (name, value)."""

    event: AuditEvent
    action: str
    thing: str
    details: Sequence[tuple[str, str]]


def audit_rows(events: Sequence[AuditEvent]) -> list[AuditRow]:
    """Events in the reader's language."""
    return [
        AuditRow(e, action_words(e.action), thing_words(e.subject_type), details(e.action, e.data))
        for e in events
    ]


def action_words(action: str) -> str:
    """``bid.open`` as "Proposal: opened"; an unknown action keeps its name."""
    noun, _dot, verb = action.partition(".")
    if noun not in THINGS or verb not in DEEDS:
        return action
    return gettext("%(thing)s: %(deed)s", thing=gettext(THINGS[noun]), deed=gettext(DEEDS[verb]))


def thing_words(table: str) -> str:
    """The name of a table as readers call what it keeps."""
    return gettext(THINGS[table]) if table in THINGS else table


def details(action: str, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was noted with an event; a change of state is one detail, empty values are left out."""
    noun = action.partition(".")[0]
    shown = [
        (gettext(DETAILS.get(key, key)), _value(key, value))
        for key, value in data.items()
        if key not in ("before", "after") and value not in ("", None, [], {})
    ]
    if "after" in data:
        change = f"{_state(noun, data.get('before'))} → {_state(noun, data['after'])}"
        shown.insert(0, (gettext("state"), change))
    return shown


def _state(noun: str, name: Any) -> str:
    states = {state.value: state for state in WORKFLOWS[noun].states} if noun in WORKFLOWS else {}
    state = states.get(name)
    return templating.label(state) if isinstance(state, Labelled) else str(name)


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict) and value.keys() == {"fen"}:
        return templating.money(Money(value["fen"]))
    if isinstance(value, dict):
        return gettext(", ").join(f"{name} {_value(name, inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return gettext(", ").join(_value(key, inner) for inner in value)
    if key == "role" and value in set(Role):
        return templating.label(Role(value))
    return _shortened(str(value))


def _shortened(text: str) -> str:
    """Ids and digests by their beginning, instants in Beijing time, anything else as it is."""
    if len(text) == 64 and all(sign in "0123456789abcdef" for sign in text):
        return f"{text[:12]}…"
    try:
        return UUID(text).hex[:8]
    except ValueError:
        pass
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    return templating.full_datetime(instant) if instant.tzinfo else text
