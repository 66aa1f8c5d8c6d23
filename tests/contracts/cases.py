"""A call with an awarded proposal, and everybody who has a hand in the contract and its money."""

from dataclasses import dataclass
from typing import Any

from portal.accounts.models import User
from portal.awards.models import Award
from portal.bids import services as bids
from portal.bids.values import BidStatus
from portal.budgets import services as budgets
from portal.budgets.models import Programme
from portal.contracts import services
from portal.contracts.models import Contract, ContractLine
from portal.contracts.values import Side
from portal.core import files
from portal.core.db import db, use_case
from portal.core.money import Money
from portal.implementation.models import Milestone
from portal.parties.models import Party, Unit
from portal.parties.values import Role
from portal.payments import services as payments
from portal.payments.models import Instalment
from portal.tenders.models import Tender
from portal.tenders.values import InstalmentCondition
from tests.bids import world
from tests.conftest import SYSTEM, actor_of
from tests.factories import (
    PASSWORD,
    AwardFactory,
    BidFactory,
    ContractFactory,
    LotFactory,
    PartyFactory,
    PlannedInstalmentFactory,
    PlannedMilestoneFactory,
    ProgrammeFactory,
    TenderFactory,
    UnitFactory,
    person,
)  # fmt: skip

CALL_MONEY = Money(20_000_000)
AWARDED = Money(8_500_001)
HEADS = (("activity", "项目活动费", 8_000_000), ("management", "管理费", 500_001))


@dataclass
class Case:
    """People and rows of one case; ``fresh`` reads a row as the database has it now."""

    world: world.World | None
    award: Award
    party: Party
    owner: User
    org_finance: User
    officer: User
    approver: User
    finance: User
    cashier: User
    supervisor: User
    outsider: User
    unit: Unit

    def fresh(self, kind: type, key: Any) -> Any:
        db.session.rollback()
        db.session.expire_all()
        return db.session.get(kind, key)

    def draw_up(self) -> Contract:
        """The contract with a paper in place, which takes no time to set."""
        contract = services.draw_up(actor=actor_of(self.officer), award_id=self.award.id)
        _put_paper(contract.id)
        return self.fresh(Contract, contract.id)

    def sign(self, contract: Contract, side: Side, **changes: Any) -> Contract:
        user = self.owner if side is Side.SUPPLIER else self.approver
        return services.sign(
            **{"actor": actor_of(user), "contract_id": contract.id, "side": side, "password": PASSWORD}
            | changes
        )

    def in_force(self) -> Contract:
        contract = self.draw_up()
        self.sign(contract, Side.SUPPLIER)
        self.sign(contract, Side.BUYER)
        return self.fresh(Contract, contract.id)

    def milestones(self, contract: Contract) -> list[Milestone]:
        return db.session.query(Milestone).filter_by(contract_id=contract.id).order_by("position").all()

    def instalments(self, contract: Contract) -> list[Instalment]:
        db.session.rollback()
        return db.session.query(Instalment).filter_by(contract_id=contract.id).order_by("position").all()

    def approved(self, contract: Contract, number: int = 0) -> Instalment:
        """The instalment, asked for, accepted and approved by three people."""
        key = self.instalments(contract)[number].id
        payments.request_instalment(
            actor=actor_of(self.owner), instalment_id=key, invoice_number=f"FP-{number}"
        )
        payments.accept_instalment(actor=actor_of(self.officer), instalment_id=key)
        return payments.approve_instalment(actor=actor_of(self.finance), instalment_id=key)


@use_case
def _put_paper(contract_id: Any) -> None:
    stored = files.save(world.pdf(), name="合同.pdf", media_type="application/pdf")
    db.session.get(Contract, contract_id).pdf_id = stored.id


