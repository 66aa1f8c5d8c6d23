"""Pages of budgets: who sees what, what is refused, what a spreadsheet holds."""

from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from portal.budgets import queries, services
from portal.budgets.values import AccountKind, FundKind
from portal.core.money import Money
from portal.notices.values import NoticeKind
from portal.parties.values import Role
from tests.budgets.access import ROLES
from tests.conftest import SYSTEM
from tests.factories import FundSourceFactory, NoticeFactory, ProgrammeFactory, UnitFactory, person


@pytest.fixture
def unit(app):
    return UnitFactory()


@pytest.fixture
def programme(unit):
    return ProgrammeFactory(unit_id=unit.id)


@pytest.fixture
def officer(unit, sign_in):
    return sign_in(person(Role.PROGRAMME_OFFICER, unit))


@pytest.fixture
def finance(unit, sign_in):
    return sign_in(person(Role.FINANCE_OFFICER, unit))


def give(programme, fen=123_456, reference="示财社〔2026〕12号", memo="年初预算"):
    return services.appropriate(
        actor=SYSTEM, programme_id=programme.id, amount=Money(fen), reference=reference, memo=memo
    )  # fmt: skip


def publish_call(programme, fen=100_000, title="为老服务征集"):
    tender = uuid4()
    services.reserve(
        actor=SYSTEM, tender_id=tender, programme_id=programme.id, fund_source_id=programme.fund_source_id, amount=Money(fen)
    )  # fmt: skip
    return NoticeFactory(kind=NoticeKind.CALL, tender_id=tender, unit_id=programme.unit_id, title=title)


def page_of(client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.text


def sheet_of(client, url: str) -> list[tuple]:
    response = client.get(url)
    assert response.status_code == 200
    sheet = load_workbook(BytesIO(response.data)).active
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def inner_pages(programme, movement, account) -> list[str]:
    one = f"/budgets/programmes/{programme.id}"
    return [
        "/budgets/funds", "/budgets/funds.xlsx", "/budgets/programmes", "/budgets/programmes.xlsx", one, f"{one}/movements",
        f"{one}/movements.xlsx", f"/budgets/movements/{movement.id}", f"/budgets/accounts/{account.id}",
    ]  # fmt: skip


# --- access


def test_anonymous_visitors_are_led_to_sign_in(client, programme):
    movement = give(programme)
    for url in inner_pages(programme, movement, queries.accounts_of(programme.id)[0]):
        response = client.get(url)
        assert response.status_code == 303
        assert "/accounts/sign-in" in response.location, url


@pytest.mark.parametrize(
    "role", [Role.SUPERVISOR, Role.FINANCE_OFFICER, Role.PROGRAMME_APPROVER, Role.CASHIER]
)
def test_staff_of_the_unit_read_everything_and_write_little(unit, programme, sign_in, role):
    movement = give(programme)
    reader = sign_in(person(role, unit))
    for url in inner_pages(programme, movement, queries.accounts_of(programme.id)[0]):
        assert reader.get(url).status_code == 200, url
    assert reader.get("/budgets/programmes/new").status_code == 403
    assert reader.get(f"/budgets/programmes/{programme.id}/edit").status_code == 403
    appropriates = role == Role.FINANCE_OFFICER
    assert reader.get(f"/budgets/programmes/{programme.id}/appropriate").status_code == (
        200 if appropriates else 403
    )


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.EXPERT, Role.EVALUATOR])
def test_others_see_no_books(unit, programme, sign_in, role):
    movement = give(programme)
    other = sign_in(person(role, unit))
    for url in inner_pages(programme, movement, queries.accounts_of(programme.id)[0]):
        assert other.get(url).status_code == 403, url


