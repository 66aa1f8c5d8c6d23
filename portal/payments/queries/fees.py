"""Reads of expert fees."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from portal.budgets import queries as budgets
from portal.budgets.models import Programme
from portal.core import sealing
from portal.core.db import db
from portal.core.errors import NotFound, Problem, problem
from portal.core.files import StoredFile
from portal.core.keys import server_key
from portal.core.lists import Page, paginate
from portal.core.money import Money
from portal.core.policy import Actor, can
from portal.core.text import N_
from portal.panels import queries as panels
from portal.panels.models import Panel, Seat
from portal.payments.models import ExpertAccount, Fee, FeeBatch
from portal.payments.policies import FEE_READERS, may_see_fees, may_see_slip
from portal.payments.values import BankDetails, FeeStatus, FeeSums
from portal.tenders.models import Tender


def fee_panels(actor: Actor, args: Mapping[str, str]) -> Page[Any]:
    """Rows (panel, call, batch or none, sum before tax or none) of panels with a public result in the actor's units.

    Filter ``status``: one of ``FeeStatus``, or ``none`` for panels whose fees nobody has proposed yet.
    """
    total = select(func.sum(Fee.gross)).where(Fee.batch_id == FeeBatch.id).scalar_subquery()
    statement: Any = (
        select(Panel, Tender, FeeBatch, total)
        .join(Tender, Tender.id == Panel.tender_id)
        .outerjoin(FeeBatch, FeeBatch.panel_id == Panel.id)
        .where(Panel.published_at.is_not(None), Tender.unit_id.in_(actor.scopes(*FEE_READERS)))
    )
    if args.get("status") in set(FeeStatus):
        statement = statement.where(FeeBatch.status == FeeStatus(args["status"]))
    elif args.get("status") == "none":
        statement = statement.where(FeeBatch.id.is_(None))
    sorts = {"published": Panel.published_at, "title": Tender.title, "status": FeeBatch.status}
    return paginate(statement, args, sorts=sorts, default="-published", scalars=False)


def get_fee_panel(actor: Actor, panel_id: UUID) -> Panel:
    """A panel whose members are public, for those who see fees. Raises ``NotFound``."""
    panel = panels.get_panel(Actor.system("expert fees"), panel_id)
    if panel.published_at is None or not can(may_see_fees, actor, panel.tender):
        raise NotFound()
    return panel


def get_batch(actor: Actor, batch_id: UUID) -> FeeBatch:
    """The fees of a panel for those who see them. Raises ``NotFound``."""
    batch = db.session.get(FeeBatch, batch_id)
    if batch is None or not can(may_see_fees, actor, batch):
        raise NotFound()
    return batch


def batch_of(panel_id: UUID) -> FeeBatch | None:
    """The fees of a panel, if somebody has proposed them."""
    return db.session.scalars(select(FeeBatch).where(FeeBatch.panel_id == panel_id)).first()


def fees(batch_id: UUID) -> list[Fee]:
    """The fees of a batch, by name."""
    return list(db.session.scalars(select(Fee).where(Fee.batch_id == batch_id).order_by(Fee.name, Fee.id)))


def sums(batch_id: UUID) -> FeeSums:
    """The fees of a batch together (one query)."""
    columns = (func.sum(Fee.gross), func.sum(Fee.tax), func.sum(Fee.net))
    row = db.session.execute(select(*columns).where(Fee.batch_id == batch_id)).one()
    return FeeSums(*(amount or Money.ZERO for amount in row))


def paid_seats(panel: Panel) -> list[Seat]:
    """The seats that are paid for: experts who stayed to the end and signed, never the buyer's representative."""
    return [
        seat for seat in panels.members_who_scored(panel) if seat.signed_at is not None and not seat.buyer
    ]


def fees_wait_for(panel: Panel) -> list[Problem]:
    """Why the fees of a panel cannot be proposed yet: names are secret until the result is public."""
    if panel.published_at is None:
        return [
            problem(N_("Fees are proposed when the result, and with it the names of the panel, are public."))
        ]
    return []


def programmes_for(panel: Panel) -> list[Programme]:
    """The programmes that can pay: those of the buyer and of the units above it, the call's own first."""
    units = budgets.with_units_above({panel.tender.unit_id})
    statement = (
        select(Programme).where(Programme.unit_id.in_(units)).order_by(Programme.year.desc(), Programme.name)
    )
    found = list(db.session.scalars(statement))
    return sorted(found, key=lambda programme: programme.id != panel.tender.programme_id)


def account_of(user_id: UUID) -> ExpertAccount | None:
    """Where an expert's fees go, if the expert has said so."""
    return db.session.scalars(select(ExpertAccount).where(ExpertAccount.user_id == user_id)).first()


def accounts_of(batch_id: UUID) -> dict[UUID, ExpertAccount]:
    """The accounts of those who are paid in a batch, by user (one query)."""
    paid = select(Fee.user_id).where(Fee.batch_id == batch_id)
    rows = db.session.scalars(select(ExpertAccount).where(ExpertAccount.user_id.in_(paid)))
    return {row.user_id: row for row in rows}


def without_account(paid: Sequence[Fee], known: Mapping[UUID, ExpertAccount]) -> list[Problem]:
    """One problem for each expert who cannot be paid yet."""
    message = N_("%(name)s has not given an account yet. A reminder was sent.")
    return [problem(message, name=fee.name) for fee in paid if fee.user_id not in known]


def bank_details(row: ExpertAccount) -> BankDetails:
    """The account in full, for the expert and for the cashier who pays."""
    found = json.loads(sealing.decrypt(server_key("storage"), row.sealed, aad=row.place))
    return BankDetails(found["bank"], found["account"], found["identity"])


def own_fees(actor: Actor, args: Mapping[str, str]) -> Page[Any]:
    """Rows (fee, batch) of the signed-in expert, once finance has approved them; the newest first."""
    statement: Any = (
        select(Fee, FeeBatch)
        .join(FeeBatch, FeeBatch.id == Fee.batch_id)
        .where(Fee.user_id == actor.user_id, FeeBatch.status.in_((FeeStatus.APPROVED, FeeStatus.PAID)))
    )
    sorts = {"approved": FeeBatch.approved_at, "gross": Fee.gross, "paid": FeeBatch.paid_on}
    return paginate(statement, args, sorts=sorts, default="-approved", scalars=False)


def own_slip(actor: Actor, fee_id: UUID) -> StoredFile:
    """The paper of an own fee. Raises ``NotFound`` for those of others and before it is made."""
    fee = db.session.get(Fee, fee_id)
    if fee is None or fee.slip_id is None or not can(may_see_slip, actor, fee):
        raise NotFound()
    return db.session.get_one(StoredFile, fee.slip_id)