def make(**kwargs: Any) -> Case:
    """An opened call over 200,000 yuan with one final award of 85,000.01 yuan; instalments 50/30/20."""
    here = world.make(minimum_bids=1, budget=CALL_MONEY, **kwargs)
    _plan(here.tender)
    _reserve(here.tender)
    bid, owner, _submitted = here.submitted()
    here.close()
    here.open()
    bids.set_qualified(actor=SYSTEM, bid_id=bid.id, passed=True)
    award = AwardFactory(bid_id=bid.id, amount=AWARDED)
    return _people(here, award, here.parties[0], owner, here.officer, here.supervisor, here.unit)


def running() -> tuple[Case, Contract]:
    """The same with the contract in force, its money committed, milestones and instalments planned; no papers."""
    unit, party = UnitFactory(), PartyFactory()
    tender = TenderFactory(programme_id=ProgrammeFactory(unit_id=unit.id).id, budget=CALL_MONEY)
    _plan(tender)
    _reserve(tender)
    lot = LotFactory(tender_id=tender.id, position=1)
    bid = BidFactory(
        lot_id=lot.id, tender_id=tender.id, party_id=party.id, status=BidStatus.VALID, quote=AWARDED
    )
    award = AwardFactory(bid_id=bid.id, amount=AWARDED)
    contract = ContractFactory(award=award)
    for position, (code, title, fen) in enumerate(HEADS, start=1):
        db.session.add(
            ContractLine(
                contract_id=contract.id, position=position, head_code=code, head_title=title, content=title, amount=Money(fen)
            )
        )  # fmt: skip
    db.session.commit()
    budgets.commit(
        actor=SYSTEM, contract_id=contract.id, tender_id=tender.id, fund_source_id=contract.fund_source_id,
        amount=contract.amount,
    )  # fmt: skip
    payments.plan_instalments(actor=SYSTEM, contract_id=contract.id)
    officer, supervisor = person(Role.PROGRAMME_OFFICER, unit), person(Role.SUPERVISOR, unit)
    case = _people(None, award, party, person(Role.ORG_OWNER, party), officer, supervisor, unit)
    return case, case.fresh(Contract, contract.id)


def _people(
    here: world.World | None,
    award: Award,
    party: Party,
    owner: User,
    officer: User,
    supervisor: User,
    unit: Unit,
) -> Case:
    return Case(
        world=here, award=award, party=party, owner=owner, org_finance=person(Role.ORG_FINANCE, party),
        officer=officer, approver=person(Role.PROGRAMME_APPROVER, unit), finance=person(Role.FINANCE_OFFICER, unit),
        cashier=person(Role.CASHIER, unit), supervisor=supervisor, outsider=person(Role.ORG_OWNER, PartyFactory()),
        unit=unit,
    )  # fmt: skip


def _plan(tender: Tender) -> None:
    for position, (title, days) in enumerate((("中期报告", 90), ("终期报告", 200)), start=1):
        PlannedMilestoneFactory(tender_id=tender.id, position=position, title=title, due_days=days)
    conditions = (
        InstalmentCondition.CONTRACT_SIGNED,
        InstalmentCondition.MILESTONE_MET,
        InstalmentCondition.EVALUATION_PASSED,
    )
    for position, (share, condition) in enumerate(zip((5000, 3000, 2000), conditions, strict=True), start=1):
        PlannedInstalmentFactory(
            tender_id=tender.id, position=position, share_bp=share, condition=condition,
            milestone_position=1 if condition is InstalmentCondition.MILESTONE_MET else None,
        )  # fmt: skip


def _reserve(tender: Tender) -> None:
    programme = db.session.get(Programme, tender.programme_id)
    budgets.appropriate(
        actor=SYSTEM,
        programme_id=programme.id,
        amount=Money(30_000_000),
        reference=f"文 {tender.number}",
        memo="年度预算",
    )
    budgets.reserve(
        actor=SYSTEM, tender_id=tender.id, programme_id=programme.id, fund_source_id=programme.fund_source_id,
        amount=CALL_MONEY,
    )  # fmt: skip
