"""Which cell of the draw does each person stand for? Exactly one, whatever the number of specialties."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from portal.panels.values import Cell, ExpertGroup, Quota


def assign_cells(
    people: Mapping[str, tuple[ExpertGroup, Collection[str]]], quotas: Sequence[Quota]
) -> dict[str, Cell]:
    """Return the cell of each person (id → group, specialties); who fits none is left out.

    A cell without specialty takes anybody of its group. Who fits only one cell comes first; then everybody goes
    where most people are still missing, so that a cell does not stay empty because its people were counted
    elsewhere. The result depends on nothing but what is passed in.
    """
    fitting = {key: [q for q in quotas if _fits(q.cell, *facts)] for key, facts in people.items()}
    have: Counter[Cell] = Counter()
    found: dict[str, Cell] = {}
    for key in sorted(fitting, key=lambda key: (len(fitting[key]), key)):
        choices = fitting[key]
        if choices:
            best = max(choices, key=lambda quota: quota.seats + quota.standby - have[quota.cell])
            found[key] = best.cell
            have[best.cell] += 1
    return found


def _fits(cell: Cell, group: ExpertGroup, specialties: Collection[str]) -> bool:
    return cell.group == group and (not cell.specialty or cell.specialty in specialties)


def quotas_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Quota, ...]:
    """Return quotas from the plain rows in which they are stored."""
    return tuple(
        Quota(Cell(ExpertGroup(row["group"]), row["specialty"]), row["seats"], row["standby"]) for row in rows
    )


def quota_rows(quotas: Sequence[Quota]) -> list[dict[str, Any]]:
    """Return the plain rows in which quotas are stored."""
    return [
        {"group": q.cell.group.value, "specialty": q.cell.specialty, "seats": q.seats, "standby": q.standby}
        for q in quotas
    ]
