"""A call from its draft to the sealed proposals."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from portal.bids import queries as bid_queries
from portal.bids import services as bids
from portal.bids.values import BudgetLine, Declaration, ProposalContent
from portal.budgets import queries as money
from portal.budgets import services as budgets
from portal.budgets.rules import over_years
from portal.core import clock
from portal.core.money import Money
from portal.home.seed import files
from portal.home.seed.schedule import Story, at
from portal.home.seed.shapes import Call, Proposal
from portal.home.seed.texts.governing import GOVERNING
from portal.home.seed.texts.organisations import ORGANISATIONS
from portal.home.seed.texts.people import DISTRICT
from portal.home.seed.world import World
from portal.needs import queries as needs
from portal.tenders import queries, services
from portal.tenders.values import (
    Band,
    ConditionDraft,
    ConditionKind,
    CriterionDraft,
    CriterionKind,
    HolderRole,
    LotDraft,
)

VENTURE, CONSULTATION = "venture_contest", "competitive_consultation"
DRAFTED_BEFORE, PUBLISHED_BEFORE = 30, 26  # days before the deadline
STARTS_AFTER = 14  # working days from the deadline to the usual start of the project
PROJECT_DAYS = 200
SECTIONS = {
    "needs": "项目设计", "goals": "项目设计", "method": "项目设计", "risk": "项目设计", "innovation": "项目设计", "budget": "经费", "team": "组织能力",
    "effect": "社会效益",
}  # fmt: skip
ANCHORS = {
    "needs": (
        Band(Decimal(0), Decimal("11.5"), "需求缺少依据，服务对象笼统"),
        Band(Decimal(12), Decimal("15.5"), "有走访或座谈记录，服务对象较明确"),
        Band(Decimal(16), Decimal(20), "有数据和居民意见支撑，与需求清单一致，服务对象明确到人"),
    ),
    "method": (
        Band(Decimal(0), Decimal("8.5"), "活动罗列，进度不清"),
        Band(Decimal(9), Decimal(12), "方法可行，进度基本合理"),
        Band(Decimal("12.5"), Decimal(15), "方法专业，进度、分工和场地落实"),
    ),
}
GRADE = CriterionDraft(
    "社会组织等级评估", CriterionKind.OBJECTIVE, Decimal(5), Decimal(1), "按有效期内的等级评估证书：5A 5 分，4A 4 分，3A 3 分，其他 0 分", "grade",
)  # fmt: skip
QUOTA_DOCUMENT = {"venture": 21, "purchase": 22}
ECONOMIC_CLASS = "50205"  # commissioned services
ALL_TRUE = Declaration(truthful=True, no_violation=True, accepts_audit=True)


@dataclass
class Case:
    """One call on its way: what the story knows of it, by key of the organisation where there are several."""

    world: World
    call: Call
    deadline: date
    starts_on: date
    procedure: str = VENTURE
    programme: str = "venture"
    drafted: int = DRAFTED_BEFORE
    published: int = PUBLISHED_BEFORE
    cites: bool = False  # the ideas of the reserve library
    tender_id: UUID = field(init=False)
    bids: dict[tuple[int, str], UUID] = field(default_factory=dict)
    panel_id: UUID = field(init=False)
    fees_id: UUID = field(init=False)

    @property
    def budget(self) -> Money:
        return sum((Money.from_yuan(lot.cap) for lot in self.call.lots), Money.ZERO)

    def day(self, n: int) -> date:
        """The n-th working day after the deadline."""
        return self.world.days.after(self.deadline, n)

    def before(self, days: int) -> date:
        """The working day at or before so many days before the deadline."""
        return self.world.days.before(self.deadline - timedelta(days=days), 0)


def draft(case: Case) -> Story:
    """The officer drafts the call and both holders prove their keys."""
    yield at(case.before(case.drafted), 9, 40)
    officer = case.world.actor("officer")
    tender = services.create_tender(
        actor=officer, programme_id=case.world.programmes[case.programme], procedure=case.procedure, title=case.call.title
    )  # fmt: skip
    case.tender_id = tender.id
    yield at(case.before(case.drafted), 11, 5)
    write_call(case)


def write_call(case: Case) -> None:
    """Fill in the draft; rubric, heads, milestones and instalments stay as the procedure proposes them."""
    officer, call = case.world.actor("officer"), case.call
    usual = queries.draft_of(queries.get_case(officer, case.tender_id))
    values = replace(
        usual, title=call.title, description=call.description, field=call.field, area=call.area, eligibility=call.eligibility,
        budget=case.budget, documents_from=max(case.before(case.published), clock.today()), deadline_at=at(case.deadline, 17),
        project_starts_on=case.starts_on, project_ends_on=case.starts_on + timedelta(days=PROJECT_DAYS),
        lots=tuple(LotDraft(lot.title, Money.from_yuan(lot.cap), 1, lot.description) for lot in call.lots),
        criteria=tuple(_criteria(usual.criteria, call)),
        conditions=(*usual.conditions, *_conditions(call)),
    )  # fmt: skip
    services.update_tender(actor=officer, tender_id=case.tender_id, version=None, values=values)
    if case.cites:
        ready = needs.ideas_ready(case.world.units[DISTRICT.key])
        services.cite_ideas(
            actor=officer, tender_id=case.tender_id, version=None, idea_ids=[idea.id for idea in ready]
        )
    for title, paragraphs in GOVERNING.items():
        services.add_document(
            actor=officer, tender_id=case.tender_id, version=None, title=title, name=f"{title}.pdf",
            content=files.governing(title, clock.today(), paragraphs),
        )  # fmt: skip


def _criteria(usual: Iterable[CriterionDraft], call: Call) -> Iterator[CriterionDraft]:
    for criterion in usual:
        shown = replace(
            criterion, section=SECTIONS.get(criterion.code, ""), bands=ANCHORS.get(criterion.code, ())
        )
        if call.graded and criterion.code == "team":
            yield replace(shown, maximum=criterion.maximum - GRADE.maximum)
            yield replace(GRADE, section=shown.section)
        else:
            yield shown


def _conditions(call: Call) -> Iterator[ConditionDraft]:
    yield ConditionDraft(ConditionKind.ANNUAL_INSPECTION, 1)
    yield ConditionDraft(ConditionKind.PARTY_ORGANISATION)
    if call.condition:
        yield ConditionDraft(ConditionKind.TEXT, text=call.condition)


def publish(case: Case) -> Story:
    """Keys, submission to the approver, approval, publication."""
    yield from draft(case)
    yield at(case.before(case.drafted), 15, 30)
    for role, key in ((HolderRole.OFFICER, "officer"), (HolderRole.SUPERVISOR, "supervisor")):
        person = case.world.actor(key)
        services.set_holder(
            actor=case.world.actor("officer"),
            tender_id=case.tender_id,
            role=role,
            user_id=case.world.users[key],
        )
        services.prove_key(actor=person, tender_id=case.tender_id, role=role, code=case.world.codes[key])
    services.submit_tender(actor=case.world.actor("officer"), tender_id=case.tender_id)
    yield at(case.before(case.published), 9, 30)
    services.approve_tender(actor=case.world.actor("approver"), tender_id=case.tender_id)
    _confirm_funds(case)
    yield at(case.before(case.published), 10)
    services.publish_tender(actor=case.world.actor("approver"), tender_id=case.tender_id)


def _confirm_funds(case: Case) -> None:
    """Finance confirms source, quota document and economic class."""
    asked = money.confirmation(case.tender_id)
    assert asked is not None  # noqa: S101 - handed in a moment ago
    year = clock.today().year
    budgets.confirm_funds(
        actor=case.world.actor("finance"), confirmation_id=asked.id, version=None,
        reference=f"澄财社指〔{year}〕{QUOTA_DOCUMENT[case.programme]}号", economic_class=ECONOMIC_CLASS,
        shares=over_years(asked.amount, asked.first_year, asked.last_year),
    )  # fmt: skip


def collect(case: Case) -> Story:
    """Every organisation writes its proposal and submits it, the last one half an hour before the deadline."""
    written = [(number, proposal) for number, lot in enumerate(case.call.lots) for proposal in lot.proposals]
    for n, (number, proposal) in enumerate(written):
        yield at(case.before(9), 10 + n)
        begin(case, number, proposal)
    last = len(written) - 1
    for n, (number, proposal) in enumerate(written):
        yield at(case.deadline, 16, 30) if n == last else at(case.before(max(6 - n, 1)), 14, 10 * n)
        submit(case, number, proposal)


def begin(case: Case, lot_number: int, proposal: Proposal) -> None:
    """Start a proposal, write it and attach its papers."""
    key = proposal.organisation
    actor, organisation = case.world.actor(key), ORGANISATIONS[key]
    lot = queries.lots(case.tender_id)[lot_number]
    bid = bids.start_bid(actor=actor, lot_id=lot.id, party_id=case.world.parties[key])
    case.bids[lot_number, key] = bid.id
    bids.save_draft(actor=actor, bid_id=bid.id, version=None, content=content(proposal))
    enclosures = (
        ("登记证书.pdf", files.certificate(organisation)),
        ("经费测算说明.pdf", files.estimate(organisation, proposal, clock.today())),
        ("服务现场照片.jpg", files.photo(proposal.title)),
    )
    for name, data in enclosures:
        bids.add_file(actor=actor, bid_id=bid.id, name=name, data=data)


def together(case: Case, lot_number: int, lead: str, member: str) -> None:
    """The community is asked for its opinion by link; a member of the consortium is invited and confirms."""
    bid_id, actor = case.bids[lot_number, lead], case.world.actor(lead)
    bids.ask_opinion(
        actor=actor,
        bid_id=bid_id,
        paper="opinion",
        asked="静和社区居民委员会",
        summary=True,
        site="静和路12号服务站",
        days=14,
    )
    place = bids.invite_partner(actor=actor, bid_id=bid_id, task="为志愿者做倾听与陪伴培训，经费2万元")
    bids.confirm_partner(
        actor=case.world.actor(member),
        code=place.code,
        party_id=case.world.parties[member],
        received_at=clock.now(),
    )


def submit(case: Case, lot_number: int, proposal: Proposal) -> None:
    """Seal a proposal."""
    key = proposal.organisation
    declaration = replace(ALL_TRUE, documents=bid_queries.governing_documents(case.tender_id))
    bids.submit_bid(
        actor=case.world.actor(key), bid_id=case.bids[lot_number, key], version=None, received_at=clock.now(), declaration=declaration
    )  # fmt: skip


def content(proposal: Proposal) -> ProposalContent:
    """The proposal as the portal's own document."""
    lines = tuple(
        BudgetLine(
            head_code=line.head, content=line.content, unit=line.unit, unit_price=Money.from_yuan(line.price),
            quantity=line.quantity, amount=line.amount, own=Money.from_yuan(line.own),
        )
        for line in proposal.lines
    )  # fmt: skip
    return ProposalContent(
        title=proposal.title, beneficiaries=proposal.beneficiaries, lines=lines, quote=proposal.quote,
        answers={
            **{code: getattr(proposal, code) for code in ("summary", "needs", "target_group", "goals", "activities", "risk")},
            "team": ORGANISATIONS[proposal.organisation].team,
        },
    )  # fmt: skip
