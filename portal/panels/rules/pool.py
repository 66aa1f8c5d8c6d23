"""Who may be in the pool, and how long a declaration holds. The numbers are data with their sources."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from portal.core.errors import Problem, problem
from portal.core.proofs import plain
from portal.core.text import N_
from portal.panels.values import (
    EntryRule,
    ExpertEntry,
    ExpertGroup,
    OrganisationTie,
    Relative,
    Standing,
    TieKind,
    TitleLevel,
)

DECLARATION_DAYS = 365
REMIND_DAYS = 30
ENTRY_RULES: Mapping[ExpertGroup, EntryRule] = {
    ExpertGroup.TECHNICAL: EntryRule("财库〔2016〕198号 6条", middle_years=8, under_age=70, clean_years=3),
}
"""Row 74; departments, media and residents send people by their own rules."""


def entry_problems(group: ExpertGroup, standing: Standing, on: date) -> list[Problem]:
    """Return why a person may not be in the pool on the day ``on`` (row 74; each with its source).

    Technical experts have a senior title, or a middle one and 8 years of work; are under 70; and were not
    sanctioned within 3 years. What is not known is asked for.
    """
    rule = ENTRY_RULES.get(group)
    if rule is None:
        return []
    problems = []
    if standing.level is TitleLevel.OTHER or (
        standing.level is TitleLevel.MIDDLE and standing.years < rule.middle_years
    ):
        message = N_("A senior title is needed, or a middle title and %(years)s years of work (%(source)s).")
        problems.append(problem(message, field="title_level", years=rule.middle_years, source=rule.source))
    if standing.born_on is None:
        problems.append(problem(N_("Please give the date of birth."), field="born_on"))
    elif on >= _later(standing.born_on, rule.under_age):
        message = N_("Experts of the pool are under %(age)s (%(source)s).")
        problems.append(problem(message, field="born_on", age=rule.under_age, source=rule.source))
    if standing.sanctioned_on is not None and on < _later(standing.sanctioned_on, rule.clean_years):
        message = N_("Experts of the pool have no sanction of the last %(years)s years (%(source)s).")
        problems.append(problem(message, field="sanctioned_on", years=rule.clean_years, source=rule.source))
    return problems


def must_leave(group: ExpertGroup, standing: Standing, term_ends_on: date | None, on: date) -> bool:
    """Return whether an entry no longer counts on the day ``on``: its term is over, or an entry rule is broken."""
    return (term_ends_on is not None and on > term_ends_on) or bool(entry_problems(group, standing, on))


def declaration_holds(declared_on: date, on: date) -> bool:
    """Return whether a declaration of interests made on ``declared_on`` still counts: 365 days."""
    return on <= declared_on + timedelta(days=DECLARATION_DAYS)


def remind_from(on: date) -> date:
    """Return the day of the declarations that expire within 30 days of ``on``; older ones are chased too."""
    return on - timedelta(days=DECLARATION_DAYS - REMIND_DAYS)


def is_away(periods: Iterable[tuple[date, date]], on: date) -> bool:
    """Return whether ``on`` lies in one of the periods, both ends included."""
    return any(first <= on <= last for first, last in periods)


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def tie_rows(ties: Iterable[OrganisationTie]) -> list[dict[str, str]]:
    """Return declared ties as the plain rows in which they are stored."""
    return [
        {
            "kind": tie.kind.value,
            "name": tie.name,
            "code": tie.code,
            "until": tie.until.isoformat() if tie.until else "",
        }
        for tie in ties
    ]


def ties_of(rows: Iterable[Mapping[str, str]]) -> list[OrganisationTie]:
    """Return declared ties from their stored rows."""
    return [
        OrganisationTie(TieKind(row["kind"]), row["name"], row["code"], _day(row["until"])) for row in rows
    ]


def relative_rows(relatives: Iterable[Relative]) -> list[dict[str, str]]:
    """Return declared relatives as the plain rows in which they are stored."""
    return [plain(relative) for relative in relatives]


def relatives_of(rows: Iterable[Mapping[str, str]]) -> list[Relative]:
    """Return declared relatives from their stored rows."""
    return [Relative(**row) for row in rows]


def entry_row(entry: ExpertEntry) -> dict[str, Any]:
    """Return an entry as the plain row in which an application keeps it."""
    born, sanctioned, term = entry.standing.born_on, entry.standing.sanctioned_on, entry.term_ends_on
    return {
        "group": entry.group.value, "specialties": list(entry.specialties), "title": entry.title,
        "employer": entry.employer, "past_employers": list(entry.past_employers), "interests": list(entry.interests),
        "title_level": entry.standing.level.value, "years": entry.standing.years, "fee_rate": entry.fee_rate,
        "born_on": born.isoformat() if born else "", "sanctioned_on": sanctioned.isoformat() if sanctioned else "",
        "term_ends_on": term.isoformat() if term else "",
    }  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def names_of(text: str | None) -> tuple[str, ...]:
    """Return the names in a line, separated by commas of any kind."""
    return tuple(name.strip() for name in re.split("[,，、;；]", text or "") if name.strip())
