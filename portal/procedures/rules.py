"""Pure rules of procedures: which figures are in force on a day."""

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import rfc8785

from portal.procedures.values import (
    DefaultCriterion,
    DefaultHead,
    DefaultInstalment,
    DefaultMilestone,
    Figure,
    FigureUnit,
    Procedure,
)

Packaged = Mapping[str, Any]


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