def test_staff_of_another_unit_find_nothing(programme, sign_in):
    movement = give(programme)
    account = queries.accounts_of(programme.id)[0]
    stranger = sign_in(person(Role.FINANCE_OFFICER, UnitFactory()))
    for url in inner_pages(programme, movement, account)[4:]:
        assert stranger.get(url).status_code == 404, url
    assert stranger.post(f"/budgets/programmes/{programme.id}/appropriate").status_code == 404
    assert programme.name not in page_of(stranger, "/budgets/programmes")


def test_the_outside_account_has_no_page(finance, programme):
    give(programme)
    entry = queries.get_movement(SYSTEM, queries.list_movements(programme.id, {}).items[0][0].id)[1][0]
    assert entry.source.kind == AccountKind.EXTERNAL
    assert finance.get(f"/budgets/accounts/{entry.source.id}").status_code == 404


def test_every_page_of_budgets_is_listed(app):
    endpoints = {name for name in app.view_functions if name.startswith("budgets.")}
    assert endpoints == set(ROLES)
    for name in endpoints:
        access = app.view_functions[name].access
        assert ({"*"} if access.kind == "public" else access.roles) == ROLES[name], name


# --- for everybody


def test_a_programme_is_public_once_it_has_money(client, programme):
    assert programme.name not in page_of(client, "/budgets/")
    page_of(client, f"/budgets/{programme.id}", 404)
    give(programme)
    call = publish_call(programme)
    assert programme.name in page_of(client, "/budgets/")
    text = page_of(client, f"/budgets/{programme.id}")
    for shown in ("1,234.56", "234.56", "1,000.00", "用于扶老、助残、救孤、济困", call.title, call.number):
        assert shown in text


def test_the_public_page_shows_no_call_that_is_not_published(client, programme):
    give(programme)
    other = NoticeFactory(kind=NoticeKind.CALL, title="别的征集", unit_id=programme.unit_id)
    result = publish_call(programme)
    NoticeFactory(kind=NoticeKind.RESULT, tender_id=result.tender_id, title="结果一份")
    text = page_of(client, f"/budgets/{programme.id}")
    assert other.title not in text
    assert "结果一份" not in text


def test_the_list_is_filtered_sorted_and_paged_in_the_address(client, unit):
    for number in range(22):
        give(ProgrammeFactory(unit_id=unit.id, name=f"项目{number:02d}", year=2005 + number), 1, f"p{number}")
    first = page_of(client, "/budgets/?sort=name")
    assert "项目00" in first
    assert "项目21" not in first
    assert "项目21" in page_of(client, "/budgets/?sort=name&page=2")
    assert "项目07" in page_of(client, "/budgets/?year=2012")
    assert "项目08" not in page_of(client, "/budgets/?year=2012")
    assert "项目07" not in page_of(client, "/budgets/?kind=purchase")
    assert "项目07" in page_of(client, "/budgets/?fund=lottery&q=07")
    assert page_of(client, "/budgets/?page=999&sort=nonsense&year=x&kind=y") != ""


# --- forms


def fund_form(unit, **changes):
    return {
        "unit_id": str(unit.id), "name": "党费支持资金", "kind": "community", "restriction": "社区服务群众", "op_id": str(uuid4()), **changes,
    }  # fmt: skip


def programme_form(unit, fund, **changes):
    return {
        "unit_id": str(unit.id), "name": "邻里守望", "kind": "venture", "year": "２０２６", "fund_source_id": str(fund.id),
        "description": "", "op_id": str(uuid4()), **changes,
    }  # fmt: skip


def test_a_fund_source_is_entered_once_however_often_the_form_is_sent(finance, unit):
    sent = fund_form(unit)
    for _ in range(2):
        assert finance.post("/budgets/funds/new", data=sent).status_code == 303
    assert queries.list_fund_sources(SYSTEM, {}).total == 1
    assert "党费支持资金" in page_of(finance, "/budgets/funds")


def test_a_fund_source_of_a_strange_unit_is_refused(finance, unit):
    response = finance.post("/budgets/funds/new", data=fund_form(UnitFactory()))
    assert response.status_code == 422
    assert queries.list_fund_sources(SYSTEM, {}).total == 0


