"""Pages of the keys: make one's own, prove to hold it for a call."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import services as accounts
from portal.core import clock
from portal.core.errors import Invalid, NotFound
from portal.core.policy import require
from portal.core.web import actor, page, roles
from portal.parties.values import Role
from portal.tenders import queries, services
from portal.tenders.forms import KeyForm, ProofForm
from portal.tenders.models import SealHolder, Tender
from portal.tenders.policies import may_hold_key, may_prove_key
from portal.tenders.values import HolderRole
from portal.tenders.views.blueprint import bp


@bp.route("/my-key", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER, Role.SUPERVISOR)
def my_key() -> ResponseReturnValue:
    """The code is shown in the answer itself: it is kept nowhere, so there is nothing to redirect to."""
    require(may_hold_key, actor(), None)
    form = KeyForm()
    if form.validate_on_submit():
        try:
            accounts.check_own_password(actor=actor(), password=form.password.data or "")
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            return page("tenders/key_code.html", code=services.create_holder_key(actor=actor()), made_at=clock.now())  # fmt: skip
    user_id = actor().user_id
    assert user_id is not None  # noqa: S101 - the guard asked for a role
    return page(
        "tenders/my_key.html", form=form, key=queries.current_key(user_id), calls=queries.keys_to_prove(user_id)
    )  # fmt: skip


@bp.route("/<uuid:tender_id>/prove", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER, Role.SUPERVISOR)
def prove(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.get_case(actor(), tender_id)
    holder = _own_holder(tender)
    require(may_prove_key, actor(), holder)
    form = ProofForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.prove_key(
                actor=actor(), tender_id=tender_id, role=holder.role, code=form.code.data or ""
            ),
            lambda _holder: url_for("tenders.case", tender_id=tender_id),
            _("The code is right. You can open this call together with the other key holder."),
        )
    ):
        return done
    return page("tenders/prove.html", form=form, tender=tender, role=holder.role)


def _own_holder(tender: Tender) -> SealHolder:
    """The holder row of this person, or the officer's, which the policy then refuses."""
    rows = {row.role: row for row in tender.holders}
    mine = [row for row in rows.values() if row.user_id == actor().user_id]
    found = mine[0] if mine else rows.get(HolderRole.OFFICER)
    if found is None:
        raise NotFound()
    return found
