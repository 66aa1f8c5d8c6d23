"""Pure rules of procedures: which figures are in force on a day, and what the calendar may be told."""

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import rfc8785

from portal.core.calendar import DayKind
from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.procedures.values import (
    FIGURE_TITLES,
    DefaultCriterion,
    DefaultHead,
    DefaultInstalment,
    DefaultMilestone,
    Figure,
    FigureUnit,
    Procedure,
)

Packaged = Mapping[str, Any]

ENTERED = (DayKind.HOLIDAY, DayKind.ADJUSTED)  # all other days follow from the weekday
STATUTORY_DAYS_OFF = 13  # 全国年节及纪念日放假办法, in force since 2025-01-01, article 2
ALWAYS_OFF = (
    (1, 1),
    (5, 1),
    (5, 2),
    (10, 1),
    (10, 2),
    (10, 3),
)  # those of the 13 that follow the solar calendar
_SATURDAY = 5


def effective(packaged: Packaged, on: date) -> Procedure:
    """The procedure of a packaged file as in force on the day ``on``.

    Every figure is a list of versions with ``from`` and, once replaced, ``until`` (the last day). Raises
    ``LookupError`` when a figure has no version for that day.
    """
    figures = {name: _in_force(name, versions, on) for name, versions in packaged["figures"].items()}
    content = {**packaged, "figures": figures}
    found = {name: _figure(raw) for name, raw in figures.items()}
    weights = ("price_weight_minimum", "price_weight_maximum")
    return Procedure(
        code=packaged["code"],
        title=packaged["title"],
        title_en=packaged["title_en"],
        series=packaged["series"],
        legal_basis=packaged["legal_basis"],
        version=packaged["version"],
        periods={n: f for n, f in found.items() if f.unit in (FigureUnit.DAYS, FigureUnit.WORKING_DAYS)},
        minimum_bids=found["minimum_bids"],
        panel_minimum=found["panel_minimum"],
        price_weight=(found[weights[0]], found[weights[1]]) if weights[0] in found else None,
        price_formula=packaged["scheme"]["price"],
        aggregations=tuple(packaged["aggregations"]),
        scheme=packaged["scheme"],
        usual_bids=packaged["usual"]["minimum_bids"],
        usual_panel=packaged["usual"]["panel_size"],
        criteria=tuple(
            DefaultCriterion(**{**raw, "maximum": Decimal(raw["maximum"]), "step": Decimal(raw["step"])})
            for raw in packaged["criteria"]
        ),
        heads=tuple(DefaultHead(**raw) for raw in packaged["heads"]),
        instalments=tuple(DefaultInstalment(**raw) for raw in packaged["instalments"]["shares"]),
        instalment_source=packaged["instalments"]["source"],
        milestones=tuple(DefaultMilestone(**raw) for raw in packaged["milestones"]),
        content=content,
        digest=digest(content),
    )


def figures(procedure: Procedure) -> list[tuple[str, Figure]]:
    """Every figure of a procedure with its title, in the order of a case."""
    found = {
        **procedure.periods,
        "minimum_bids": procedure.minimum_bids,
        "panel_minimum": procedure.panel_minimum,
    }
    if procedure.price_weight:
        found["price_weight_minimum"], found["price_weight_maximum"] = procedure.price_weight
    return [(title, found[name]) for name, title in FIGURE_TITLES.items() if name in found]


def check_day(day: date, kind: DayKind, source: str, published: bool) -> list[Problem]:
    """What is wrong with entering ``day`` as ``kind`` from the notice ``source``."""
    problems = []
    if published:
        problems.append(
            problem(
                N_("The calendar of %(year)s is published and does not change."), field="day", year=day.year
            )
        )
    if kind not in ENTERED:
        problems.append(problem(N_("Enter days off and working weekends only."), field="kind"))
    if kind == DayKind.ADJUSTED and day.weekday() < _SATURDAY:
        problems.append(
            problem(N_("Only a Saturday or Sunday can be a working day in exchange."), field="kind")
        )
    return problems + _source_missing(source)


def check_year(year: int, days: Mapping[date, DayKind], source: str, published: bool) -> list[Problem]:
    """What stands in the way of publishing a year with these days: the notice, or days that it must name."""
    if published:
        return [problem(N_("The calendar of %(year)s is published and does not change."), year=year)]
    off = {day for day, kind in days.items() if kind == DayKind.HOLIDAY and day.year == year}
    problems = [
        problem(N_("%(day)s is a public holiday by law and is not entered as a day off."), day=day)
        for month, number in ALWAYS_OFF
        if (day := date(year, month, number)) not in off
    ]
    if len(off) < STATUTORY_DAYS_OFF:
        problems.append(
            problem(N_("%(entered)s days off are entered; the law knows %(least)s."), entered=len(off), least=STATUTORY_DAYS_OFF)
        )  # fmt: skip
    return problems + _source_missing(source)


def _source_missing(source: str) -> list[Problem]:
    return [] if source.strip() else [problem(N_("Please name the official notice."), field="source")]


def digest(content: Packaged) -> str:
    """SHA-256 (hex) over the canonical JSON (RFC 8785) of ``content``."""
    return hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest()


def _in_force(name: str, versions: list[dict[str, Any]], on: date) -> dict[str, Any]:
    for raw in versions:
        until = raw.get("until")
        if date.fromisoformat(raw["from"]) <= on and (until is None or on <= date.fromisoformat(until)):
            return raw
    raise LookupError(f"{name} has no figure in force on {on}")


def _figure(raw: Mapping[str, Any]) -> Figure:
    until = raw.get("until")
    return Figure(
        value=raw["value"],
        unit=FigureUnit(raw["unit"]),
        source=raw["source"],
        since=date.fromisoformat(raw["from"]),
        until=date.fromisoformat(until) if until else None,
        confirmed=raw.get("confirmed", True),
    )