def test_an_officer_creates_and_changes_a_programme(officer, unit):
    fund = FundSourceFactory(unit_id=unit.id)
    created = officer.post("/budgets/programmes/new", data=programme_form(unit, fund))
    assert created.status_code == 303
    programme = queries.list_programmes(SYSTEM)[0]
    assert created.location == f"/budgets/programmes/{programme.id}"
    assert (programme.year, programme.unit_id) == (2026, unit.id)
    edit = f"{created.location}/edit"
    assert "邻里守望" in page_of(officer, edit)
    changed = programme_form(unit, fund, name="邻里互助", version="1")
    assert officer.post(edit, data=changed).status_code == 303
    assert queries.list_programmes(SYSTEM)[0].name == "邻里互助"


def test_a_stale_form_keeps_what_was_typed(officer, programme, unit):
    edit = f"/budgets/programmes/{programme.id}/edit"
    fund = queries.get_fund_source(programme.fund_source_id)
    assert officer.post(edit, data=programme_form(unit, fund, name="甲", version="1")).status_code == 303
    stale = officer.post(edit, data=programme_form(unit, fund, name="乙", version="1"))
    assert stale.status_code == 409
    assert 'value="乙"' in stale.text
    assert queries.list_programmes(SYSTEM)[0].name == "甲"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("year", "never"),
        ("year", "1066"),
        ("kind", "x"),
        ("fund_source_id", "0463bd98-b021-425a-b039-48ca98f3c05a"),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(officer, unit, field, value):
    fund = FundSourceFactory(unit_id=unit.id)
    response = officer.post("/budgets/programmes/new", data=programme_form(unit, fund, **{field: value}))
    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert queries.list_programmes(SYSTEM) == []


def test_only_the_officers_of_the_unit_change_a_programme(programme, sign_in):
    district_wide = sign_in(person(Role.PROGRAMME_OFFICER, UnitFactory()))
    assert district_wide.get(f"/budgets/programmes/{programme.id}/edit").status_code == 404


# --- appropriation


def appropriation(**changes):
    return {
        "amount": "１２,３４５.６０元",
        "reference": "示财社〔2026〕12号",
        "memo": "",
        "op_id": str(uuid4()),
        **changes,
    }


def test_an_appropriation_sent_twice_is_posted_once(finance, programme):
    url = f"/budgets/programmes/{programme.id}/appropriate"
    assert "示财社" in page_of(finance, url)
    sent = appropriation()
    first, second = (finance.post(url, data=sent) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert queries.balances(programme.id)[AccountKind.AVAILABLE] == Money(1_234_560)
    text = page_of(finance, first.location)
    for shown in ("12,345.60", "壹万贰仟叁佰肆拾伍元陆角", "示财社〔2026〕12号"):
        assert shown in text


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", ""), ("amount", "0"), ("amount", "-5"), ("amount", "1.234"), ("reference", " ")],
)
def test_a_bad_appropriation_is_refused_and_changes_nothing(finance, programme, field, value):
    response = finance.post(
        f"/budgets/programmes/{programme.id}/appropriate", data=appropriation(**{field: value})
    )
    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert not queries.has_money(programme.id)


def test_a_used_number_is_refused_at_its_field(finance, programme):
    give(programme, reference="示财社〔2026〕12号")
    response = finance.post(f"/budgets/programmes/{programme.id}/appropriate", data=appropriation())
    assert response.status_code == 422
    assert 'href="#reference"' in response.text


def test_a_street_cannot_help_itself_to_the_district_s_fund(sign_in):
    district = UnitFactory()
    street = UnitFactory(parent=district)
    programme = ProgrammeFactory(unit_id=street.id, fund_source_id=FundSourceFactory(unit_id=district.id).id)
    url = f"/budgets/programmes/{programme.id}/appropriate"
    assert sign_in(person(Role.FINANCE_OFFICER, street)).get(url).status_code == 403
    assert sign_in(person(Role.FINANCE_OFFICER, district)).get(url).status_code == 200


