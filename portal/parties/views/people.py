"""Pages of the administrator: people, their roles, units."""

from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.accounts.values import UserStatus
from portal.core.forms import act
from portal.core.policy import can
from portal.core.web import actor, page, roles
from portal.parties import policies, queries, services
from portal.parties.forms import InviteForm, RoleForm, UnitForm
from portal.parties.values import UNIT_ROLES, Role, Seat
from portal.parties.views.blueprint import bp


def _unit_choices() -> list[tuple[UUID, str]]:
    """The administrator's units, indented as they stand below each other."""
    own = queries.units(actor().scopes(Role.ADMINISTRATOR))
    return [(unit.id, "　" * (unit.path.count("/") - 2) + unit.name) for unit in own]


@bp.get("/people")
@roles(Role.ADMINISTRATOR)
def people() -> ResponseReturnValue:
    found = queries.list_people(actor(), request.args)
    return page(
        "parties/people.html",
        list=found,
        held=queries.roles_by_person(user.id for user in found.items),
        all_roles=list(Role),
        statuses=list(UserStatus),
        invitations=queries.open_invitations(actor().scopes(Role.ADMINISTRATOR)),
    )


@bp.route("/people/<uuid:user_id>", methods=["GET", "POST"])
@roles(Role.ADMINISTRATOR)
def person(user_id: UUID) -> ResponseReturnValue:
    user, found = queries.get_person(actor(), user_id)
    form = RoleForm()
    form.role.limit(UNIT_ROLES)
    form.scope_id.choices = _unit_choices()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.grant_role(
                actor=actor(), user_id=user_id, role=form.role.data, scope_id=form.scope_id.data
            ),
            lambda _row: url_for("parties.person", user_id=user_id),
            _("The role was given."),
        )
    ):
        return done
    held = queries.roles_held(user_ids=[user_id])
    return page(
        "parties/person.html",
        form=form,
        user=user,
        held=held,
        endable={
            (row.role, row.scope_id)
            for row in held
            if can(policies.may_change_role, actor(), Seat(row.role, row.scope_id, user_id))
        },
        may_change=can(policies.may_change_person, actor(), found),
        deputies=queries.deputies_of(user_id),
        factor=accounts.second_factor(user_id),
    )


@bp.post("/people/<uuid:user_id>/disable")
@roles(Role.ADMINISTRATOR)
def disable(user_id: UUID) -> ResponseReturnValue:
    return _set_status(user_id, UserStatus.DISABLED, _("The account is disabled and all its sessions ended."))


@bp.post("/people/<uuid:user_id>/enable")
@roles(Role.ADMINISTRATOR)
def enable(user_id: UUID) -> ResponseReturnValue:
    return _set_status(user_id, UserStatus.ACTIVE, _("The account is enabled again."))


def _set_status(user_id: UUID, status: UserStatus, message: str) -> ResponseReturnValue:
    queries.get_person(actor(), user_id)
    return act(
        lambda form: services.set_person_status(
            actor=actor(), user_id=user_id, status=status, reason=form.reason.data or ""
        ),
        url_for("parties.person", user_id=user_id),
        message,
    )


@bp.post("/people/<uuid:user_id>/second-factor/reset")
@roles(Role.ADMINISTRATOR)
def reset_second_factor(user_id: UUID) -> ResponseReturnValue:
    queries.get_person(actor(), user_id)
    return act(
        lambda form: services.reset_second_factor(
            actor=actor(), user_id=user_id, reason=form.reason.data or ""
        ),
        url_for("parties.person", user_id=user_id),
        _(
            "The second factor was taken away. The person signs in with the password and can switch on a new one."
        ),
    )


@bp.post("/people/<uuid:user_id>/<role>/<uuid:scope_id>/end")
@roles(Role.ADMINISTRATOR)
def end_role(user_id: UUID, role: str, scope_id: UUID) -> ResponseReturnValue:
    queries.get_person(actor(), user_id)
    if role not in set(Role):
        abort(404)
    return act(
        lambda _form: services.end_role(actor=actor(), user_id=user_id, role=Role(role), scope_id=scope_id),
        url_for("parties.person", user_id=user_id),
        _("The role was ended."),
    )


@bp.route("/invite", methods=["GET", "POST"])
@roles(Role.ADMINISTRATOR)
def invite() -> ResponseReturnValue:
    form = InviteForm()
    form.role.limit(UNIT_ROLES)
    form.scope_id.choices = _unit_choices()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.invite(
                actor=actor(), email=form.email.data or "", name=form.name.data or "", role=form.role.data,
                scope_id=form.scope_id.data,
            ),
            lambda _sent: url_for("parties.people"),
            _("The invitation goes out by mail within a minute."),
        )
    ):  # fmt: skip
        return done
    return page("parties/invite.html", form=form)


@bp.get("/units")
@roles(Role.ADMINISTRATOR)
def units() -> ResponseReturnValue:
    return page("parties/units.html", units=queries.units())


@bp.route("/units/new", methods=["GET", "POST"])
@roles(Role.ADMINISTRATOR)
def create_unit() -> ResponseReturnValue:
    form = UnitForm()
    form.parent_id.choices = _unit_choices()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.create_unit(
                actor=actor(), name=form.name.data or "", level=form.level.data, parent_id=form.parent_id.data,
                code=form.code.data,
            ),
            lambda _unit: url_for("parties.units"),
            _("The unit was created."),
        )
    ):  # fmt: skip
        return done
    return page("parties/unit_form.html", form=form)
