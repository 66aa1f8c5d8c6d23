"""Use case: take a district's register of organisations from a spreadsheet, all rows or none."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from portal.core import audit, clock
from portal.core.db import add, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.parties import queries, rules
from portal.parties.models import Party
from portal.parties.policies import may_keep_register
from portal.parties.services.invitations import invite
from portal.parties.services.organisations import code_problems
from portal.parties.values import Grade, PartyRow, Role, Standing, Strength


@use_case
def import_parties(*, actor: Actor, unit_id: UUID, rows: Sequence[PartyRow]) -> int:
    """Register the organisations of a spreadsheet and invite each contact by mail to be its owner; how many.

    They wait for verification like any other; the officers, who know of it, get no message for each of them. One wrong row refuses all: ``Invalid`` names each problem with its
    row, so that the sheet is corrected and sent again.
    """
    require(may_keep_register, actor, unit_id)
    if unit_id not in {unit.id for unit in queries.districts()}:
        raise Invalid(problem(N_("Please choose the district that registers you."), field="unit_id"))
    if not rows:
        raise Invalid(problem(N_("The spreadsheet holds no rows."), field="file"))
    times = Counter(row.code for row in rows)
    problems = [
        problem(N_("Row %(row)s: %(what)s"), row=row.number, what=found)
        for row in rows
        for found in row.problems or _row_problems(row, times[row.code])
    ]
    if problems:
        raise Invalid(*problems)
    for row in rows:
        _register(actor, unit_id, row)
    return len(rows)


def _row_problems(row: PartyRow, times: int) -> list[Problem]:
    found = code_problems(row.code, row.kind)
    if times > 1:
        found.append(problem(N_("The code %(code)s occurs twice."), code=row.code))
    grade = str(row.assessment_grade or "")
    found += rules.check_standing(Standing(grade, row.grade_until, {}, None, None, "", ""))
    return found + rules.check_strength(Strength(row.staff, row.social_workers, row.volunteers, ()))


def _register(actor: Actor, unit_id: UUID, row: PartyRow) -> None:
    party = add(
        Party(
            unit_id=unit_id, name=row.name, code=row.code, kind=row.kind, legal_representative=row.legal_representative,
            address=row.address, contact_name=row.contact_name, contact_phone=row.contact_phone, contact_email=row.email,
            founded_on=row.founded_on, description=row.description, assessment_grade=str(row.assessment_grade or ""),
            grade_until=row.grade_until if row.assessment_grade is not Grade.NONE else None,
            staff=row.staff, social_workers=row.social_workers, volunteers=row.volunteers, registered_at=clock.now(),
        )
    )  # fmt: skip
    audit.record("party.import", party, actor, name=party.name, code=party.code)
    invite(
        actor=Actor.system("import"), email=row.email, name=row.contact_name, role=Role.ORG_OWNER, scope_id=party.id,
    )  # fmt: skip
