"""What the features say about one case, asked with a fixed number of queries."""

from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, func, select

from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.challenges import queries as challenges
from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus
from portal.core.db import db
from portal.core.money import Money
from portal.evaluation.models import Evaluation
from portal.home.values import CaseFacts, Project
from portal.implementation.models import Milestone
from portal.implementation.values import MilestoneStatus
from portal.panels import queries as panels
from portal.panels.models import Panel, Seat
from portal.panels.values import SeatStatus
from portal.parties.models import Party
from portal.payments.models import Instalment
from portal.payments.values import InstalmentStatus
from portal.scoring.models import ScoreSheet
from portal.scoring.values import SheetStatus
from portal.tenders.models import Tender


def case_facts(tender: Tender) -> CaseFacts:
    """Gather where the case of this call stands (seven queries)."""
    bids = _counts(Bid.status, Bid.tender_id == tender.id) if tender.opened_at else {}
    unchecked, admitted = bids.get(BidStatus.PENDING, 0), bids.get(BidStatus.VALID, 0)
    awards = db.session.execute(
        select(Award.status, Award.notice_ends_on).where(Award.tender_id == tender.id)
    ).all()
    contracts = db.session.scalars(select(Contract.status).where(Contract.tender_id == tender.id)).all()
    return CaseFacts(
        status=tender.status, published_at=tender.published_at, deadline_at=tender.deadline_at, opened_at=tender.opened_at,
        opened=unchecked + admitted + bids.get(BidStatus.DISQUALIFIED, 0), unchecked=unchecked, admitted=admitted,
        awards=tuple(award.status for award in awards),
        notice_ends_on=max((a.notice_ends_on for a in awards if a.status == AwardStatus.PENDING), default=None),
        challenges=challenges.open_challenges(tender.id),
        contracts=tuple(status for status in contracts if status != ContractStatus.CANCELLED),
        without_contract=_awards_without_contract(tender.id), **_panel_facts(tender.id),
    )  # fmt: skip


def _counts(column: Any, *conditions: Any) -> dict[Any, int]:
    rows = db.session.execute(select(column, func.count()).where(*conditions).group_by(column))
    return {row[0]: row[1] for row in rows}


def _awards_without_contract(tender_id: UUID) -> int:
    drawn_up = exists().where(Contract.award_id == Award.id)
    statement = select(func.count()).where(
        Award.tender_id == tender_id, Award.status == AwardStatus.ACTIVE, ~drawn_up
    )
    return int(db.session.scalar(statement) or 0)


def _panel_facts(tender_id: UUID) -> dict[str, Any]:
    panel = db.session.execute(select(Panel.id, Panel.status).where(Panel.tender_id == tender_id)).first()
    if panel is None:
        return {}
    draw, strings = panels.latest_draw(panel[0])
    seats = _counts(Seat.status, Seat.panel_id == panel[0])
    unsigned = _counts(
        Seat.status,
        Seat.panel_id == panel[0],
        Seat.status == SeatStatus.ACCEPTED,
        Seat.signed_at.is_(None),
        Seat.refused_at.is_(None),
    )
    members = select(Seat.id).where(Seat.panel_id == panel[0], Seat.status == SeatStatus.ACCEPTED)
    sheets = _counts(ScoreSheet.status, ScoreSheet.seat_id.in_(members))
    return {
        "panel_id": panel[0], "panel": panel[1], "draw": draw, "strings": strings, "invited": seats.get(SeatStatus.INVITED, 0),
        "seated": seats.get(SeatStatus.ACCEPTED, 0), "unsigned": unsigned.get(SeatStatus.ACCEPTED, 0),
        "sheets": sum(sheets.values()), "open_sheets": sheets.get(SheetStatus.OPEN, 0),
    }  # fmt: skip


def projects(tender_id: UUID) -> list[Project]:
    """The contracts of a call with how far each project is (one query)."""
    milestones = (
        select(
            Milestone.contract_id,
            func.count().label("planned"),
            func.sum(case((Milestone.status == MilestoneStatus.MET, 1), else_=0)).label("met"),
        )
        .group_by(Milestone.contract_id)
        .subquery()
    )
    paid = (
        select(Instalment.contract_id, func.sum(Instalment.amount).label("sum"))
        .where(Instalment.status == InstalmentStatus.PAID)
        .group_by(Instalment.contract_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Contract, Party.name, paid.c.sum, milestones.c.planned, milestones.c.met, Evaluation.status, Evaluation.stars,
        )
        .join(Party, Party.id == Contract.party_id)
        .outerjoin(milestones, milestones.c.contract_id == Contract.id)
        .outerjoin(paid, paid.c.contract_id == Contract.id)
        .outerjoin(Evaluation, Evaluation.contract_id == Contract.id)
        .where(Contract.tender_id == tender_id)
        .order_by(Contract.number)
    )  # fmt: skip
    return [
        Project(
            contract.id, contract.number, contract.title, party, contract.status, contract.amount, paid_sum or Money(0),
            planned or 0, met or 0, evaluation, stars,
        )
        for contract, party, paid_sum, planned, met, evaluation, stars in rows
    ]  # fmt: skip
