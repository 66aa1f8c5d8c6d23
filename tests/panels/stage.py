"""A district with a street, an opened call with admitted proposals, and a pool of experts to draw from."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from portal.accounts.models import User
from portal.bids import rules as bid_rules
from portal.bids.models import Bid, BidFile, BidVersion
from portal.bids.values import Attachment, BidStatus, BudgetLine, ProposalContent
from portal.core import clock, files, sealing
from portal.core.db import db, use_case
from portal.core.keys import server_key
from portal.core.money import Money
from portal.panels import queries, services
from portal.panels.models import Expert, Panel, PanelDraw, Seat
from portal.panels.rules import witness_commitment
from portal.panels.values import Cell, ExpertEntry, ExpertGroup, Quota, SeatStatus, WitnessRole
from portal.parties.models import Unit
from portal.parties.values import Role
from portal.tenders.models import Criterion, Lot, Tender
from tests.conftest import actor_of
from tests.factories import (
    BidFactory,
    CriterionFactory,
    ExpertFactory,
    LotFactory,
    PartyFactory,
    ProgrammeFactory,
    TenderFactory,
    UnitFactory,
    UserFactory,
    grant,
    person,
)

QUOTAS = (Quota(Cell(ExpertGroup.TECHNICAL), 2), Quota(Cell(ExpertGroup.RESIDENT), 1))
LINES = {
    WitnessRole.OFFICER: "seven grey herons at dawn #01",
    WitnessRole.SUPERVISOR: "青石板上的雨滴 2026-03 #02",
    WitnessRole.WITNESS: "石板巷口第三棵银杏树 #03",
}
REPORTER = ExpertEntry(
    ExpertGroup.MEDIA, ("新闻", " 舆情 ", "新闻"), "主任记者", "示例日报", past_employers=("", " 旧单位 ")
)
SMALL_SCHEME = {
    "aggregation": "mean", "drop_high": 0, "drop_low": 0, "price": "none", "round_at": "final", "decimals": 2,
    "ties": ["quote", "technical"], "minimum_total": None,
}  # fmt: skip


@dataclass
class Stage:
    district: Unit
    street: Unit
    officer: User
    supervisor: User
    witness: User
    tender: Tender
    lot: Lot
    criteria: list[Criterion]
    bids: list[Bid] = field(default_factory=list)
    experts: list[Expert] = field(default_factory=list)

    def frozen(self) -> Panel:
        return self.freeze(QUOTAS)

    def freeze(self, quotas: Sequence[Quota]) -> Panel:
        return services.freeze_list(
            actor=actor_of(self.officer), tender_id=self.tender.id, quotas=quotas, witness_id=self.witness.id,
            review_on=clock.today(),
        )  # fmt: skip

    @property
    def people(self) -> dict[WitnessRole, User]:
        return dict(zip(WitnessRole, (self.officer, self.supervisor, self.witness), strict=True))

    def commitment(self, role: WitnessRole, number: int = 1) -> str:
        return witness_commitment(self.tender.number, number, role, LINES[role])

    def lodge(self, draw: PanelDraw, *roles: WitnessRole) -> None:
        for role in roles or WitnessRole:
            services.lodge_commitment(
                actor=actor_of(self.people[role]), draw_id=draw.id, role=role, commitment=self.commitment(role, draw.number)
            )  # fmt: skip

    def reveal(self, draw: PanelDraw, *roles: WitnessRole) -> None:
        for role in roles or WitnessRole:
            services.reveal_string(
                actor=actor_of(self.people[role]), draw_id=draw.id, role=role, words=LINES[role]
            )

    def drawn(self) -> Panel:
        return self.hold(self.frozen().draws[0])

    def hold(self, draw: PanelDraw) -> Panel:
        """All three lodge and reveal; the panel as it is afterwards."""
        self.lodge(draw)
        self.reveal(draw)
        panel = queries.panel_of(self.tender.id)
        assert panel is not None
        return panel

    def begin(self) -> Panel:
        """All invited accept, and the scoring begins."""
        panel = queries.panel_of(self.tender.id)
        assert panel is not None
        for seat in seats(panel, SeatStatus.INVITED):
            services.accept_seat(actor=actor_of(user_of(seat)), seat_id=seat.id)
        services.begin_scoring(actor=actor_of(self.officer), panel_id=panel.id)
        found = queries.panel_of(self.tender.id)
        assert found is not None
        return found

    def accepted(self) -> Panel:
        panel = self.drawn()
        for seat in seats(panel, SeatStatus.INVITED):
            services.accept_seat(actor=actor_of(user_of(seat)), seat_id=seat.id)
        return panel

    def begun(self) -> Panel:
        panel = self.accepted()
        services.begin_scoring(actor=actor_of(self.officer), panel_id=panel.id)
        return panel


def stage(bids: int = 3, technical: int = 4, residents: int = 3, scheme: dict | None = None) -> Stage:
    """A consultation with a panel of three, opened, all proposals admitted."""
    district = UnitFactory()
    street = UnitFactory(parent=district)
    officer = person(Role.PROGRAMME_OFFICER, district, name="陈主任")
    supervisor = person(Role.SUPERVISOR, district, name="监督员")
    witness = person(Role.COMMUNITY_REPRESENTATIVE, street, name="社区见证人")
    people = [("technical", technical), ("resident", residents)]
    experts = [
        ExpertFactory(unit_id=district.id, group=ExpertGroup(group), user_id=expert_user(district, group, number).id)
        for group, size in people
        for number in range(size)
    ]  # fmt: skip
    programme = ProgrammeFactory(unit_id=street.id)
    tender = TenderFactory(
        programme_id=programme.id, procedure="competitive_consultation", panel_size=3, scheme=scheme or SMALL_SCHEME,
        deadline_at=clock.now() + timedelta(hours=1),
    )  # fmt: skip
    tender.opened_at = clock.now() + timedelta(hours=2)
    db.session.commit()
    lot = LotFactory(tender_id=tender.id, position=1)
    criteria = [
        CriterionFactory(tender_id=tender.id, position=1, code="need", title="需求分析", maximum=Decimal(40)),
        CriterionFactory(tender_id=tender.id, position=2, code="plan", title="实施方案", maximum=Decimal(60)),
    ]
    found = Stage(district, street, officer, supervisor, witness, tender, lot, criteria, experts=experts)
    for number in range(bids):
        found.bids.append(opened_bid(lot, number))
    return found


def expert_user(unit: Unit, group: str, number: int) -> User:
    user: User = UserFactory(name=f"专家{group}{number}")
    grant(user, Role.EXPERT, unit.id)
    return user


def opened_bid(
    lot: Lot, number: int, status: BidStatus = BidStatus.VALID, quote: int = 9_000_000, **more: Any
) -> Bid:
    """A proposal with content and one attachment, opened as the opening ceremony leaves it; ``more`` is other content."""
    party = PartyFactory(
        name=f"青禾社会工作服务中心{number}", legal_representative=f"法人{number}", address=f"和平路 {number} 号",
        contact_name=f"联系人{number}", contact_phone=f"1390000{number:04d}",
    )  # fmt: skip
    bid: Bid = BidFactory(
        lot_id=lot.id,
        party_id=party.id,
        status=status,
        submitted_version=1,
        quote=Money(quote),
        opened_key=b"x",
    )
    key, plain = sealing.new_key(), b"%PDF-1.4 attachment"
    content = ProposalContent(
        title=f"银龄守护计划{number}", beneficiaries=320, answers={
            "summary": "为独居老人提供探访", "needs": "辖区独居老人 320 人", "target_group": "独居老人", "goals": "每周探访一次",
            "activities": "入户探访与助餐", "risk": "雨天改为电话探访", "team": "社工 3 人",
        },
        lines=(BudgetLine("h1", "探访补贴", "次", Money(5_000), 1800, Money(quote), Money(0)),), quote=Money(quote),
        attachments=(Attachment("file-1", "登记证书.pdf", "application/pdf", len(plain), "0" * 64),),
    )  # fmt: skip
    content = replace(content, **more)
    ciphertext, digest = bid_rules.seal_content(content, key, bid.place)
    bid.opened_key = sealing.wrap_with_key(server_key("storage"), key, bid.place.info("storage"))
    sha256 = files.keep(bid_rules.seal_file(plain, key, bid.place, "file-1"))
    db.session.add_all(
        [
            BidVersion(bid_id=bid.id, number=1, ciphertext=ciphertext, receipt_number=f"R-{bid.id}", receipt_digest=digest, received_at=clock.now(), submitted_by=bid.created_by),
            BidFile(bid_id=bid.id, version_number=1, part="file-1", sha256=sha256, size=len(plain), created_at=clock.now()),
        ]
    )  # fmt: skip
    db.session.commit()
    return bid


def seats(panel: Panel, *statuses: SeatStatus) -> list[Seat]:
    """The seats as they are now, in the order of the draw."""
    return queries.seats(panel.id, statuses or None)


def user_of(seat: Seat) -> User:
    """The person behind a seat."""
    found = db.session.get(User, seat.expert.user_id)
    assert found is not None
    return found


def change(row: object, **values: object) -> None:
    """Set columns of a row, as some other feature would have done."""

    @use_case
    def run() -> None:
        fresh = db.session.get(type(row), row.id)  # type: ignore[attr-defined]
        for name, value in values.items():
            setattr(fresh, name, value)

    run()
