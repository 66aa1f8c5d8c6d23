"""A contract in force with money, an officer, an evaluator and the organisation's owner."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from pypdf import PdfWriter

from portal.budgets import services as budgets
from portal.core import clock
from portal.core.db import db
from portal.core.money import Money
from portal.core.policy import Actor
from portal.evaluation import services
from portal.evaluation.values import Answer, EvaluationGroup, Indicator
from portal.implementation.values import MilestoneStatus
from portal.parties.values import Role
from portal.payments.models import Spending
from portal.payments.values import InstalmentStatus
from portal.tenders.values import InstalmentCondition
from tests.conftest import actor_of
from tests.factories import (
    AwardFactory,
    BidFactory,
    ContractFactory,
    FundSourceFactory,
    InstalmentFactory,
    LotFactory,
    MilestoneFactory,
    PartyFactory,
    ProgrammeFactory,
    TenderFactory,
    UnitFactory,
    person,
)

SYSTEM = Actor.system("test")
AMOUNT = Money(10_000_000)


def _pdf() -> bytes:
    writer, target = PdfWriter(), BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(target)
    return target.getvalue()


PDF = _pdf()
GOOD = {
    EvaluationGroup.EXPERT: {Indicator.QUALITY: ("92", ""), Indicator.PROGRESS: ("90", "")},
    EvaluationGroup.DEPARTMENT: {Indicator.QUALITY: ("90", ""), Indicator.PROGRESS: ("95", "")},
    EvaluationGroup.MEDIA: {Indicator.QUALITY: ("88", "报道属实"), Indicator.PROGRESS: ("85", "")},
}
CONTENT = [Answer(True, True, 5), Answer(True, True, 4), Answer(True, False, 5), Answer(False, False, 3)]


class Project:
    """Committed 100,000.00: an instalment of 50,000.00 paid, 30,000.00 spent, one that waits for the evaluation."""

    def __init__(self) -> None:
        self.unit = UnitFactory()
        fund = FundSourceFactory(unit_id=self.unit.id)
        self.programme = ProgrammeFactory(unit_id=self.unit.id, fund_source_id=fund.id)
        tender = TenderFactory(programme_id=self.programme.id, unit_id=self.unit.id, budget=AMOUNT)
        self.party = PartyFactory()
        bid = BidFactory(lot_id=LotFactory(tender_id=tender.id).id, party_id=self.party.id)
        self.contract = ContractFactory(award=AwardFactory(bid_id=bid.id, amount=AMOUNT))
        self.officer = person(Role.PROGRAMME_OFFICER, self.unit)
        self.evaluator = person(Role.EVALUATOR, self.unit, name="评估员甲")
        self.owner = person(Role.ORG_OWNER, self.party)
        self.milestone = MilestoneFactory(
            contract_id=self.contract.id, status=MilestoneStatus.MET, met_at=clock.now()
        )
        self._money(fund.id, tender.id)

    def _money(self, fund_id, tender_id) -> None:
        contract, half = self.contract.id, Money(5_000_000)
        budgets.appropriate(
            actor=SYSTEM,
            programme_id=self.programme.id,
            amount=AMOUNT,
            reference=f"app-{contract}",
            memo="test",
        )
        budgets.reserve(
            actor=SYSTEM,
            tender_id=tender_id,
            programme_id=self.programme.id,
            fund_source_id=fund_id,
            amount=AMOUNT,
        )
        budgets.commit(
            actor=SYSTEM, contract_id=contract, tender_id=tender_id, fund_source_id=fund_id, amount=AMOUNT
        )
        self.paid = InstalmentFactory(
            contract_id=contract, amount=half, status=InstalmentStatus.PAID, paid_at=clock.now()
        )
        self.last = InstalmentFactory(
            contract_id=contract, amount=half, condition=InstalmentCondition.EVALUATION_PASSED
        )
        self.pay(self.paid)
        db.session.add(
            Spending(
                contract_id=contract, head_code="h", spent_on=date(2026, 3, 1), payee="示例印务", voucher="V1",
                amount=Money(3_000_000), recorded_at=clock.now(), recorded_by=self.owner.id,
            )
        )  # fmt: skip
        db.session.commit()

    def pay(self, instalment) -> None:
        """Book the payment of an instalment in the ledger and as a transaction."""
        from portal.payments.models import Transaction

        fund, contract = self.contract.fund_source_id, self.contract.id
        reference = f"pay-{instalment.id}"
        budgets.make_payable(
            actor=SYSTEM,
            contract_id=contract,
            fund_source_id=fund,
            amount=instalment.amount,
            reference=f"ok-{reference}",
        )
        movement = budgets.pay(
            actor=SYSTEM,
            contract_id=contract,
            fund_source_id=fund,
            amount=instalment.amount,
            reference=reference,
        )
        db.session.add(
            Transaction(
                instalment_id=instalment.id, contract_id=contract, movement_id=movement.id, amount=instalment.amount,
                paid_on=date(2026, 3, 1), reference=reference, payer="街道", payee="机构", recorded_at=clock.now(),
                recorded_by=self.officer.id,
            )
        )  # fmt: skip
        instalment.status, instalment.paid_at = InstalmentStatus.PAID, clock.now()
        db.session.commit()

    def assign(self):
        """Assigned, and the evaluator declared to be free of conflict."""
        evaluation = services.assign(
            actor=actor_of(self.officer), contract_id=self.contract.id, evaluator_id=self.evaluator.id
        )
        services.declare_no_conflict(actor=actor_of(self.evaluator), evaluation_id=evaluation.id)
        return evaluation

    def survey(self, evaluation, count=4, population=100):
        """A survey that is open now for a week; the codes."""
        return services.open_survey(
            actor=actor_of(self.evaluator), evaluation_id=evaluation.id, opens_at=clock.now(),
            closes_at=clock.now() + timedelta(days=7), population=population, count=count,
        )  # fmt: skip

    def marks(self, evaluation, groups=GOOD) -> None:
        """Save the marks of all groups."""
        for group, marks in groups.items():
            services.save_marks(
                actor=actor_of(self.evaluator), evaluation_id=evaluation.id, group=group,
                marks={i: (Decimal(value), note) for i, (value, note) in marks.items()},
            )  # fmt: skip

    def submitted(self, settable, groups=GOOD, answers=CONTENT):
        """An evaluation handed in after its survey."""
        evaluation = self.assign()
        for code, given in zip(self.survey(evaluation, len(answers)), answers, strict=True):
            services.answer(
                code=code, aware=given.aware, took_part=given.took_part, satisfaction=given.satisfaction,
                received_at=clock.now(),
            )  # fmt: skip
        self.marks(evaluation, groups)
        settable.advance(days=7)
        return services.submit_evaluation(
            actor=actor_of(self.evaluator), evaluation_id=evaluation.id, conclusion="项目按计划完成。", report=("评估报告.pdf", PDF)
        )  # fmt: skip

    def final(self, settable, **more):
        """A confirmed evaluation."""
        evaluation = self.submitted(settable, **more)
        return services.confirm(actor=actor_of(self.officer), evaluation_id=evaluation.id)
