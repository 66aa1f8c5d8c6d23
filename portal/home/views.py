"""Front page, my work, inbox, and the pages of those who look after the portal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from redis.exceptions import RedisError

from portal.bids.models import Bid
from portal.core import clock, jobs, mail
from portal.core.enums import Labelled
from portal.core.errors import Problem
from portal.core.forms import act
from portal.core.policy import require
from portal.core.templating import adds_to, tells
from portal.core.text import N_
from portal.core.web import actor, may_reach, navigation, page, public, roles, signed_in
from portal.home import documents, policies, queries, rules, services
from portal.home.forms import ClockForm
from portal.home.values import BEGINNINGS, PAGES, CaseFacts, CourseStep, StepState, Task, Waiting
from portal.notices import queries as notices
from portal.parties import queries as parties
from portal.parties.values import STAFF, Role
from portal.tenders import queries as tenders
from portal.tenders.models import Lot, Tender

bp = Blueprint("home", __name__)

JUMPS = {
    "hour": (timedelta(hours=1), N_("1 hour ahead")),
    "day": (timedelta(days=1), N_("1 day ahead")),
    "week": (timedelta(days=7), N_("7 days ahead")),
}


def link(name: str, subject_id: UUID | None = None) -> str:
    """The address of a page of another feature; ``PAGES`` names the endpoint and its argument."""
    endpoint, argument = PAGES[name]
    values: dict[str, Any] = {argument: subject_id} if argument else {}
    return url_for(endpoint, **values)


def task_row(task: Task) -> dict[str, object]:
    """A task in the reader's language, as the macro ``task_list`` wants it."""
    kind = task.kind
    return {
        "title": _(kind.title, name=task.name),
        "why": _(kind.why),
        "button": _(kind.button),
        "url": link(kind.page, task.subject_id),
        "due": task.due,
        "tone": "bad" if task.due and task.due < clock.now() else None,
    }


@bp.get("/")
@public
def front() -> ResponseReturnValue:
    return page("home/front.html", front=queries.front(), link=link)


@bp.get("/work")
@signed_in
def work() -> ResponseReturnValue:
    tasks = [task_row(task) for task in queries.tasks(actor())]
    held = {grant.role for grant in actor().grants}
    begin = [{"title": _(b.title), "url": url_for(b.page)} for b in BEGINNINGS if b.roles & held]
    return page(
        "home/work.html",
        tasks=tasks,
        held=sorted(held),
        begin=begin,
        unverified=queries.unverified(actor()),
        deputies=parties.deputies_of(current_user.user_id),
    )


@bp.get("/inbox")
@signed_in
def inbox() -> ResponseReturnValue:
    return page("home/inbox.html", list=queries.inbox(current_user.user_id, request.args))


@bp.post("/inbox/<uuid:message_id>")
@signed_in
def open_message(message_id: UUID) -> ResponseReturnValue:
    return redirect(services.read_message(actor=actor(), message_id=message_id), 303)


@bp.get("/operations")
@roles(Role.ADMINISTRATOR)
def operations() -> ResponseReturnValue:
    try:
        queued: int | None = len(jobs.queue(current_app.extensions["portal"].redis_url))
    except RedisError:
        queued = None
    return page("home/operations.html", state=queries.operations(), queued=queued)


@bp.post("/operations/deliveries/<uuid:delivery_id>")
@roles(Role.ADMINISTRATOR)
def run_again(delivery_id: UUID) -> ResponseReturnValue:
    return act(
        lambda _form: services.run_again(actor=actor(), delivery_id=delivery_id),
        url_for("home.operations"),
        _("It runs again within a minute."),
    )


@bp.post("/operations/mails/<uuid:message_id>")
@roles(Role.ADMINISTRATOR)
def send_again(message_id: UUID) -> ResponseReturnValue:
    return act(
        lambda _form: services.send_again(actor=actor(), message_id=message_id),
        url_for("home.operations"),
        _("The mail is sent again within a minute."),
    )


bp.add_app_template_filter(documents.action_words, "deed")


@bp.get("/audit")
@roles(Role.SUPERVISOR, Role.ADMINISTRATOR)
def audit() -> ResponseReturnValue:
    require(policies.may_read_audit, actor(), None)
    found = queries.events(request.args)
    return page("home/audit.html", list=found.showing(documents.audit_rows(found.items)))


