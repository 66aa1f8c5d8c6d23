"""Pages on which an organisation keeps its entry: standing, people and places, papers, members' hand-over."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, page, roles, send
from portal.parties import policies, queries, rules, services
from portal.parties.forms import DocumentForm, HandOverForm, StandingForm, StrengthForm
from portal.parties.models import Party
from portal.parties.values import ORGANISATION, STAFF, Inspection, Role
from portal.parties.views.blueprint import bp
from portal.parties.views.organisations import uploaded


def _editable(party_id: UUID) -> Party:
    party = queries.get_party(actor(), party_id)
    require(policies.may_update_party, actor(), party)
    return party


@bp.route("/<uuid:party_id>/standing", methods=["GET", "POST"])
@roles(*ORGANISATION)
def standing(party_id: UUID) -> ResponseReturnValue:
    party, years = _editable(party_id), rules.inspection_years(clock.today())
    form = StandingForm(**_known(party, years))
    form.name_years(years, _("Annual inspection of %(year)s", year="%(year)s"))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.update_standing(
                actor=actor(), party_id=party_id, version=form.seen_version(), standing=form.standing(party, years)
            ),
            lambda _saved: url_for("parties.strength", party_id=party_id),
            _("Saved."),
        )
    ):  # fmt: skip
        return done
    return page("parties/standing.html", form=form, party=party, change=queries.pending_change(party.id))


def _known(party: Party, years: list[int]) -> dict[str, Any]:
    """What the form begins with: the entry, and above it what waits for an officer."""
    change = queries.pending_change(party.id)
    waiting = {
        name: services.restored(name, value) for name, value in (change.values if change else {}).items()
    }
    names = ("assessment_grade", "grade_until", "party_organisation", "hub_id", "inspections")
    values: dict[str, Any] = {name: waiting.get(name, getattr(party, name)) for name in names}
    hub = queries.hub(values.pop("hub_id"))
    results: dict[str, str] = values.pop("inspections")
    shown = {
        f"year_{place}": Inspection(results[str(year)]) if str(year) in results else None
        for place, year in enumerate(years)
    }
    return {
        **values, **shown, "party_members": party.party_members, "cross_posts": party.cross_posts,
        "hub_code": hub.code if hub else "", "version": party.version,
    }  # fmt: skip


@bp.route("/<uuid:party_id>/strength", methods=["GET", "POST"])
@roles(*ORGANISATION)
def strength(party_id: UUID) -> ResponseReturnValue:
    party = _editable(party_id)
    form = StrengthForm(
        staff=party.staff, social_workers=party.social_workers, volunteers=party.volunteers,
        venues="\n".join(party.venues), version=party.version,
    )  # fmt: skip
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.update_strength(
                actor=actor(), party_id=party_id, version=form.seen_version(), strength=form.strength()
            ),
            lambda _saved: url_for("parties.documents", party_id=party_id),
            _("Saved."),
        )
    ):
        return done
    return page("parties/strength.html", form=form, party=party)


@bp.route("/<uuid:party_id>/documents", methods=["GET", "POST"])
@roles(*ORGANISATION, *STAFF)
def documents(party_id: UUID) -> ResponseReturnValue:
    party, form = queries.get_party(actor(), party_id), DocumentForm()
    if form.is_submitted():
        require(policies.may_update_party, actor(), party)
    if form.validate_on_submit():
        name, data = uploaded(form.file) or ("", b"")
        done = form.perform(
            lambda: services.add_document(
                actor=actor(), party_id=party_id, draft=form.draft(), name=name, data=data
            ),
            lambda _row: url_for("parties.documents", party_id=party_id),
            _("The paper is in your library."),
        )
        if done:
            return done
    return page(
        "parties/documents.html",
        form=form,
        party=party,
        papers=queries.documents(party.id),
        today=clock.today(),
    )


@bp.get("/<uuid:party_id>/documents/<uuid:document_id>")
@roles(*ORGANISATION, *STAFF)
def document(party_id: UUID, document_id: UUID) -> Response:
    return send(queries.get_document(actor(), party_id, document_id)[1])


@bp.post("/<uuid:party_id>/documents/<uuid:document_id>/remove")
@roles(*ORGANISATION)
def remove_document(party_id: UUID, document_id: UUID) -> ResponseReturnValue:
    _editable(party_id)
    return act(
        lambda _form: services.remove_document(actor=actor(), party_id=party_id, document_id=document_id),
        url_for("parties.documents", party_id=party_id),
        _("Removed. Proposals that used it keep their copy."),
    )


@bp.route("/<uuid:party_id>/members/hand-over", methods=["GET", "POST"])
@roles(Role.ORG_OWNER)
def hand_over(party_id: UUID) -> ResponseReturnValue:
    party = queries.get_party(actor(), party_id)
    require(policies.may_hand_over, actor(), party_id)
    form, names = HandOverForm(), {h.user_id: h.user_name for h in queries.roles_held(scope_id=party_id)}
    names.pop(actor().user_id, None)  # type: ignore[arg-type]  # a person is signed in
    form.user_id.choices = list(names.items())
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.hand_over(actor=actor(), party_id=party_id, user_id=form.user_id.data),
            lambda _none: url_for("parties.own", party_id=party_id),
            _("Handed over. You stay as a drafter."),
        )
    ):
        return done
    return page("parties/hand_over.html", form=form, party=party)


@bp.route("/<uuid:party_id>/leave", methods=["GET", "POST"])
@roles(*ORGANISATION)
def leave(party_id: UUID) -> ResponseReturnValue:
    party = queries.get_party(actor(), party_id)
    if request.method == "POST":
        return act(
            lambda _form: services.leave_party(actor=actor(), party_id=party_id),
            url_for("home.front"),
            _("You left %(name)s.", name=party.name),
        )
    owners = [h for h in queries.roles_held(scope_id=party_id) if h.role == Role.ORG_OWNER]
    last = [h.user_id for h in owners] == [actor().user_id]
    return page("parties/leave.html", party=party, last_owner=last)
