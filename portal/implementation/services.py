"""Use cases of delivery: plan milestones, report, decide on reports, remind."""

from collections.abc import Sequence
from uuid import UUID

from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus
from portal.core import audit, clock, files, outbox
from portal.core.config import settings
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.papers import official, written
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.core.uploads import FileKind, UploadFacts, check_upload, strip_image
from portal.implementation import queries, rules
from portal.implementation.models import Milestone, Reminder, Report, ReportFile
from portal.implementation.policies import may_decide_report, may_report
from portal.implementation.values import Counters, MilestoneStatus, ReminderKind
from portal.implementation.workflow import MILESTONE
from portal.notices import queries as notice_queries
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.notices.values import NoticeKind


@use_case
def plan_milestones(*, actor: Actor, contract_id: UUID) -> list[Milestone]:
    """Create the milestones of a signed contract as its call planned them; a second call gives the first ones."""
    contract = get(Contract, contract_id, lock=True)
    earlier = queries.milestones(contract_id)
    if earlier:
        return earlier
    return [
        add(Milestone(contract_id=contract.id, position=step.position, title=step.title, due_on=step.due_on))
        for step in contracts.planned_milestones(contract.tender_id, contract.starts_on)
    ]


@use_case
def submit_report(
    *, actor: Actor, milestone_id: UUID, text: str, sessions: int, person_times: int, persons: int, volunteers: int,
    files: Sequence[tuple[str, bytes]],
) -> Report:  # fmt: skip
    """Report on a milestone with evidence (name and bytes of each file); pictures lose place and device.

    Raises ``Invalid`` naming field or file, ``InvalidTransition`` while another report waits or after acceptance.
    """
    milestone = get(Milestone, milestone_id, lock=True)
    contract = get(Contract, milestone.contract_id)
    require(may_report, actor, contract)
    _in_force(contract)
    counters = Counters(sessions, person_times, persons, volunteers)
    problems = rules.check_report(text, counters, len(files))
    checked, refused = _check_files(files[: rules.MAX_FILES])
    if problems or refused:
        raise Invalid(*problems, *refused)
    now = clock.now()
    MILESTONE.apply("submit", milestone, actor, now)
    report = add(
        Report(
            milestone_id=milestone.id, text=text.strip(), sessions=sessions, person_times=person_times, persons=persons,
            volunteers=volunteers, submitted_at=now, submitted_by=actor.user_id,
        )
    )  # fmt: skip
    for facts, content in checked:
        _keep(report, facts, content, actor)
    audit.record("report.submit", report, actor, evidence=[facts.sha256 for facts, _ in checked])
    outbox.emit("report.submitted", report_id=report.id)
    return report


def _in_force(contract: Contract) -> None:
    if contract.status != ContractStatus.ACTIVE:
        raise Invalid(problem(N_("The contract is not in force.")))


def _check_files(
    uploads: Sequence[tuple[str, bytes]],
) -> tuple[list[tuple[UploadFacts, bytes]], list[Problem]]:
    """Every file that passed, and for each that did not its name and why."""
    passed, refused = [], []
    for name, content in uploads:
        try:
            facts = check_upload(content, name, max_bytes=settings().max_upload_bytes)
            passed.append((facts, content if facts.kind is FileKind.PDF else strip_image(content)))
        except Invalid as error:
            refused += [Problem(p.message, "evidence", p.params) for p in error.problems]
    return passed, refused


def _keep(report: Report, facts: UploadFacts, content: bytes, actor: Actor) -> None:
    stored = files.save(content, name=facts.name, media_type=facts.kind.media_type, created_by=actor.user_id)
    add(ReportFile(report_id=report.id, file_id=stored.id))


@use_case
def accept_report(*, actor: Actor, report_id: UUID) -> Report:
    """Accept a report: the milestone is met. Emits ``milestone.met``."""
    report, milestone = _decide(actor, report_id, accepted=True, reason=None)
    MILESTONE.apply("accept", milestone, actor, clock.now())
    outbox.emit("milestone.met", milestone_id=milestone.id, contract_id=milestone.contract_id)
    return report


@use_case
def return_report(*, actor: Actor, report_id: UUID, reason: str) -> Report:
    """Return a report with the reason; it stays on file and a new one is expected."""
    report, milestone = _decide(actor, report_id, accepted=False, reason=reason.strip())
    MILESTONE.apply("return", milestone, actor, clock.now(), reason=reason)
    outbox.emit("report.returned", report_id=report.id)
    return report


def _decide(actor: Actor, report_id: UUID, *, accepted: bool, reason: str | None) -> tuple[Report, Milestone]:
    report = get(Report, report_id, lock=True)
    milestone = get(Milestone, report.milestone_id, lock=True)
    require(may_decide_report, actor, get(Contract, milestone.contract_id))
    if report.accepted is not None:
        raise Invalid(problem(N_("This report was decided on already.")))
    report.accepted, report.decided_at, report.decided_by = accepted, clock.now(), actor.user_id
    report.decision_reason = reason
    audit.record("report.accept" if accepted else "report.return", report, actor)
    return report, milestone


@use_case
def fail_milestone(*, actor: Actor, milestone_id: UUID, reason: str) -> Milestone:
    """Declare an overdue milestone without report not met, with the reason; a late report can still heal it."""
    milestone = get(Milestone, milestone_id, lock=True)
    require(may_decide_report, actor, get(Contract, milestone.contract_id))
    MILESTONE.apply("fail", milestone, actor, clock.now(), reason=reason)
    outbox.emit("milestone.failed", milestone_id=milestone.id)
    return milestone


@use_case
def note_reminder(*, milestone_id: UUID, kind: ReminderKind) -> Reminder:
    """Remember that a reminder goes out; the unique key refuses a second one of its kind."""
    return add(Reminder(milestone_id=milestone_id, kind=str(kind), sent_at=clock.now()))


@use_case
def announce_acceptance(*, actor: Actor, contract_id: UUID) -> Notice | None:
    """Publish the acceptance of a project once all its milestones are accepted; ``None`` before, or when it is out."""
    milestones = queries.milestones(contract_id)
    if any(milestone.status != MilestoneStatus.MET for milestone in milestones):
        return None
    contract = get(Contract, contract_id, lock=True)
    published = notice_queries.notices_of(contract.tender_id)
    if any(n.kind == NoticeKind.ACCEPTANCE and n.subject_id == contract_id for n in published):
        return None
    head = [N_("Milestone"), N_("Due"), N_("Accepted")]
    rows = [[m.title, written(m.due_on), written(m.met_at)] for m in milestones]
    return notices.publish_notice(
        actor=actor, kind=NoticeKind.ACCEPTANCE, unit_id=contract.unit_id, tender_id=contract.tender_id, subject_id=contract.id,
        title=official(N_("%(title)s: acceptance"), title=contract.title),
        content=[
            {"text": official(N_("All milestones of the contract %(number)s are accepted."), number=contract.number)},
            {"table": {"head": [official(cell) for cell in head], "rows": rows}},
        ],
    )  # fmt: skip