@bp.get("/audit/<subject_type>/<uuid:subject_id>")
@roles(Role.SUPERVISOR, Role.ADMINISTRATOR)
def audit_chain(subject_type: str, subject_id: UUID) -> ResponseReturnValue:
    require(policies.may_read_audit, actor(), None)
    events, broken = queries.chain(subject_type, subject_id)
    return page("home/audit_chain.html", rows=documents.audit_rows(events), broken=broken)


@dataclass(frozen=True)
class Stop:
    """A step of a case as its page shows it: the word beside it, whom it waits for, and where it is done."""

    label: str
    state: str
    url: str | None
    who: list[str]
    is_mine: bool
    sentence: Problem | None


@bp.get("/cases/<uuid:tender_id>")
@roles(*sorted(STAFF))
def case(tender_id: UUID) -> ResponseReturnValue:
    """Where the whole case stands: each step, whom it waits for, and the way to the page on which it is done."""
    tender = tenders.get_case(actor(), tender_id)
    facts = queries.case_facts(tender)
    stops = [_stop(waiting, tender, facts) for waiting in rules.course(facts, clock.now())]
    return page(
        "home/case.html", tender=tender, stops=stops, current=[stop for stop in stops if stop.state == "current"],
        projects=queries.projects(tender_id), notices=notices.notices_of(tender_id), link=link,
        may_read_contracts=may_reach("contracts.contract"),
    )  # fmt: skip


def _stop(waiting: Waiting, tender: Tender, facts: CaseFacts) -> Stop:
    step, begun = waiting.step, waiting.state is not StepState.TODO
    subject = facts.panel_id if step is CourseStep.SCORING else tender.id
    url = link(step.page, subject) if begun and may_reach(PAGES[step.page][0]) else None
    is_mine = url is not None and any(actor().has(role, tender.unit_id) for role in waiting.roles)
    return Stop(
        _(step.title),
        waiting.state.value,
        url,
        [_(role.label) for role in waiting.roles],
        is_mine,
        waiting.sentence,
    )


@tells("outcomes of bids")
def outcomes(bids: Sequence[Bid]) -> Mapping[UUID, Labelled]:
    """In the organisation's list: what became of proposals whose call was decided."""
    return queries.outcomes(bids)


@tells("own bids in lots")
def own_bids(lots: Sequence[Lot]) -> Mapping[UUID, UUID]:
    """On the page of a call: the proposal that the organisation has in a lot already."""
    return queries.own_bids(actor(), [lot.id for lot in lots])


@adds_to("bid")
def bid_course(bid: Bid) -> str:
    """On the organisation's page of its proposal: where it stands, what comes next, and the result."""
    facts = queries.bid_facts(bid, bid.tender)
    stops = rules.bid_course(facts, clock.now())
    here = next((stop for stop in stops if stop.state is not StepState.DONE), stops[-1])
    return render_template("home/_bid_course.html", stops=stops, here=here, facts=facts, tender=bid.tender)


def _demo_only() -> None:
    if not current_app.extensions["portal"].demo:
        abort(404)


@bp.get("/demo/mails")
@public
def demo_mails() -> ResponseReturnValue:
    """The mails that a demonstration did not send: whoever is invited there finds the link here."""
    _demo_only()
    sought = request.args.get("q", "").strip()
    return page("home/demo_mails.html", mails=mail.kept_letters(sought), q=sought)


@bp.route("/clock", methods=["GET", "POST"])
@signed_in
def demo_clock() -> ResponseReturnValue:
    _demo_only()
    form = ClockForm()
    if form.validate_on_submit() and (
        done := form.perform(lambda: _move(form.to.data), lambda _moved: url_for("home.demo_clock"), _("The clock was moved."))
    ):  # fmt: skip
        return done
    return page(
        "home/demo_clock.html", form=form, jumps=[(name, label) for name, (_d, label) in JUMPS.items()]
    )


@bp.post("/clock/<jump>")
@signed_in
def jump_clock(jump: str) -> ResponseReturnValue:
    _demo_only()
    if jump not in JUMPS:
        abort(404)
    return act(
        lambda _form: _move(clock.now() + JUMPS[jump][0]),
        url_for("home.demo_clock"),
        _("The clock was moved."),
    )


def _move(to: datetime | None) -> None:
    services.move_clock(actor=actor(), to=to or clock.now())


navigation(N_("My work"), "home.work", *Role, rank=0, covers=("home.inbox", "accounts"))
navigation(N_("Operations"), "home.operations", Role.ADMINISTRATOR, rank=50)
navigation(N_("Audit log"), "home.audit", Role.SUPERVISOR, Role.ADMINISTRATOR, rank=52)
navigation(N_("Public information"), "home.front", *Role, rank=60)
