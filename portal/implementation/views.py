"""Pages of delivery: milestones, reports, evidence."""

from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.contracts.policies import READERS as STAFF_READERS
from portal.core import audit, clock
from portal.core.forms import act
from portal.core.policy import require
from portal.core.text import N_
from portal.core.web import actor, navigation, page, public, roles, send
from portal.implementation import policies, queries, rules, services
from portal.implementation.forms import ReportForm
from portal.implementation.values import MilestoneStatus, Timing
from portal.implementation.workflow import MILESTONE
from portal.parties.values import ORGANISATION, Role

bp = Blueprint("implementation", __name__, url_prefix="/implementation")

READERS = (*sorted(STAFF_READERS), *sorted(ORGANISATION))
EVENTS = {
    "milestone.submit": N_("Report submitted"),
    "milestone.accept": N_("Report accepted, milestone met"),
    "milestone.return": N_("Report returned"),
    "milestone.fail": N_("Declared not met"),
}


@bp.get("/")
@roles(*READERS)
def index() -> ResponseReturnValue:
    today = clock.today()
    return page(
        "implementation/index.html",
        milestones=queries.list_milestones(actor(), request.args, today),
        late=queries.count_late(actor(), today),
        statuses=list(MilestoneStatus),
        timings=list(Timing),
        open_statuses=queries.OPEN,
        timing=lambda due_on: rules.timing(due_on, today),
    )


@bp.get("/milestones/<uuid:milestone_id>")
@roles(*READERS)
def milestone(milestone_id: UUID) -> ResponseReturnValue:
    found, contract = queries.get_milestone(actor(), milestone_id)
    reports = queries.reports(found.id)
    today = clock.today()
    return page(
        "implementation/milestone.html",
        milestone=found,
        contract=contract,
        reports=reports,
        evidence=queries.evidence(report.id for report in reports),
        names=accounts.names([key for r in reports for key in (r.submitted_by, r.decided_by)]),
        timing=rules.timing(found.due_on, today) if found.status in queries.OPEN else None,
        days=(found.due_on - today).days,
        can_report=found.status in queries.OPEN,
        can_fail="fail" in [step.name for step in MILESTONE.available(found, clock.now())],
        events=[
            {"at": event.at, "title": _(EVENTS.get(event.action, event.action)), "actor": event.actor_name, "text": event.data.get("reason", "")}
            for event in audit.history(found)
        ],
    )  # fmt: skip


@bp.route("/milestones/<uuid:milestone_id>/report", methods=["GET", "POST"])
@roles(*sorted(policies.REPORTERS))
def report(milestone_id: UUID) -> ResponseReturnValue:
    found, contract = queries.get_milestone(actor(), milestone_id)
    require(policies.may_report, actor(), contract)
    form = ReportForm()
    uploads = [(upload.filename, upload.read()) for upload in form.evidence.data or [] if upload]
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.submit_report(
                actor=actor(), milestone_id=milestone_id, text=form.text.data or "",
                sessions=form.sessions.data or 0, person_times=form.person_times.data or 0,
                persons=form.persons.data or 0, volunteers=form.volunteers.data or 0,
                files=uploads,
            ),
            lambda sent: url_for("implementation.milestone", milestone_id=sent.milestone_id),
            _("The report was submitted. The programme officer has been told."),
        )
    ):  # fmt: skip
        return done
    return page(
        "implementation/report.html",
        form=form,
        milestone=found,
        contract=contract,
        can_report=found.status in queries.OPEN,
    )


@bp.post("/reports/<uuid:report_id>/accept")
@roles(Role.PROGRAMME_OFFICER)
def accept(report_id: UUID) -> ResponseReturnValue:
    _report, found, contract = queries.get_report(actor(), report_id)
    require(policies.may_decide_report, actor(), contract)
    return act(
        lambda form: services.accept_report(actor=actor(), report_id=report_id),
        url_for("implementation.milestone", milestone_id=found.id),
        _("The report was accepted; the milestone is met."),
    )


@bp.post("/reports/<uuid:report_id>/return")
@roles(Role.PROGRAMME_OFFICER)
def send_back(report_id: UUID) -> ResponseReturnValue:
    _report, found, contract = queries.get_report(actor(), report_id)
    require(policies.may_decide_report, actor(), contract)
    return act(
        lambda form: services.return_report(
            actor=actor(), report_id=report_id, reason=form.reason.data or ""
        ),
        url_for("implementation.milestone", milestone_id=found.id),
        _("The report was returned to the organisation."),
    )


@bp.post("/milestones/<uuid:milestone_id>/fail")
@roles(Role.PROGRAMME_OFFICER)
def fail(milestone_id: UUID) -> ResponseReturnValue:
    _found, contract = queries.get_milestone(actor(), milestone_id)
    require(policies.may_decide_report, actor(), contract)
    return act(
        lambda form: services.fail_milestone(
            actor=actor(), milestone_id=milestone_id, reason=form.reason.data or ""
        ),
        url_for("implementation.milestone", milestone_id=milestone_id),
        _("The milestone was declared not met."),
    )


@bp.get("/evidence/<uuid:evidence_id>")
@roles(*READERS)
def evidence(evidence_id: UUID) -> ResponseReturnValue:
    return send(queries.get_evidence(actor(), evidence_id), inline=True)


@bp.get("/public/<uuid:contract_id>")
@public
def public_progress(contract_id: UUID) -> ResponseReturnValue:
    contract, milestones, outputs = queries.public_progress(contract_id)
    return page(
        "implementation/public_progress.html", contract=contract, milestones=milestones, outputs=outputs
    )


navigation(N_("Milestones"), "implementation.index", *READERS, rank=31, under="contracts.index")
