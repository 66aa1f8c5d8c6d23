"""What waits for the members of an organisation."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select

from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.contracts.models import Contract, Signature
from portal.contracts.values import ContractStatus, Side
from portal.core.clock import local
from portal.core.db import db
from portal.core.policy import Actor
from portal.home.queries.asking import AT_MOST, ask
from portal.home.values import Task, TaskKind
from portal.implementation.models import Milestone
from portal.implementation.values import MilestoneStatus
from portal.parties.models import Party
from portal.parties.values import ORGANISATION, PartyStatus, Role
from portal.payments import queries as payments
from portal.scoring.models import Clarification
from portal.scoring.values import ClarificationStatus
from portal.tenders.models import Lot, Tender
from portal.tenders.values import TenderStatus

REPORT_AHEAD = timedelta(days=30)


def _own(actor: Actor, *roles: Role) -> set[UUID]:
    return actor.scopes(*roles)


def unverified(actor: Actor) -> list[str]:
    """Names of the own organisations that wait for verification."""
    theirs = Party.id.in_(_own(actor, *ORGANISATION))
    statement = select(Party.name).where(theirs, Party.status == PartyStatus.REGISTERED).order_by(Party.name)
    return list(db.session.scalars(statement))


def drafts(actor: Actor, now: datetime) -> list[Task]:
    """Drafts of proposals for calls that are still open."""
    return ask(
        TaskKind.FINISH_BID,
        select(Bid.id, Tender.title + " · " + Lot.title, Tender.deadline_at)
        .join(Tender, Tender.id == Bid.tender_id)
        .join(Lot, Lot.id == Bid.lot_id)
        .where(
            Bid.party_id.in_(_own(actor, Role.ORG_OWNER, Role.ORG_DRAFTER)), Bid.status == BidStatus.DRAFT,
            Tender.status == TenderStatus.ACTIVE, Tender.deadline_at > now,
        )
        .order_by(Tender.deadline_at),
    )  # fmt: skip


def questions_of_panels(actor: Actor, now: datetime) -> list[Task]:
    """Questions of panels that can still be answered."""
    return ask(
        TaskKind.ANSWER_PANEL,
        select(Clarification.id, Tender.title, Clarification.answer_by)
        .join(Bid, Bid.id == Clarification.bid_id)
        .join(Tender, Tender.id == Bid.tender_id)
        .where(
            Bid.party_id.in_(_own(actor, Role.ORG_OWNER, Role.ORG_DRAFTER)),
            Clarification.status == ClarificationStatus.RELEASED, Clarification.answer_by > now,
        )
        .order_by(Clarification.answer_by),
    )  # fmt: skip


def signatures(actor: Actor, now: datetime) -> list[Task]:
    """Contracts that the organisation has not signed."""
    signed = exists().where(Signature.contract_id == Contract.id, Signature.side == Side.SUPPLIER)
    return ask(
        TaskKind.SIGN_FOR_PARTY,
        select(Contract.id, Contract.title)
        .where(
            Contract.party_id.in_(_own(actor, Role.ORG_OWNER)), Contract.status == ContractStatus.PENDING,
            Contract.pdf_id.is_not(None), ~signed,
        )
        .order_by(Contract.created_at),
    )  # fmt: skip


def milestones(actor: Actor, now: datetime) -> list[Task]:
    """Milestones that are due within 30 days or overdue."""
    return ask(
        TaskKind.REPORT,
        select(Milestone.id, Contract.title + " · " + Milestone.title, Milestone.due_on)
        .join(Contract, Contract.id == Milestone.contract_id)
        .where(
            Contract.party_id.in_(_own(actor, Role.ORG_OWNER, Role.ORG_DRAFTER)), Contract.status == ContractStatus.ACTIVE,
            Milestone.status.in_((MilestoneStatus.SCHEDULED, MilestoneStatus.NOT_MET)),
            Milestone.due_on <= local(now + REPORT_AHEAD).date(),
        )
        .order_by(Milestone.due_on),
    )  # fmt: skip


def instalments(actor: Actor, now: datetime) -> list[Task]:
    """Planned instalments whose conditions are met."""
    cases = payments.due_for_request(_own(actor, Role.ORG_OWNER, Role.ORG_FINANCE))
    return [
        Task(TaskKind.REQUEST_PAYMENT, case.instalment.id, case.contract.title) for case in cases[:AT_MOST]
    ]


def refused(actor: Actor, now: datetime) -> list[Task]:
    """Own registrations that were refused."""
    return ask(
        TaskKind.CORRECT_PARTY,
        select(Party.id, Party.name).where(
            Party.id.in_(_own(actor, Role.ORG_OWNER)), Party.status == PartyStatus.REFUSED
        ),
    )


def missing_accounts(actor: Actor, now: datetime) -> list[Task]:
    """Own organisations with a contract and without a bank account."""
    contracted = exists().where(Contract.party_id == Party.id, Contract.status == ContractStatus.ACTIVE)
    return ask(
        TaskKind.GIVE_ACCOUNT,
        select(Party.id, Party.name).where(
            Party.id.in_(_own(actor, Role.ORG_OWNER)), Party.bank_account == "", contracted
        ),
    )
