"""Finding a call: am I eligible, and searches that tell of new calls."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.web import actor, page, roles, signed_in
from portal.parties import queries as parties
from portal.parties.values import ORGANISATION
from portal.qualification import queries, services
from portal.qualification.forms import SearchForm
from portal.qualification.views.blueprint import bp
from portal.tenders import queries as tenders
from portal.tenders import rules as tender_rules


@bp.get("/eligible/<uuid:tender_id>")
@roles(*ORGANISATION)
def eligible(tender_id: UUID) -> ResponseReturnValue:
    """Each condition of a call with yes, no or not known, why, and what to do about it."""
    tender, own, now = tenders.public_tender(tender_id), parties.own_parties(actor()), clock.now()
    if not own:
        raise NotFound()
    party = next((party for party in own if str(party.id) == request.args.get("party")), own[0])
    lines = queries.eligibility(tender, party.id, now)
    return page(
        "qualification/eligible.html", tender=tender, party=party, own=own, lines=lines,
        excluded=any(line.answer.excludes for line in lines), unknown=any(line.answer.verdict == "unknown" for line in lines),
        open=tender_rules.is_open(tender, now),
    )  # fmt: skip


@bp.get("/searches")
@signed_in
def searches() -> ResponseReturnValue:
    return page("qualification/searches.html", found=queries.my_searches(actor()))


@bp.route("/searches/new", methods=["GET", "POST"])
@signed_in
def save_search() -> ResponseReturnValue:
    filters = {key: request.args[key] for key in queries.SEARCHED if request.args.get(key, "").strip()}
    form = SearchForm(name=" · ".join(filters.values())[:60] or _("All new calls"))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.save_search(actor=actor(), name=form.name.data or "", filters=filters),
            lambda _row: url_for("qualification.searches"),
            _("Saved. You get one message for each new call that fits."),
        )
    ):
        return done
    return page("qualification/search_form.html", form=form, filters=filters)


@bp.post("/searches/<uuid:search_id>/end")
@signed_in
def end_search(search_id: UUID) -> ResponseReturnValue:
    return act(
        lambda _form: services.end_search(actor=actor(), search_id=search_id),
        url_for("qualification.searches"),
        _("Ended. You get no more messages about it."),
    )
