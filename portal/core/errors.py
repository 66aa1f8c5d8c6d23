"""What can go wrong in the domain, told in words that the person concerned can act on."""

import dataclasses
from typing import Any

from portal.core.text import N_


@dataclasses.dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a translatable message, the form field it concerns, and values for the message.

    ``message`` is an English message id with ``%(name)s`` placeholders; ``params`` may hold plain values,
    ``Money``, dates and instants, which the edge formats in the reader's language.
    """

    message: str
    field: str | None = None
    params: dict[str, Any] = dataclasses.field(default_factory=dict)


def problem(message: str, /, *, field: str | None = None, **params: Any) -> Problem:
    """Short way to write ``Problem(message, field, {...})``."""
    return Problem(message, field, params)


class DomainError(Exception):
    """Base of everything the domain refuses; the edge maps each kind to one page and one HTTP status."""

    status = 400


class NotFound(DomainError):
    """The object does not exist, or the actor may not know that it does (HTTP 404)."""

    status = 404


class Denied(DomainError):
    """The actor may not do this; ``sentence`` says who may (HTTP 403)."""

    status = 403

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NeedsCode(DomainError):
    """A grave act needs a code of the actor's second factor first; the last one is too long ago (HTTP 403)."""

    status = 403


class Invalid(DomainError):
    """The input breaks rules; nothing was changed (HTTP 422)."""

    status = 422

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(p.message for p in problems))
        self.problems = list(problems)


class InvalidTransition(DomainError):
    """The step does not exist in the present state, for example because somebody took it already (HTTP 409)."""

    status = 409

    def __init__(self, name: str, state: str) -> None:
        super().__init__(f"{name} is not possible in state {state}")
        self.name, self.state = name, state


class Stale(DomainError):
    """Somebody else saved in between; what was typed is kept on the page (HTTP 409)."""

    status = 409
    message = N_("Somebody changed this page in the meantime. Please compare and save again.")

    def __init__(self, current: int | None = None) -> None:
        super().__init__(self.message)
        self.current = current
