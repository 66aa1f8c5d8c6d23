"""What waits around the register of organisations and the eligibility of their proposals, on both sides."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased

from portal.bids.models import Bid
from portal.bids.policies import may_approve
from portal.bids.values import BidStatus
from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus
from portal.core.clock import local
from portal.core.db import db
from portal.core.policy import Actor, can
from portal.core.templating import label
from portal.home.queries.asking import AT_MOST, ask, instant
from portal.home.values import Task, TaskKind
from portal.parties.models import FactChange, ListEntry, Party, PartyDocument
from portal.parties.values import ChangeStatus, ListStatus, PartyStatus, Role
from portal.qualification.models import EligibilityCheck, Supplement
from portal.tenders.models import Tender
from portal.tenders.values import TenderStatus

EXPIRES_WITHIN = timedelta(days=30)


# --- the buyers


def _checks(actor: Actor, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Proposals whose eligibility somebody else found."""
    units = actor.scopes(Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER)
    return (
        select(Bid.id, Party.name + " · " + Tender.title)
        .join(EligibilityCheck, EligibilityCheck.bid_id == Bid.id)
        .join(Tender, Tender.id == Bid.tender_id)
        .join(Party, Party.id == Bid.party_id)
        .where(Tender.unit_id.in_(units), EligibilityCheck.checked_by != actor.user_id, *conditions)
        .order_by(EligibilityCheck.checked_at)
    )


def checks_to_confirm(actor: Actor, now: datetime) -> list[Task]:
    """Findings on eligibility that wait for a second person."""
    waiting = (Bid.status == BidStatus.PENDING, EligibilityCheck.returned_reason == "")
    return ask(TaskKind.CONFIRM_CHECK, _checks(actor, *waiting))


def replies(actor: Actor, now: datetime) -> list[Task]:
    """Replies of organisations that were not admitted."""
    waiting = (EligibilityCheck.replied_at.is_not(None), EligibilityCheck.answered_at.is_(None))
    return ask(TaskKind.ANSWER_REPLY, _checks(actor, *waiting))


def changed_facts(actor: Actor, now: datetime) -> list[Task]:
    """Organisations of the district that changed verified facts."""
    return ask(
        TaskKind.VERIFY_CHANGE,
        select(Party.id, Party.name)
        .join(FactChange, FactChange.party_id == Party.id)
        .where(
            Party.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)),
            FactChange.status == ChangeStatus.PENDING,
        )
        .order_by(FactChange.asked_at),
    )


def appeals(actor: Actor, now: datetime) -> list[Task]:
    """Appeals against entries of the red and black list that somebody else made."""
    units = actor.scopes(Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER)
    return ask(
        TaskKind.DECIDE_APPEAL,
        select(Party.id, Party.name)
        .join(ListEntry, ListEntry.party_id == Party.id)
        .where(
            Party.unit_id.in_(units), ListEntry.status == ListStatus.APPEALED,
            ListEntry.entered_by.is_distinct_from(actor.user_id),
        )
        .order_by(ListEntry.appealed_at),
    )  # fmt: skip


def accounts(actor: Actor, now: datetime) -> list[Task]:
    """Accounts that money will go to and that this person may still check; the others can wait."""
    units = actor.scopes(Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER, Role.CASHIER)
    contracted = exists().where(Contract.party_id == Party.id, Contract.status == ContractStatus.ACTIVE)
    return ask(
        TaskKind.CHECK_ACCOUNT,
        select(Party.id, Party.name)
        .where(
            Party.unit_id.in_(units), Party.status == PartyStatus.VERIFIED, Party.bank_account != "", contracted,
            Party.account_verified_at.is_(None), Party.account_confirmed_by.is_distinct_from(actor.user_id),
        )
        .order_by(Party.name),
    )  # fmt: skip


# --- the organisations


def drafts_to_approve(actor: Actor, now: datetime) -> list[Task]:
    """Drafts whose writers ask for approval, for those who wrote nothing in them."""
    found = db.session.execute(
        select(Bid, Tender.title, Tender.deadline_at)
        .join(Tender, Tender.id == Bid.tender_id)
        .where(
            Bid.party_id.in_(actor.scopes(Role.ORG_OWNER, Role.ORG_APPROVER)), Bid.status == BidStatus.DRAFT,
            Bid.approval_asked_at.is_not(None), Bid.approved_at.is_(None),
            Tender.status == TenderStatus.ACTIVE, Tender.deadline_at > now,
        )
        .order_by(Tender.deadline_at)
        .limit(AT_MOST)
    )  # fmt: skip
    return [
        Task(TaskKind.APPROVE_DRAFT, bid.id, title, due)
        for bid, title, due in found
        if can(may_approve, actor, bid)
    ]


def papers_asked_for(actor: Actor, now: datetime) -> list[Task]:
    """Requests for papers that are neither answered nor too late."""
    return ask(
        TaskKind.HAND_IN_PAPERS,
        select(Supplement.id, Tender.title, Supplement.due_at)
        .join(Bid, Bid.id == Supplement.bid_id)
        .join(Tender, Tender.id == Bid.tender_id)
        .where(
            Bid.party_id.in_(actor.scopes(Role.ORG_OWNER, Role.ORG_DRAFTER)),
            Supplement.answered_at.is_(None), Supplement.due_at > now,
        )
        .order_by(Supplement.due_at),
    )  # fmt: skip


def papers_that_expire(actor: Actor, now: datetime) -> list[Task]:
    """Papers of the library near or past their end, unless a later one of the kind is there."""
    later = aliased(PartyDocument)
    renewed = exists().where(
        later.party_id == PartyDocument.party_id, later.kind == PartyDocument.kind, later.removed_at.is_(None),
        or_(later.expires_on > PartyDocument.expires_on, later.expires_on.is_(None)),
    )  # fmt: skip
    found = db.session.execute(
        select(PartyDocument, Party.name)
        .join(Party, Party.id == PartyDocument.party_id)
        .where(
            PartyDocument.party_id.in_(actor.scopes(Role.ORG_OWNER, Role.ORG_FINANCE)),
            PartyDocument.removed_at.is_(None), PartyDocument.expires_on <= local(now + EXPIRES_WITHIN).date(), ~renewed,
        )
        .order_by(PartyDocument.expires_on)
        .limit(AT_MOST)
    )  # fmt: skip
    return [
        Task(TaskKind.RENEW_PAPER, row.party_id, f"{row.title or label(row.kind)} · {name}", instant(row.expires_on))
        for row, name in found
    ]  # fmt: skip
