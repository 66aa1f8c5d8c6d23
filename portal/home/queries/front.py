"""What the public sees first."""

from sqlalchemy import func, select

from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus
from portal.core import clock
from portal.core.db import db
from portal.core.money import Money
from portal.evaluation.models import Evaluation
from portal.evaluation.values import EvaluationStatus
from portal.home.values import Call, Figures, Front, Funded, Paper
from portal.notices.models import Notice
from portal.parties.models import Party, Unit
from portal.parties.values import PartyStatus
from portal.payments.models import Transaction
from portal.tenders.models import Tender
from portal.tenders.values import TenderStatus

_SIGNED = (ContractStatus.ACTIVE, ContractStatus.TERMINATED)


def front() -> Front:
    """Open calls, latest notices, latest projects and the figures (four queries)."""
    return Front(_calls(), _papers(), _funded(), _figures())


def _calls() -> list[Call]:
    rows = db.session.execute(
        select(Tender.id, Tender.title, Unit.name, Tender.budget, Tender.deadline_at)
        .join(Unit, Unit.id == Tender.unit_id)
        .where(Tender.status == TenderStatus.ACTIVE, Tender.deadline_at > clock.now())
        .order_by(Tender.deadline_at)
        .limit(10)
    )
    return [Call(*row) for row in rows]


def _papers() -> list[Paper]:
    rows = db.session.execute(
        select(Notice.id, Notice.title, Notice.kind, Notice.published_at, Notice.last_day)
        .order_by(Notice.published_at.desc())
        .limit(8)
    )
    return [Paper(*row) for row in rows]


def _funded() -> list[Funded]:
    rows = db.session.execute(
        select(
            Contract.id, Contract.title, Party.id, Party.name, Contract.amount, Contract.signed_at, Evaluation.stars
        )
        .join(Party, Party.id == Contract.party_id)
        .outerjoin(
            Evaluation,
            (Evaluation.contract_id == Contract.id) & (Evaluation.status == EvaluationStatus.FINAL),
        )
        .where(Contract.status.in_(_SIGNED))
        .order_by(Contract.signed_at.desc())
        .limit(10)
    )  # fmt: skip
    return [Funded(*row) for row in rows]


def _figures() -> Figures:
    published = select(func.count(Tender.id)).where(Tender.published_at.is_not(None)).scalar_subquery()
    verified = select(func.count(Party.id)).where(Party.status == PartyStatus.VERIFIED).scalar_subquery()
    signed = select(func.count(Contract.id)).where(Contract.status.in_(_SIGNED)).scalar_subquery()
    committed = select(func.sum(Contract.amount)).where(Contract.status.in_(_SIGNED)).scalar_subquery()
    paid = select(func.sum(Transaction.amount)).scalar_subquery()
    row = db.session.execute(select(published, verified, signed, committed, paid)).one()
    return Figures(row[0], row[1], row[2], row[3] or Money(0), row[4] or Money(0))
