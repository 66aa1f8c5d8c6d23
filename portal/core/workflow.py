"""When something may happen: tables of transitions. The only place that changes a status."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from portal.core import audit
from portal.core.errors import Invalid, InvalidTransition, Problem
from portal.core.policy import Actor
from portal.core.text import N_

T = TypeVar("T")
Guard = Callable[[T, datetime], Problem | None]


@dataclass(frozen=True)
class Transition(Generic[T]):
    """One step: from any of ``sources`` to ``target``, when every guard is content.

    ``stamp`` names the column that takes the time of the step, together with the status, because a CHECK may
    tie the two. ``reason_required`` refuses the step without a reason.
    """

    name: str
    sources: frozenset[StrEnum]
    target: StrEnum
    guards: tuple[Guard[T], ...] = ()
    stamp: str | None = None
    reason_required: bool = False


REASON_MISSING = Problem(N_("Please give a reason."), "reason")
WORKFLOWS: dict[str, "Workflow[Any]"] = {}


class Workflow(Generic[T]):
    """The life of one kind of object as a table of transitions; ``noun`` begins each audit action."""

    def __init__(
        self, noun: str, states: type[StrEnum], initial: StrEnum, transitions: list[Transition[T]]
    ) -> None:
        self.noun, self.states, self.initial = noun, states, initial
        self.transitions = {transition.name: transition for transition in transitions}
        WORKFLOWS[noun] = self

    def problems(self, name: str, subject: T, now: datetime) -> list[Problem]:
        """What stands in the way of ``name`` besides the state; empty when nothing does."""
        return [p for guard in self.transitions[name].guards if (p := guard(subject, now))]

    def available(self, subject: T, now: datetime) -> list[Transition[T]]:
        """The steps that are possible now, state and guards together."""
        status = subject.status  # type: ignore[attr-defined]  # every subject of a workflow has one
        return [
            t
            for t in self.transitions.values()
            if status in t.sources and not self.problems(t.name, subject, now)
        ]

    def apply(
        self, name: str, subject: T, actor: Actor, now: datetime, *, reason: str | None = None, **data: Any
    ) -> None:
        """Take the step: check state, reason and guards, set status and stamp, write the audit row.

        Raises ``InvalidTransition`` when the state does not allow it and ``Invalid`` when a guard refuses.
        """
        transition = self.transitions[name]
        before = subject.status  # type: ignore[attr-defined]
        if before not in transition.sources:
            raise InvalidTransition(name, str(before))
        problems = self.problems(name, subject, now)
        if transition.reason_required and not (reason and reason.strip()):
            problems.insert(0, REASON_MISSING)
        if problems:
            raise Invalid(*problems)
        if transition.stamp:
            setattr(subject, transition.stamp, now)
        subject.status = transition.target  # type: ignore[attr-defined]
        if reason:
            data["reason"] = reason
        audit.record(
            f"{self.noun}.{name}", subject, actor, before=str(before), after=str(transition.target), **data
        )

    def diagram(self) -> str:
        """The table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for transition in self.transitions.values():
            for source in sorted(transition.sources):
                lines.append(f"    {source} --> {transition.target}: {transition.name}")
        return "\n".join(lines)
