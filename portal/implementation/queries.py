"""Reads of milestones and reports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from portal.contracts.models import Contract
from portal.contracts.policies import may_read_contract
from portal.contracts.queries import SIGNED, visible_to
from portal.contracts.values import ContractStatus
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.files import StoredFile
from portal.core.lists import Page, paginate
from portal.core.policy import Actor, can
from portal.implementation.models import Milestone, Reminder, Report, ReportFile
from portal.implementation.rules import SOON_DAYS
from portal.implementation.values import Counters, MilestoneStatus, ReminderKind, Timing
from portal.parties.models import Party

OPEN = (MilestoneStatus.SCHEDULED, MilestoneStatus.NOT_MET)


@dataclass(frozen=True)
class Evidence:
    """A file of a report."""

    id: UUID
    file: StoredFile


def milestones(contract_id: UUID) -> list[Milestone]:
    """The milestones of a contract in order."""
    statement = select(Milestone).where(Milestone.contract_id == contract_id)
    return list(db.session.scalars(statement.order_by(Milestone.position)))


def milestone(milestone_id: UUID) -> Milestone:
    """A milestone by id. Raises ``NotFound``."""
    found = db.session.get(Milestone, milestone_id)
    if found is None:
        raise NotFound()
    return found


def get_milestone(actor: Actor, milestone_id: UUID) -> tuple[Milestone, Contract]:
    """A milestone with its contract, if the actor may know of it. Raises ``NotFound``."""
    found = milestone(milestone_id)
    contract = db.session.get(Contract, found.contract_id)
    if contract is None or not can(may_read_contract, actor, contract):
        raise NotFound()
    return found, contract


def get_report(actor: Actor, report_id: UUID) -> tuple[Report, Milestone, Contract]:
    """A report with its milestone and contract, if the actor may know of it. Raises ``NotFound``."""
    report = db.session.get(Report, report_id)
    if report is None:
        raise NotFound()
    return report, *get_milestone(actor, report.milestone_id)


def get_evidence(actor: Actor, evidence_id: UUID) -> StoredFile:
    """The file of a piece of evidence, if the actor may know of it. Raises ``NotFound``."""
    row = db.session.execute(
        select(ReportFile, StoredFile)
        .join(StoredFile, StoredFile.id == ReportFile.file_id)
        .where(ReportFile.id == evidence_id)
    ).first()
    if row is None:
        raise NotFound()
    get_report(actor, row[0].report_id)
    stored: StoredFile = row[1]
    return stored


def list_milestones(actor: Actor, args: Mapping[str, str], today: date) -> Page[Any]:
    """Rows (milestone, contract, organisation) that the actor may see.

    Filters: ``q``, ``status``, ``contract`` and ``timing`` (open ones that are late, due soon or later).
    """
    statement: Any = (
        select(Milestone, Contract, Party.name.label("party_name"))
        .join(Contract, Contract.id == Milestone.contract_id)
        .join(Party, Party.id == Contract.party_id)
        .where(visible_to(actor))
    )
    words = args.get("q", "").strip()
    if words:
        like = f"%{words}%"
        statement = statement.where(
            or_(Milestone.title.ilike(like), Contract.title.ilike(like), Party.name.ilike(like))
        )
    if args.get("status") in set(MilestoneStatus):
        statement = statement.where(Milestone.status == args["status"])
    if (contract_id := _uuid(args.get("contract", ""))) is not None:
        statement = statement.where(Contract.id == contract_id)
    if args.get("timing") in set(Timing):
        statement = statement.where(Milestone.status.in_(OPEN), _within(Timing(args["timing"]), today))
    sorts = {
        "due": Milestone.due_on,
        "title": Milestone.title,
        "project": Contract.title,
        "party": Party.name,
    }
    return paginate(statement, args, sorts=sorts, default="due", scalars=False)


def _within(wanted: Timing, today: date) -> Any:
    """The SQL twin of ``rules.timing``."""
    horizon = today + timedelta(days=SOON_DAYS)
    if wanted == Timing.LATE:
        return Milestone.due_on < today
    if wanted == Timing.SOON:
        return Milestone.due_on.between(today, horizon)
    return Milestone.due_on > horizon


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def count_late(actor: Actor, today: date) -> int:
    """How many open milestones that the actor may see are past their day."""
    statement = (
        select(func.count(Milestone.id))
        .join(Contract, Contract.id == Milestone.contract_id)
        .where(
            visible_to(actor), Contract.status == ContractStatus.ACTIVE, Milestone.status.in_(OPEN), Milestone.due_on < today
        )
    )  # fmt: skip
    return int(db.session.scalar(statement) or 0)


def reports(milestone_id: UUID) -> list[Report]:
    """All reports of a milestone, newest first."""
    statement = select(Report).where(Report.milestone_id == milestone_id)
    return list(db.session.scalars(statement.order_by(Report.submitted_at.desc(), Report.id)))


def waiting_report(milestone_id: UUID) -> Report | None:
    """The report that waits for a decision, if there is one."""
    statement = select(Report).where(Report.milestone_id == milestone_id, Report.accepted.is_(None))
    return db.session.scalars(statement).first()


def evidence(report_ids: Iterable[UUID]) -> dict[UUID, list[Evidence]]:
    """The files of several reports, by report (one query)."""
    ids = list(report_ids)
    found: dict[UUID, list[Evidence]] = {report_id: [] for report_id in ids}
    rows = db.session.execute(
        select(ReportFile, StoredFile)
        .join(StoredFile, StoredFile.id == ReportFile.file_id)
        .where(ReportFile.report_id.in_(ids))
        .order_by(StoredFile.name, ReportFile.id)
    )
    for link, stored in rows:
        found[link.report_id].append(Evidence(link.id, stored))
    return found


def outputs(contract_id: UUID) -> Counters:
    """What the accepted reports of a contract add up to; persons of several reports may be the same people."""
    row = db.session.execute(
        select(
            func.sum(Report.sessions),
            func.sum(Report.person_times),
            func.sum(Report.persons),
            func.sum(Report.volunteers),
        )
        .join(Milestone, Milestone.id == Report.milestone_id)
        .where(Milestone.contract_id == contract_id, Report.accepted.is_(True))
    ).one()
    return Counters(*(int(value or 0) for value in row))


def open_milestones(until: date) -> list[tuple[Milestone, Contract, list[ReminderKind]]]:
    """Milestones without a report, of contracts in force, due by ``until``, with the reminders already sent."""
    rows = db.session.execute(
        select(Milestone, Contract)
        .join(Contract, Contract.id == Milestone.contract_id)
        .where(
            Contract.status == ContractStatus.ACTIVE,
            Milestone.status == MilestoneStatus.SCHEDULED,
            Milestone.due_on <= until,
        )
        .order_by(Milestone.due_on, Milestone.id)
    ).all()
    sent: dict[UUID, list[ReminderKind]] = {}
    for reminder in db.session.scalars(
        select(Reminder).where(Reminder.milestone_id.in_([row[0].id for row in rows]))
    ):
        sent.setdefault(reminder.milestone_id, []).append(ReminderKind(reminder.kind))
    return [(row[0], row[1], sent.get(row[0].id, [])) for row in rows]


def public_progress(contract_id: UUID) -> tuple[Contract, list[Milestone], Counters]:
    """What anybody may know of a signed contract's delivery. Raises ``NotFound``."""
    contract = db.session.get(Contract, contract_id)
    if contract is None or contract.status not in SIGNED:
        raise NotFound()
    return contract, milestones(contract_id), outputs(contract_id)
