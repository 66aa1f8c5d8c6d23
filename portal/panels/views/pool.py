"""Pages of the expert pool."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from portal.accounts import queries as accounts
from portal.core.errors import Invalid, problem
from portal.core.forms import act
from portal.core.policy import require
from portal.core.text import N_
from portal.core.web import actor, page, roles
from portal.panels import queries, services
from portal.panels.forms import ExpertForm, InviteForm, NewExpertForm, ProfileForm
from portal.panels.models import Expert
from portal.panels.policies import may_keep_pool
from portal.panels.values import ExpertGroup
from portal.panels.views.blueprint import bp
from portal.parties.values import Role


@bp.get("/experts")
@roles(Role.PROGRAMME_OFFICER)
def experts() -> ResponseReturnValue:
    return page(
        "panels/experts.html",
        experts=queries.list_experts(actor(), request.args),
        specialties=[(name, name) for name in queries.specialties(actor())],
        waiting=queries.not_in_pool(actor()),
        groups=list(ExpertGroup),
    )


@bp.route("/experts/new", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def add_expert() -> ResponseReturnValue:
    form = NewExpertForm(email=request.args.get("email"))
    _offer_units(form)

    def add() -> Expert:
        user = accounts.find_user(form.email.data or "")
        if user is None:
            message = N_("Nobody has an account with this address. Please send an invitation first.")
            raise Invalid(problem(message, field="email"))
        return services.add_expert(actor=actor(), user_id=user.id, unit_id=form.unit_id.data, **form.entered)

    if form.validate_on_submit() and (
        done := form.perform(add, lambda _e: url_for("panels.experts"), _("The expert is in the pool."))
    ):
        return done
    return page("panels/expert_form.html", form=form, expert=None)


@bp.route("/experts/invite", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def invite_expert() -> ResponseReturnValue:
    form = InviteForm()
    _offer_units(form)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.invite_expert(
                actor=actor(), email=form.email.data or "", name=form.name.data or "", unit_id=form.unit_id.data
            ),
            lambda _i: url_for("panels.experts"),
            _("The invitation is on its way."),
        )
    ):  # fmt: skip
        return done
    return page("panels/invite.html", form=form)


def _offer_units(form: NewExpertForm | InviteForm) -> None:
    form.unit_id.choices = [SelectChoice(unit.id, unit.name) for unit in queries.pool_units(actor())]


@bp.route("/experts/<uuid:expert_id>", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def edit_expert(expert_id: UUID) -> ResponseReturnValue:
    expert = queries.get_expert(actor(), expert_id)
    require(may_keep_pool, actor(), expert.unit_id)
    form = ExpertForm(data=_entry(expert) if request.method == "GET" else None)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.update_expert(
                actor=actor(), expert_id=expert_id, version=form.version.data, **form.entered
            ),
            lambda _e: url_for("panels.experts"),
            _("Saved."),
        )
    ):
        return done
    return page("panels/expert_form.html", form=form, expert=queries.get_expert(actor(), expert_id))


def _entry(expert: Expert) -> dict[str, object]:
    return {
        "version": expert.version, "group": expert.group, "specialty": expert.specialty, "title": expert.title,
        "employer": expert.employer, "past_employers": "\n".join(expert.past_employers),
        "interests": "\n".join(expert.interests),
    }  # fmt: skip


@bp.post("/experts/<uuid:expert_id>/suspend")
@roles(Role.PROGRAMME_OFFICER)
def suspend_expert(expert_id: UUID) -> ResponseReturnValue:
    queries.get_expert(actor(), expert_id)
    return act(
        lambda form: services.suspend_expert(
            actor=actor(), expert_id=expert_id, reason=form.reason.data or ""
        ),
        url_for("panels.edit_expert", expert_id=expert_id),
        _("The expert is left out of new draws."),
    )


@bp.post("/experts/<uuid:expert_id>/resume")
@roles(Role.PROGRAMME_OFFICER)
def resume_expert(expert_id: UUID) -> ResponseReturnValue:
    queries.get_expert(actor(), expert_id)
    return act(
        lambda form: services.resume_expert(
            actor=actor(), expert_id=expert_id, reason=form.reason.data or ""
        ),
        url_for("panels.edit_expert", expert_id=expert_id),
        _("The expert can be drawn again."),
    )


@bp.route("/profile", methods=["GET", "POST"])
@roles(Role.EXPERT)
def profile() -> ResponseReturnValue:
    expert = queries.own_expert(actor())
    form = ProfileForm(data=_entry(expert) if expert and request.method == "GET" else None)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.update_profile(actor=actor(), version=form.version.data, **form.declared),
            lambda _e: url_for("panels.profile"),
            _("Saved."),
        )
    ):
        return done
    return page("panels/profile.html", form=form, expert=queries.own_expert(actor()))
