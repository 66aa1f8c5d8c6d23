"""Pages of the administrator: who stands in for a person who is away."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.db import get
from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.policy import can
from portal.core.templating import label
from portal.core.web import actor, page, roles
from portal.parties import policies, queries, services
from portal.parties.forms import DeputyForm
from portal.parties.models import Deputy
from portal.parties.values import STAFF, Role, Seat
from portal.parties.views.blueprint import bp


@bp.route("/people/<uuid:user_id>/deputies/new", methods=["GET", "POST"])
@roles(Role.ADMINISTRATOR)
def name_deputy(user_id: UUID) -> ResponseReturnValue:
    user, _found = queries.get_person(actor(), user_id)
    seats = [
        held
        for held in queries.roles_held(user_ids=[user_id])
        if held.role in STAFF and can(policies.may_change_role, actor(), Seat(held.role, held.scope_id))
    ]
    form = DeputyForm(from_on=clock.today())
    form.seat.choices = [(f"{s.role}.{s.scope_id}", f"{label(s.role)} · {s.scope_name}") for s in seats]
    colleagues = queries.possible_deputies(actor().scopes(Role.ADMINISTRATOR), but=user_id)
    form.deputy_id.choices = [(person.id, person.name) for person in colleagues]

    def name() -> Deputy:
        role, scope_id = form.chosen()
        first, last = form.days()
        return services.name_deputy(
            actor=actor(), holder_id=user_id, deputy_id=form.deputy_id.data, role=role, scope_id=scope_id,
            from_on=first, until_on=last,
        )  # fmt: skip

    if form.validate_on_submit() and (
        done := form.perform(
            name, lambda _row: url_for("parties.person", user_id=user_id), _("Named. Both get a message.")
        )
    ):
        return done
    return page("parties/deputy_form.html", form=form, user=user, seats=seats)


@bp.post("/people/<uuid:user_id>/deputies/<uuid:deputy_id>/end")
@roles(Role.ADMINISTRATOR)
def end_deputy(user_id: UUID, deputy_id: UUID) -> ResponseReturnValue:
    queries.get_person(actor(), user_id)
    row = get(Deputy, deputy_id)
    if user_id not in (row.holder_id, row.deputy_id):
        raise NotFound()
    return act(
        lambda _form: services.end_deputy(actor=actor(), deputy_id=deputy_id),
        url_for("parties.person", user_id=user_id),
        _("The deputyship is ended."),
    )
