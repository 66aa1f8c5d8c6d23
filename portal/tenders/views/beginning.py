"""Begin a call: from a procedure's usual form, a template of the unit, or an earlier call."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.budgets import queries as budgets
from portal.core import clock
from portal.core.forms import act
from portal.core.lists import paginate
from portal.core.policy import can, require
from portal.core.web import actor, language, page, roles
from portal.parties.values import Role
from portal.procedures import queries as procedures
from portal.tenders import queries, services
from portal.tenders.forms import CreateForm, TemplateForm
from portal.tenders.models import Tender
from portal.tenders.policies import may_draft_tender
from portal.tenders.values import Source
from portal.tenders.views.blueprint import bp

EARLIER_SORTS = {
    "number": Tender.number,
    "title": Tender.title,
    "budget": Tender.budget,
    "created_at": Tender.created_at,
}
EARLIER_SHOWN = 10


@bp.route("/new", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def create() -> ResponseReturnValue:
    """``?source=`` is what a link of the lists below the form chose; the form says the same in its select."""
    programmes = [p for p in budgets.list_programmes(actor()) if can(may_draft_tender, actor(), p)]
    known, templates = procedures.procedures(clock.today()), queries.templates(actor())
    earlier = paginate(
        queries.list_earlier(actor(), request.args),
        request.args,
        sorts=EARLIER_SORTS,
        default="-created_at",
        per_page=EARLIER_SHOWN,
    )
    chosen = _chosen(request.args.get("source", ""))
    form = CreateForm(
        programme=request.args.get("programme", ""),
        source=request.args.get("source", ""),
        title=chosen.title if chosen else "",
    )
    calls = {call.id: call for call in [*([chosen] if chosen else []), *earlier.items]}
    form.offer(
        programmes=[
            (str(p.id), p.name if str(p.year) in p.name else f"{p.year} {p.name}") for p in programmes
        ],
        procedures=[(Source.procedure(p.code), p.title if language() == "zh" else p.title_en) for p in known],
        templates=[(Source.template(x.id), x.title) for x in templates],
        calls=[(Source.call(x.id), f"{x.number} {x.title}") for x in calls.values()],
    )
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.begin_tender(
                actor=actor(),
                programme_id=UUID(form.programme.data),
                source=form.source.data,
                title=form.title.data or "",
            ),
            lambda t: url_for("tenders.edit", tender_id=t.id, section="basics"),
            _("The draft was created. The list beside the form says what is still missing."),
        )
    ):
        return done
    return page(
        "tenders/create.html", form=form, programmes=programmes, procedures=known, templates=templates, earlier=earlier
    )  # fmt: skip


def _chosen(source: str) -> Tender | None:
    """The earlier call that a link chose, wherever it stands in the list."""
    call_id = Source.id_of(source, "call")
    return queries.get_tender(actor(), call_id) if call_id else None


@bp.route("/<uuid:tender_id>/template", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def template(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.get_case(actor(), tender_id)
    require(may_draft_tender, actor(), tender)
    form = TemplateForm(data={"title": tender.title})
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.save_template(actor=actor(), tender_id=tender_id, title=form.title.data or ""),
            lambda _row: url_for("tenders.create"),
            _("Saved. The template can be chosen here."),
        )
    ):
        return done
    return page("tenders/template.html", form=form, tender=tender)


@bp.post("/templates/<uuid:template_id>/retire")
@roles(Role.PROGRAMME_OFFICER)
def retire_template(template_id: UUID) -> ResponseReturnValue:
    require(may_draft_tender, actor(), queries.get_template(actor(), template_id))
    return act(
        lambda _f: services.retire_template(actor=actor(), template_id=template_id), url_for("tenders.create"),
        _("The template is no longer offered."),
    )  # fmt: skip
