"""The page behind the link of an invitation, and taking one back."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as people
from portal.core.forms import act
from portal.core.limits import OPEN_FORM, limiter
from portal.core.web import actor, page, public, roles, sign_in_as
from portal.parties import queries, services
from portal.parties.forms import AcceptForm
from portal.parties.models import Invitation
from portal.parties.values import ORGANISATION, Role
from portal.parties.views.blueprint import bp


@bp.route("/accept/<token>", methods=["GET", "POST"])
@public
@limiter.limit(OPEN_FORM, methods=["POST"])
def accept(token: str) -> ResponseReturnValue:
    invitation = services.find_invitation(token)
    problems = services.dead_link(invitation)
    if problems and request.method == "GET":
        return page("parties/accept_dead.html", 410, problems=problems)
    known = people.find_user(invitation.email)
    if known is not None and invitation.accepted_at is None:
        return _accept_as(token, invitation, known.id == actor().user_id)
    form = AcceptForm(name=invitation.name)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.accept_invitation(
                token=token, name=form.name.data or "", password=form.password.data or ""
            ),
            lambda user: sign_in_as(user.email),
            _("Your account is ready. Please sign in."),
        )
    ):
        return done
    return page(
        "parties/accept.html", form=form, invitation=invitation, scope=queries.scope_name(invitation.scope_id)
    )


@bp.post("/invitations/<uuid:invitation_id>/withdraw")
@roles(Role.ADMINISTRATOR, Role.ORG_OWNER)
def withdraw_invitation(invitation_id: UUID) -> ResponseReturnValue:
    invitation = queries.get_invitation(actor(), invitation_id)
    is_own = invitation.role in ORGANISATION
    return act(
        lambda _form: services.withdraw_invitation(actor=actor(), invitation_id=invitation_id),
        url_for("parties.own", party_id=invitation.scope_id) if is_own else url_for("parties.people"),
        _("The invitation is taken back; its link works no more."),
    )


def _accept_as(token: str, invitation: Invitation, is_same: bool) -> ResponseReturnValue:
    """The invited address has an account: its owner signs in and presses one button."""
    here = url_for("parties.accept", token=token)
    if actor().user_id is None:
        flash(_("Please sign in as %(email)s to accept the invitation.", email=invitation.email), "info")
        return redirect(url_for("accounts.sign_in", next=here))
    if is_same and request.method == "POST":
        return act(
            lambda _form: services.accept_as(actor=actor(), token=token),
            url_for("home.work"),
            _("You hold the role from now on."),
        )
    scope = queries.scope_name(invitation.scope_id)
    return page("parties/accept_as.html", invitation=invitation, scope=scope, is_same=is_same, here=here)
