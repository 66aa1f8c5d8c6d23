"""What a call says: the public list and page, the desk and the case page of the staff."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from uuid import UUID

from flask import Response, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from portal.budgets import queries as budgets
from portal.budgets.models import Programme
from portal.core import audit, clock
from portal.core.db import get
from portal.core.errors import Problem
from portal.core.lists import paginate
from portal.core.policy import SENTENCES, Rule, can
from portal.core.templating import gettext
from portal.core.text import N_
from portal.core.web import actor, page, public, roles
from portal.needs import queries as needs
from portal.notices import queries as notices
from portal.parties.values import Role
from portal.tenders import queries, rules
from portal.tenders.documents import call_paper
from portal.tenders.models import Tender
from portal.tenders.policies import (
    may_cancel_tender,
    may_decide_tender,
    may_draft_tender,
    may_see_tender,
)
from portal.tenders.values import ACTIONS, DaysLeft, Section, SectionState, TenderStatus
from portal.tenders.views.blueprint import STAFF_ROLES, bp
from portal.tenders.views.editing import EDITABLE
from portal.tenders.workflow import TENDER

SORTS = {
    "number": Tender.number, "title": Tender.title, "budget": Tender.budget, "deadline_at": Tender.deadline_at,
    "created_at": Tender.created_at, "published_at": Tender.published_at,
}  # fmt: skip


# Public pages


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    now = clock.now()
    found = paginate(
        queries.list_public(request.args, now), request.args, sorts=SORTS, default="-published_at"
    )
    announced = queries.announced(tender.id for tender in found.items)
    stages = {t.id: rules.stage(t, now, in_notice=t.id in announced) for t in found.items}
    return page(
        "tenders/index.html", found=found, stages=stages, fields=[(f, f) for f in queries.public_fields()],
        streets=[(name, name) for name in queries.streets()], left=list(DaysLeft),
    )  # fmt: skip


@bp.get("/<uuid:tender_id>")
@public
def show(tender_id: UUID) -> ResponseReturnValue:
    """The public page; whoever prepares the call is led to its case page before publication."""
    now = clock.now()
    tender = queries.get_tender(actor(), tender_id)
    if tender.published_at is None:
        return redirect(url_for("tenders.case", tender_id=tender_id))
    return page(
        "tenders/call.html", tender=tender, stage=queries.stage_of(tender, now), open=rules.is_open(tender, now),
        procedure=queries.procedure_of(tender, now), notices=notices.notices_of(tender.id),
        staff=can(may_see_tender, actor(), tender), conditions=queries.conditions_in_words(tender), means=queries.scoring_in_words(tender), waits=queries.instalment_conditions(tender), ideas=needs.ideas_of(tender.id),
    )  # fmt: skip


@bp.get("/<uuid:tender_id>/call.pdf")
@roles(*STAFF_ROLES)
def call_file(tender_id: UUID) -> Response:
    """The whole call on paper, for those who prepare and approve it; the public reads the paper of the notice."""
    tender = queries.get_case(actor(), tender_id)
    paper = BytesIO(call_paper(tender, clock.now()))
    return send_file(
        paper, mimetype="application/pdf", download_name=f"{tender.number}.pdf", as_attachment=True
    )


# Staff: list and case


@bp.get("/desk")
@roles(*STAFF_ROLES)
def desk() -> ResponseReturnValue:
    found = paginate(
        queries.list_desk(actor(), request.args), request.args, sorts=SORTS, default="-created_at"
    )
    return page(
        "tenders/desk.html",
        found=found,
        statuses=list(TenderStatus),
        may_create=actor().holds(Role.PROGRAMME_OFFICER),
    )


@dataclass(frozen=True)
class Action:
    """A button of the case page: where it leads, and why it is not possible now."""

    name: str
    label: str
    url: str
    variant: str
    reason: bool
    against: list[Problem]


@dataclass(frozen=True)
class Step:
    """A step of the workflow with its button, the rule that guards it, and which problems stop it."""

    name: str
    label: str
    rule: Rule
    variant: str = "primary"
    reason: bool = False
    stops: Callable[[list[SectionState]], list[Problem]] = lambda _states: []


def _all(states: list[SectionState]) -> list[Problem]:
    return [problem for state in states for problem in state.problems]


OTHERS_TURN = (Section.SEAL, Section.FUNDS)  # key holders and finance have time until the publication


def _written(states: list[SectionState]) -> list[Problem]:
    return _all([state for state in states if state.section not in OTHERS_TURN])


STEPS = (
    Step("submit", N_("Submit for approval"), may_draft_tender, stops=_written),
    Step("approve", N_("Approve"), may_decide_tender, stops=_written),
    Step("publish", N_("Publish"), may_decide_tender, "warning", stops=_all),
    Step("return", N_("Return for changes"), may_decide_tender, "secondary", reason=True),
    Step("cancel", N_("End without a result"), may_cancel_tender, "warning"),
    Step("discard", N_("Give the draft up"), may_draft_tender, "warning"),
)


def _actions(tender: Tender, states: list[SectionState], now: datetime) -> list[Action]:
    found = []
    for step in STEPS:
        if tender.status not in TENDER.transitions[step.name].sources:
            continue
        if can(step.rule, actor(), tender):
            against = step.stops(states) or TENDER.problems(step.name, tender, now)
        else:
            against = [Problem(SENTENCES[step.rule.__name__])]
        url = url_for(f"tenders.{step.name}", tender_id=tender.id)
        found.append(Action(step.name, step.label, url, step.variant, step.reason, against))
    return found


@bp.get("/<uuid:tender_id>/case")
@roles(*STAFF_ROLES)
def case(tender_id: UUID) -> ResponseReturnValue:
    now = clock.now()
    tender = queries.get_case(actor(), tender_id)
    states = queries.checklist(tender, now) if tender.published_at is None else []
    events = [
        {"at": e.at, "title": gettext(ACTIONS.get(e.action, e.action)), "text": e.data.get("reason"), "actor": e.actor_name}
        for e in reversed(audit.history(tender))
    ]  # fmt: skip
    return page(
        "tenders/case.html", tender=tender, states=states, stage=queries.stage_of(tender, now), actions=_actions(tender, states, now),
        events=events, procedure=queries.procedure_of(tender, now), notices=notices.notices_of(tender.id),
        funds=budgets.confirmation(tender.id), programme=get(Programme, tender.programme_id), editable=tender.status in EDITABLE,
        provisional=queries.has_provisional_dates(tender), conditions=queries.conditions_in_words(tender), means=queries.scoring_in_words(tender), waits=queries.instalment_conditions(tender), ideas=needs.ideas_of(tender.id),
    )  # fmt: skip
