"""Reads of confirmations of funds."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from portal.budgets import rules
from portal.budgets.models import Confirmation, Programme, YearCommitment
from portal.budgets.policies import READERS, may_see_programme
from portal.budgets.values import ConfirmationStatus, FundsAnswer
from portal.core.db import db
from portal.core.errors import NotFound, Problem
from portal.core.lists import Page, paginate
from portal.core.money import Money
from portal.core.policy import Actor, can


def confirmation(tender_id: UUID) -> Confirmation | None:
    """What finance said about the funds of a call, or ``None`` when nobody asked."""
    return db.session.scalars(select(Confirmation).where(Confirmation.tender_id == tender_id)).first()


def confirmation_for_update(tender_id: UUID) -> Confirmation | None:
    """The same, locked."""
    statement = select(Confirmation).where(Confirmation.tender_id == tender_id).with_for_update()
    return db.session.scalars(statement).first()


def funds_problems(tender_id: UUID, amount: Money) -> list[Problem]:
    """Why the funds of a call that costs ``amount`` do not allow its publication; empty when they are confirmed."""
    found = confirmation(tender_id)
    answer = FundsAnswer(found.status, found.amount, found.reason) if found else None
    return rules.check_funds(answer, amount)


def get_confirmation(actor: Actor, confirmation_id: UUID) -> Confirmation:
    """A request of one of the actor's units. Raises ``NotFound``."""
    found = db.session.get(Confirmation, confirmation_id)
    if found is None or not can(may_see_programme, actor, found):
        raise NotFound()
    return found


def list_confirmations(actor: Actor, args: Mapping[str, str]) -> Page[Any]:
    """Requests of the actor's units: rows of confirmation and programme name; filters ``q`` and ``status``."""
    statement = (
        select(Confirmation, Programme.name)
        .join(Programme, Programme.id == Confirmation.programme_id)
        .where(Confirmation.unit_id.in_(actor.scopes(*READERS)))
    )
    if args.get("status") in set(ConfirmationStatus):
        statement = statement.where(Confirmation.status == ConfirmationStatus(args["status"]))
    if sought := args.get("q", "").strip():
        statement = statement.where(Confirmation.title.icontains(sought, autoescape=True))
    sorts = {
        "requested_at": Confirmation.requested_at,
        "amount": Confirmation.amount,
        "title": Confirmation.title,
    }
    return paginate(statement, args, sorts=sorts, default="-requested_at", scalars=False)


def year_shares(confirmation_id: UUID) -> list[YearCommitment]:
    """What the call takes from each year."""
    statement = select(YearCommitment).where(YearCommitment.confirmation_id == confirmation_id)
    return list(db.session.scalars(statement.order_by(YearCommitment.year)))


def commitments_by_year(programme_id: UUID) -> list[tuple[int, Money]]:
    """What the confirmed calls of a programme take from the money of each year."""
    rows = db.session.execute(
        select(YearCommitment.year, func.sum(YearCommitment.amount))
        .join(Confirmation, Confirmation.id == YearCommitment.confirmation_id)
        .where(Confirmation.programme_id == programme_id, Confirmation.status == ConfirmationStatus.CONFIRMED)
        .group_by(YearCommitment.year)
        .order_by(YearCommitment.year)
    )
    return [(year, amount) for year, amount in rows]
