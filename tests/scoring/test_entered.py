"""Values that hold for all experts: one person enters, a second confirms, then they count."""

import pytest

from portal.core.db import db
from portal.core.errors import Denied, Invalid, NotFound, Stale
from portal.core.proofs import canonical
from portal.core.templating import problem_text
from portal.parties.values import Role
from portal.scoring import documents, queries, services
from portal.scoring.models import EnteredValue
from portal.verify import score as verify_score
from tests.conftest import actor_of
from tests.factories import CriterionFactory, person
from tests.panels.browse import send
from tests.panels.stage import SMALL_SCHEME, change, opened_bid, stage
from tests.scoring.flow import D, begun, experts, mark, points, signed


@pytest.fixture
def case(app, drain):
    """A panel whose call has two objective points, a deduction and a colleague to confirm."""
    s, panel = begun(drain)
    change(s.criteria[1], maximum=D(50))
    star = CriterionFactory(tender_id=s.tender.id, position=3, code="star", title="等级评估", maximum=D(10), kind="objective")  # fmt: skip
    fault = CriterionFactory(tender_id=s.tender.id, position=4, code="fault", title="失信扣分", maximum=D(5), kind="penalty")  # fmt: skip
    return s, panel, star, fault, person(Role.PROGRAMME_OFFICER, s.district)


def given(s, *numbers):
    return {bid.id: (D(n), "等级证书") for bid, n in zip(s.bids, numbers, strict=True)}


def enter(s, panel, criterion, values):
    return services.enter_values(
        actor=actor_of(s.officer), panel_id=panel.id, criterion_id=criterion.id, values=values
    )


def confirm(actor, s, panel, criterion):
    rows = [row for (_b, of), row in queries.entered_values(s.tender.id).items() if of == criterion.id]
    return services.confirm_values(
        actor=actor_of(actor), panel_id=panel.id, criterion_id=criterion.id, seen=services.fingerprint(rows)
    )


LOW = tuple(tuple((D(30), D(40)) for _ in range(3)) for _ in range(3))


def test_confirmed_values_count_for_all_and_a_deduction_is_taken_off(case):
    s, panel, star, fault, colleague = case
    enter(s, panel, star, given(s, 10, 8, 5))
    enter(s, panel, fault, given(s, 0, 2, "0.5"))
    signed(panel, LOW)
    with pytest.raises(Invalid, match="no confirmed value"):
        services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    assert confirm(colleague, s, panel, star) == 3
    confirm(colleague, s, panel, fault)
    (fixed,) = services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    totals = {e.bid_id: e.total for e in queries.ranking(s.lot.id)[1]}
    assert [totals[bid.id] for bid in s.bids] == [D(80), D(76), D("74.5")]
    assert verify_score.check(canonical(fixed.record)).differences == []
    with pytest.raises(Invalid, match="over"):
        enter(s, panel, star, given(s, 1, 1, 1))


def test_a_wrong_value_is_corrected_after_the_ranking_as_a_new_version(case, sign_in, drain):
    s, panel, star, fault, colleague = case
    enter(s, panel, star, given(s, 10, 8, 5))
    enter(s, panel, fault, given(s, 0, 2, "0.5"))
    confirm(colleague, s, panel, star)
    confirm(colleague, s, panel, fault)
    signed(panel, LOW)
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    client, bid = sign_in(colleague), s.bids[1]
    url = f"/scoring/panels/{panel.id}/correct/{bid.id}/star"
    assert url in client.get(f"/scoring/panels/{panel.id}/values/star").text
    assert sign_in(s.officer).get(url).status_code == 403
    good = {"value": "9.5", "ground": "objective", "explanation": "证书为 5A 级"}
    for wrong in (
        {"value": ""},
        {"value": "11"},
        {"value": "8"},
        {"ground": "qualification"},
        {"explanation": ""},
    ):
        assert send(client, url, **{**good, **wrong}).status_code == 422
    assert client.get(url.replace("star", "need")).status_code == 404
    assert send(client, url, **good).status_code == 303
    fixed, entries = queries.ranking(s.lot.id)
    assert next(e.total for e in entries if e.bid_id == bid.id) == D("77.5")
    assert queries.versions_of(panel.id)[1][1].change == "等级评估: 8 → 9.5"
    assert verify_score.check(canonical(fixed.record)).differences == []
    drain()
    assert (
        queries.letters_about(bid.id) == []
    )  # the value is a mark: nobody outside reads it before the result
    services.publish_rankings(actor=actor_of(s.officer), tender_id=s.tender.id)
    drain()
    assert [letter.ranking_id for letter, _why in queries.letters_about(bid.id)] == [fixed.id]


def test_who_entered_does_not_confirm_and_a_changed_value_is_confirmed_again(case):
    s, panel, star, _fault, colleague = case
    enter(s, panel, star, given(s, 10, 8, 5))
    with pytest.raises(Invalid, match="second person"):
        confirm(s.officer, s, panel, star)
    with pytest.raises(Stale):
        services.confirm_values(
            actor=actor_of(colleague), panel_id=panel.id, criterion_id=star.id, seen="another"
        )
    confirm(colleague, s, panel, star)
    with pytest.raises(Invalid, match="No value waits"):
        confirm(colleague, s, panel, star)
    enter(s, panel, star, given(s, 10, 9, 5))
    waiting = [row for row in db.session.query(EnteredValue) if row.confirmed_at is None]
    assert [row.value for row in waiting] == [D(9)]


