"""A call with an awarded proposal, and everybody who has a hand in the contract and its money."""

from dataclasses import dataclass
from typing import Any

from portal.accounts.models import User
from portal.awards.models import Award
from portal.bids import services as bids
from portal.budgets import services as budgets
from portal.contracts import services
from portal.contracts.models import Contract
from portal.contracts.values import Side
from portal.core import jobs
from portal.core.db import db
from portal.core.money import Money
from portal.implementation.models import Milestone
from portal.parties.models import Party
from portal.parties.values import Role
from portal.payments import services as payments
from portal.payments.models import Instalment
from portal.tenders.values import InstalmentCondition
from tests.bids import world
from tests.conftest import SYSTEM, actor_of
from tests.factories import (
    PASSWORD,
    AwardFactory,
    PartyFactory,
    PlannedInstalmentFactory,
    PlannedMilestoneFactory,
    person,
)  # fmt: skip

CALL_MONEY = Money(20_000_000)
AWARDED = Money(8_500_001)


@dataclass
class Case:
    """People and rows of one case; ``fresh`` reads a row as the database has it now."""

    world: world.World
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

    def fresh(self, kind: type, key: Any) -> Any:
        db.session.rollback()
        db.session.expire_all()
        return db.session.get(kind, key)

    def draw_up(self) -> Contract:
        contract = services.draw_up(actor=actor_of(self.officer), award_id=self.award.id)
        jobs.drain()
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
        jobs.drain()
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


def make(**kwargs: Any) -> Case:
    """An opened call over 200,000 yuan with one final award of 85,000.01 yuan; instalments 50/30/20."""
    here = world.make(minimum_bids=1, budget=CALL_MONEY, **kwargs)
    for position, days in ((1, 90), (2, 200)):
        PlannedMilestoneFactory(
            tender_id=here.tender.id,
            position=position,
            title=("中期报告", "终期报告")[position - 1],
            due_days=days,
        )
    conditions = (
        InstalmentCondition.CONTRACT_SIGNED,
        InstalmentCondition.MILESTONE_MET,
        InstalmentCondition.EVALUATION_PASSED,
    )
    for position, (share, condition) in enumerate(zip((5000, 3000, 2000), conditions, strict=True), start=1):
        PlannedInstalmentFactory(
            tender_id=here.tender.id, position=position, share_bp=share, condition=condition,
            milestone_position=1 if condition is InstalmentCondition.MILESTONE_MET else None,
        )  # fmt: skip
    _reserve(here)
    bid, owner, _submitted = here.submitted()
    here.close()
    here.open()
    bids.set_qualified(actor=SYSTEM, bid_id=bid.id, passed=True)
    award = AwardFactory(bid_id=bid.id, amount=AWARDED)
    party, unit = here.parties[0], here.unit
    return Case(
        world=here, award=award, party=party, owner=owner, org_finance=person(Role.ORG_FINANCE, party),
        officer=here.officer, approver=person(Role.PROGRAMME_APPROVER, unit), finance=person(Role.FINANCE_OFFICER, unit),
        cashier=person(Role.CASHIER, unit), supervisor=here.supervisor, outsider=person(Role.ORG_OWNER, PartyFactory()),
    )  # fmt: skip


def _reserve(here: world.World) -> None:
    from portal.budgets.models import Programme

    programme = db.session.get(Programme, here.tender.programme_id)
    budgets.appropriate(
        actor=SYSTEM, programme_id=programme.id, amount=Money(30_000_000), reference="文 1", memo="年度预算"
    )
    budgets.reserve(
        actor=SYSTEM, tender_id=here.tender.id, programme_id=programme.id,
        fund_source_id=programme.fund_source_id, amount=CALL_MONEY,
    )  # fmt: skip
