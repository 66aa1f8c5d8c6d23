"""Which figures of a procedure are in force on a day: the packaged ones, and the versions added here."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.proofs import digest
from portal.procedures.values import (
    FIGURES,
    REQUIRED,
    Course,
    DefaultCriterion,
    DefaultHead,
    DefaultInstalment,
    DefaultMilestone,
    Figure,
    FigureUnit,
    Group,
    LocalFigure,
    Procedure,
)

Packaged = Mapping[str, Any]
Row = tuple[str, Figure]


def effective(packaged: Packaged, on: date, local: Sequence[LocalFigure] = ()) -> Procedure:
    """The procedure of a packaged file as in force on the day ``on``, with the versions added here.

    Every figure is a list of versions with ``from`` and, once replaced, ``until`` (the last day). The youngest
    version in force counts, whether packaged or added. A figure that the law did not know yet is left out.
    Raises ``LookupError`` when one that every case needs (``REQUIRED``) has no version for that day.
    """
    ours = [version for version in local if version.procedure == packaged["code"] and version.since <= on]
    figures = {
        name: _in_force(name, versions, [version for version in ours if version.name == name], on)
        for name, versions in packaged["figures"].items()
        if name in REQUIRED or versions[0]["from"] <= on.isoformat()
    }
    version = packaged["version"]
    if ours:
        version += f"+{max(added.since for added in ours)}"
    return frozen({**packaged, "version": version, "figures": figures})


def frozen(content: Packaged) -> Procedure:
    """The procedure that a call froze, from its ``content``; the same figures whatever changed since."""
    return Procedure(
        code=content["code"],
        title=content["title"],
        title_en=content["title_en"],
        series=content["series"],
        legal_basis=content["legal_basis"],
        version=content["version"],
        course=Course(
            **{**content["course"], "public_channels": tuple(content["course"]["public_channels"])}
        ),
        figures={name: figure_of(content["figures"][name]) for name in FIGURES if name in content["figures"]},
        price_formula=content["scheme"]["price"],
        aggregations=tuple(content["aggregations"]),
        scheme=content["scheme"],
        usual_bids=content["usual"]["minimum_bids"],
        usual_panel=content["usual"]["panel_size"],
        criteria=tuple(
            DefaultCriterion(**{**raw, "maximum": Decimal(raw["maximum"]), "step": Decimal(raw["step"])})
            for raw in content["criteria"]
        ),
        heads=tuple(DefaultHead(**raw) for raw in content["heads"]),
        instalments=tuple(DefaultInstalment(**raw) for raw in content["instalments"]["shares"]),
        instalment_source=content["instalments"]["source"],
        milestones=tuple(DefaultMilestone(**raw) for raw in content["milestones"]),
        content=content,
        digest=digest(dict(content)),
    )


def figures(procedure: Procedure) -> list[Row]:
    """Every figure of a procedure with its title, in the order of a case."""
    return [(FIGURES[name].title, figure) for name, figure in procedure.figures.items()]


def grouped(procedure: Procedure) -> list[tuple[Group, list[Row]]]:
    """The figures by part of the procedure, as ``(name, figure)``; empty parts are left out."""
    found = [
        (group, [row for row in procedure.figures.items() if FIGURES[row[0]].group is group])
        for group in Group
    ]
    return [(group, rows) for group, rows in found if rows]


def differences(earlier: Procedure, later: Procedure) -> list[tuple[str, Figure | None, Figure | None]]:
    """The figures that differ between two versions, as ``(name, earlier, later)``."""
    names = [name for name in FIGURES if name in earlier.figures or name in later.figures]
    pairs = [(name, earlier.figures.get(name), later.figures.get(name)) for name in names]
    return [pair for pair in pairs if pair[1] != pair[2]]


def statutory(packaged: Packaged, name: str, on: date) -> Figure | None:
    """The packaged figure in force on ``on``, without what was added here; ``None`` when the procedure has none."""
    versions = packaged["figures"].get(name)
    return figure_of(_in_force(name, versions, [], on)) if versions else None


def figure_of(raw: Packaged) -> Figure:
    """One version of a figure as a value."""
    until = raw.get("until")
    return Figure(
        value=raw["value"],
        unit=FigureUnit(raw["unit"]),
        source=raw["source"],
        since=date.fromisoformat(raw["from"]),
        until=date.fromisoformat(until) if until else None,
        confirmed=raw["confirmed"],
        count_first_day=raw.get("count_first_day", False),
        local=raw.get("local", False),
        reason=raw.get("reason", ""),
    )


def _in_force(
    name: str, versions: Sequence[dict[str, Any]], ours: Sequence[LocalFigure], on: date
) -> dict[str, Any]:
    packaged = [raw for raw in versions if raw["from"] <= on.isoformat() <= raw.get("until", "9999-12-31")]
    if not packaged:
        raise LookupError(f"{name} has no figure in force on {on}")
    added = [
        {
            "value": version.value, "unit": packaged[0]["unit"], "from": version.since.isoformat(), "source": version.source,
            "confirmed": packaged[0]["confirmed"], "count_first_day": version.count_first_day, "local": True, "reason": version.reason,
        }
        for version in ours
    ]  # fmt: skip
    return max([*packaged, *added], key=lambda raw: (raw["from"], raw.get("local", False)))
