"""Pages of the expert pool."""

from datetime import date
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from portal.accounts import queries as accounts
from portal.core import clock
from portal.core.errors import Invalid, problem
from portal.core.forms import act
from portal.core.money import Money
from portal.core.policy import require
from portal.core.sheets import send_workbook
from portal.core.text import N_
from portal.core.web import actor, page, roles
from portal.panels import documents, queries, rules, services
from portal.panels.forms import ApplyForm, ExpertForm, ImportForm, InviteForm, NewExpertForm, ProfileForm
from portal.panels.models import Expert
from portal.panels.policies import may_keep_pool
from portal.panels.values import ExpertGroup
from portal.panels.views.blueprint import bp
from portal.parties.values import Role


@bp.get("/experts")
@roles(Role.PROGRAMME_OFFICER)
def experts() -> ResponseReturnValue:
    shown = queries.list_experts(actor(), request.args)
    return page(
        "panels/experts.html",
        experts=shown,
        reliability=queries.reliability([expert.id for expert in shown.items]),
        specialties=[(name, name) for name in queries.specialties(actor())],
        waiting=queries.not_in_pool(actor()),
        groups=list(ExpertGroup),
    )


@bp.route("/experts/new", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def add_expert() -> ResponseReturnValue:
    form = NewExpertForm(data=_written(request.args.get("email", "")))
    _offer_units(form)

    def add() -> Expert:
        user = accounts.find_user(form.email.data or "")
        if user is None:
            message = N_("Nobody has an account with this address. Please send an invitation first.")
            raise Invalid(problem(message, field="email"))
        return services.add_expert(
            actor=actor(), user_id=user.id, unit_id=form.unit_id.data, entry=form.entry
        )

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


def _offer_units(form: NewExpertForm | InviteForm | ImportForm) -> None:
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
                actor=actor(), expert_id=expert_id, version=form.version.data, entry=form.entry
            ),
            lambda _e: url_for("panels.experts"),
            _("Saved."),
        )
    ):
        return done
    return page("panels/expert_form.html", form=form, expert=queries.get_expert(actor(), expert_id))


def _entry(expert: Expert) -> dict[str, object]:
    return {
        "version": expert.version, "group": expert.group, "specialties": "、".join(expert.specialties),
        "title": expert.title, "title_level": expert.title_level, "years": expert.years, "born_on": expert.born_on,
        "sanctioned_on": expert.sanctioned_on, "term_ends_on": expert.term_ends_on, "fee_rate": expert.fee_rate,
        **_employers(expert),
    }  # fmt: skip


def _employers(expert: Expert) -> dict[str, object]:
    return {
        "version": expert.version, "employer": expert.employer,
        "past_employers": "\n".join(expert.past_employers), "interests": "\n".join(expert.interests),
    }  # fmt: skip


def _written(email: str) -> dict[str, object]:
    """What the person, or a spreadsheet, wrote for this entry."""
    found = queries.application_of(email) if email else None
    if found is None:
        return {"email": email}
    row = dict(found.entry)
    days = {
        name: date.fromisoformat(row[name]) if row[name] else None
        for name in ("born_on", "term_ends_on", "sanctioned_on")
    }
    lines = {name: "\n".join(row[name]) for name in ("past_employers", "interests")}
    return {
        **row,
        **days,
        **lines,
        "email": email,
        "specialties": "、".join(row["specialties"]),
        "fee_rate": Money(row["fee_rate"]),
    }


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


@bp.get("/experts.xlsx")
@roles(Role.PROGRAMME_OFFICER)
def export() -> Response:
    content = documents.pool_sheet(queries.all_experts(actor()))
    return send_workbook(content, f"expert-pool-{clock.today().isoformat()}.xlsx")


@bp.route("/experts/import", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def import_experts() -> ResponseReturnValue:
    form = ImportForm()
    _offer_units(form)

    def take() -> tuple[int, int]:
        rows = documents.read_pool_sheet(form.file.data.read())
        return services.import_experts(actor=actor(), unit_id=form.unit_id.data, rows=rows)

    if form.validate_on_submit() and (
        done := form.perform(
            take,
            lambda _n: url_for("panels.experts"),
            _("The spreadsheet is read; new people are invited by mail."),
        )
    ):
        return done
    return page("panels/import.html", form=form)


@bp.route("/profile", methods=["GET", "POST"])
@roles(Role.EXPERT)
def profile() -> ResponseReturnValue:
    expert = queries.own_expert(actor())
    if expert is None:
        return _apply()
    form = ProfileForm(data=_declared(expert) if request.method == "GET" else None)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.update_profile(
                actor=actor(), version=form.version.data, declaration=form.declaration
            ),
            lambda _e: url_for("panels.profile"),
            _("Saved."),
        )
    ):
        return done
    return page("panels/profile.html", form=form, expert=queries.own_expert(actor()))


def _declared(expert: Expert) -> dict[str, object]:
    return {
        **_employers(expert), "phone": expert.user.phone, "address": expert.address,
        "ties": [{"kind": t.kind, "name": t.name, "code": t.code, "until": t.until} for t in rules.ties_of(expert.ties)],
        "relatives": expert.relatives,
        "unavailable": [
            {"first": date.fromisoformat(first), "last": date.fromisoformat(last)} for first, last in expert.unavailable
        ],
    }  # fmt: skip


def _apply() -> ResponseReturnValue:
    """Somebody who was invited registers; the officer decides about the entry."""
    form = ApplyForm(data=_written(current_user.email) if request.method == "GET" else None)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.apply_as_expert(actor=actor(), entry=form.entry),
            lambda _a: url_for("panels.profile"),
            _("The programme officer has what you wrote and decides about your entry."),
        )
    ):
        return done
    return page("panels/apply.html", form=form)
