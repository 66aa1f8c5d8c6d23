"""Buttons of a call: submit, approve, publish, return, stop."""

from collections.abc import Callable
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.forms import ActionForm, act
from portal.core.policy import Rule, require
from portal.core.web import actor, roles
from portal.parties.values import Role
from portal.tenders import queries, services
from portal.tenders.policies import (
    may_cancel_tender,
    may_decide_tender,
    may_draft_tender,
)
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


@bp.post("/<uuid:tender_id>/cancel")
@roles(Role.PROGRAMME_APPROVER)
def cancel(tender_id: UUID) -> ResponseReturnValue:
    return _decide(
        tender_id, may_cancel_tender,
        lambda form: services.cancel_tender(actor=actor(), tender_id=tender_id, reason=form.reason.data), _("Stopped."),
    )  # fmt: skip
