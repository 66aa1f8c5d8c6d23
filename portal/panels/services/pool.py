"""Use cases of the expert pool: enter, change, suspend, and the expert's own declarations."""

from collections.abc import Sequence
from uuid import UUID

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import audit, clock
from portal.core.db import add, check_version, db, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries
from portal.panels.models import Expert
from portal.panels.policies import may_edit_own_profile, may_keep_pool
from portal.panels.values import ExpertGroup
from portal.parties import services as parties
from portal.parties.models import Invitation
from portal.parties.values import Role


@use_case
def add_expert(
    *, actor: Actor, user_id: UUID, unit_id: UUID, group: ExpertGroup, specialty: str, title: str, employer: str,
    past_employers: Sequence[str] = (), interests: Sequence[str] = (),
) -> Expert:  # fmt: skip
    """Enter a person into the pool of a unit and give the expert's role there.

    ``past_employers`` are those of the last three years. Raises ``Invalid`` when the person is in a pool already
    or holds a role that excludes the expert's.
    """
    require(may_keep_pool, actor, unit_id)
    user = get(User, user_id)
    if queries.own_expert(Actor(user.id, user.name)) is not None:
        raise Invalid(problem(N_("This person is in the pool already."), field="email"))
    # The officer decides about the pool; the role is only the key to its pages, so the portal gives it.
    parties.grant_role(actor=Actor.system("expert pool"), user_id=user_id, role=Role.EXPERT, scope_id=unit_id)
    expert = add(
        Expert(
            user_id=user_id, unit_id=unit_id, group=group, specialty=specialty.strip(), title=title.strip(),
            employer=employer.strip(), past_employers=_tidy(past_employers), interests=_tidy(interests),
            entered_at=clock.now(),
        )
    )  # fmt: skip
    audit.record("expert.add", expert, actor, group=str(group), specialty=expert.specialty)
    return expert


@use_case
def invite_expert(*, actor: Actor, email: str, name: str, unit_id: UUID) -> Invitation:
    """Invite somebody without an account to become an expert of the unit. Raises ``Invalid`` for a known address."""
    require(may_keep_pool, actor, unit_id)
    if accounts.find_user(email):
        raise Invalid(
            problem(
                N_("This person has an account already. Please enter the person directly."), field="email"
            )
        )
    invitation, _token = parties.invite(
        actor=Actor.system("expert pool"), email=email, name=name, role=Role.EXPERT, scope_id=unit_id
    )
    audit.record("expert.invite", invitation, actor)
    return invitation


@use_case
def update_expert(
    *, actor: Actor, expert_id: UUID, version: int | None, group: ExpertGroup, specialty: str, title: str,
    employer: str, past_employers: Sequence[str], interests: Sequence[str],
) -> Expert:  # fmt: skip
    """Change an entry. Another group counts as a new entry: the person is not drawn for calls already closed."""
    expert = get(Expert, expert_id, lock=True)
    require(may_keep_pool, actor, expert.unit_id)
    check_version(expert, version)
    if expert.group != group:
        expert.entered_at = clock.now()
    expert.group, expert.specialty, expert.title = group, specialty.strip(), title.strip()
    expert.employer = employer.strip()
    expert.past_employers, expert.interests = _tidy(past_employers), _tidy(interests)
    audit.record("expert.update", expert, actor, group=str(group), specialty=expert.specialty)
    return expert


@use_case
def update_profile(
    *, actor: Actor, version: int | None, employer: str, past_employers: Sequence[str], interests: Sequence[str]
) -> Expert:  # fmt: skip
    """Declare one's own employer, earlier employers (three years) and interests."""
    own = queries.own_expert(actor)
    if own is None:
        raise Invalid(problem(N_("You are not in the expert pool yet.")))
    expert = get(Expert, own.id, lock=True)
    require(may_edit_own_profile, actor, expert)
    check_version(expert, version)
    expert.employer = employer.strip()
    expert.past_employers, expert.interests = _tidy(past_employers), _tidy(interests)
    audit.record("expert.declare", expert, actor)
    return expert


@use_case
def suspend_expert(*, actor: Actor, expert_id: UUID, reason: str) -> Expert:
    """Leave an expert out of new draws. Raises ``Invalid`` without a reason."""
    return _set_active(actor, expert_id, False, reason)


@use_case
def resume_expert(*, actor: Actor, expert_id: UUID, reason: str) -> Expert:
    """Let an expert be drawn again, for calls that close from now on. Raises ``Invalid`` without a reason."""
    return _set_active(actor, expert_id, True, reason)


def _set_active(actor: Actor, expert_id: UUID, active: bool, reason: str) -> Expert:
    expert = get(Expert, expert_id, lock=True)
    require(may_keep_pool, actor, expert.unit_id)
    if not reason.strip():
        raise Invalid(problem(N_("Please give a reason."), field="reason"))
    if expert.active is active:
        return expert
    expert.active = active
    if active:
        expert.entered_at = clock.now()
    db.session.flush()
    audit.record("expert.resume" if active else "expert.suspend", expert, actor, reason=reason.strip())
    return expert


def _tidy(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]
