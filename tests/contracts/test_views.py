from uuid import uuid4

import pytest

from portal.contracts import queries
from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus, Side
from portal.core.db import db
from portal.parties.values import Role
from tests.contracts import cases
from tests.factories import PASSWORD, AwardFactory, ContractFactory, person


@pytest.fixture
def case(app):
    return cases.make()


def form(**fields):
    return {"op_id": str(uuid4()), **fields}


def test_the_walk_from_award_to_contract_in_the_browser(case, sign_in, client, drain):
    officer, owner, approver = (sign_in(user) for user in (case.officer, case.owner, case.approver))
    assert "Draw up the contract" in officer.get("/contracts/").text
    once = form()
    made = officer.post(f"/contracts/from-award/{case.award.id}", data=once)
    again = officer.post(f"/contracts/from-award/{case.award.id}", data=once)
    assert (made.status_code, again.status_code) == (303, 303)
    contract = queries.contract_of_award(case.award.id)
    assert db.session.query(Contract).count() == 1
    assert "being made" in officer.get(made.location).text
    drain()
    text = owner.get(f"/contracts/{contract.id}/sign").text
    assert contract.terms_digest in text
    assert contract.terms["clauses"][0]["paragraphs"][0] in text
    for browser in (owner, approver):
        signed = browser.post(f"/contracts/{contract.id}/sign", data=form(read="y", password=PASSWORD))
        assert signed.status_code == 303
    found = case.fresh(Contract, contract.id)
    assert found.status == ContractStatus.ACTIVE
    with owner.get(f"/contracts/{contract.id}/paper") as paper:
        assert paper.mimetype == "application/pdf"
        assert "sandbox" in paper.headers["Content-Security-Policy"]
    shown = client.get(f"/contracts/verify?digest={contract.terms_digest.upper()}").text
    assert "Genuine" in shown
    assert contract.number in shown
    public = client.get(f"/contracts/public/{contract.id}").text
    for secret in (case.party.bank_account, case.party.contact_phone, case.party.contact_name):
        assert secret not in public
        assert secret in owner.get(f"/contracts/{contract.id}/sign").text


@pytest.fixture
def pending(case):
    return case.draw_up()


def test_bad_input_changes_nothing_and_says_why(case, pending, sign_in):
    owner = sign_in(case.owner)
    path = f"/contracts/{pending.id}/sign"
    empty = owner.post(path, data=form(password=PASSWORD))
    wrong = owner.post(path, data=form(read="y", password="wrong"))
    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert "Please confirm that you have read the contract." in empty.text
    assert "The password is not right." in wrong.text
    assert not queries.signatures(pending.id)


def test_what_others_may_not_know_is_not_there(case, pending, sign_in, client):
    outsider, drafter = sign_in(case.outsider), sign_in(person(Role.ORG_DRAFTER, case.party))
    for path in ("", "/sign", "/paper", "/signed-paper"):
        assert outsider.get(f"/contracts/{pending.id}{path}").status_code == 404
        sent_to = client.get(f"/contracts/{pending.id}{path}")
        assert "/accounts/sign-in" in sent_to.location
    assert pending.number not in outsider.get("/contracts/").text
    assert outsider.post(f"/contracts/{pending.id}/sign", data=form()).status_code == 404
    assert drafter.get(f"/contracts/{pending.id}/sign").status_code == 403
    assert drafter.post(f"/contracts/from-award/{case.award.id}", data=form()).status_code == 403
    assert client.get(f"/contracts/public/{pending.id}").status_code == 404
    assert "No such contract" in client.get(f"/contracts/verify?digest={pending.terms_digest}").text


def test_the_drafter_cannot_sign_and_reads_why(case, pending, sign_in):
    from tests.factories import grant

    grant(case.officer, Role.PROGRAMME_APPROVER, case.unit.id)
    page = sign_in(case.officer).get(f"/contracts/{pending.id}/sign")
    assert page.status_code == 403
    assert "signs for the buyer" in page.text


def test_giving_up_asks_for_a_reason(case, pending, sign_in):
    officer = sign_in(case.officer)
    assert officer.post(f"/contracts/{pending.id}/cancel", data=form()).status_code == 422
    assert officer.post(f"/contracts/{pending.id}/cancel", data=form(reason="放弃签约")).status_code == 303
    assert case.fresh(Contract, pending.id).status == ContractStatus.CANCELLED


def test_lists_filter_sort_and_ask_the_database_the_same_number_of_times(
    case, sign_in, client, count_queries
):
    officer = sign_in(case.officer)

    def more(title):
        award = AwardFactory(tender_id=case.award.tender_id, lot_id=case.award.lot_id)
        return ContractFactory(award=award, title=title)

    more("甲项目")
    one = [count_queries(lambda p=p: officer.get(p)) for p in ("/contracts/", "/contracts/public")]
    more("乙项目")
    more("丙项目")
    assert [count_queries(lambda p=p: officer.get(p)) for p in ("/contracts/", "/contracts/public")] == one
    assert "乙项目" in officer.get("/contracts/?q=乙项").text
    assert "甲项目" not in officer.get("/contracts/?q=乙项").text
    assert "甲项目" not in officer.get("/contracts/?status=cancelled").text
    assert client.get("/contracts/public?sort=-amount&page=9").status_code == 200


def test_sides_are_told_apart(case, pending, sign_in):
    assert "Organisation (Party B)" in sign_in(case.owner).get(f"/contracts/{pending.id}/sign").text
    case.sign(pending, Side.SUPPLIER)
    shown = sign_in(case.approver).get(f"/contracts/{pending.id}").text
    assert case.owner.name in shown
    assert "waits for your signature" in shown
