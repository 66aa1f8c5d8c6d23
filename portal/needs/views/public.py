"""Pages for everybody: hand in a need without an account, see what became of it, read what was answered."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.errors import NotFound
from portal.core.limits import OPEN_FORM, limiter
from portal.core.web import actor, page, public, see
from portal.needs import queries, services
from portal.needs.forms import HandInForm
from portal.needs.rules import tidy_code
from portal.needs.values import ANSWERED, PUBLIC_IDEAS, ServiceField
from portal.needs.views.blueprint import bp
from portal.parties import queries as parties


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    found = queries.public_needs(request.args)
    return page(
        "needs/index.html", found=found, fields=list(ServiceField), statuses=list(ANSWERED),
        places=queries.place_choices(unit.id for unit in parties.units()),
    )  # fmt: skip


@bp.get("/<uuid:need_id>")
@public
def show(need_id: UUID) -> ResponseReturnValue:
    need = queries.public_need(need_id)
    ideas = queries.ideas_for(need_id)
    return page(
        "needs/show.html", need=need, unit=parties.unit(need.unit_id), ideas=ideas, public_ideas=PUBLIC_IDEAS,
        papers=queries.papers_of(idea.id for idea in ideas),
    )  # fmt: skip


@bp.get("/hand-in")
@public
def choose() -> ResponseReturnValue:
    return page("needs/choose.html", communities=queries.communities())


@bp.route("/hand-in/<uuid:unit_id>", methods=["GET", "POST"])
@public
@limiter.limit(OPEN_FORM)
def hand_in(unit_id: UUID) -> ResponseReturnValue:
    place, form = queries.community(unit_id), HandInForm()
    form.offer_grids(queries.grid_names(unit_id))
    upload = request.files.get("file")
    photo = (upload.filename, upload.read()) if upload and upload.filename else None
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.hand_in(
                actor=actor(), unit_id=unit_id, field=form.field.data, text=form.text.data or "",
                grid=form.grid.data or "" if form.grid else "", contact=form.contact(), photo=photo,
            ),
            lambda handed: url_for("needs.receipt", code=handed[1], new="1"),
        )
    ):  # fmt: skip
        return done
    return page("needs/hand_in.html", form=form, place=place)


@bp.get("/receipt")
@public
@limiter.limit(OPEN_FORM)
def find_receipt() -> ResponseReturnValue:
    code = tidy_code(request.args.get("code", ""))
    return see("needs.receipt", code=code) if code else page("needs/find_receipt.html", unknown=False)


@bp.get("/receipt/<code>")
@public
@limiter.limit(OPEN_FORM)
def receipt(code: str) -> ResponseReturnValue:
    """What became of a need; an address typed from paper is easily mistyped, so an unknown code gets a page."""
    try:
        outcome = queries.by_code(code)
    except NotFound:
        return page("needs/find_receipt.html", 404, unknown=True)
    return page(
        "needs/receipt.html", outcome=outcome, code=code, new="new" in request.args,
        thanks=_("Thank you. Your need was handed in."),
    )  # fmt: skip
