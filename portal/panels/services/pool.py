"""Use cases of the expert pool: apply, enter, import, change, suspend, and the expert's own declarations."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import audit, clock
from portal.core.db import add, check_version, db, get, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.money import Money
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries, rules
from portal.panels.models import Expert, ExpertApplication, ExpertSpecialty
from portal.panels.policies import may_apply, may_edit_own_profile, may_keep_pool
from portal.panels.values import Declaration, ExpertEntry, PoolRow
from portal.parties import services as parties
from portal.parties.models import Invitation
from portal.parties.values import Role


@use_case
def add_expert(*, actor: Actor, user_id: UUID, unit_id: UUID, entry: ExpertEntry) -> Expert:
    """Enter a person into the pool of a unit and give the expert's role there.

    Raises ``Invalid`` when the person is in a pool already, does not meet the rules of entry (row 74), or holds a
    role that excludes the expert's.
    """
    require(may_keep_pool, actor, unit_id)
    user = get(User, user_id)
    if queries.own_expert(Actor(user.id, user.name)) is not None:
        raise Invalid(problem(N_("This person is in the pool already."), field="email"))
    if problems := _entry_problems(entry):
        raise Invalid(*problems)
    # The officer decides about the pool; the role is only the key to its pages, so the portal gives it.
    parties.grant_role(actor=Actor.system("expert pool"), user_id=user_id, role=Role.EXPERT, scope_id=unit_id)
    expert = Expert(user_id=user_id, unit_id=unit_id, entered_at=clock.now(), declared_at=clock.now())
    _write(expert, entry)
    add(expert)
    if (application := queries.application_of(user.email)) is not None:
        db.session.delete(application)
    audit.record("expert.add", expert, actor, group=str(entry.group), specialty=list(entry.specialties))
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
def apply_as_expert(*, actor: Actor, entry: ExpertEntry) -> ExpertApplication:
    """Register oneself: the officer of the pool finds what was written and decides about the entry.

    Raises ``Invalid`` when the person is in the pool already. Writing again replaces what was written.
    """
    require(may_apply, actor, None)
    if queries.own_expert(actor) is not None or actor.user_id is None:
        raise Invalid(problem(N_("You are in the pool already.")))
    email = get(User, actor.user_id).email
    application = _keep_application(email, queries.expert_unit(actor), entry)
    audit.record("expert.apply", application, actor)
    return application


@use_case
def import_experts(*, actor: Actor, unit_id: UUID, rows: Sequence[PoolRow]) -> tuple[int, int]:
    """Take the rows of a spreadsheet: who has an account enters the pool, the others are invited.

    Returns how many entered and how many were invited. One wrong row refuses all: ``Invalid`` names each with its
    row, so that the sheet is corrected and sent again.
    """
    require(may_keep_pool, actor, unit_id)
    problems = [
        problem(N_("Row %(row)s: %(what)s"), row=row.number, what=found)
        for row in rows
        for found in (*row.problems, *_entry_problems(row.entry), *_known(row, rows))
    ]
    if not rows:
        problems.append(problem(N_("The spreadsheet holds no rows."), field="file"))
    if problems:
        raise Invalid(*problems)
    entered = 0
    for row in rows:
        user = accounts.find_user(row.email)
        if user is not None:
            add_expert(actor=actor, user_id=user.id, unit_id=unit_id, entry=row.entry)
            entered += 1
        else:
            _keep_application(row.email, unit_id, row.entry)
            invite_expert(actor=actor, email=row.email, name=row.name, unit_id=unit_id)
    return entered, len(rows) - entered


def _known(row: PoolRow, rows: Sequence[PoolRow]) -> list[Problem]:
    user = accounts.find_user(row.email)
    if user is not None and queries.own_expert(Actor(user.id, user.name)) is not None:
        return [problem(N_("This person is in the pool already."))]
    if sum(other.email == row.email for other in rows) > 1:
        return [problem(N_("The address %(email)s occurs twice."), email=row.email)]
    return []


@use_case
def update_expert(*, actor: Actor, expert_id: UUID, version: int | None, entry: ExpertEntry) -> Expert:
    """Change an entry. Another group, specialty, or a tie that is gone counts as a new entry.

    So nobody is made to fit a call that is closed already.
    """
    expert = queries.expert_for_update(expert_id)
    require(may_keep_pool, actor, expert.unit_id)
    check_version(expert, version)
    if problems := _entry_problems(entry):
        raise Invalid(*problems)
    before = (expert.group, set(expert.specialties), _ties(expert))
    _write(expert, entry)
    _note_change(expert, before)
    audit.record("expert.update", expert, actor, group=str(entry.group), specialty=list(entry.specialties))
    return expert


@use_case
def update_profile(*, actor: Actor, version: int | None, declaration: Declaration) -> Expert:
    """Declare one's own employers, ties, relatives and absences, and confirm that all of it is true today.

    Raises ``Invalid`` when the agreement of the pool is not accepted or an absence ends before it begins.
    """
    own = queries.own_expert(actor)
    if own is None:
        raise Invalid(problem(N_("You are not in the expert pool yet.")))
    expert = queries.expert_for_update(own.id)
    require(may_edit_own_profile, actor, expert)
    check_version(expert, version)
    if problems := _declaration_problems(declaration):
        raise Invalid(*problems)
    before = (expert.group, set(expert.specialties), _ties(expert))
    expert.employer, expert.address = declaration.employer.strip(), declaration.address.strip()
    expert.past_employers, expert.interests = _tidy(declaration.past_employers), _tidy(declaration.interests)
    expert.ties, expert.relatives = (
        rules.tie_rows(declaration.ties),
        rules.relative_rows(declaration.relatives),
    )
    expert.unavailable = [[first.isoformat(), last.isoformat()] for first, last in declaration.unavailable]
    if declaration.phone.strip():
        get(User, expert.user_id, lock=True).phone = declaration.phone.strip()
    expert.declared_at, expert.reminded_at = clock.now(), None
    expert.agreed_at = expert.agreed_at or clock.now()
    _note_change(expert, before)
    audit.record("expert.declare", expert, actor)
    return expert


def _declaration_problems(declaration: Declaration) -> list[Problem]:
    problems = []
    if not declaration.agreed:
        message = N_("Please confirm that all of this is true and that you accept the rules of the pool.")
        problems.append(problem(message, field="agreed"))
    if any(last < first for first, last in declaration.unavailable):
        problems.append(problem(N_("An absence cannot end before it begins."), field="unavailable"))
    return problems


@use_case
def suspend_expert(*, actor: Actor, expert_id: UUID, reason: str) -> Expert:
    """Leave an expert out of new draws. Raises ``Invalid`` without a reason."""
    return _set_active(actor, expert_id, False, reason)


@use_case
def resume_expert(*, actor: Actor, expert_id: UUID, reason: str) -> Expert:
    """Let an expert be drawn again, for calls that close from now on. Raises ``Invalid`` without a reason."""
    return _set_active(actor, expert_id, True, reason)


@use_case
def note_reminder(*, actor: Actor, expert_id: UUID) -> bool:
    """Remember that an expert was reminded of declarations that expire; False when it was done before."""
    expert = get(Expert, expert_id, lock=True)
    if not actor.is_system or expert.reminded_at is not None:
        return False
    expert.reminded_at = clock.now()
    return True


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


def _entry_problems(entry: ExpertEntry) -> list[Problem]:
    problems = rules.entry_problems(entry.group, entry.standing, clock.today())
    if not any(name.strip() for name in entry.specialties):
        problems.append(problem(N_("Please give the specialty."), field="specialties"))
    return problems


def _write(expert: Expert, entry: ExpertEntry) -> None:
    names = dict.fromkeys(_tidy(entry.specialties))
    expert.fields[:] = [field for field in expert.fields if field.name in names]
    known = {field.name for field in expert.fields}
    expert.fields += [ExpertSpecialty(name=name) for name in names if name not in known]
    expert.group, expert.title, expert.employer = entry.group, entry.title.strip(), entry.employer.strip()
    expert.title_level, expert.years = entry.standing.level, entry.standing.years
    expert.born_on, expert.sanctioned_on = entry.standing.born_on, entry.standing.sanctioned_on
    expert.past_employers, expert.interests = _tidy(entry.past_employers), _tidy(entry.interests)
    expert.term_ends_on, expert.fee_rate = entry.term_ends_on, Money(entry.fee_rate)


def _ties(expert: Expert) -> set[str]:
    """Everything that may exclude the expert somewhere."""
    declared = [tie["name"] for tie in expert.ties or []] + [
        person["name"] for person in expert.relatives or []
    ]
    return {expert.employer, *expert.past_employers, *expert.interests, *declared}


def _note_change(expert: Expert, before: tuple[str, set[str], set[str]]) -> None:
    group, specialties, ties = before
    if expert.group != group or set(expert.specialties) != specialties or ties - _ties(expert):
        expert.entered_at = clock.now()


def _keep_application(email: str, unit_id: UUID, entry: ExpertEntry) -> ExpertApplication:
    application = queries.application_of(email)
    if application is None:
        application = add(ExpertApplication(email=email, unit_id=unit_id, entry={}, written_at=clock.now()))
    application.entry, application.written_at = rules.entry_row(entry), clock.now()
    return application


def _tidy(lines: Iterable[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]
