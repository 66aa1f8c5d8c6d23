"""Appropriations from a sheet: all rows or none."""

from collections.abc import Sequence
from uuid import UUID

from portal.budgets import queries, rules
from portal.budgets.models import Movement, Programme
from portal.budgets.policies import may_appropriate
from portal.budgets.services.ledger import appropriate
from portal.budgets.values import AppropriationRow
from portal.core.db import get, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.policy import Actor, can
from portal.core.text import N_


@use_case
def import_appropriations(*, actor: Actor, rows: Sequence[AppropriationRow]) -> list[Movement]:
    """Post every row as an appropriation; a paper that was posted before with the same amount changes nothing.

    Raises ``Invalid`` with one problem for each wrong row, which names the row; then nothing is posted.
    """
    if problems := rules.check_appropriations(rows) + _forbidden(actor, rows):
        raise Invalid(*problems)
    posted = []
    for row in rows:
        assert row.programme_id is not None  # noqa: S101 - the rule saw it
        assert row.amount is not None  # noqa: S101 - the rule saw it
        try:
            posted.append(
                appropriate(
                    actor=actor,
                    programme_id=row.programme_id,
                    amount=row.amount,
                    reference=row.reference,
                    memo=row.memo,
                )
            )
        except Invalid as error:
            raise Invalid(*_in_row(row.row, error.problems)) from error
    return posted


def _forbidden(actor: Actor, rows: Sequence[AppropriationRow]) -> list[Problem]:
    found = []
    for row in rows:
        if row.programme_id is not None and not can(may_appropriate, actor, _fund(row.programme_id)):
            found.append(problem(N_("Row %(row)s: the fund of this programme is not yours to appropriate."), field="file", row=row.row))  # fmt: skip
    return found


def _fund(programme_id: UUID) -> object:
    return queries.get_fund_source(get(Programme, programme_id).fund_source_id)


def _in_row(row: int, found: Sequence[Problem]) -> list[Problem]:
    """The ledger knows no rows, so its problems stand below a sentence that names one."""
    named = problem(N_("Row %(row)s cannot be posted:"), field="file", row=row)
    return [named, *(Problem(p.message, "file", p.params) for p in found)]
