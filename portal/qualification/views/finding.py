"""Finding a call: am I eligible, and searches that tell of new calls."""

from collections.abc import Mapping
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.templating import label
from portal.core.text import N_
from portal.core.web import actor, page, roles, signed_in
from portal.parties import queries as parties
from portal.parties.values import ORGANISATION
from portal.qualification import queries, services
from portal.qualification.forms import SearchForm
from portal.qualification.views.blueprint import bp
from portal.tenders import queries as tenders
from portal.tenders import rules as tender_rules
from portal.tenders.values import DaysLeft


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
    found = queries.my_searches(actor())
    return page(
        "qualification/searches.html", found=found, words={row.id: _in_words(row.filters) for row in found}
    )


FILTER_LABELS = {
    "q": N_("Words"), "field": N_("Field of service"), "area": N_("Area"), "street": N_("Street"),
    "least": N_("Budget from (yuan)"), "most": N_("Budget up to (yuan)"), "left": N_("Days left"),
}  # fmt: skip


def _in_words(filters: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters with their names, as a reader says them; what is no filter of ours is left out."""
    left = filters.get("left", "")
    spoken = {**filters, "left": label(DaysLeft(left)) if left in set(DaysLeft) else ""}
    return [(_(name), spoken[key]) for key, name in FILTER_LABELS.items() if spoken.get(key)]


@bp.route("/searches/new", methods=["GET", "POST"])
@signed_in
def save_search() -> ResponseReturnValue:
    filters = {key: request.args[key] for key in queries.SEARCHED if request.args.get(key, "").strip()}
    words = _in_words(filters)
    form = SearchForm(name=" · ".join(word for _name, word in words)[:60] or _("All new calls"))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.save_search(actor=actor(), name=form.name.data or "", filters=filters),
            lambda _row: url_for("qualification.searches"),
            _("Saved. You get one message for each new call that fits."),
        )
    ):
        return done
    return page("qualification/search_form.html", form=form, filters=filters, words=words)


@bp.post("/searches/<uuid:search_id>/end")
@signed_in
def end_search(search_id: UUID) -> ResponseReturnValue:
    return act(
        lambda _form: services.end_search(actor=actor(), search_id=search_id),
        url_for("qualification.searches"),
        _("Ended. You get no more messages about it."),
    )
