"""Rows for tests, made without the services. Every factory commits, so that use cases see the row."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from factory import LazyAttribute, LazyFunction, Sequence
from factory.alchemy import SQLAlchemyModelFactory

from portal.accounts.models import User
from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.budgets.models import FundSource, Programme
from portal.budgets.values import FundKind, ProgrammeKind
from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus
from portal.core import clock
from portal.core.db import db
from portal.core.money import Money
from portal.implementation.models import Milestone
from portal.needs.models import Idea, Need
from portal.needs.values import ANSWERED, NeedChannel, NeedStatus, ProjectKind, ServiceField
from portal.notices.models import Notice
from portal.notices.values import NoticeKind
from portal.panels.models import DrawString, Expert, ExpertSpecialty, Panel, PanelDraw, Seat
from portal.panels.values import ExpertGroup, PanelStatus, SeatStatus, TitleLevel, WitnessRole
from portal.parties.models import Party, RoleGrant, Unit
from portal.parties.values import PartyKind, PartyStatus, Role, UnitLevel
from portal.payments.models import Instalment
from portal.tenders.models import BudgetHead, Criterion, Lot, PlannedInstalment, PlannedMilestone, Tender
from portal.tenders.values import CriterionKind, InstalmentCondition, TenderStatus

PASSWORD = "Lvshu-2026-qiao"
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


class Row(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: db.session()  # noqa: E731 - factory_boy wants a callable
        sqlalchemy_session_persistence = "commit"


class UserFactory(Row):
    class Meta:
        model = User

    email = Sequence(lambda n: f"person{n}@example.org")
    name = Sequence(lambda n: f"测试人{n}")
    password_hash = _HASH
    created_at = LazyFunction(clock.now)


class UnitFactory(Row):
    """``UnitFactory(parent=unit)`` makes a unit below another."""

    class Meta:
        model = Unit

    class Params:
        parent: Any = None

    name = Sequence(lambda n: f"第{n}街道")
    level = LazyAttribute(lambda o: UnitLevel.STREET if o.parent else UnitLevel.DISTRICT)
    parent_id = LazyAttribute(lambda o: o.parent.id if o.parent else None)

    @classmethod
    def _create(cls, model_class: type[Unit], *args: Any, **kwargs: Any) -> Unit:
        parent = db.session.get(Unit, kwargs["parent_id"]) if kwargs.get("parent_id") else None
        unit = Unit(**kwargs, path="")
        db.session.add(unit)
        db.session.flush()
        unit.path = f"{parent.path if parent else '/'}{unit.id}/"
        db.session.commit()
        return unit


class PartyFactory(Row):
    class Meta:
        model = Party

    unit_id = LazyFunction(lambda: UnitFactory().id)
    name = Sequence(lambda n: f"示例社会工作服务中心{n}")
    code = Sequence(lambda n: f"52330800TEST{n:05d}X")
    kind = PartyKind.SERVICE
    status = PartyStatus.VERIFIED
    legal_representative = "林知远"
    address = "示例市示例区青石路 18 号"
    contact_name = "周明"
    contact_phone = "13800000000"
    contact_email = "zhou@example.org"
    bank_name = "示例银行青石支行"
    bank_account = "6200000000000000000"
    account_confirmed_at = LazyFunction(clock.now)
    account_verified_at = LazyFunction(clock.now)
    registered_at = LazyFunction(clock.now)
    verified_at = LazyAttribute(lambda o: clock.now() if o.status == PartyStatus.VERIFIED else None)


def grant(user: User, role: Role, scope_id: UUID) -> RoleGrant:
    """Give a person a role."""
    row = RoleGrant(user_id=user.id, role=role, scope_id=scope_id, granted_at=clock.now())
    db.session.add(row)
    db.session.commit()
    return row


def person(role: Role, scope: Unit | Party, **kwargs: Any) -> User:
    """A person who holds ``role`` in ``scope``."""
    user: User = UserFactory(**kwargs)
    grant(user, role, scope.id)
    return user


class FundSourceFactory(Row):
    class Meta:
        model = FundSource

    unit_id = LazyFunction(lambda: UnitFactory().id)
    name = "福彩公益金"
    kind = FundKind.LOTTERY
    restriction = "用于扶老、助残、救孤、济困"
    created_at = LazyFunction(clock.now)


class ProgrammeFactory(Row):
    class Meta:
        model = Programme

    unit_id = LazyFunction(lambda: UnitFactory().id)
    fund_source_id = LazyAttribute(lambda o: FundSourceFactory(unit_id=o.unit_id).id)
    name = "邻里守望公益创投"
    kind = ProgrammeKind.VENTURE
    year = 2026
    description = "面向社区养老与儿童关爱"
    created_at = LazyFunction(clock.now)


class TenderFactory(Row):
    """A published venture call, open until 30 days from now; give ``status``/``published_at`` for others."""

    class Meta:
        model = Tender

    number = Sequence(lambda n: f"2026-CT-{n:04d}")
    programme_id = LazyFunction(lambda: ProgrammeFactory().id)
    unit_id = LazyAttribute(lambda o: db.session.get(Programme, o.programme_id).unit_id)
    procedure = "venture_contest"
    title = "社区为老服务公益创投项目征集"
    description = "为辖区独居老人提供探访与助餐服务"
    field = "为老服务"
    area = "青石街道"
    eligibility = "在民政部门登记并通过年检的社会组织"
    budget = Money(30_000_000)
    status = TenderStatus.ACTIVE
    documents_from = LazyFunction(clock.today)
    deadline_at = LazyFunction(lambda: clock.now() + timedelta(days=30))
    project_starts_on = LazyFunction(lambda: clock.today() + timedelta(days=60))
    project_ends_on = LazyFunction(lambda: clock.today() + timedelta(days=300))
    drafted_by = LazyFunction(lambda: UserFactory().id)
    created_at = LazyFunction(clock.now)
    published_at = LazyAttribute(
        lambda o: (
            clock.now()
            if o.status
            not in {TenderStatus.DRAFT, TenderStatus.SUBMITTED, TenderStatus.APPROVED, TenderStatus.DISCARDED}
            else None
        )
    )


class LotFactory(Row):
    class Meta:
        model = Lot

    tender_id = LazyFunction(lambda: TenderFactory().id)
    position = Sequence(lambda n: n + 1)
    title = "独居老人探访"
    cap = Money(10_000_000)
    awards_max = 1


class CriterionFactory(Row):
    class Meta:
        model = Criterion

    tender_id = LazyFunction(lambda: TenderFactory().id)
    position = Sequence(lambda n: n + 1)
    code = Sequence(lambda n: f"c{n}")
    title = "需求分析"
    kind = CriterionKind.SUBJECTIVE
    maximum = Decimal(100)
    step = Decimal("0.5")


class BudgetHeadFactory(Row):
    class Meta:
        model = BudgetHead

    tender_id = LazyFunction(lambda: TenderFactory().id)
    position = Sequence(lambda n: n + 1)
    code = Sequence(lambda n: f"h{n}")
    title = "项目活动费"
    cap_bp = None


class PlannedInstalmentFactory(Row):
    class Meta:
        model = PlannedInstalment

    tender_id = LazyFunction(lambda: TenderFactory().id)
    position = Sequence(lambda n: n + 1)
    share_bp = 5000
    condition = InstalmentCondition.CONTRACT_SIGNED


class PlannedMilestoneFactory(Row):
    class Meta:
        model = PlannedMilestone

    tender_id = LazyFunction(lambda: TenderFactory().id)
    position = Sequence(lambda n: n + 1)
    title = "中期报告"
    due_days = 90


class BidFactory(Row):
    """A draft; give ``status`` and ``opened_key`` for later states."""

    class Meta:
        model = Bid

    lot_id = LazyFunction(lambda: LotFactory().id)
    tender_id = LazyAttribute(lambda o: db.session.get(Lot, o.lot_id).tender_id)
    party_id = LazyFunction(lambda: PartyFactory().id)
    status = BidStatus.DRAFT
    created_at = LazyFunction(clock.now)
    created_by = LazyFunction(lambda: UserFactory().id)
    opened_key = LazyAttribute(
        lambda o: b"key" if o.status in {BidStatus.PENDING, BidStatus.VALID, BidStatus.DISQUALIFIED} else None
    )


class ExpertFactory(Row):
    class Meta:
        model = Expert

    unit_id = LazyFunction(lambda: UnitFactory().id)
    user_id = LazyFunction(lambda: UserFactory().id)
    group = ExpertGroup.TECHNICAL
    fields = LazyFunction(lambda: [ExpertSpecialty(name="社会工作")])
    title = "高级社会工作师"
    title_level = TitleLevel.SENIOR
    born_on = date(1975, 5, 1)
    employer = "示例大学"
    declared_at = LazyFunction(clock.now)
    entered_at = LazyFunction(clock.now)


class PanelFactory(Row):
    class Meta:
        model = Panel

    tender_id = LazyFunction(lambda: TenderFactory().id)
    status = PanelStatus.SCORING
    quotas = LazyFunction(lambda: [{"group": "technical", "specialty": "", "seats": 5, "standby": 0}])
    review_on = LazyFunction(clock.today)
    frozen_at = LazyFunction(clock.now)
    frozen_by = LazyFunction(lambda: UserFactory().id)
    drawn_at = LazyAttribute(lambda o: None if o.status == PanelStatus.FROZEN else clock.now())


class PanelDrawFactory(Row):
    class Meta:
        model = PanelDraw

    panel_id = LazyFunction(lambda: PanelFactory().id)
    number = 1
    quotas = LazyFunction(list)
    candidates = LazyFunction(list)
    excluded = LazyFunction(list)
    list_digest = "0" * 64
    rules_digest = "0" * 64
    commitment = "0" * 64
    opened_at = LazyFunction(clock.now)
    opened_by = LazyFunction(lambda: UserFactory().id)


class DrawStringFactory(Row):
    class Meta:
        model = DrawString

    draw_id = LazyFunction(lambda: PanelDrawFactory().id)
    role = WitnessRole.OFFICER
    position = Sequence(lambda n: n)


class SeatFactory(Row):
    class Meta:
        model = Seat

    panel_id = LazyFunction(lambda: PanelFactory().id)
    expert_id = LazyFunction(lambda: ExpertFactory().id)
    code = Sequence(lambda n: f"E{n:03d}")
    group = ExpertGroup.TECHNICAL
    position = Sequence(lambda n: n + 1)
    status = SeatStatus.ACCEPTED
    accepted_at = LazyFunction(clock.now)


class NoticeFactory(Row):
    class Meta:
        model = Notice

    number = Sequence(lambda n: f"GG-TEST-{n:04d}")  # never a number that the portal gives
    kind = NoticeKind.RESULT
    unit_id = LazyFunction(lambda: UnitFactory().id)
    tender_id = LazyFunction(lambda: TenderFactory().id)
    subject_id = LazyAttribute(lambda o: o.tender_id)
    title = "结果公示"
    content = LazyFunction(lambda: [{"text": "公示内容"}])
    sha256 = "0" * 64
    published_at = LazyFunction(clock.now)
    first_day = LazyFunction(clock.today)
    last_day = LazyFunction(lambda: clock.today() + timedelta(days=7))


class AwardFactory(Row):
    class Meta:
        model = Award

    bid_id = LazyFunction(lambda: BidFactory(status=BidStatus.VALID, quote=Money(9_800_000)).id)
    lot_id = LazyAttribute(lambda o: db.session.get(Bid, o.bid_id).lot_id)
    tender_id = LazyAttribute(lambda o: db.session.get(Bid, o.bid_id).tender_id)
    party_id = LazyAttribute(lambda o: db.session.get(Bid, o.bid_id).party_id)
    notice_id = LazyAttribute(lambda o: NoticeFactory(tender_id=o.tender_id).id)
    amount = Money(9_800_000)
    rank = 1
    status = AwardStatus.ACTIVE
    notice_ends_on = LazyFunction(lambda: clock.today() + timedelta(days=7))
    decided_at = LazyFunction(clock.now)
    decided_by = LazyFunction(lambda: UserFactory().id)
    active_at = LazyFunction(clock.now)


class ContractFactory(Row):
    """A contract in force; give ``status`` and ``signed_at`` for others."""

    class Meta:
        model = Contract

    class Params:
        award = LazyFunction(lambda: AwardFactory())

    number = Sequence(lambda n: f"HT-2026-{n:04d}")
    award_id = LazyAttribute(lambda o: o.award.id)
    tender_id = LazyAttribute(lambda o: o.award.tender_id)
    lot_id = LazyAttribute(lambda o: o.award.lot_id)
    party_id = LazyAttribute(lambda o: o.award.party_id)
    unit_id = LazyAttribute(lambda o: db.session.get(Tender, o.tender_id).unit_id)
    programme_id = LazyAttribute(lambda o: db.session.get(Tender, o.tender_id).programme_id)
    fund_source_id = LazyAttribute(lambda o: db.session.get(Programme, o.programme_id).fund_source_id)
    title = "独居老人探访项目"
    amount = LazyAttribute(lambda o: o.award.amount)
    starts_on = LazyFunction(clock.today)
    ends_on = LazyFunction(lambda: date(clock.today().year, 12, 31))
    status = ContractStatus.ACTIVE
    terms = LazyFunction(dict)
    terms_digest = "0" * 64
    created_at = LazyFunction(clock.now)
    created_by = LazyFunction(lambda: UserFactory().id)
    signed_at = LazyAttribute(
        lambda o: clock.now() if o.status in {ContractStatus.ACTIVE, ContractStatus.TERMINATED} else None
    )


class MilestoneFactory(Row):
    class Meta:
        model = Milestone

    contract_id = LazyFunction(lambda: ContractFactory().id)
    position = Sequence(lambda n: n + 1)
    title = "中期报告"
    due_on = LazyFunction(lambda: clock.today() + timedelta(days=90))


class InstalmentFactory(Row):
    class Meta:
        model = Instalment

    contract_id = LazyFunction(lambda: ContractFactory().id)
    position = Sequence(lambda n: n + 1)
    share_bp = 5000
    amount = Money(4_900_000)
    condition = InstalmentCondition.CONTRACT_SIGNED


class NeedFactory(Row):
    """A need handed in for a community; give ``status`` and ``answer`` for an answered one."""

    class Meta:
        model = Need

    number = Sequence(lambda n: f"XQ-2026-{n + 1:05d}")
    unit_id = LazyFunction(lambda: UnitFactory(level=UnitLevel.COMMUNITY).id)
    field = ServiceField.ELDERLY
    channel = NeedChannel.ONLINE
    text = "六号楼楼梯没有扶手，老人上下楼容易摔倒"
    summary = LazyAttribute(lambda o: o.text if o.status in ANSWERED else "")
    status = NeedStatus.RECEIVED
    received_at = LazyFunction(clock.now)
    answer = LazyAttribute(lambda o: "列入今年的适老化改造" if o.status in ANSWERED else None)
    answered_at = LazyAttribute(lambda o: clock.now() if o.status in ANSWERED else None)


class IdeaFactory(Row):
    """A proposed idea; give ``status`` and ``reserved_at`` for one of the reserve library."""

    class Meta:
        model = Idea

    number = Sequence(lambda n: f"SX-2026-{n + 1:04d}")
    unit_id = LazyFunction(lambda: UnitFactory(level=UnitLevel.COMMUNITY).id)
    title = "楼道扶手"
    summary = "为老旧楼栋加装扶手"
    field = ServiceField.ELDERLY
    kind = LazyFunction(lambda: next(iter(ProjectKind)))
    estimate = Money(3_000_000)
    created_at = LazyFunction(clock.now)
