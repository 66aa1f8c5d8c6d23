"""An incomplete file of a procedure is refused, and says what it lacks."""

from copy import deepcopy

import pytest

from portal.procedures import queries, rules
from portal.procedures.values import REQUIRED

GOOD = queries._packaged()["open_tender"]


def broken(change) -> list[str]:
    raw = deepcopy(GOOD)
    change(raw)
    return rules.faults(raw)


@pytest.mark.parametrize("code", sorted(queries._packaged()))
def test_the_packaged_files_are_complete(code):
    assert rules.faults(queries._packaged()[code]) == []


@pytest.mark.parametrize("key", sorted(GOOD))
def test_each_part_is_needed(key):
    assert broken(lambda raw: raw.pop(key))


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_figure_is_needed(name):
    assert f"{name} is missing" in broken(lambda raw: raw["figures"].pop(name))


def first(raw) -> dict:
    return raw["figures"]["submission"][0]


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.update(surprise=1),
        lambda raw: raw["figures"].update(surprise=[first(raw)]),
        lambda raw: raw["figures"].update(submission=[]),
        lambda raw: first(raw).update(value="20"),
        lambda raw: first(raw).update(value=-1),
        lambda raw: first(raw).update(value=True),
        lambda raw: first(raw).update(unit="N"),
        lambda raw: first(raw).update(source=" "),
        lambda raw: first(raw).pop("source"),
        lambda raw: first(raw).pop("confirmed"),
        lambda raw: first(raw).pop("from"),
        lambda raw: first(raw).update({"from": "2003"}),
        lambda raw: first(raw).update(until="2020-12-31"),
        lambda raw: first(raw).update(note="x"),
        lambda raw: raw["figures"]["submission"].append({**first(raw), "from": "2020-01-01"}),
        lambda raw: raw["figures"].pop("price_weight_maximum"),
        lambda raw: raw["scheme"].update(price="none"),
        lambda raw: raw["criteria"][0].update(maximum="11"),
        lambda raw: raw["criteria"][0].update(code="plan"),
        lambda raw: raw["heads"][0].pop("code"),
        lambda raw: raw["instalments"]["shares"][0].update(share_bp=1),
        lambda raw: raw["usual"].pop("panel_size"),
        lambda raw: raw["course"].update(stages=3),
        lambda raw: raw["course"].pop("roadshow"),
    ],
)
def test_each_fault_is_found(change):
    assert broken(change)


def test_a_new_version_begins_where_the_old_one_ends():
    def change(raw):
        old = first(raw)
        raw["figures"]["submission"] = [
            {**old, "until": "2026-12-31"},
            {**old, "from": "2027-01-01", "value": 25},
        ]

    assert broken(change) == []
