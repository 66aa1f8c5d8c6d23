import io
from uuid import uuid4

import openpyxl
import pytest

from portal.core.clock import today
from portal.core.db import db
from portal.payments.models import Instalment, Spending, Transaction
from portal.payments.values import InstalmentStatus
from tests.bids.world import photo
from tests.contracts import cases
from tests.factories import PASSWORD, InstalmentFactory


@pytest.fixture
def running(app):
    return cases.running()


def form(**fields):
    return {"op_id": str(uuid4()), **fields}


def path_of(row, step=""):
    return f"/payments/instalments/{row.id}{step}"


def sheet(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.data)).active


def test_an_instalment_goes_through_four_browsers_to_the_voucher(running, sign_in, drain):
    case, contract = running
    row = case.instalments(contract)[0]
    owner, officer, finance, cashier = (
        sign_in(user) for user in (case.owner, case.officer, case.finance, case.cashier)
    )
    assert owner.post(path_of(row, "/request"), data=form(invoice_number="FP-1")).status_code == 303
    assert officer.post(path_of(row, "/accept"), data=form()).status_code == 303
    assert finance.post(path_of(row, "/approve"), data=form()).status_code == 303
    once = form(reference="B-77", paid_on=today().isoformat(), password=PASSWORD)
    assert cashier.post(path_of(row, "/pay"), data=once).status_code == 303
    assert cashier.post(path_of(row, "/pay"), data=once).status_code == 303
    assert db.session.query(Transaction).count() == 1
    assert case.fresh(Instalment, row.id).status == InstalmentStatus.PAID
    drain()
    shown = owner.get(path_of(row)).text
    for part in ("B-77", "肆万贰仟伍佰元零壹分", case.officer.name, case.finance.name):
        assert part in shown
    transaction = db.session.query(Transaction).one()
    with owner.get(f"/payments/vouchers/{transaction.id}") as paper:
        assert paper.mimetype == "application/pdf"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"password": "wrong"}, "The password is not right."),
        ({"paid_on": "2031-01-01"}, "The payment cannot lie in the future."),
        ({"paid_on": "morgen"}, "Please give a date"),
        ({"reference": ""}, "Please give the bank"),
    ],
)
def test_a_bad_payment_is_refused_with_a_sentence(running, sign_in, fields, sentence):
    case, contract = running
    row = case.approved(contract)
    given = {"reference": "B-1", "paid_on": today().isoformat(), "password": PASSWORD} | fields
    answer = sign_in(case.cashier).post(path_of(row, "/pay"), data=form(**given))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(Transaction).count() == 0


def test_a_page_says_what_is_missing(running, sign_in):
    case, contract = running
    second = case.instalments(contract)[1]
    owner = sign_in(case.owner)
    for place in (path_of(second), path_of(second, "/request")):
        assert "The milestone “中期报告” is not accepted yet." in owner.get(place).text
    assert owner.post(path_of(second, "/request"), data=form(invoice_number="F")).status_code == 422


def test_others_do_not_find_it_and_wrong_roles_are_refused(running, sign_in, client):
    case, contract = running
    row = case.instalments(contract)[0]
    outsider, officer, owner = (sign_in(user) for user in (case.outsider, case.officer, case.owner))
    for place in (path_of(row), path_of(row, "/request"), f"/payments/contracts/{contract.id}"):
        assert outsider.get(place).status_code == 404
        assert "/accounts/sign-in" in client.get(place).location
    assert outsider.post(path_of(row, "/request"), data=form(invoice_number="F")).status_code == 404
    assert contract.title not in outsider.get("/payments/").text
    assert officer.get(path_of(row, "/pay")).status_code == 403
    assert officer.post(path_of(row, "/approve"), data=form()).status_code == 403


def test_the_queue_filters_sorts_sums_and_exports(running, sign_in, count_queries):
    case, contract = running
    finance = sign_in(case.finance)
    few = count_queries(lambda: finance.get("/payments/"))
    for position in range(4, 9):
        InstalmentFactory(contract_id=contract.id, position=position)
    assert count_queries(lambda: finance.get("/payments/")) == few
    assert contract.title not in finance.get("/payments/?status=paid").text
    shown = finance.get(f"/payments/?q={contract.number}&sort=-amount").text
    assert "330,000.01" in shown
    rows = sheet(finance.get(f"/payments/?q={contract.number}&format=xlsx"))
    assert rows.max_row == 9
    assert sum(cell.value for cell in rows["E"][1:]) == pytest.approx(330_000.01)
    assert sheet(finance.get("/payments/?status=paid&format=xlsx")).max_row == 1


def test_spending_is_recorded_shown_and_exported(running, sign_in):
    case, contract = running
    row = case.approved(contract)
    cashier = sign_in(case.cashier)
    cashier.post(
        path_of(row, "/pay"), data=form(reference="B-1", paid_on=today().isoformat(), password=PASSWORD)
    )
    accountant = sign_in(case.org_finance)
    place = f"/payments/contracts/{contract.id}"

    def spend(**changes):
        given = {
            "head_code": "activity", "spent_on": today().isoformat(), "payee": "=社区超市", "voucher": "V-1",
            "amount": "１,２３４.５６", "note": "物料", "file": (io.BytesIO(photo()), "发票.jpg"),
        }  # fmt: skip
        return accountant.post(f"{place}/spending", data=form(**(given | changes)))

    assert spend().status_code == 303
    for changes, sentence in (
        ({}, "This voucher number was entered before."),
        ({"voucher": "V-2", "amount": "42,500"}, "more than was paid cannot be spent"),
        ({"voucher": "V-2", "amount": "12a"}, "Please give an amount in yuan"),
        ({"voucher": "V-2", "head_code": "nothing"}, "This head is not in the contract"),
    ):
        refused = spend(**changes)
        assert refused.status_code == 422
        assert sentence in refused.text
    assert db.session.query(Spending).count() == 1
    shown = accountant.get(f"{place}?head=activity").text
    assert "1,234.56" in shown
    rows = sheet(accountant.get(f"{place}?format=xlsx"))
    assert rows["C2"].value == "=社区超市"
    assert rows["C2"].data_type == "s"
    spending = db.session.query(Spending).one()
    with accountant.get(f"/payments/spending/{spending.id}/scan") as scan:
        assert scan.mimetype == "image/jpeg"
    outsider = sign_in(case.outsider)
    assert outsider.get(f"/payments/spending/{spending.id}/scan").status_code == 404
    assert outsider.get(f"/payments/spending/{spending.id}").status_code == 404
    assert (
        accountant.post(f"/payments/spending/{spending.id}/reverse", data=form(reason="")).status_code == 422
    )
    assert (
        accountant.post(f"/payments/spending/{spending.id}/reverse", data=form(reason="录错")).status_code
        == 303
    )
    assert "录错" in accountant.get(f"/payments/spending/{spending.id}").text


def test_anybody_reads_what_was_paid_but_no_bank_data(running, sign_in, client):
    case, contract = running
    row = case.approved(contract)
    sign_in(case.cashier).post(
        path_of(row, "/pay"), data=form(reference="B-SECRET", paid_on=today().isoformat(), password=PASSWORD)
    )
    shown = client.get("/payments/public").text
    for part in (contract.title, "85,000.01", "42,500.01", "42,500.00"):
        assert part in shown
    for secret in (case.party.bank_account, case.party.bank_name, "B-SECRET"):
        assert secret not in shown
    assert sheet(client.get("/payments/public?format=xlsx"))["F2"].value == pytest.approx(42_500.01)
