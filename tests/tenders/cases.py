"""A district with its people and money, and a call that every rule is content with."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.accounts.models import User
from portal.budgets import queries as budget_queries
from portal.budgets import services as budgets
from portal.budgets.models import Programme
from portal.budgets.rules import over_years
from portal.core import clock
from portal.core.money import Money
from portal.parties.models import Unit
from portal.parties.values import PartyKind, Role
from portal.tenders import queries, services
from portal.tenders.models import Tender
from portal.tenders.values import (
    ConditionDraft,
    ConditionKind,
    CriterionDraft,
    CriterionKind,
    HeadDraft,
    HolderRole,
    InstalmentCondition,
    InstalmentDraft,
    LotDraft,
    MilestoneDraft,
    TenderDraft,
)
from tests.conftest import SYSTEM, actor_of
from tests.factories import FundSourceFactory, ProgrammeFactory, UnitFactory, person

VENTURE_SCHEME = {
    "aggregation": "trimmed", "drop_high": 1, "drop_low": 1, "price": "none", "round_at": "final", "decimals": 2,
    "ties": ["quote", "technical"], "minimum_total": None,
}  # fmt: skip


EVERY_CONDITION = (
    ConditionDraft(ConditionKind.ORGANISATION_KINDS, kinds=(PartyKind.SERVICE, PartyKind.FOUNDATION)),
    ConditionDraft(ConditionKind.ASSESSMENT_GRADE, 3),
    ConditionDraft(ConditionKind.YEARS_SINCE_FOUNDING, 2),
    ConditionDraft(ConditionKind.ANNUAL_INSPECTION, 1),
    ConditionDraft(ConditionKind.NO_BAN),
    ConditionDraft(ConditionKind.SELF_RAISED_SHARE, 1050),
    ConditionDraft(ConditionKind.PROPOSALS_PER_ORGANISATION, 1),
    ConditionDraft(ConditionKind.LOTS_PER_ORGANISATION, 2),
    ConditionDraft(ConditionKind.PARTY_ORGANISATION),
    ConditionDraft(ConditionKind.TEXT, text="有固定场所"),
    ConditionDraft(ConditionKind.TEXT, text="有专职人员"),
)


def lawful(**changes: Any) -> TenderDraft:
    """A venture call published on 2026-03-02 that breaks no rule; ``changes`` break it."""
    values = TenderDraft(
        title="社区为老服务公益创投",
        description="为独居老人提供探访与助餐",
        field="为老服务",
        area="青石街道",
        eligibility="依法登记的社会组织",
        budget=Money(30_000_000),
        documents_from=date(2026, 3, 2),
        deadline_at=clock.at(date(2026, 3, 25), 17),
        project_starts_on=date(2026, 5, 6),
        project_ends_on=date(2026, 12, 31),
        scheme=VENTURE_SCHEME,
        lots=(LotDraft("独居老人探访", Money(10_000_000), 2), LotDraft("社区助餐", Money(10_000_000))),
        criteria=(
            CriterionDraft("需求", CriterionKind.SUBJECTIVE, Decimal(40), code="needs"),
            CriterionDraft("方案", CriterionKind.SUBJECTIVE, Decimal(60), code="plan"),
        ),
        heads=(HeadDraft("项目活动费", None, "activity"), HeadDraft("管理费", 1000, "management")),
        milestones=(MilestoneDraft("中期报告", 90), MilestoneDraft("结项报告", 180)),
        instalments=(
            InstalmentDraft(5000, InstalmentCondition.CONTRACT_SIGNED),
            InstalmentDraft(3000, InstalmentCondition.MILESTONE_MET, 1),
            InstalmentDraft(2000, InstalmentCondition.EVALUATION_PASSED),
        ),
    )
    return replace(values, **changes)


@dataclass
class World:
    """The people of one unit and its programme."""

    unit: Unit
    officer: User
    approver: User
    supervisor: User
    programme: Programme
    codes: dict[HolderRole, str]


ENOUGH = Money(100_000_000)


def world(money: Money = ENOUGH) -> World:
    unit = UnitFactory()
    fund = FundSourceFactory(unit_id=unit.id)
    programme = ProgrammeFactory(unit_id=unit.id, fund_source_id=fund.id)
    if money:
        budgets.appropriate(
            actor=SYSTEM, programme_id=programme.id, amount=money, reference=f"拨款 {programme.id}", memo=""
        )
    return World(
        unit,
        person(Role.PROGRAMME_OFFICER, unit),
        person(Role.PROGRAMME_APPROVER, unit),
        person(Role.SUPERVISOR, unit),
        programme,
        {},
    )  # fmt: skip


def drafted(w: World, **changes: Any) -> Tender:
    """A complete draft."""
    actor = actor_of(w.officer)
    tender = services.create_tender(
        actor=actor, programme_id=w.programme.id, procedure="venture_contest", title="征集"
    )
    return services.update_tender(actor=actor, tender_id=tender.id, version=None, values=lawful(**changes))


def with_keys(w: World, tender_id: UUID) -> None:
    """Choose both holders and let them prove their keys."""
    for role, user in ((HolderRole.OFFICER, w.officer), (HolderRole.SUPERVISOR, w.supervisor)):
        services.set_holder(actor=actor_of(w.officer), tender_id=tender_id, role=role, user_id=user.id)
        w.codes[role] = services.create_holder_key(actor=actor_of(user))
        services.prove_key(actor=actor_of(user), tender_id=tender_id, role=role, code=w.codes[role])


def funds_confirmed(tender_id: UUID) -> None:
    """Finance confirms what the submission of the call asked for."""
    asked = budget_queries.confirmation(tender_id)
    budgets.confirm_funds(
        actor=SYSTEM, confirmation_id=asked.id, version=None, reference="示财社指〔2026〕12号", economic_class="50205",
        shares=over_years(asked.amount, asked.first_year, asked.last_year),
    )  # fmt: skip


def approved(w: World, **changes: Any) -> Tender:
    """A call that only waits for publication."""
    tender = drafted(w, **changes)
    with_keys(w, tender.id)
    services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    funds_confirmed(tender.id)
    return services.approve_tender(actor=actor_of(w.approver), tender_id=tender.id)


def published(w: World, **changes: Any) -> Tender:
    """A published call with all its parts."""
    tender = approved(w, **changes)
    services.publish_tender(actor=actor_of(w.approver), tender_id=tender.id)
    return queries.public_tender(tender.id)