# --- ledger pages and spreadsheets


def test_the_programme_page_leads_to_accounts_and_movements(finance, programme):
    movement = give(programme)
    call = publish_call(programme)
    text = page_of(finance, f"/budgets/programmes/{programme.id}")
    assert call.title in text
    accounts = {account.kind: account for account in queries.accounts_of(programme.id)}
    assert f"/budgets/accounts/{accounts[AccountKind.RESERVED].id}" in text
    entries = page_of(finance, f"/budgets/accounts/{accounts[AccountKind.AVAILABLE].id}")
    assert f"/budgets/movements/{movement.id}" in entries
    assert "1,234.56" in entries
    assert "1,000.00" in entries
    listed = page_of(finance, f"/budgets/programmes/{programme.id}/movements?kind=reserve")
    assert "1,000.00" in listed
    assert "1,234.56" not in listed


def test_a_spreadsheet_holds_what_the_page_shows_and_no_formula(finance, unit):
    evil = '=HYPERLINK("http://example.org","x")'
    give(ProgrammeFactory(unit_id=unit.id, name=evil), 123_456, "+1+1", "=1+1")
    give(ProgrammeFactory(unit_id=unit.id, name="另一个", year=2025), 5, "p2")
    rows = sheet_of(finance, "/budgets/programmes.xlsx?year=2026")
    assert [row[0] for row in rows[1:]] == [evil]
    assert rows[1][1] == 2026
    assert rows[1][6:8] == (1234.56, 1234.56)
    assert len(rows[0]) == len(rows[1]) == 13


def test_text_that_looks_like_a_formula_stays_text(finance, programme):
    give(programme, reference="=1+1", memo="@SUM(1)")
    response = finance.get(f"/budgets/programmes/{programme.id}/movements.xlsx")
    sheet = load_workbook(BytesIO(response.data)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert [cell.value for cell in sheet[2]][3:5] == ["=1+1", "@SUM(1)"]
    assert response.headers["Content-Disposition"] == "attachment; filename=movements.xlsx"


def test_the_sheet_of_funds_tells_what_was_appropriated(finance, unit, programme):
    FundSourceFactory(unit_id=unit.id, name="党费", kind=FundKind.COMMUNITY)
    give(programme)
    rows = sheet_of(finance, "/budgets/funds.xlsx?sort=-name")
    assert [(row[0], row[4]) for row in rows[1:]] == [("福彩公益金", 1234.56), ("党费", 0)]


# --- speed


@pytest.mark.parametrize(
    "url", ["/budgets/", "/budgets/programmes", "/budgets/funds", "/budgets/programmes.xlsx"]
)
def test_lists_ask_the_database_as_often_for_three_rows_as_for_one(finance, unit, count_queries, url):
    give(ProgrammeFactory(unit_id=unit.id), 1, "p0")
    one = count_queries(lambda: finance.get(url))
    for number in (1, 2):
        give(ProgrammeFactory(unit_id=unit.id), 1, f"p{number}")
    assert count_queries(lambda: finance.get(url)) == one


def test_ledger_pages_ask_as_often_for_three_movements_as_for_one(finance, programme, count_queries):
    give(programme, 1_000_000)
    publish_call(programme, 1)
    available = next(a for a in queries.accounts_of(programme.id) if a.kind == AccountKind.AVAILABLE)
    one_page = f"/budgets/programmes/{programme.id}"
    urls = [one_page, f"{one_page}/movements", f"/budgets/accounts/{available.id}"]
    before = [count_queries(lambda url=url: page_of(finance, url)) for url in urls]
    for _ in range(2):
        publish_call(programme, 1)
    assert [count_queries(lambda url=url: page_of(finance, url)) for url in urls] == before
