"""A call with its keys and organisations that write for it."""

import io
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from PIL import Image
from pypdf import PdfWriter

from portal.accounts.models import User
from portal.bids import services
from portal.bids.models import Bid
from portal.bids.values import BudgetLine, Declaration, ProposalContent, Submitted
from portal.core import clock, sealing
from portal.core.db import db, use_case
from portal.core.money import Money
from portal.parties.models import Party, Unit
from portal.parties.values import Role
from portal.tenders import services as tenders
from portal.tenders.models import HolderKey, Lot, LotSeal, SealHolder, Tender
from portal.tenders.rules import usual_form
from portal.tenders.values import HolderRole
from tests.conftest import actor_of
from tests.factories import (
    PASSWORD,
    BudgetHeadFactory,
    LotFactory,
    PartyFactory,
    ProgrammeFactory,
    TenderFactory,
    UnitFactory,
    person,
)  # fmt: skip

ANSWERS = {question.code for question in usual_form().questions} - {"title", "beneficiaries"}
DECLARED = Declaration(truthful=True, no_violation=True, accepts_audit=True)


@dataclass
class World:
    """One call of one lot with three holders; ``codes`` are their printed secrets."""

    unit: Unit
    tender: Tender
    lot: Lot
    officer: User
    supervisor: User
    codes: dict[str, str]
    secrets: dict[str, bytes]
    parties: list[Party] = field(default_factory=list)

    def organisation(self, **kwargs: Any) -> tuple[Party, User]:
        party = PartyFactory(**kwargs)
        self.parties.append(party)
        return party, person(Role.ORG_OWNER, party)

    def draft(
        self, owner: User, party: Party, content: ProposalContent | None = None, *, attach: bool = True
    ) -> Bid:
        """A complete draft with one attachment."""
        actor = actor_of(owner)
        bid = services.start_bid(actor=actor, lot_id=self.lot.id, party_id=party.id)
        services.save_draft(actor=actor, bid_id=bid.id, version=None, content=content or complete())
        if attach:
            services.add_file(actor=actor, bid_id=bid.id, name="登记证书.pdf", data=pdf())
        return fresh(bid)

    def submitted(self, content: ProposalContent | None = None) -> tuple[Bid, User, Submitted]:
        """A sealed proposal of a new organisation."""
        party, owner = self.organisation()
        bid = self.draft(owner, party, content)
        return fresh(bid), owner, submit(owner, bid)

    def close(self, seconds: int = 60) -> None:
        """Let the deadline pass, by default as far as opening needs."""
        moving = clock._override
        assert isinstance(moving, clock.SettableClock)
        moving.move_to(self.tender.deadline_at + timedelta(seconds=seconds))

    def open(self, **changes: Any) -> Any:
        given = {
            "officer_code": self.codes["officer"], "supervisor_email": self.supervisor.email,
            "supervisor_password": PASSWORD, "supervisor_code": self.codes["supervisor"],
        }  # fmt: skip
        return services.open_tender(
            actor=actor_of(self.officer), tender_id=self.tender.id, **(given | changes)
        )


def make(**kwargs: Any) -> World:
    """An open call, its lot capped at 100,000 yuan, with two budget heads."""
    unit = UnitFactory()
    programme = ProgrammeFactory(unit_id=unit.id)
    tender = TenderFactory(programme_id=programme.id, **({"minimum_bids": 2} | kwargs))
    lot = LotFactory(tender_id=tender.id, position=1)
    BudgetHeadFactory(tender_id=tender.id, code="activity", title="项目活动费", position=1)
    BudgetHeadFactory(tender_id=tender.id, code="management", title="管理费", position=2, cap_bp=1000)
    officer, supervisor = person(Role.PROGRAMME_OFFICER, unit), person(Role.SUPERVISOR, unit)
    secrets = {str(role): sealing.new_key() for role in HolderRole}
    for role, user in ((HolderRole.OFFICER, officer), (HolderRole.SUPERVISOR, supervisor)):
        key = HolderKey(user_id=user.id, public_key=sealing.public_key(secrets[role]), created_at=clock.now())
        db.session.add(key)
        db.session.flush()
        db.session.add(
            SealHolder(tender_id=tender.id, role=role, user_id=user.id, key_id=key.id, proved_at=clock.now())
        )
    db.session.add(SealHolder(tender_id=tender.id, role=HolderRole.PLATFORM))
    seal_lot(lot, secrets)
    db.session.commit()
    codes = {name: sealing.format_code(secret) for name, secret in secrets.items()}
    return World(unit, tender, lot, officer, supervisor, codes, secrets)


def seal_lot(lot: Lot, secrets: dict[str, bytes]) -> None:
    """Give the lot its key pair, as publishing the call does."""
    pair = sealing.generate_keypair()
    public = {name: sealing.public_key(secret) for name, secret in secrets.items()}
    blobs = sealing.wrap_for_pairs(pair.private, public, tenders.lot_info(lot.id))
    wrapped = {name: b64encode(blob).decode() for name, blob in blobs.items()}
    db.session.add(LotSeal(lot_id=lot.id, public_key=pair.public, wrapped=wrapped, created_at=clock.now()))


def submit(owner: User, bid: Bid, **changes: Any) -> Submitted:
    given = {"version": None, "received_at": clock.now(), "declaration": DECLARED} | changes
    return services.submit_bid(actor=actor_of(owner), bid_id=bid.id, **given)


def fresh(bid: Bid) -> Bid:
    """The proposal as the database has it now."""
    from portal.bids import queries
    from portal.core.policy import Actor

    db.session.rollback()
    db.session.expire_all()
    return queries.get_bid(Actor.system("test"), bid.id)


@use_case
def write(statement: Any) -> None:
    """Change the database behind the portal's back."""
    db.session.execute(statement)


def complete(**changes: Any) -> ProposalContent:
    """A proposal in which nothing is missing but the attachment; ``changes`` are facts, or answers by their code."""
    answers = {
        "summary": "为独居老人提供每周探访", "needs": "辖区独居老人较多", "target_group": "独居老人",
        "goals": "完成探访六百人次", "activities": "每周上门两次", "risk": "购买意外保险", "team": "社工三名",
    }  # fmt: skip
    facts = {name: changes.pop(name) for name in list(changes) if name not in ANSWERS}
    usual = {"title": "银龄相伴", "beneficiaries": 60, "answers": {**answers, **changes}}
    lines = (
        BudgetLine("activity", "探访物资", "人次", Money(15_000), 600, own=Money(500_000)),
        BudgetLine("management", "管理", "项", Money(450_000), 1),
    )
    return ProposalContent(**({"lines": lines, **usual} | facts))


def pdf(pages: int = 1, title: str | None = None) -> bytes:
    """A small real PDF."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if title:
        writer.add_metadata({"/Title": title})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def photo(comment: bytes = b"") -> bytes:
    """A small real JPEG, with a comment as phones leave it."""
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(target, "JPEG", comment=comment)
    return target.getvalue()
