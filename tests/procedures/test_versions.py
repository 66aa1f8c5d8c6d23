"""Versions of figures that an administrator adds: from a day on, never weaker than the law, never changed."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from portal.core import audit, clock
from portal.core.db import db
from portal.core.errors import Denied, Invalid, NotFound
from portal.parties.values import Role
from portal.procedures import queries, rules, services
from portal.procedures.values import Figure, FigureUnit, LocalFigure
from tests.conftest import actor_of
from tests.factories import UnitFactory, person

TODAY, LATER = date(2026, 3, 2), date(2026, 4, 1)
DOCUMENT = "区财政局关于公益创投公示期限的通知"


def new(**changes) -> LocalFigure:
    values = {
        "procedure": "venture_contest", "name": "result_notice", "value": 7, "since": LATER, "source": DOCUMENT,
        "reason": "给居民更多时间",
    }  # fmt: skip
    return LocalFigure(**{**values, **changes})


@pytest.fixture
def unit(app):
    return UnitFactory()


@pytest.fixture
def keeper(unit):
    return actor_of(person(Role.ADMINISTRATOR, unit))


LEAST = Figure(10, FigureUnit.DAYS, "法", date(2014, 12, 31))


@pytest.mark.parametrize(
    ("changes", "law", "field"),
    [
        ({"value": 9}, LEAST, "value"),
        ({"value": 0}, LEAST, "value"),
        ({"value": 10, "count_first_day": True}, LEAST, "count_first_day"),
        ({"name": "contract", "value": 31}, Figure(30, FigureUnit.DAYS, "法", TODAY), "value"),
        ({"since": TODAY}, LEAST, "since"),
        ({"source": " "}, LEAST, "source"),
        ({"reason": " "}, LEAST, "reason"),
        ({"value": 10}, None, "value"),
    ],
)
def test_a_version_that_must_not_be_is_refused_at_its_field(changes, law, field):
    found = rules.check_local(
        new(**{"name": "submission", "value": 12, **changes}), law, today=TODAY, taken=False
    )
    assert [problem.field for problem in found] == [field]


def test_a_stricter_version_and_another_practice_are_allowed():
    practice = Figure(5, FigureUnit.WORKING_DAYS, "惯例", TODAY, confirmed=False)
    for version, law in (
        (new(name="submission", value=15), LEAST),
        (new(name="contract", value=20), Figure(30, FigureUnit.DAYS, "法", TODAY)),
        (new(value=3, count_first_day=True), practice),
    ):
        assert rules.check_local(version, law, today=TODAY, taken=False) == []
        assert [p.field for p in rules.check_local(version, law, today=TODAY, taken=True)] == ["since"]


def test_a_version_applies_from_its_day_on_and_the_packaged_one_before(keeper):
    before = queries.procedure("venture_contest", TODAY)
    row = services.add_figure(actor=keeper, new=new())
    earlier, later = (queries.procedure("venture_contest", day) for day in (date(2026, 3, 31), LATER))
    assert earlier == before
    assert (earlier.notice_days, later.notice_days) == (5, 7)
    assert later.figures["result_notice"].local
    assert later.version == f"{before.version}+2026-04-01"
    assert later.digest != before.digest
    assert [name for name, _a, _b in rules.differences(earlier, later)] == ["result_notice"]
    event = audit.history(row)[0]
    assert (event.action, event.data["before"], event.data["value"]) == ("procedure_figure.add", 5, 7)


def test_the_youngest_version_counts(keeper):
    services.add_figure(actor=keeper, new=new(value=9, since=date(2026, 6, 1)))
    services.add_figure(actor=keeper, new=new(value=7))
    assert queries.procedure("venture_contest", date(2026, 5, 31)).notice_days == 7
    assert queries.procedure("venture_contest", date(2026, 6, 1)).notice_days == 9


def test_a_new_law_replaces_an_older_version_added_here():
    raw = {**queries._packaged()["venture_contest"]}
    versions = raw["figures"]["result_notice"]
    raw["figures"] = {
        **raw["figures"],
        "result_notice": [
            {**versions[0], "until": "2026-12-31"},
            {**versions[0], "from": "2027-01-01", "value": 10, "confirmed": True},
        ],
    }
    assert rules.effective(raw, date(2026, 12, 31), [new()]).notice_days == 7
    assert rules.effective(raw, date(2027, 1, 1), [new()]).notice_days == 10


def test_a_version_is_never_changed_or_deleted(keeper):
    services.add_figure(actor=keeper, new=new())
    for statement in ("UPDATE procedure_figure SET value = 1", "DELETE FROM procedure_figure"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    with pytest.raises(Invalid):
        services.add_figure(actor=keeper, new=new(value=8))


def test_only_administrators_of_the_top_add_versions(unit, keeper):
    for other in (
        person(Role.ADMINISTRATOR, UnitFactory(parent=unit)),
        person(Role.PROGRAMME_OFFICER, unit),
    ):
        with pytest.raises(Denied):
            services.add_figure(actor=actor_of(other), new=new())
    with pytest.raises(NotFound):
        services.add_figure(actor=keeper, new=new(procedure="lottery"))
    assert queries.added() == []


# --- pages


URL = "/procedures/venture_contest/figures/result_notice"


def sent(**changes):
    return {
        "value": "7", "since": "2026-04-01", "source": DOCUMENT, "reason": "给居民更多时间", "op_id": str(uuid4()), **changes,
    }  # fmt: skip


def test_an_administrator_adds_a_version_and_sees_both_side_by_side(unit, sign_in, client):
    browser = sign_in(person(Role.ADMINISTRATOR, unit))
    assert URL in browser.get("/procedures/venture_contest").text
    assert URL not in client.get("/procedures/venture_contest").text
    form = sent()
    for _ in range(2):
        answer = browser.post(URL, data=form)
        assert answer.status_code == 303
    assert len(queries.added()) == 1
    page = browser.get(answer.location).text
    assert "5 working days" in page
    assert "7 working days" in page
    assert DOCUMENT in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("value", ""), ("value", "many"), ("value", "0"), ("since", "2026-03-02"), ("since", "soon"), ("source", ""), ("reason", "")],
)  # fmt: skip
def test_bad_input_is_refused_at_its_field_and_changes_nothing(unit, sign_in, field, value):
    answer = sign_in(person(Role.ADMINISTRATOR, unit)).post(URL, data=sent(**{field: value}))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert queries.added() == []


def test_less_than_the_law_is_refused_with_its_article(unit, sign_in):
    url = "/procedures/competitive_consultation/figures/submission"
    answer = sign_in(person(Role.ADMINISTRATOR, unit)).post(url, data=sent(value="9"))
    assert answer.status_code == 422
    assert "The law demands at least 10 calendar days" in answer.text
    assert "财库〔2014〕214号第十条" in answer.text


def test_others_do_not_reach_the_form(unit, client, sign_in):
    assert client.get(URL).status_code == 303
    assert sign_in(person(Role.PROGRAMME_OFFICER, unit)).get(URL).status_code == 403
    assert sign_in(person(Role.ADMINISTRATOR, UnitFactory(parent=unit))).get(URL).status_code == 403
    administrator = sign_in(person(Role.ADMINISTRATOR, unit))
    assert administrator.get("/procedures/venture_contest/figures/nonsense").status_code == 404
    assert administrator.get("/procedures/lottery/figures/result_notice").status_code == 404


def test_the_timetable_explains_each_date(client):
    from tests.conftest import SYSTEM

    services.seed_calendar(actor=SYSTEM)
    url = "/procedures/competitive_consultation/timetable"
    assert client.get(url).status_code == 200
    page = client.get(f"{url}?call=2026-09-28&deadline=2026-10-12").text
    for shown in ("2026-10-10", "2026-10-07</time> Public holiday", "财库〔2014〕214号第十条"):
        assert shown in page
    assert "Provisional" not in page
    assert "Provisional" in client.get(f"{url}?call=2026-12-30").text
    wrong = client.get(f"{url}?call=soon")
    assert wrong.status_code == 422
    assert "please give a date" in wrong.text


def test_no_figures_before_the_first_law(client):
    assert client.get("/procedures/open_tender/versions?on=2001-01-01").status_code == 404
    assert client.get("/procedures/open_tender/versions?on=nonsense").status_code == 200
    earlier = client.get("/procedures/open_tender/versions?on=2025-05-31")
    assert earlier.status_code == 200
    assert "保障中小企业款项支付条例" in earlier.text  # in force since the day after
    assert clock.today() == TODAY
