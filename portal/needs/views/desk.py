"""The desk: the list of needs, one need with everything that can be done with it, paper and rounds typed in."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit, clock
from portal.core.errors import Invalid, NotFound, problem
from portal.core.files import by_id
from portal.core.forms import act
from portal.core.policy import can, require
from portal.core.sheets import MAX_ROWS, send_workbook
from portal.core.text import N_
from portal.core.web import actor, page, roles, send
from portal.needs import documents, queries, services
from portal.needs.forms import AnswerForm, EnterForm, MergeForm, RateForm, RoundForm
from portal.needs.models import Need
from portal.needs.policies import DESK, READERS, may_answer_need, may_handle_need
from portal.needs.values import Breadth, Contact, NeedChannel, NeedStatus, ServiceField, Urgency
from portal.needs.views.blueprint import bp
from portal.needs.workflow import NEED
from portal.parties import queries as parties
from portal.parties.values import Role


@bp.get("/desk")
@roles(*READERS)
def desk() -> ResponseReturnValue:
    return page(
        "needs/desk.html", found=queries.list_needs(actor(), request.args), fields=list(ServiceField), statuses=list(NeedStatus),
        channels=list(NeedChannel), places=queries.place_choices(actor().scopes(*READERS)),
    )  # fmt: skip


@bp.get("/desk.xlsx")
@roles(*READERS)
def desk_xlsx() -> ResponseReturnValue:
    found = queries.list_needs(actor(), request.args, per_page=MAX_ROWS)
    if found.total > MAX_ROWS:
        raise Invalid(
            problem(N_("These are %(total)s rows; a spreadsheet takes %(most)s. Please filter the list first."), total=found.total, most=MAX_ROWS)
        )  # fmt: skip
    return send_workbook(documents.need_sheet(found.items), "needs.xlsx")


@bp.route("/desk/enter", methods=["GET", "POST"])
@roles(*DESK)
def enter() -> ResponseReturnValue:
    form = EnterForm()
    form.unit_id.choices = queries.place_choices(actor().scopes(*DESK))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.enter_need(
                actor=actor(), unit_id=form.unit_id.data, channel=form.channel.data, field=form.field.data,
                text=form.text.data or "", grid=form.grid.data or "", opinions=form.opinions.data or 0,
                contact=Contact(form.contact_name.data or "", form.contact_phone.data or ""),
            ),
            lambda need: url_for("needs.need", need_id=need.id),
            _("The need was entered."),
        )
    ):  # fmt: skip
        return done
    return page("needs/enter.html", form=form)


@bp.route("/desk/round", methods=["GET", "POST"])
@roles(*DESK)
def enter_round() -> ResponseReturnValue:
    form = RoundForm(held_on=clock.today())
    form.unit_id.choices = queries.place_choices(actor().scopes(*DESK))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.enter_round(actor=actor(), collected=form.collected()),
            lambda entered: url_for("needs.desk", place=entered.unit_id, channel=entered.channel),
            _("The round was entered."),
        )
    ):
        return done
    return page("needs/round.html", form=form)


@bp.get("/desk/<uuid:need_id>")
@roles(*READERS)
def need(need_id: UUID) -> ResponseReturnValue:
    return page("needs/need.html", **_facts(queries.get_need(actor(), need_id)))


def _facts(found: Need) -> dict[str, Any]:
    return {
        "need": found,
        "unit": parties.unit(found.unit_id),
        "round": queries.round_of(found),
        "similar": queries.similar(actor(), found),
        "ideas": queries.ideas_for(found.id),
        "resources": queries.fitting_resources(found.unit_id, found.field)
        if can(may_handle_need, actor(), found)
        else [],
        "merged": queries.merged_into(found.id),
        "kept": queries.get_need(actor(), found.merged_into_id) if found.merged_into_id else None,
        "urgency": Urgency(str(found.urgency)) if found.urgency else None,
        "breadth": Breadth(str(found.breadth)) if found.breadth else None,
        "steps": {step.name for step in NEED.available(found, clock.now())},
        "history": audit.history(found),
    }


@bp.get("/desk/<uuid:need_id>/photo")
@roles(*DESK)
def photo(need_id: UUID) -> ResponseReturnValue:
    found = queries.get_need(actor(), need_id)
    require(may_handle_need, actor(), found)
    if found.photo_id is None:
        raise NotFound()
    return send(by_id([found.photo_id])[found.photo_id], inline=True)


@bp.route("/desk/<uuid:need_id>/rate", methods=["GET", "POST"])
@roles(*DESK)
def rate(need_id: UUID) -> ResponseReturnValue:
    found = queries.get_need(actor(), need_id)
    require(may_handle_need, actor(), found)
    chosen = {"urgency": found.urgency, "breadth": found.breadth}
    form = RateForm(
        field=found.field, version=found.version, **{k: str(v) if v else None for k, v in chosen.items()}
    )
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.rate_need(
                actor=actor(), need_id=need_id, version=form.version.data, urgency=form.urgency.data, breadth=form.breadth.data,
                field=form.field.data,
            ),
            lambda _need: url_for("needs.need", need_id=need_id),
            _("Saved."),
        )
    ):  # fmt: skip
        return done
    return page("needs/rate.html", form=form, need=queries.get_need(actor(), need_id))


@bp.route("/desk/<uuid:need_id>/answer", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def answer(need_id: UUID) -> ResponseReturnValue:
    found = queries.get_need(actor(), need_id)
    require(may_answer_need, actor(), found)
    form = AnswerForm(summary=found.summary or found.text[:500], version=found.version)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.answer_need(
                actor=actor(), need_id=need_id, version=form.version.data, status=form.decision.data,
                summary=form.summary.data or "", answer=form.answer.data or "",
            ),
            lambda _need: url_for("needs.need", need_id=need_id),
            _("The answer is public now."),
        )
    ):  # fmt: skip
        return done
    return page("needs/answer.html", form=form, need=queries.get_need(actor(), need_id))


@bp.route("/desk/<uuid:need_id>/merge", methods=["GET", "POST"])
@roles(*DESK)
def merge(need_id: UUID) -> ResponseReturnValue:
    found = queries.get_need(actor(), need_id)
    require(may_handle_need, actor(), found)
    form = MergeForm(into=request.args.get("into", ""), version=found.version)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.merge_need(
                actor=actor(), need_id=need_id, version=form.version.data, into=form.into.data or ""
            ),
            lambda kept: url_for("needs.need", need_id=kept.id),
            _("The needs were merged."),
        )
    ):
        return done
    found = queries.get_need(actor(), need_id)
    return page("needs/merge.html", form=form, need=found, similar=queries.similar(actor(), found))


@bp.post("/desk/<uuid:need_id>/split")
@roles(*DESK)
def split(need_id: UUID) -> ResponseReturnValue:
    queries.get_need(actor(), need_id)
    return act(
        lambda form: services.split_need(actor=actor(), need_id=need_id),
        url_for("needs.need", need_id=need_id),
        _("The need stands for itself again."),
    )


@bp.post("/desk/<uuid:need_id>/reopen")
@roles(Role.PROGRAMME_OFFICER)
def reopen(need_id: UUID) -> ResponseReturnValue:
    queries.get_need(actor(), need_id)
    return act(
        lambda form: services.reopen_need(actor=actor(), need_id=need_id, reason=form.reason.data or ""),
        url_for("needs.need", need_id=need_id),
        _("The answer was taken back."),
    )
