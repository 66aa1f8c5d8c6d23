"""Buttons of a call: submit, approve, publish, return, stop."""

from collections.abc import Callable
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.errors import InvalidTransition
from portal.core.forms import ActionForm, act
from portal.core.policy import Rule, require
from portal.core.web import actor, page, roles
from portal.parties.values import Role
from portal.tenders import queries, services
from portal.tenders.forms import EndForm
from portal.tenders.policies import (
    may_cancel_tender,
    may_decide_tender,
    may_draft_tender,
)
from portal.tenders.values import TenderStatus
from portal.tenders.views.blueprint import bp


def _back(tender_id: UUID) -> str:
    return url_for("tenders.case", tender_id=tender_id)


def _decide(
    tender_id: UUID, rule: Rule, call: Callable[[ActionForm], object], message: str
) -> ResponseReturnValue:
    require(rule, actor(), queries.get_case(actor(), tender_id))
    return act(call, _back(tender_id), message)


@bp.post("/<uuid:tender_id>/submit")
@roles(Role.PROGRAMME_OFFICER)
def submit(tender_id: UUID) -> ResponseReturnValue:
    return _decide(
        tender_id, may_draft_tender, lambda _f: services.submit_tender(actor=actor(), tender_id=tender_id),
        _("Submitted. A programme approver decides now."),
    )  # fmt: skip


@bp.post("/<uuid:tender_id>/approve")
@roles(Role.PROGRAMME_APPROVER)
def approve(tender_id: UUID) -> ResponseReturnValue:
    return _decide(
        tender_id, may_decide_tender, lambda _f: services.approve_tender(actor=actor(), tender_id=tender_id), _("Approved.")
    )  # fmt: skip


@bp.post("/<uuid:tender_id>/publish")
@roles(Role.PROGRAMME_APPROVER)
def publish(tender_id: UUID) -> ResponseReturnValue:
    require(may_decide_tender, actor(), queries.get_case(actor(), tender_id))
    return act(
        lambda _f: services.publish_tender(actor=actor(), tender_id=tender_id), url_for("home.case", tender_id=tender_id),
        _("Published. The call is open for proposals."),
    )  # fmt: skip


@bp.post("/<uuid:tender_id>/return", endpoint="return")
@roles(Role.PROGRAMME_APPROVER)
def give_back(tender_id: UUID) -> ResponseReturnValue:
    return _decide(
        tender_id, may_decide_tender,
        lambda form: services.return_tender(actor=actor(), tender_id=tender_id, reason=form.reason.data), _("Returned."),
    )  # fmt: skip


@bp.post("/<uuid:tender_id>/discard")
@roles(Role.PROGRAMME_OFFICER)
def discard(tender_id: UUID) -> ResponseReturnValue:
    return _decide(
        tender_id, may_draft_tender, lambda _f: services.discard_tender(actor=actor(), tender_id=tender_id), _("The draft was given up."),
    )  # fmt: skip


@bp.route("/<uuid:tender_id>/cancel", methods=["GET", "POST"])
@roles(Role.PROGRAMME_APPROVER)
def cancel(tender_id: UUID) -> ResponseReturnValue:
    """End a published call without a result, for one of the reasons that the law knows."""
    tender = queries.get_case(actor(), tender_id)
    require(may_cancel_tender, actor(), tender)
    if tender.status != TenderStatus.ACTIVE:
        raise InvalidTransition("cancel", str(tender.status))
    form = EndForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.end_tender(
                actor=actor(), tender_id=tender_id, code=form.code.data, reason=form.reason.data or ""
            ),
            lambda t: url_for("tenders.case", tender_id=t.id),
            _("The call has ended. The notice is published."),
        )
    ):
        return done
    return page("tenders/end.html", form=form, tender=tender)


@bp.post("/<uuid:tender_id>/rerun")
@roles(Role.PROGRAMME_OFFICER)
def rerun(tender_id: UUID) -> ResponseReturnValue:
    require(may_draft_tender, actor(), queries.get_case(actor(), tender_id))
    return act(
        lambda _f: services.rerun_tender(actor=actor(), tender_id=tender_id), url_for("tenders.desk"),
        _("The draft was made. Please give it new dates and key holders."),
    )  # fmt: skip
