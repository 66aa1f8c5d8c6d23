"""Pages of calls for the staff: list, case, editor, decisions, seal. Public pages are in the second half."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.budgets import queries as budgets
from portal.budgets.models import Programme
from portal.core import audit, clock
from portal.core.db import get
from portal.core.errors import InvalidTransition, NotFound, Problem
from portal.core.forms import ActionForm, act
from portal.core.lists import paginate
from portal.core.policy import SENTENCES, Rule, can, require
from portal.core.templating import gettext
from portal.core.text import N_
from portal.core.web import actor, language, page, public, roles
from portal.notices import queries as notices
from portal.parties.values import Role
from portal.procedures import queries as procedures
from portal.tenders import queries, rules, services
from portal.tenders.forms import SECTION_FORMS, CloneForm, CreateForm, SealForm
from portal.tenders.models import Tender
from portal.tenders.policies import (
    may_cancel_tender,
    may_decide_tender,
    may_draft_tender,
    may_see_tender,
)
from portal.tenders.values import ACTIONS, Section, SectionState, TenderStatus
from portal.tenders.views.blueprint import STAFF_ROLES, bp
from portal.tenders.workflow import TENDER

SORTS = {
    "number": Tender.number, "title": Tender.title, "budget": Tender.budget, "deadline_at": Tender.deadline_at,
    "created_at": Tender.created_at, "published_at": Tender.published_at,
}  # fmt: skip
EDITABLE = frozenset({TenderStatus.DRAFT, TenderStatus.APPROVED})


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
        "tenders/index.html", found=found, stages=stages, fields=_pairs("field"), areas=_pairs("area")
    )  # fmt: skip


def _pairs(column: str) -> list[tuple[str, str]]:
    return [(value, value) for value in queries.public_choices(column)]


@bp.get("/<uuid:tender_id>")
@public
def show(tender_id: UUID) -> ResponseReturnValue:
    """The public page; whoever prepares the call is led to its case page before publication."""
    now = clock.now()
    tender = queries.get_tender(actor(), tender_id)
    if tender.published_at is None:
        return redirect(_back(tender_id))
    return page(
        "tenders/call.html", tender=tender, stage=queries.stage_of(tender, now), open=rules.is_open(tender, now),
        procedure=queries.procedure_of(tender, now), notices=notices.notices_of(tender.id),
        staff=can(may_see_tender, actor(), tender), conditions=queries.conditions_in_words(tender),
    )  # fmt: skip


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


def _without_seal(states: list[SectionState]) -> list[Problem]:
    return _all([state for state in states if state.section is not Section.SEAL])


STEPS = (
    Step("submit", N_("Submit for approval"), may_draft_tender, stops=_without_seal),
    Step("approve", N_("Approve"), may_decide_tender, stops=_without_seal),
    Step("publish", N_("Publish"), may_decide_tender, "warning", stops=_all),
    Step("return", N_("Return for changes"), may_decide_tender, "secondary", reason=True),
    Step("cancel", N_("Stop the call"), may_cancel_tender, "warning", reason=True),
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
        programme=get(Programme, tender.programme_id), editable=tender.status in EDITABLE,
        provisional=queries.has_provisional_dates(tender), conditions=queries.conditions_in_words(tender),
    )  # fmt: skip


# The editor


@bp.route("/new", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def create() -> ResponseReturnValue:
    form = CreateForm(programme=request.args.get("programme", ""))
    programmes = [p for p in budgets.list_programmes(actor()) if can(may_draft_tender, actor(), p)]
    known = procedures.procedures(clock.today())
    form.offer(
        programmes=[
            (str(p.id), p.name if str(p.year) in p.name else f"{p.year} {p.name}") for p in programmes
        ],
        procedures=[(p.code, p.title if language() == "zh" else p.title_en) for p in known],
    )
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.create_tender(
                actor=actor(), programme_id=UUID(form.programme.data), procedure=form.procedure.data, title=form.title.data or ""
            ),
            lambda t: url_for("tenders.edit", tender_id=t.id, section=Section.BASICS.value),
            _("The draft was created with the usual form of its procedure."),
        )
    ):  # fmt: skip
        return done
    return page("tenders/create.html", form=form, programmes=programmes, procedures=known)


@bp.route("/<uuid:tender_id>/clone", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def clone(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.get_case(actor(), tender_id)
    require(may_draft_tender, actor(), tender)
    form = CloneForm(data={"title": tender.title})
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.clone_tender(actor=actor(), tender_id=tender_id, title=form.title.data or ""),
            lambda t: url_for("tenders.edit", tender_id=t.id, section=Section.PERIODS.value),
            _("The draft was made. Please give it new dates and key holders."),
        )
    ):
        return done
    return page("tenders/clone.html", form=form, tender=tender)


@bp.route("/<uuid:tender_id>/edit", methods=["GET", "POST"])
@bp.route("/<uuid:tender_id>/edit/<section>", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def edit(tender_id: UUID, section: str = "basics") -> ResponseReturnValue:
    tender = queries.get_case(actor(), tender_id)
    require(may_draft_tender, actor(), tender)
    if section not in set(SECTION_FORMS):
        raise NotFound()
    if tender.status not in EDITABLE:
        raise InvalidTransition("update", str(tender.status))
    part, draft = Section(section), queries.draft_of(tender)
    form = SECTION_FORMS[part].fill(draft, tender.version)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.update_tender(
                actor=actor(), tender_id=tender_id, version=form.version.data, values=form.written(draft)
            ),
            lambda t: _next_section(t.id, part),
            _("Saved."),
        )
    ):
        return done
    return page(
        "tenders/edit.html", form=form, part=part, **_editor(tender), usual=queries.procedure_of(tender, clock.now())
    )  # fmt: skip


def _next_section(tender_id: UUID, part: Section) -> str:
    order = list(Section)
    following = order[order.index(part) + 1]
    if following is Section.FORM:
        return url_for("tenders.form", tender_id=tender_id)
    if following is Section.SEAL:
        return url_for("tenders.seal", tender_id=tender_id)
    return url_for("tenders.edit", tender_id=tender_id, section=following.value)


def _editor(tender: Tender) -> dict[str, Any]:
    """What every page of the editor shows beside its form."""
    return {"tender": tender, "states": queries.checklist(tender, clock.now())}


@bp.route("/<uuid:tender_id>/seal", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def seal(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.get_case(actor(), tender_id)
    require(may_draft_tender, actor(), tender)
    chosen = {row.role: str(row.user_id) if row.user_id else "" for row in tender.holders}
    form = SealForm(data={role.value: chosen.get(role, "") for role in queries.HOLDER_ROLES})
    for role in queries.HOLDER_ROLES:
        people = [(str(user_id), name) for user_id, name in queries.candidates(tender, role)]
        form[role.value].choices = [("", _("Please choose")), *people]

    def choose() -> None:
        for role in queries.HOLDER_ROLES:
            if form[role.value].data:
                services.set_holder(
                    actor=actor(), tender_id=tender_id, role=role, user_id=UUID(form[role.value].data)
                )

    if form.validate_on_submit() and (
        done := form.perform(
            choose, lambda _none: url_for("tenders.case", tender_id=tender_id), _("The key holders were chosen.")
        )
    ):  # fmt: skip
        return done
    return page(
        "tenders/seal.html", form=form, part=Section.SEAL, holders=queries.holders_of(tender), **_editor(tender)
    )  # fmt: skip


# Decisions


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
