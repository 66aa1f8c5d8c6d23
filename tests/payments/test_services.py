import io
import threading

import openpyxl
import pytest

from portal.budgets import queries as budgets
from portal.budgets.models import Movement, Posting
from portal.budgets.values import AccountKind
from portal.core import clock as clock_module
from portal.core import files
from portal.core.clock import today
from portal.core.db import Conflict, db
from portal.core.errors import Denied, Invalid, InvalidTransition
from portal.core.mail import Message
from portal.core.money import Money
from portal.core.proofs import plain
from portal.implementation import services as implementation
from portal.implementation.models import Milestone
from portal.implementation.values import MilestoneStatus
from portal.parties.models import Party
from portal.parties.values import Role
from portal.payments import queries, services
from portal.payments.documents import workbook
from portal.payments.models import Instalment, PaymentVoucher, Spending, Transaction
from portal.payments.values import InstalmentStatus
from portal.tenders.values import InstalmentCondition, Requirement
from tests.bids.world import photo
from tests.conftest import SYSTEM, actor_of
from tests.contracts import cases
from tests.factories import PASSWORD, grant, person


@pytest.fixture
def running(app):
    return cases.running()


def pay(case, row, reference="B-1", user=None, **changes):
    given = {
        "actor": actor_of(user or case.cashier), "instalment_id": row.id, "reference": reference, "paid_on": today(),
        "password": PASSWORD,
    }  # fmt: skip
    return services.pay_instalment(**(given | changes))


def test_instalments_follow_the_plan_and_the_last_takes_the_rest(running):
    case, contract = running
    rows = case.instalments(contract)
    assert [row.amount.fen for row in rows] == [4_250_001, 2_550_000, 1_700_000]
    assert sum((row.amount for row in rows), Money.ZERO) == contract.amount
    assert rows[1].milestone_id == case.milestones(contract)[0].id
    assert [r.id for r in services.plan_instalments(actor=SYSTEM, contract_id=contract.id)] == [
        r.id for r in rows
    ]


def test_four_people_carry_an_instalment_to_the_bank(running, drain):
    case, contract = running
    row = case.approved(contract)
    assert budgets.balances(contract.id)[AccountKind.PAYABLE] == row.amount
    transaction = pay(case, row)
    found = budgets.balances(contract.id)
    assert found[AccountKind.PAID] == row.amount
    assert found[AccountKind.COMMITTED] == contract.amount - row.amount
    assert found[AccountKind.PAYABLE] == Money.ZERO
    assert case.fresh(Instalment, row.id).status == InstalmentStatus.PAID
    assert queries.paid_total(contract.id) == row.amount
    drain()
    stored = queries.voucher_file(transaction.id)
    assert files.read(stored.sha256).startswith(b"%PDF-")
    assert db.session.query(PaymentVoucher).count() == 1
    told = {m.user_id for m in db.session.query(Message)}
    assert {case.owner.id, case.officer.id, case.finance.id, case.cashier.id} <= told
    assert case.outsider.id not in told


def test_every_movement_sums_to_zero_and_nothing_is_below_it(running):
    case, contract = running
    pay(case, case.approved(contract))
    programme_id = contract.programme_id
    held = budgets.stages([programme_id])[programme_id]
    assert sum(held.values(), Money.ZERO) == Money(30_000_000)
    assert all(amount >= Money.ZERO for amount in held.values())


def test_a_request_names_every_unmet_condition(running):
    case, contract = running
    second = case.instalments(contract)[1]
    db.session.get(Party, case.party.id).bank_account = ""
    db.session.commit()
    with pytest.raises(Invalid) as refused:
        services.request_instalment(actor=actor_of(case.owner), instalment_id=second.id, invoice_number=" ")
    assert [p.message for p in refused.value.problems] == [
        "The milestone “%(title)s” is not accepted yet.",
        "The organisation has not entered its bank account yet.",
        "Please give the number of the invoice.",
    ]
    assert case.fresh(Instalment, second.id).status == InstalmentStatus.PLANNED


