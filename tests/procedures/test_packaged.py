"""The packaged procedures: every figure has a source and dates, and the usual form breaks no rule of its own."""

from datetime import date
from decimal import Decimal

import pytest

from portal.core.errors import NotFound
from portal.procedures import queries, rules
from portal.procedures.values import FigureUnit, Procedure

DAY = date(2026, 3, 2)
ALL = [rules.effective(raw, DAY) for raw in queries._packaged().values()]


@pytest.mark.parametrize("procedure", ALL, ids=lambda p: p.code)
def test_the_usual_form_is_lawful(procedure: Procedure):
    assert len(procedure.criteria) >= 3
    assert sum(c.maximum for c in procedure.criteria) == Decimal(100)
    assert sum(i.share_bp for i in procedure.instalments) == 10_000
    assert procedure.usual_bids >= procedure.minimum_bids.value
    assert procedure.usual_panel % 2 == 1
    assert procedure.usual_panel >= procedure.panel_minimum.value
    price = sum(c.maximum for c in procedure.criteria if c.kind == "price")
    if procedure.price_weight:
        low, high = procedure.price_weight
        assert low.value <= price <= high.value
    else:
        assert price == 0


@pytest.mark.parametrize("procedure", ALL, ids=lambda p: p.code)
def test_every_figure_has_a_source_and_a_beginning(procedure: Procedure):
    for name, raw in procedure.content["figures"].items():
        assert raw["source"].strip(), name
        assert date.fromisoformat(raw["from"]) <= DAY, name
        assert raw["unit"] in set(FigureUnit), name


def test_a_figure_is_the_one_in_force_on_the_day():
    packaged = {**queries._packaged()["venture_contest"]}
    old = {
        "value": 3,
        "unit": "WD",
        "from": "2010-01-01",
        "until": "2020-12-31",
        "source": "旧规定",
        "confirmed": True,
    }
    new = {"value": 5, "unit": "WD", "from": "2021-01-01", "source": "新规定", "confirmed": True}
    packaged["figures"] = {**packaged["figures"], "result_notice": [old, new]}
    assert rules.effective(packaged, date(2020, 12, 31)).notice_days == 3
    assert rules.effective(packaged, date(2021, 1, 1)).notice_days == 5
    assert rules.effective(packaged, date(2020, 12, 31)).digest != rules.effective(packaged, DAY).digest
    with pytest.raises(LookupError):
        rules.effective(packaged, date(2009, 12, 31))


def test_an_unknown_procedure_is_not_found(app):
    with pytest.raises(NotFound):
        queries.procedure("lottery", DAY)
