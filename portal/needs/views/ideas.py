"""Ideas: the list, one idea with its steps, its needs and resources; the published ones for everybody."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit, clock
from portal.core.errors import InvalidTransition, NotFound
from portal.core.files import by_id
from portal.core.forms import act
from portal.core.policy import can, require
from portal.core.web import actor, page, public, roles, send
from portal.needs import queries, rules, services
from portal.needs.forms import IdeaForm, PublishForm, StepForm
from portal.needs.models import Idea
from portal.needs.policies import DESK, READERS, may_keep_idea, may_record_step
from portal.needs.values import (
    PUBLIC_IDEAS,
    PUBLICATIONS,
    IdeaStatus,
    ServiceField,
    Stage,
    StageSeat,
)
from portal.needs.views.blueprint import bp
from portal.needs.workflow import IDEA, next_stage
from portal.notices import queries as notices
from portal.parties import queries as parties
from portal.parties.values import Role

# --- for everybody


@bp.get("/projects")
@public
def projects() -> ResponseReturnValue:
    return page(
        "needs/projects.html", found=queries.public_ideas(request.args), fields=list(ServiceField), statuses=list(PUBLIC_IDEAS),
        places=queries.place_choices(unit.id for unit in parties.units()),
    )  # fmt: skip


@bp.get("/projects/<uuid:idea_id>")
@public
def project(idea_id: UUID) -> ResponseReturnValue:
    idea = queries.public_idea(idea_id)
    steps = queries.steps_of(idea_id)
    return page(
        "needs/project.html", idea=idea, unit=parties.unit(idea.unit_id), needs=queries.needs_of(idea_id),
        papers=queries.papers_of([idea_id]), publications=[step for step in steps if step.stage in PUBLICATIONS],
        notices=notices.notices_of(idea_id),
    )  # fmt: skip


# --- the desk


@bp.get("/ideas")
@roles(*READERS)
def ideas() -> ResponseReturnValue:
    return page(
        "needs/ideas.html", found=queries.list_ideas(actor(), request.args), fields=list(ServiceField), statuses=list(IdeaStatus),
        places=queries.place_choices(actor().scopes(*READERS)),
    )  # fmt: skip


@bp.route("/desk/<uuid:need_id>/idea", methods=["GET", "POST"])
@roles(*DESK)
def create_idea(need_id: UUID) -> ResponseReturnValue:
    need = queries.get_need(actor(), need_id)
    require(may_keep_idea, actor(), need)
    form = IdeaForm(title=need.summary, field=need.field)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.create_idea(actor=actor(), unit_id=need.unit_id, plan=form.plan(), need_ids=[need_id]),
            lambda idea: url_for("needs.idea", idea_id=idea.id),
            _("The idea was made. Collect opinions next."),
        )
    ):  # fmt: skip
        return done
    return page("needs/idea_form.html", form=form, need=queries.get_need(actor(), need_id), idea=None)


@bp.get("/ideas/<uuid:idea_id>")
@roles(*READERS)
def idea(idea_id: UUID) -> ResponseReturnValue:
    found = queries.get_idea(actor(), idea_id)
    return page("needs/idea.html", **_facts(found))


def _facts(idea: Idea) -> dict[str, Any]:
    stage = next_stage(idea.status)
    seat = queries.seat_unit(idea, stage) if stage else None
    used = queries.resources_of(idea.id)
    changeable = idea.status == IdeaStatus.PROPOSED and can(may_keep_idea, actor(), idea)
    return {
        "idea": idea, "unit": parties.unit(idea.unit_id), "stages": list(Stage), "stage": stage, "seat": seat,
        "may_record": stage is not None and seat is not None and can(may_record_step, actor(), StageSeat(stage, seat.id)),
        "problems": IDEA.problems(stage.value, idea, clock.now()) if stage else [], "publications": PUBLICATIONS,
        "steps": queries.steps_of(idea.id), "needs": queries.needs_of(idea.id), "resources": used, "changeable": changeable,
        "fitting_needs": queries.fitting_needs(actor(), idea) if changeable else [],
        "fitting_resources": queries.fitting_resources(idea.unit_id, idea.field, [r.id for r in used]) if changeable else [],
        "papers": queries.papers_of([idea.id]), "history": audit.history(idea),
    }  # fmt: skip


@bp.route("/ideas/<uuid:idea_id>/edit", methods=["GET", "POST"])
@roles(*DESK)
def edit_idea(idea_id: UUID) -> ResponseReturnValue:
    found = queries.get_idea(actor(), idea_id)
    require(may_keep_idea, actor(), found)
    form = IdeaForm(obj=found)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.update_idea(
                actor=actor(), idea_id=idea_id, version=form.version.data, plan=form.plan()
            ),
            lambda _idea: url_for("needs.idea", idea_id=idea_id),
            _("Saved."),
        )
    ):
        return done
    return page("needs/idea_form.html", form=form, need=None, idea=queries.get_idea(actor(), idea_id))


@bp.route("/ideas/<uuid:idea_id>/step", methods=["GET", "POST"])
@roles(*DESK, Role.PROGRAMME_APPROVER)
def step(idea_id: UUID) -> ResponseReturnValue:
    """Record what comes next: opinions or a deliberation."""
    found = queries.get_idea(actor(), idea_id)
    stage = _stage(found)
    if stage in PUBLICATIONS:
        raise InvalidTransition("record_step", str(found.status))
    form = StepForm(version=found.version, stage=stage.value, held_on=clock.today())
    form.fit(stage)
    upload = request.files.get("file")
    minutes = (upload.filename, upload.read()) if upload and upload.filename else None
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.record_step(
                actor=actor(),
                idea_id=idea_id,
                version=form.version.data,
                stage=stage,
                sitting=form.sitting(),
                minutes=minutes,
            ),
            lambda _step: url_for("needs.idea", idea_id=idea_id),
            _("The step was recorded."),
        )
    ):
        return done
    found = queries.get_idea(actor(), idea_id)
    return page(
        "needs/step.html",
        form=form,
        idea=found,
        stage=stage,
        problems=IDEA.problems(stage.value, found, clock.now()),
    )


@bp.route("/ideas/<uuid:idea_id>/publish", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def publish(idea_id: UUID) -> ResponseReturnValue:
    found = queries.get_idea(actor(), idea_id)
    stage = _stage(found)
    if stage not in PUBLICATIONS:
        raise InvalidTransition("publish", str(found.status))
    form = PublishForm(
        version=found.version, stage=stage.value, last_day=rules.last_day_of_notice(clock.today())
    )
    if stage == Stage.RESULT:
        del form.last_day
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.publish_step(
                actor=actor(), idea_id=idea_id, version=form.version.data, stage=stage, last_day=form.last_day.data if form.last_day else None
            ),
            lambda _step: url_for("needs.project", idea_id=idea_id),
            _("It is published and cannot be changed any more."),
        )
    ):  # fmt: skip
        return done
    found = queries.get_idea(actor(), idea_id)
    return page("needs/publish.html", form=form, idea=found, stage=stage, steps=queries.steps_of(idea_id), needs=queries.needs_of(idea_id))  # fmt: skip


def _stage(idea: Idea) -> Stage:
    """The step that was sent with the form, else the one that comes next, for those who may record it.

    What was sent is for the use case to decide: a form that is sent twice finds its first effect.
    """
    sent = request.form.get("stage", "")
    if request.method == "POST" and sent in set(Stage):
        return Stage(sent)
    stage = next_stage(idea.status)
    if stage is None:
        raise InvalidTransition("record_step", str(idea.status))
    require(may_record_step, actor(), StageSeat(stage, queries.seat_unit(idea, stage).id))
    return stage


@bp.get("/ideas/<uuid:idea_id>/minutes/<int:number>")
@roles(*READERS)
def minutes(idea_id: UUID, number: int) -> ResponseReturnValue:
    queries.get_idea(actor(), idea_id)
    found = queries.get_step(idea_id, number)
    if found.minutes_id is None:
        raise NotFound()
    return send(by_id([found.minutes_id])[found.minutes_id])


@bp.post("/ideas/<uuid:idea_id>/needs/<uuid:need_id>")
@roles(*DESK)
def cite_need(idea_id: UUID, need_id: UUID) -> ResponseReturnValue:
    return _link(idea_id, lambda: services.cite_need(actor=actor(), idea_id=idea_id, need_id=need_id))


@bp.post("/ideas/<uuid:idea_id>/needs/<uuid:need_id>/drop")
@roles(*DESK)
def drop_need(idea_id: UUID, need_id: UUID) -> ResponseReturnValue:
    return _link(idea_id, lambda: services.drop_need(actor=actor(), idea_id=idea_id, need_id=need_id))


@bp.post("/ideas/<uuid:idea_id>/resources/<uuid:resource_id>")
@roles(*DESK)
def use_resource(idea_id: UUID, resource_id: UUID) -> ResponseReturnValue:
    return _link(
        idea_id, lambda: services.use_resource(actor=actor(), idea_id=idea_id, resource_id=resource_id)
    )


@bp.post("/ideas/<uuid:idea_id>/resources/<uuid:resource_id>/drop")
@roles(*DESK)
def drop_resource(idea_id: UUID, resource_id: UUID) -> ResponseReturnValue:
    return _link(
        idea_id, lambda: services.drop_resource(actor=actor(), idea_id=idea_id, resource_id=resource_id)
    )


@bp.post("/ideas/<uuid:idea_id>/withdraw")
@roles(*DESK)
def withdraw_idea(idea_id: UUID) -> ResponseReturnValue:
    queries.get_idea(actor(), idea_id)
    return act(
        lambda form: services.withdraw_idea(actor=actor(), idea_id=idea_id, reason=form.reason.data or ""),
        url_for("needs.idea", idea_id=idea_id),
        _("The idea was withdrawn."),
    )


def _link(idea_id: UUID, call: Any) -> ResponseReturnValue:
    queries.get_idea(actor(), idea_id)
    return act(lambda form: call(), url_for("needs.idea", idea_id=idea_id), _("Saved."))
