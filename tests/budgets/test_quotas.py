"""Quotas of communities: the formula, sheets that go in whole or not at all, and no use beyond the share."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from portal.budgets import queries, rules, services
from portal.budgets.models import QuotaUse
from portal.budgets.values import AccountKind, QuotaMethod, QuotaRow
from portal.core.db import db
from portal.core.errors import Denied, Invalid
from portal.core.money import Money
from portal.parties.values import Role, UnitLevel
from tests.conftest import SYSTEM, actor_of
from tests.factories import FundSourceFactory, ProgrammeFactory, UnitFactory, person


@pytest.fixture
def case(app):
    district = UnitFactory()
    street = UnitFactory(parent=district)
    communities = [UnitFactory(parent=street, level=UnitLevel.COMMUNITY, name=f"社区{n}") for n in range(3)]
    fund, finance = FundSourceFactory(unit_id=district.id), person(Role.FINANCE_OFFICER, district)
    standard = services.set_standard(
        actor=actor_of(finance), unit_id=district.id, fund_source_id=fund.id, year=2026, method=QuotaMethod.PER_HOUSEHOLD,
        amount=Money(5_000), floor=Money(10_000_000), target=1, source="示民〔2026〕5号",
    )  # fmt: skip
    return SimpleNamespace(
        district=district, street=street, communities=communities, fund=fund, finance=finance, standard=standard,
        officer=person(Role.PROGRAMME_OFFICER, district),
    )  # fmt: skip


def give(case, *households):
    rows = [
        QuotaRow(n, unit.id, h)
        for n, (unit, h) in enumerate(zip(case.communities, households, strict=False), start=2)
    ]
    return services.set_quotas(actor=actor_of(case.finance), standard_id=case.standard.id, rows=rows)


def use(case, quota, fen, reference="c1", actor=None):
    return services.use_quota(
        actor=actor_of(actor or case.officer),
        quota_id=quota.id,
        amount=Money(fen),
        reference=reference,
        memo="",
    )


@given(st.integers(1, 10**6), st.integers(0, 10**8), st.integers(0, 10**4))
def test_a_share_by_households_never_falls_below_the_floor(fen, floor, households):
    share = rules.quota_amount(QuotaMethod.PER_HOUSEHOLD, Money(fen), Money(floor), households)
    assert share == Money(max(floor, fen * households))
    assert rules.quota_amount(QuotaMethod.FIXED, Money(fen), Money(floor), households) == Money(fen)


def test_three_thousand_households_at_fifty_yuan(case):
    shares = give(case, 3000, 1000)
    assert [quota.amount for quota in shares] == [Money(15_000_000), Money(10_000_000)]


def test_a_year_has_one_standard(case):
    with pytest.raises(Invalid):
        services.set_standard(
            actor=actor_of(case.finance), unit_id=case.district.id, fund_source_id=case.fund.id, year=2026, method=QuotaMethod.FIXED,
            amount=Money(1), floor=Money(0), target=1, source="x",
        )  # fmt: skip
    with pytest.raises(Denied):
        services.set_standard(
            actor=actor_of(case.officer), unit_id=case.district.id, fund_source_id=case.fund.id, year=2027, method=QuotaMethod.FIXED,
            amount=Money(1), floor=Money(0), target=1, source="x",
        )  # fmt: skip


def test_one_wrong_row_and_nothing_is_written(case):
    good, stranger = case.communities[0].id, UnitFactory(level=UnitLevel.COMMUNITY).id
    rows = [
        QuotaRow(2, good, 3000),
        QuotaRow(3, stranger, 10),
        QuotaRow(4, good, 10),
        QuotaRow(5, case.communities[1].id, 0),
    ]
    with pytest.raises(Invalid) as refused:
        services.set_quotas(actor=actor_of(case.finance), standard_id=case.standard.id, rows=rows)
    assert [p.params["row"] for p in refused.value.problems] == [3, 4, 5]
    assert queries.quotas_by_unit(case.standard.id) == {}


def test_a_share_never_falls_below_what_was_used(case):
    quota, *_ = give(case, 3000)
    use(case, quota, 14_000_000)
    with pytest.raises(Invalid):
        give(case, 100)
    give(case, 2900)
    db.session.rollback()
    assert queries.quotas_by_unit(case.standard.id)[case.communities[0].id].amount == Money(14_500_000)


def test_a_use_is_entered_once_and_taken_back_once(case):
    quota, *_ = give(case, 3000)
    first = use(case, quota, 9_000_000)
    assert use(case, quota, 9_000_000).id == first.id
    for fen, reference in ((8_000_000, "c1"), (6_000_001, "c2"), (0, "c3"), (-1, "c4"), (1, " ")):
        with pytest.raises(Invalid):
            use(case, quota, fen, reference)
    [(_row, communities, reached, projects)] = queries.targets(actor_of(case.finance))
    assert (communities, reached, projects) == (1, 1, 1)
    with pytest.raises(Invalid):
        services.reverse_use(actor=actor_of(case.officer), use_id=first.id, reason="")
    services.reverse_use(actor=actor_of(case.officer), use_id=first.id, reason="记错社区")
    with pytest.raises(Invalid):
        services.reverse_use(actor=actor_of(case.officer), use_id=first.id, reason="再来")
    db.session.rollback()
    assert queries.get_quota(SYSTEM, quota.id).used == Money.ZERO
    [(_row, communities, reached, projects)] = queries.targets(actor_of(case.finance))
    assert (communities, reached, projects) == (1, 0, 0)


def test_strangers_use_nothing(case):
    quota, *_ = give(case, 3000)
    with pytest.raises(Denied):
        use(case, quota, 1, actor=person(Role.PROGRAMME_OFFICER, UnitFactory()))


def test_two_officers_at_once_cannot_use_more_than_the_share(app, case):
    """On SQLite, and with --database=postgres on PostgreSQL."""
    quota, *_ = give(case, 3000)
    actor, gate = actor_of(case.officer), Barrier(6)

    def run(number):
        with app.app_context():
            gate.wait()
            try:
                return services.use_quota(
                    actor=actor, quota_id=quota.id, amount=Money(6_000_000), reference=f"c{number}", memo=""
                )
            except Invalid as refused:
                return refused

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(run, range(6)))
    assert sum(isinstance(result, QuotaUse) for result in results) == 2
    db.session.rollback()
    assert queries.get_quota(SYSTEM, quota.id).used == Money(12_000_000)


# --- sheets and pages


def sheet(*rows) -> BytesIO:
    book, out = Workbook(), BytesIO()
    book.active.append(["heading"])
    for row in rows:
        book.active.append(row)
    book.save(out)
    out.seek(0)
    return out


def send(client, address, *rows, content=None):
    file = (BytesIO(content) if content is not None else sheet(*rows), "x.xlsx")
    return client.post(address, data={"op_id": str(uuid4()), "file": file})


def test_finance_shares_out_by_a_sheet(case, sign_in, count_queries):
    finance, address = sign_in(case.finance), f"/budgets/quotas/{case.standard.id}"
    template = load_workbook(BytesIO(finance.get(f"{address}/template.xlsx").data)).active
    assert [row[0] for row in template.iter_rows(min_row=2, values_only=True)] == ["社区0", "社区1", "社区2"]
    refused = send(finance, address, ["社区0", 3000], ["火星社区", 5], ["社区1", "许多"])
    assert refused.status_code == 422
    for words in ("Row 3: this community", "Row 4: please give the households"):
        assert words in refused.text
    assert queries.quotas_by_unit(case.standard.id) == {}
    for content in (b"", b"no sheet", b"PK\x03\x04"):
        assert send(finance, address, content=content).status_code == 422
    db.session.rollback()
    assert send(finance, address, ["社区0", 3000]).status_code == 303
    one = count_queries(lambda: finance.get(address))
    assert send(finance, address, ["社区0", 3000], ["社区1", 1000.0], ["社区2", "2500"]).status_code == 303
    assert "150,000.00" in finance.get(address).text
    assert count_queries(lambda: finance.get(address)) == one
    quota = queries.quotas_by_unit(case.standard.id)[case.communities[0].id]
    page = f"/budgets/shares/{quota.id}"
    sent = {"op_id": str(uuid4()), "amount": "90,000", "reference": "合同一", "memo": "托管班"}
    for _ in range(2):
        assert finance.post(page, data=sent).status_code == 303
    assert finance.post(page, data={**sent, "op_id": str(uuid4()), "reference": "二"}).status_code == 422
    assert "托管班" in finance.get(page).text
    assert "1 of 3 communities" in finance.get("/budgets/targets").text
    stranger = sign_in(person(Role.FINANCE_OFFICER, UnitFactory()))
    for closed in (address, page, f"{address}/shares.xlsx"):
        assert stranger.get(closed).status_code == 404
    assert sign_in(person(Role.SUPERVISOR, case.district)).post(page, data=sent).status_code == 403


def test_a_standard_is_set_in_the_browser(case, sign_in):
    finance = sign_in(case.finance)
    sent = {
        "op_id": str(uuid4()), "unit_id": str(case.district.id), "fund_source_id": str(case.fund.id), "year": "2027", "method": "fixed",
        "amount": "300,000", "floor": "", "target": "2", "source": "示民〔2027〕1号",
    }  # fmt: skip
    assert finance.post("/budgets/quotas/new", data={**sent, "amount": "0"}).status_code == 422
    made = finance.post("/budgets/quotas/new", data={**sent, "op_id": str(uuid4())})
    assert made.status_code == 303
    assert "300,000.00" in finance.get(made.location).text
    assert "2027" in finance.get("/budgets/quotas").text


def test_appropriations_come_in_whole_or_not_at_all(case, sign_in):
    programme = ProgrammeFactory(unit_id=case.district.id, fund_source_id=case.fund.id, name="邻里守望")
    foreign = ProgrammeFactory(name="别处")
    finance, address = sign_in(case.finance), "/budgets/appropriations/import"
    template = load_workbook(BytesIO(finance.get("/budgets/appropriations/template.xlsx").data)).active
    assert template["A2"].value == "邻里守望"
    refused = send(
        finance, address, ["邻里守望", 2026, "12,345.60", "1号", ""], [foreign.name, 2026, 1, "2号", ""], ["邻里守望", 2026, "很多", "3号", ""],
        ["邻里守望", 2026, 5, "1号", ""], ["邻里守望", 2026, 5, None, ""],
    )  # fmt: skip
    assert refused.status_code == 422
    for row in (3, 4, 5, 6):
        assert f"Row {row}:" in refused.text
    assert not queries.has_money(programme.id)
    rows = [
        ["邻里守望", 2026, "12,345.60", "1号", "年初"],
        ["邻里守望", 2026, 0.4, "2号", ""],
        ["邻里守望", 2026, None, None, None],
    ]
    for _ in range(2):
        assert send(finance, address, *rows).status_code == 303
    db.session.rollback()
    assert queries.balances(programme.id)[AccountKind.AVAILABLE] == Money(1_234_600)
    used = send(finance, address, ["邻里守望", 2026, 9, "3号", ""], ["邻里守望", 2026, 9, "1号", ""])
    assert used.status_code == 422
    assert "Row 3 cannot be posted" in used.text
    db.session.rollback()
    assert queries.balances(programme.id)[AccountKind.AVAILABLE] == Money(1_234_600)
