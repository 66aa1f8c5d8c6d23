"""Small tasks: published by the desk, claimed by anybody signed in, confirmed by the desk."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit, clock
from portal.core.forms import act
from portal.core.policy import can
from portal.core.web import actor, page, public, roles, signed_in
from portal.needs import queries, rules, services
from portal.needs.forms import ClaimForm, TaskForm
from portal.needs.policies import DESK, may_keep_task
from portal.needs.values import ServiceField, TaskStatus
from portal.needs.views.blueprint import bp
from portal.parties import queries as parties


@bp.get("/tasks")
@public
def tasks() -> ResponseReturnValue:
    return page(
        "needs/tasks.html", found=queries.list_tasks(request.args), fields=list(ServiceField), statuses=list(TaskStatus),
        places=queries.place_choices(unit.id for unit in parties.units()),
    )  # fmt: skip


@bp.get("/tasks/mine")
@signed_in
def my_claims() -> ResponseReturnValue:
    return page("needs/my_claims.html", found=queries.list_claims(actor(), request.args))


@bp.route("/tasks/new", methods=["GET", "POST"])
@roles(*DESK)
def create_task() -> ResponseReturnValue:
    need = queries.by_number(actor(), request.args.get("need", ""))
    form = TaskForm(title=need.summary[:100] if need else "", field=need.field if need else None)
    form.unit_id.choices = queries.place_choices(actor().scopes(*DESK))
    if need and request.method == "GET":
        form.unit_id.data = need.unit_id
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.publish_task(
                actor=actor(), unit_id=form.unit_id.data, job=form.job(), need_id=need.id if need else None
            ),
            lambda task: url_for("needs.task", task_id=task.id),
            _("The task is published."),
        )
    ):
        return done
    return page("needs/task_form.html", form=form, need=need)


@bp.get("/tasks/<uuid:task_id>")
@public
def task(task_id: UUID) -> ResponseReturnValue:
    found = queries.get_task(task_id)
    keeps = can(may_keep_task, actor(), found)
    return page(
        "needs/task.html", task=found, unit=parties.unit(found.unit_id), form=_claim_form(), keeps=keeps,
        claim=queries.claim_of(task_id, actor().user_id) if actor().user_id else None,
        claims=queries.claims_on(task_id) if keeps else [],
        problems=rules.check_claim(
            is_open=found.status == TaskStatus.OPEN, due_on=found.due_on, taken=found.taken, places=found.places, today=clock.today()
        ),
        called_off=[event.data.get("reason") for event in audit.history(found) if event.action == "small_task.cancel"],
    )  # fmt: skip


def _claim_form() -> ClaimForm:
    form = ClaimForm()
    form.offer_parties([(party.id, party.name) for party in parties.own_parties(actor())])
    return form


@bp.post("/tasks/<uuid:task_id>/claim")
@signed_in
def claim(task_id: UUID) -> ResponseReturnValue:
    form = _claim_form()
    party_id = form.party_id.data if form.party_id and form.validate() else None
    return act(
        lambda _form: services.claim_task(actor=actor(), task_id=task_id, party_id=party_id),
        url_for("needs.task", task_id=task_id),
        _("The place is yours. Thank you."),
    )


@bp.post("/tasks/<uuid:task_id>/give-back")
@signed_in
def give_back(task_id: UUID) -> ResponseReturnValue:
    return act(
        lambda form: services.give_back(actor=actor(), task_id=task_id),
        url_for("needs.task", task_id=task_id),
        _("The place is free for others again."),
    )


@bp.post("/claims/<uuid:claim_id>/confirm")
@roles(*DESK)
def confirm_claim(claim_id: UUID) -> ResponseReturnValue:
    found = queries.get_claim(claim_id)
    return act(
        lambda form: services.confirm_claim(actor=actor(), claim_id=claim_id),
        url_for("needs.task", task_id=found.task_id),
        _("Confirmed."),
    )


@bp.post("/claims/<uuid:claim_id>/miss")
@roles(*DESK)
def miss_claim(claim_id: UUID) -> ResponseReturnValue:
    found = queries.get_claim(claim_id)
    return act(
        lambda form: services.miss_claim(actor=actor(), claim_id=claim_id, reason=form.reason.data or ""),
        url_for("needs.task", task_id=found.task_id),
        _("Recorded."),
    )


@bp.post("/tasks/<uuid:task_id>/close")
@roles(*DESK)
def close_task(task_id: UUID) -> ResponseReturnValue:
    return act(
        lambda form: services.close_task(actor=actor(), task_id=task_id),
        url_for("needs.task", task_id=task_id),
        _("The task is finished."),
    )


@bp.post("/tasks/<uuid:task_id>/cancel")
@roles(*DESK)
def cancel_task(task_id: UUID) -> ResponseReturnValue:
    return act(
        lambda form: services.cancel_task(actor=actor(), task_id=task_id, reason=form.reason.data or ""),
        url_for("needs.task", task_id=task_id),
        _("The task was called off."),
    )
