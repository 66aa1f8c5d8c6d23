"""What waits for somebody because experts are to be paid."""

from datetime import datetime

from sqlalchemy import exists, select

from portal.core.money import Money
from portal.core.policy import Actor
from portal.home.queries.asking import ask
from portal.home.values import Task, TaskKind
from portal.panels.models import Expert, Panel, Seat
from portal.panels.values import SeatStatus
from portal.parties.values import Role
from portal.payments.models import ExpertAccount, Fee, FeeBatch
from portal.payments.values import FeeStatus
from portal.tenders.models import Tender


def to_propose(actor: Actor, now: datetime) -> list[Task]:
    """Panels with a public result whose members signed and have a rate, and whose fees nobody has proposed."""
    paid = (
        exists()
        .where(
            Seat.panel_id == Panel.id,
            Seat.status == SeatStatus.ACCEPTED,
            Seat.signed_at.is_not(None),
            ~Seat.buyer,
        )
        .where(Expert.id == Seat.expert_id, Expert.fee_rate > Money(0))
    )
    statement = (
        select(Panel.id, Tender.title)
        .join(Tender, Tender.id == Panel.tender_id)
        .outerjoin(FeeBatch, FeeBatch.panel_id == Panel.id)
        .where(
            Panel.published_at.is_not(None), FeeBatch.id.is_(None), paid,
            Tender.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)),
        )
        .order_by(Panel.published_at)
    )  # fmt: skip
    return ask(TaskKind.PROPOSE_FEES, statement)


def to_correct(actor: Actor, now: datetime) -> list[Task]:
    """Fees that finance returned."""
    statement = select(FeeBatch.panel_id, FeeBatch.title).where(
        FeeBatch.status == FeeStatus.RETURNED, FeeBatch.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER))
    )
    return ask(TaskKind.CORRECT_FEES, statement.order_by(FeeBatch.proposed_at))


def to_approve(actor: Actor, now: datetime) -> list[Task]:
    """Fees that somebody else proposed."""
    statement = select(FeeBatch.id, FeeBatch.title).where(
        FeeBatch.status == FeeStatus.PROPOSED, FeeBatch.proposed_by != actor.user_id,
        FeeBatch.unit_id.in_(actor.scopes(Role.FINANCE_OFFICER)),
    )  # fmt: skip
    return ask(TaskKind.APPROVE_FEES, statement.order_by(FeeBatch.proposed_at))


def to_pay(actor: Actor, now: datetime) -> list[Task]:
    """Fees that finance approved."""
    statement = select(FeeBatch.id, FeeBatch.title).where(
        FeeBatch.status == FeeStatus.APPROVED, FeeBatch.unit_id.in_(actor.scopes(Role.CASHIER))
    )
    return ask(TaskKind.PAY_FEES, statement.order_by(FeeBatch.approved_at))


def accounts_to_give(actor: Actor, now: datetime) -> list[Task]:
    """Own fees that cannot be paid without an account."""
    known = exists().where(ExpertAccount.user_id == Fee.user_id)
    statement = (
        select(Fee.id, FeeBatch.title)
        .join(FeeBatch, FeeBatch.id == Fee.batch_id)
        .where(Fee.user_id == actor.user_id, FeeBatch.status != FeeStatus.PAID, ~known)
        .order_by(FeeBatch.proposed_at)
    )
    return ask(TaskKind.GIVE_FEE_ACCOUNT, statement)