@pytest.mark.parametrize(
    ("value", "basis", "sentence"),
    [(D(11), "x", "between 0 and 10"), (D("1.3"), "x", "multiple of 0.5"), (D(5), " ", "paper or register")],
)
def test_a_wrong_value_is_refused_and_nothing_is_entered(case, value, basis, sentence):
    s, panel, star, _fault, _colleague = case
    with pytest.raises(Invalid) as error:
        enter(s, panel, star, {s.bids[0].id: (D(5), "证书"), s.bids[1].id: (value, basis)})
    assert [p.field for p in error.value.problems] == [str(s.bids[1].id)]
    assert sentence in problem_text(error.value.problems[0])
    db.session.rollback()
    assert db.session.query(EnteredValue).count() == 0


def test_only_officers_enter_and_only_criteria_of_the_call(case):
    s, panel, star, _fault, _colleague = case
    for stranger in (s.supervisor, experts(panel)[0]):
        with pytest.raises(Denied):
            services.enter_values(
                actor=actor_of(stranger), panel_id=panel.id, criterion_id=star.id, values={}
            )
    for wrong in (s.criteria[0].id, panel.id):
        with pytest.raises(NotFound):
            services.enter_values(actor=actor_of(s.officer), panel_id=panel.id, criterion_id=wrong, values={})


def test_entering_and_confirming_through_the_pages(case, sign_in):
    s, panel, _star, _fault, colleague = case
    client, url = sign_in(s.officer), f"/scoring/panels/{panel.id}/values/star"
    assert url in client.get(f"/scoring/panels/{panel.id}").text
    fields = {f"m{n}": "８" for n in range(3)} | {f"r{n}": "证书" for n in range(3)}
    assert send(client, url, **{**fields, "m1": "80"}).status_code == 422
    assert send(client, url, **fields).status_code == 303
    assert f"{url}/confirm" not in client.get(url).text
    second = sign_in(colleague)
    shown = second.get(url).text
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    assert send(second, f"{url}/confirm", seen="0").status_code == 409
    assert send(second, f"{url}/confirm", seen=seen).status_code == 303
    assert send(sign_in(s.supervisor), url, **fields).status_code == 403
    assert second.get(f"/scoring/panels/{panel.id}/values/need").status_code == 404


def test_raw_marks_count_in_points_of_the_total(app, sign_in, drain):
    s, panel = begun(drain)
    change(s.criteria[0], scale=D(100))
    user = experts(panel)[0]
    sheet = queries.my_sheets(actor_of(user), panel.id)[0]
    mark(user, sheet, D(85), D(45))
    assert points(queries.get_sheet(actor_of(user), sheet.id)) == D(79)
    assert "79</output> / 100" in sign_in(user).get(f"/scoring/sheets/{sheet.id}").text
    with pytest.raises(Invalid) as error:
        mark(user, sheet, D(101), D(45))
    assert error.value.problems[0].params["top"] == D(100)


def test_sums_may_be_aggregated_instead_of_criteria(app, sign_in, drain):
    s, panel = begun(drain, scheme={**SMALL_SCHEME, "aggregation": "trimmed", "per": "total", "drop_high": 1, "drop_low": 1})  # fmt: skip
    signed(panel)
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    (table,) = documents.score_tables(s.tender.id)
    assert [column.code for column in table.columns] == ["need", "plan", "experts"]
    client = sign_in(s.officer)
    assert "92.00" in client.get(f"/scoring/panels/{panel.id}").text
    assert client.get(f"/scoring/panels/{panel.id}/scores.xlsx").status_code == 200


def test_a_declared_fact_is_taken_over_confirmed_by_another_and_computed_against_the_best(
    app, sign_in, drain
):
    facts = {"star": {"source": "answer:beneficiaries", "method": "highest_best"}}
    s = stage(bids=0, scheme={**SMALL_SCHEME, "facts": facts})
    s.bids += [
        opened_bid(s.lot, number, beneficiaries=people) for number, people in enumerate((320, 160, 80))
    ]
    change(s.criteria[1], maximum=D(50))
    star = CriterionFactory(tender_id=s.tender.id, position=3, code="star", title="受益人数", maximum=D(10), kind="objective")  # fmt: skip
    panel, colleague = s.begun(), person(Role.PROGRAMME_OFFICER, s.district)
    drain()
    client, url = sign_in(s.officer), f"/scoring/panels/{panel.id}/values/star"
    assert "Take over what was declared" in client.get(url).text
    assert send(client, f"{url}/declared").status_code == 303
    assert send(client, f"{url}/declared").status_code == 422
    with pytest.raises(Invalid, match="second person"):
        confirm(s.officer, s, panel, star)
    confirm(colleague, s, panel, star)
    signed(panel, LOW)
    (fixed,) = services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    parts = {e.bid_id: e.parts["star"] for e in queries.ranking(s.lot.id)[1]}
    assert [parts[bid.id] for bid in s.bids] == ["10.00", "5.00", "2.50"]
    assert {bid["facts"]["star"] for bid in fixed.record["bids"]} == {"320", "160", "80"}
    assert verify_score.check(canonical(fixed.record)).differences == []


def test_where_nothing_was_declared_the_officer_enters_the_number(app, drain):
    s = stage(scheme={**SMALL_SCHEME, "facts": {"star": {"source": "party:staff", "method": "highest_best"}}})
    star = CriterionFactory(tender_id=s.tender.id, position=3, code="star", title="人员", maximum=D(10), kind="objective")  # fmt: skip
    panel = s.begun()
    with pytest.raises(Invalid, match="nothing more"):
        services.take_over_declared(actor=actor_of(s.officer), panel_id=panel.id, criterion_id=star.id)
    enter(
        s, panel, star, given(s, 40, 12, 0)
    )  # a number of people may lie above the maximum of the criterion
    assert {row.value for row in queries.entered_values(s.tender.id).values()} == {D(40), D(12), D(0)}
