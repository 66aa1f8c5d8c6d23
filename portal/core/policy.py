"""Who may do what: small named predicates, each with one sentence, required inside the services."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from portal.core.errors import Denied


@dataclass(frozen=True)
class Grant:
    """A role held in a unit or in an organisation (``scope_id``); ``instead_of`` is the person stood in for, by name."""

    role: str
    scope_id: UUID
    instead_of: str = field(default="", compare=False)


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with the roles held, or the system itself (``user_id`` is ``None``).

    ``grants`` is already expanded: a role held in a unit appears for each unit of its subtree. ``proved_at`` is when
    the person last gave a code of the second factor in this session, if ever. ``stood_in_for`` collects, for the
    audit log, the names of those whose role was used as their deputy; every rule compares the person who acts.
    """

    user_id: UUID | None
    name: str
    grants: frozenset[Grant] = field(default_factory=frozenset)
    system_name: str | None = None
    proved_at: datetime | None = None
    stood_in_for: set[str] = field(default_factory=set, compare=False, repr=False)

    @classmethod
    def system(cls, name: str) -> "Actor":
        """The portal itself, acting for the job or command ``name``; allowed what its caller is trusted with."""
        return cls(None, name, frozenset(), name)

    @property
    def is_system(self) -> bool:
        """True when no person acts."""
        return self.system_name is not None

    def has(self, role: str, scope_id: UUID | None) -> bool:
        """True when the actor holds ``role`` in that very scope (its subtree is expanded already)."""
        if scope_id is None or (wanted := Grant(role, scope_id)) not in self.grants:
            return False
        self.stood_in_for.update(g.instead_of for g in self.grants if g.instead_of and g == wanted)
        return True

    def holds(self, *roles: str) -> bool:
        """True when the actor holds one of ``roles`` anywhere."""
        return any(grant.role in roles for grant in self.grants)

    def scopes(self, *roles: str) -> set[UUID]:
        """The units or organisations in which the actor holds one of ``roles``; what list queries filter by."""
        return {grant.scope_id for grant in self.grants if grant.role in roles}


ANONYMOUS = Actor(None, "")

Rule = Callable[[Actor, Any], bool]
R = TypeVar("R", bound=Callable[..., bool])

RULES: dict[str, Rule] = {}
SENTENCES: dict[str, str] = {}


def rule(sentence: str) -> Callable[[R], R]:
    """Register a predicate ``may_…(actor, subject)`` with the sentence that says who may."""

    def register(predicate: R) -> R:
        name = predicate.__name__
        if name in RULES:
            raise RuntimeError(f"two rules are called {name}")
        RULES[name] = predicate
        SENTENCES[name] = sentence
        return predicate

    return register


def can(predicate: Rule, actor: Actor, subject: object) -> bool:
    """True when ``actor`` may; the system may always."""
    return actor.is_system or predicate(actor, subject)


def require(predicate: Rule, actor: Actor, subject: object) -> None:
    """Raise ``Denied`` with the rule's sentence unless ``actor`` may."""
    if not can(predicate, actor, subject):
        raise Denied(SENTENCES[predicate.__name__])


_grants_loader: Callable[[UUID], Iterable[Grant]] = lambda _user_id: ()  # noqa: E731 - replaced at start


def register_grants_loader(loader: Callable[[UUID], Iterable[Grant]]) -> None:
    """Let ``parties`` say which roles a person holds (``core`` knows no units)."""
    global _grants_loader
    _grants_loader = loader


def actor_for(user_id: UUID, name: str, proved_at: datetime | None = None) -> Actor:
    """The actor of a signed-in person, with all grants."""
    return Actor(user_id, name, frozenset(_grants_loader(user_id)), proved_at=proved_at)