def test_an_accepted_milestone_frees_the_second_instalment(running):
    case, contract = running
    report = implementation.submit_report(
        actor=actor_of(case.owner), milestone_id=case.milestones(contract)[0].id, sessions=1, person_times=10, persons=10,
        volunteers=1, text="本期完成入户探访与建档，服务对象反馈良好，继续推进。", files=[("a.jpg", photo())],
    )  # fmt: skip
    implementation.accept_report(actor=actor_of(case.officer), report_id=report.id)
    assert case.approved(contract, 1).status == InstalmentStatus.APPROVED


def test_the_evaluation_frees_or_blocks_the_last_instalment(running):
    case, contract = running
    last = case.instalments(contract)[2]
    for passed, sentence in ((None, "not finished"), (False, "not passed")):
        if passed is not None:
            services.mark_evaluation_passed(actor=SYSTEM, contract_id=contract.id, passed=passed)
        with pytest.raises(Invalid, match=sentence):
            services.request_instalment(
                actor=actor_of(case.owner), instalment_id=last.id, invoice_number="FP-3"
            )
    services.mark_evaluation_passed(actor=SYSTEM, contract_id=contract.id, passed=True)
    assert case.approved(contract, 2).status == InstalmentStatus.APPROVED


def test_an_instalment_waits_for_every_one_of_its_conditions(running, sign_in):
    """The last one asks for the milestone, four stars and half of the money spent."""
    case, contract = running
    first, _second, last = case.instalments(contract)
    pay(case, case.approved(contract))
    last.milestone_id = case.milestones(contract)[0].id
    last.condition = InstalmentCondition.MILESTONE_MET
    last.further = plain((Requirement(InstalmentCondition.STARS_REACHED, 4), Requirement(InstalmentCondition.MONEY_SPENT, 5000)))  # fmt: skip
    db.session.commit()
    services.mark_evaluation_passed(actor=SYSTEM, contract_id=contract.id, passed=True, stars=3)
    with pytest.raises(Invalid) as refused:
        services.request_instalment(actor=actor_of(case.owner), instalment_id=last.id, invoice_number="FP-3")
    assert [p.message.split(";")[0][:24] for p in refused.value.problems] == [
        "The milestone “%(title)s", "The final evaluation gav", "%(spent)s of the %(paid)",
    ]  # fmt: skip
    assert queries.due_for_request([case.party.id]) == []
    browser = sign_in(case.owner)
    browser.post("/language", data={"lang": "en"})
    assert "this instalment needs 4." in browser.get(f"/payments/instalments/{last.id}").text
    services.mark_evaluation_passed(actor=SYSTEM, contract_id=contract.id, passed=True, stars=4)
    spend_half = queries.spending_by_head(contract.id)[0]
    services.record_spending(
        actor=actor_of(case.owner), contract_id=contract.id, head_code=spend_half.code, spent_on=today(), payee="文具店",
        voucher="BX-1", amount=Money(first.amount.fen // 2 + 1),
    )  # fmt: skip
    db.session.get(Milestone, last.milestone_id).status = MilestoneStatus.MET
    db.session.get(Milestone, last.milestone_id).met_at = clock_module.now()
    db.session.commit()
    assert [c.instalment.position for c in queries.due_for_request([case.party.id])] == [2, 3]


def test_one_invoice_pays_one_instalment(running):
    case, contract = running
    first, _second, last = case.instalments(contract)
    services.mark_evaluation_passed(actor=SYSTEM, contract_id=contract.id, passed=True)
    services.request_instalment(
        actor=actor_of(case.org_finance), instalment_id=first.id, invoice_number="FP-1"
    )
    with pytest.raises(Invalid, match="uses this invoice"):
        services.request_instalment(actor=actor_of(case.owner), instalment_id=last.id, invoice_number="FP-1")


def test_nobody_checks_his_own_work(running):
    """One person with every role of the unit still needs three others."""
    case, contract = running
    row = case.instalments(contract)[0]
    for role in (Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER, Role.CASHIER):
        grant(case.org_finance, role, case.unit.id)
    for role in (Role.FINANCE_OFFICER, Role.CASHIER):
        grant(case.officer, role, case.unit.id)
    grant(case.finance, Role.CASHIER, case.unit.id)
    alone = actor_of(case.org_finance)
    services.request_instalment(actor=alone, instalment_id=row.id, invoice_number="FP-1")
    with pytest.raises(Denied):
        services.accept_instalment(actor=alone, instalment_id=row.id)
    services.accept_instalment(actor=actor_of(case.officer), instalment_id=row.id)
    for user in (case.org_finance, case.officer):
        with pytest.raises(Denied):
            services.approve_instalment(actor=actor_of(user), instalment_id=row.id)
    services.approve_instalment(actor=actor_of(case.finance), instalment_id=row.id)
    for user in (case.org_finance, case.officer, case.finance):
        with pytest.raises(Denied):
            pay(case, row, user=user)
    assert pay(case, row).amount == row.amount


def test_a_returned_request_can_be_made_again(running, drain):
    case, contract = running
    row = case.instalments(contract)[0]
    services.request_instalment(actor=actor_of(case.owner), instalment_id=row.id, invoice_number="FP-1")
    services.accept_instalment(actor=actor_of(case.officer), instalment_id=row.id)
    with pytest.raises(Invalid):
        services.return_instalment(actor=actor_of(case.finance), instalment_id=row.id, reason="")
    services.return_instalment(actor=actor_of(case.finance), instalment_id=row.id, reason="发票抬头有误")
    drain()
    assert db.session.query(Message).filter(Message.body.contains("发票抬头有误")).count() >= 1
    assert case.approved(contract).accepted_by == case.officer.id


def test_paying_again_gives_the_first_payment(running):
    case, contract = running
    row = case.approved(contract)
    first = pay(case, row)
    assert pay(case, row).id == first.id
    with pytest.raises(InvalidTransition):
        pay(case, row, reference="B-2")
    assert db.session.query(Transaction).count() == 1


def test_one_bank_reference_is_one_payment(running):
    case, contract = running
    pay(case, case.approved(contract))
    services.mark_evaluation_passed(actor=SYSTEM, contract_id=contract.id, passed=True)
    with pytest.raises(Invalid, match="belongs to another payment"):
        pay(case, case.approved(contract, 2))


def test_a_wrong_password_or_a_day_to_come_pays_nothing(running):
    case, contract = running
    row = case.approved(contract)
    for changes in ({"password": "wrong"}, {"paid_on": today().replace(year=2027)}, {"reference": "  "}):
        with pytest.raises(Invalid):
            pay(case, row, **changes)
    assert budgets.balances(contract.id)[AccountKind.PAID] == Money.ZERO
    assert db.session.query(Transaction).count() == 0


def test_two_cashiers_at_the_same_moment_pay_once(running, app):
    case, contract = running
    row = case.approved(contract)
    second = person(Role.CASHIER, case.unit)
    cashiers = [actor_of(case.cashier), actor_of(second)]
    key, contract_id, amount = row.id, contract.id, row.amount
    db.session.remove()
    barrier, outcomes = threading.Barrier(2), []

    def run(actor, reference):
        with app.app_context():
            barrier.wait()
            try:
                outcomes.append(
                    services.pay_instalment(
                        actor=actor,
                        instalment_id=key,
                        reference=reference,
                        paid_on=today(),
                        password=PASSWORD,
                    )
                )
            except (InvalidTransition, Conflict, Invalid) as error:
                outcomes.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(a, f"B-{n}")) for n, a in enumerate(cashiers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [isinstance(outcome, Transaction) for outcome in outcomes].count(True) == 1, outcomes
    assert db.session.query(Transaction).count() == 1
    assert budgets.balances(contract_id)[AccountKind.PAID] == amount
    assert db.session.query(Movement).filter_by(kind="pay").count() == 1


def spend(case, contract, amount, voucher="V-1", **changes):
    given = {
        "actor": actor_of(case.org_finance), "contract_id": contract.id, "head_code": "activity", "spent_on": today(),
        "payee": "社区超市", "voucher": voucher, "amount": Money(amount), "note": "物料", "file": None,
    }  # fmt: skip
    return services.record_spending(**(given | changes))


def test_spending_by_voucher_counts_by_head(running):
    case, contract = running
    with pytest.raises(Invalid, match="more than was paid"):
        spend(case, contract, 100)
    pay(case, case.approved(contract))
    spend(case, contract, 1_000_000, file=("发票.jpg", photo()))
    spend(case, contract, 200_000, "V-2", head_code="management")
    heads = {head.code: head for head in queries.spending_by_head(contract.id)}
    assert heads["activity"].spent == Money(1_000_000)
    assert heads["activity"].rate_bp == 1250
    assert heads["management"].left == Money(300_001)
    assert queries.spent_total(contract.id) == Money(1_200_000)
    assert queries.totals(contract).unspent == Money(3_050_001)


def test_a_voucher_is_entered_once_and_a_bad_scan_not_at_all(running):
    case, contract = running
    pay(case, case.approved(contract))
    spend(case, contract, 100)
    with pytest.raises(Invalid, match="entered before"):
        spend(case, contract, 100)
    with pytest.raises(Invalid, match="program"):
        spend(case, contract, 100, "V-2", file=("发票.pdf", b"MZ" + b"0" * 300))
    with pytest.raises(Denied):
        spend(case, contract, 100, "V-3", actor=actor_of(case.outsider))
    assert db.session.query(Spending).count() == 1


def test_a_wrong_voucher_is_reversed_once_and_may_be_entered_anew(running):
    case, contract = running
    pay(case, case.approved(contract))
    wrong, accountant = spend(case, contract, 1_000_00), actor_of(case.org_finance)
    with pytest.raises(Invalid, match="reason"):
        services.reverse_spending(actor=accountant, spending_id=wrong.id, reason=" ")
    with pytest.raises(Denied):
        services.reverse_spending(actor=actor_of(case.outsider), spending_id=wrong.id, reason="x")
    back = services.reverse_spending(actor=accountant, spending_id=wrong.id, reason="金额录错")
    assert services.reverse_spending(actor=accountant, spending_id=wrong.id, reason="金额录错").id == back.id
    assert queries.spent_total(contract.id) == Money.ZERO
    with pytest.raises(Invalid, match="reversal stays"):
        services.reverse_spending(actor=accountant, spending_id=back.id, reason="再冲")
    right = spend(case, contract, 100_00)
    assert (wrong.entry, back.entry, right.entry) == (1, 2, 3)
    assert queries.spent_total(contract.id) == Money(100_00)
    with pytest.raises(Invalid, match="entered before"):
        spend(case, contract, 100_00)


def test_the_rest_is_cancelled_but_never_what_waits_for_the_cashier(running):
    case, contract = running
    row = case.approved(contract)
    with pytest.raises(Invalid, match="must be paid first"):
        services.cancel_rest(actor=actor_of(case.officer), contract_id=contract.id)
    pay(case, row)
    rest = services.cancel_rest(actor=actor_of(case.officer), contract_id=contract.id)
    assert rest == contract.amount - row.amount
    assert [r.status for r in case.instalments(contract)] == [
        InstalmentStatus.PAID, InstalmentStatus.CANCELLED, InstalmentStatus.CANCELLED
    ]  # fmt: skip
    assert services.cancel_rest(actor=actor_of(case.officer), contract_id=contract.id) == Money.ZERO


def test_transactions_and_vouchers_cannot_be_changed(running):
    from sqlalchemy import update
    from sqlalchemy.exc import DBAPIError

    case, contract = running
    pay(case, case.approved(contract))
    spend(case, contract, 100)
    for table in (Transaction, Spending, Posting):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(update(table).values(amount=Money(1)))
        db.session.rollback()


def test_a_spreadsheet_holds_numbers_as_numbers_and_no_formula():
    rows = [
        ("=1+1", Money(123_456_789), today(), 3, None),
        ("@SUM(A1)", Money(1), clock_module.now(), 0, "+1"),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(workbook("拨付/清单", ["a", "b", "c", "d", "e"], rows))).active
    assert sheet.title == "拨付 清单"
    assert sheet["B2"].value == 1_234_567.89
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "d", "n", "n"]
    assert sheet["A2"].value == "=1+1"
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
