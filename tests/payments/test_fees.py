"""Expert fees: the tax withheld, three people, the ledger, the slip."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.budgets import queries as budgets
from portal.budgets import services as money
from portal.budgets.models import FundSource
from portal.budgets.values import AccountKind
from portal.core import clock as clocks
from portal.core.db import db
from portal.core.errors import Denied, Invalid, InvalidTransition
from portal.core.mail import Message
from portal.core.money import Money
from portal.panels import queries as panels
from portal.panels.values import PanelStatus, SeatStatus
from portal.parties.models import Unit
from portal.parties.values import Role
from portal.payments import queries, rules, services
from portal.payments.models import ExpertAccount, Fee, FeeBatch
from portal.payments.values import FeeStatus
from portal.tenders.models import Tender
from tests.conftest import actor_of
from tests.factories import PASSWORD, PanelFactory, ProgrammeFactory, TenderFactory, person
from tests.panels import stage as panel_stage
from tests.panels.browse import send
from tests.panels.stage import change

CARD, IDENTITY = "6222020200112230000", "11010519491231002X"


@pytest.mark.parametrize(
    ("gross", "tax"),
    [
        ("0", "0"), ("800", "0"), ("800.01", "0"), ("800.03", "0.01"), ("1000", "40"), ("4000", "640"),
        ("4000.01", "640"), ("5000", "800"), ("25000", "4000"), ("30000", "5200"), ("62500", "13000"), ("100000", "25000"),
    ],
)  # fmt: skip
def test_tax_is_withheld_by_the_table(gross, tax):
    assert rules.withheld_tax(Money.from_yuan(gross)) == Money.from_yuan(tax)


@given(st.integers(0, 20_000_000), st.integers(1, 500_000))
def test_more_before_tax_is_never_less_after_it(fen, more):
    low, high = Money(fen), Money(fen + more)
    tax = rules.withheld_tax(low)
    assert Money(0) <= tax <= rules.withheld_tax(high)
    assert low - tax <= high - rules.withheld_tax(high)
    assert (low - tax) + tax == low


@pytest.mark.parametrize(
    ("number", "right"), [(IDENTITY, True), ("110105194912310021", False), ("1" * 17, False), ("一" * 18, False), ("", False)]
)  # fmt: skip
def test_an_identity_number_checks_itself(number, right):
    assert rules.is_identity_number(number) is right


class Fees:
    """A panel that signed and was published, a programme with money, finance and cashier."""

    def __init__(self, available: int = 1_000_000):
        self.stage = s = panel_stage.stage()
        self.panel = s.begun()
        self.seats = panels.seats(self.panel.id, {SeatStatus.ACCEPTED})
        for seat, rate in zip(self.seats, (100_000, 500_000, 80_000), strict=True):
            change(seat, signed_at=clocks.now())
            change(seat.expert, fee_rate=Money(rate))
        change(self.panel, status=PanelStatus.CLOSED, closed_at=clocks.now(), published_at=clocks.now())
        self.programme = ProgrammeFactory(unit_id=s.district.id)
        money.appropriate(
            actor=_keeper(self.programme), programme_id=self.programme.id, amount=Money(available),
            reference="指标 1", memo="",
        )  # fmt: skip
        self.finance = person(Role.FINANCE_OFFICER, s.district, name="财务")
        self.cashier = person(Role.CASHIER, s.district, name="出纳")
        self.experts = [panel_stage.user_of(seat) for seat in self.seats]

    def propose(self, **changes):
        gross = {
            seat.id: Money(rate) for seat, rate in zip(self.seats, (100_000, 500_000, 80_000), strict=True)
        }
        given_ = {"programme_id": self.programme.id, "basis": "专家劳务报酬标准", "gross": gross} | changes
        return services.propose_fees(actor=actor_of(self.stage.officer), panel_id=self.panel.id, **given_)

    def accounts(self):
        for user in self.experts:
            services.save_account(
                actor=actor_of(user), bank_name="示例银行", account=CARD, id_number=IDENTITY
            )

    def approve(self):
        batch = self.propose()
        return services.approve_fees(actor=actor_of(self.finance), batch_id=batch.id, version=batch.version)

    def pay(self, batch, reference="B-1"):
        return services.pay_fees(
            actor=actor_of(self.cashier), batch_id=batch.id, reference=reference, paid_on=clocks.today(), password=PASSWORD
        )  # fmt: skip

    def balance(self, kind):
        db.session.rollback()
        return budgets.balances(db.session.get(Tender, self.panel.tender_id).id)[kind]


def _keeper(programme):
    """A finance officer of the unit that owns the fund source."""
    source = db.session.get(FundSource, programme.fund_source_id)
    return actor_of(person(Role.FINANCE_OFFICER, db.session.get(Unit, source.unit_id)))


def test_fees_go_through_three_people_into_the_ledger_and_to_a_slip(app, drain):
    f = Fees()
    batch = f.propose()
    assert queries.sums(batch.id).tax == Money(4_000 + 80_000)
    for wrong in (f.stage.officer, f.cashier):
        with pytest.raises(Denied):
            services.approve_fees(actor=actor_of(wrong), batch_id=batch.id)
    services.approve_fees(actor=actor_of(f.finance), batch_id=batch.id, version=batch.version)
    assert f.balance(AccountKind.PAYABLE) == Money(680_000)
    with pytest.raises(Invalid, match="has not given an account"):
        f.pay(batch)
    f.accounts()
    f.pay(batch)
    assert f.pay(batch).status == FeeStatus.PAID
    with pytest.raises(InvalidTransition):
        f.pay(batch, "B-2")
    assert (f.balance(AccountKind.PAYABLE), f.balance(AccountKind.PAID)) == (Money(0), Money(680_000))
    assert budgets.balances(f.programme.id)[AccountKind.AVAILABLE] == Money(320_000)
    drain()
    fee = db.session.query(Fee).filter_by(user_id=f.experts[1].id).one()
    assert (fee.gross, fee.tax, fee.net) == (Money(500_000), Money(80_000), Money(420_000))
    assert queries.own_slip(actor_of(f.experts[1]), fee.id).media_type == "application/pdf"
    told = db.session.query(Message).filter_by(user_id=f.experts[1].id).all()
    assert any("4,200.00" in message.body for message in told)


def test_accounts_are_encrypted_and_checked(app):
    f = Fees()
    save = {"bank_name": "示例银行", "account": CARD, "id_number": IDENTITY}
    for name, value in (("account", "12"), ("id_number", "110105194912310021"), ("bank_name", "")):
        with pytest.raises(Invalid):
            services.save_account(actor=actor_of(f.experts[0]), **(save | {name: value}))
    assert db.session.query(ExpertAccount).count() == 0
    f.accounts()
    row = db.session.query(ExpertAccount).filter_by(user_id=f.experts[0].id).one()
    assert CARD.encode() not in row.sealed
    assert row.tail == CARD[-4:]
    assert queries.bank_details(row).account == CARD
    with pytest.raises(Denied):
        services.save_account(actor=actor_of(f.cashier), **save)


def test_what_cannot_be_proposed_is_refused_and_changes_nothing(app):
    f = Fees()
    first = f.seats[0].id
    for changes, said in (
        ({"basis": " "}, "name the paper"),
        ({"gross": {first: Money(1)}}, "has one amount"),
        ({"gross": dict.fromkeys([seat.id for seat in f.seats], Money(0))}, "above zero"),
        ({"programme_id": ProgrammeFactory().id}, "programme of the buyer"),
    ):
        with pytest.raises(Invalid, match=said):
            f.propose(**changes)
    change(f.panel, published_at=None)
    with pytest.raises(Invalid, match="are public"):
        f.propose()
    assert db.session.query(FeeBatch).count() == 0


def test_returned_fees_are_corrected_and_too_little_money_is_said(app):
    f = Fees(available=600_000)
    batch = f.propose()
    with pytest.raises(Invalid, match="proposed already"):
        f.propose()
    with pytest.raises(Invalid, match="holds"):
        services.approve_fees(actor=actor_of(f.finance), batch_id=batch.id)
    services.return_fees(actor=actor_of(f.finance), batch_id=batch.id, reason="标准有误")
    lower = {seat.id: Money(100_000) for seat in f.seats}
    again = f.propose(gross=lower)
    assert (again.id, queries.sums(batch.id).gross) == (batch.id, Money(300_000))
    approved = services.approve_fees(actor=actor_of(f.finance), batch_id=batch.id, version=again.version)
    assert approved.status == FeeStatus.APPROVED


def test_the_pages_lead_from_the_result_to_the_payment_list(app, sign_in, drain, count_queries):
    f = Fees()
    officer, finance, cashier = (sign_in(user) for user in (f.stage.officer, f.finance, f.cashier))
    address = f"/payments/fees/panels/{f.panel.id}"
    assert address in officer.get("/payments/fees").text
    shown = officer.get(address).text
    assert "1000.00" in shown
    rows = {f"rows-{n}-seat_id": seat.id for n, seat in enumerate(f.seats)}
    rows |= {f"rows-{n}-gross": "1000" for n in range(3)}
    facts = {"basis": "标准", "programme_id": f.programme.id, **rows}
    assert send(officer, address, **(facts | {"rows-1-gross": "abc"})).status_code == 422
    assert db.session.query(FeeBatch).count() == 0
    page = send(officer, address, **facts).headers["Location"]
    batch = db.session.query(FeeBatch).one()
    assert send(finance, page + "/approve", version=batch.version).status_code == 303
    expert = sign_in(f.experts[0])
    assert (
        send(
            expert, "/payments/fees/account", bank_name="示例银行", bank_account="1", id_number=IDENTITY
        ).status_code
        == 422
    )
    assert (
        send(
            expert, "/payments/fees/account", bank_name="示例银行", bank_account=CARD, id_number=IDENTITY
        ).status_code
        == 303
    )
    f.accounts()
    assert CARD not in cashier.get(page + "/pay").text
    with cashier.get(page + "/payments.xlsx") as answer:
        content = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.values)
    assert [row[3] for row in content[1:]] == [CARD] * 3
    assert [row[4:7] for row in content[1:]] == [(1000, 40, 960)] * 3
    paid = send(
        cashier, page + "/pay", reference="B-7", paid_on=clocks.today().isoformat(), password=PASSWORD
    )
    assert paid.status_code == 303
    drain()
    fee = db.session.query(Fee).filter_by(user_id=f.experts[0].id).one()
    slip = f"/payments/fees/slips/{fee.id}"
    assert slip in expert.get("/payments/fees/mine").text
    assert sign_in(f.experts[1]).get(slip).status_code == 404
    once = count_queries(lambda: finance.get("/payments/fees"))
    for _more in range(2):
        tender = TenderFactory(unit_id=f.panel.tender.unit_id)
        PanelFactory(
            tender_id=tender.id, status=PanelStatus.CLOSED, closed_at=clocks.now(), published_at=clocks.now()
        )
    assert count_queries(lambda: finance.get("/payments/fees")) == once
