"""Pages on which an organisation writes its proposal, step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from portal.bids import queries, rules, services
from portal.bids.forms import (
    BasicsForm,
    DraftForm,
    FileForm,
    PlanForm,
    StartForm,
    SubmitForm,
    TeamForm,
    budget_form,
)
from portal.bids.models import Bid
from portal.bids.policies import may_start, may_submit, may_write
from portal.bids.values import BidStatus, ProposalContent, Step, Submitted
from portal.bids.views.blueprint import bp, send_bytes
from portal.bids.views.receipts import remember_code
from portal.bids.views.uploads import forget_upload, received_file
from portal.bids.workflow import organisation_verified
from portal.core import clock
from portal.core.clock import local
from portal.core.errors import DomainError, Invalid, InvalidTransition, NotFound, Problem
from portal.core.forms import act
from portal.core.lists import paginate
from portal.core.policy import require
from portal.core.templating import problem_text
from portal.core.text import N_
from portal.core.web import actor, page, received_at, roles
from portal.parties.values import ORGANISATION, PartyStatus, Role

WRITERS = (Role.ORG_OWNER, Role.ORG_DRAFTER)
SUBMITTERS = (*WRITERS, Role.ORG_APPROVER)


@dataclass(frozen=True)
class Missing:
    """Something that keeps the proposal from being submitted, and the address of the field that mends it."""

    problem: Problem
    url: str


@bp.get("/")
@roles(*ORGANISATION)
def index() -> ResponseReturnValue:
    found = paginate(
        queries.my_bids(actor()), request.args, sorts={"created_at": Bid.created_at}, default="-created_at"
    )
    return page("bids/index.html", bids=found, may_write=bool(queries.my_parties(actor())))


@bp.route("/start", methods=["GET", "POST"])
@roles(*WRITERS)
def start() -> ResponseReturnValue:
    parties, lots = queries.my_parties(actor()), queries.open_lots(clock.now())
    wanted = request.args.get("tender", "")
    lots = [lot for lot in lots if not wanted or str(lot.tender_id) == wanted] or lots
    lot = next((lot.id for lot in lots if str(lot.id) == request.args.get("lot")), None)
    form = StartForm(party=parties[0].id if parties else None, lot=lot)
    form.party.choices = [SelectChoice(party.id, party.name) for party in parties]
    form.lot.choices = [
        SelectChoice(lot.id, f"{lot.tender.number} {lot.tender.title} · {lot.title}") for lot in lots
    ]
    if form.validate_on_submit():
        require(may_start, actor(), form.party.data)
        done = form.perform(
            lambda: services.start_bid(actor=actor(), lot_id=form.lot.data, party_id=form.party.data),
            lambda bid: url_for("bids.step", bid_id=bid.id, step=Step.BASICS),
            _("Your draft was begun. Everything you type is saved encrypted."),
        )
        if done:
            return done
    facts = [(party, party.status == PartyStatus.VERIFIED) for party in parties]
    return page("bids/start.html", form=form, lots=lots, facts=facts)


@bp.get("/<uuid:bid_id>/edit")
@roles(*WRITERS)
def edit(bid_id: UUID) -> ResponseReturnValue:
    """Go on where something is missing."""
    bid = _own_draft(bid_id)
    missing = _missing(bid, queries.draft(bid))
    return redirect(missing[0].url if missing else url_for("bids.step", bid_id=bid.id, step=Step.CHECK), 303)


@bp.route("/<uuid:bid_id>/edit/<step>", methods=["GET", "POST"])
@roles(*WRITERS)
def step(bid_id: UUID, step: str) -> ResponseReturnValue:
    bid, here = _own_draft(bid_id), _step(step)
    if here is Step.FILES:
        return _files(bid)
    if here is Step.CHECK:
        return _check(bid)
    draft = queries.draft(bid)
    form = _form(bid, here, draft)
    if form.validate_on_submit():
        following = list(Step)[list(Step).index(here) + 1]
        done = form.perform(
            lambda: services.save_draft(
                actor=actor(), bid_id=bid.id, version=form.version.data, content=form.merge(draft)
            ),
            lambda bid: url_for("bids.step", bid_id=bid.id, step=following),
            _("Saved."),
        )
        if done:
            return done
    return page("bids/edit.html", form=form, here=here, **_frame(bid, here, draft))


@bp.post("/<uuid:bid_id>/autosave/<step>")
@roles(*WRITERS)
def autosave(bid_id: UUID, step: str) -> ResponseReturnValue:
    """Save what was typed so far; answers JSON for the script of the page."""
    bid, here = _own_draft(bid_id), _step(step)
    draft = queries.draft(bid)
    form = _form(bid, here, draft)
    if not form.validate_on_submit():
        return jsonify(problem=_first_error(form)), 422
    try:
        saved = services.save_draft(
            actor=actor(), bid_id=bid.id, version=form.version.data, content=form.merge(draft)
        )
    except DomainError as error:
        return jsonify(problem=_sentence(error)), error.status
    return jsonify(saved_at=f"{local(clock.now()):%H:%M:%S}", version=saved.version)


def _first_error(form: DraftForm) -> str:
    """The first sentence of a refused form, rows of a table included."""
    found: Any = form.errors
    while isinstance(found, (dict, list, tuple)):
        found = next((item for item in (found.values() if isinstance(found, dict) else found) if item), "")
    return str(found)


def _sentence(error: DomainError) -> str:
    if isinstance(error, Invalid):
        return problem_text(error.problems[0])
    message: str = getattr(error, "message", N_("This is not possible."))
    return str(_(message))


@bp.get("/<uuid:bid_id>/files/<part>")
@roles(*ORGANISATION)
def draft_file(bid_id: UUID, part: str) -> Response:
    return send_bytes(*queries.draft_file(_own_draft(bid_id), part))


@bp.post("/<uuid:bid_id>/files/<part>/remove")
@roles(*WRITERS)
def remove_file(bid_id: UUID, part: str) -> ResponseReturnValue:
    bid = _own_draft(bid_id)
    return act(
        lambda _form: services.remove_file(actor=actor(), bid_id=bid.id, part=part),
        url_for("bids.step", bid_id=bid.id, step=Step.FILES),
        _("The file was removed."),
    )


@bp.route("/<uuid:bid_id>/submit", methods=["GET", "POST"])
@roles(*SUBMITTERS)
def submit(bid_id: UUID) -> ResponseReturnValue:
    """What will happen, what is declared; then the seal."""
    arrived = received_at()
    bid = queries.get_bid(actor(), bid_id)
    require(may_submit, actor(), bid)
    form = SubmitForm(version=bid.version)
    if form.validate_on_submit():
        done = form.perform(
            lambda: services.submit_bid(
                actor=actor(), bid_id=bid.id, version=form.version.data, received_at=arrived, declaration=form.declaration
            ),
            _to_receipt,
        )  # fmt: skip
        if done:
            return done
    if bid.status != BidStatus.DRAFT:
        raise InvalidTransition("submit", str(bid.status))
    draft = queries.draft(bid)
    return page("bids/submit.html", form=form, bid=bid, draft=draft, missing=_missing(bid, draft))


def _to_receipt(done: Submitted) -> str:
    remember_code(done)
    return url_for("bids.receipt", bid_id=done.bid_id)


def _own_draft(bid_id: UUID) -> Bid:
    bid = queries.get_bid(actor(), bid_id)
    require(may_write, actor(), bid)
    if bid.status != BidStatus.DRAFT:
        raise InvalidTransition("edit", str(bid.status))
    return bid


def _step(name: str) -> Step:
    if name not in set(Step):
        raise NotFound()
    return Step(name)


def _form(bid: Bid, step: Step, draft: ProposalContent) -> DraftForm:
    kinds: dict[Step, Callable[[], type[DraftForm]]] = {
        Step.BASICS: lambda: BasicsForm,
        Step.PLAN: lambda: PlanForm,
        Step.TEAM: lambda: TeamForm,
        Step.BUDGET: lambda: budget_form(queries.heads(bid.tender_id)),
    }
    if step not in kinds:
        raise NotFound()
    form = kinds[step]()(data=_shown(draft))
    if form.version.data is None:
        form.version.data = bid.version
    return form


def _shown(draft: ProposalContent) -> dict[str, object]:
    """The draft as form data; what is not filled in stays empty instead of 0."""
    lines = [
        {
            "head_code": line.head_code, "content": line.content, "unit": line.unit, "unit_price": line.unit_price or None,
            "quantity": line.quantity or None, "own": line.own or None,
        }
        for line in draft.lines
    ]  # fmt: skip
    return {**draft.to_json(), "beneficiaries": draft.beneficiaries or None, "lines": lines}


def _files(bid: Bid) -> ResponseReturnValue:
    form = FileForm()
    if form.validate_on_submit():
        done = form.perform(
            lambda: _add_file(form, bid),
            lambda _added: url_for("bids.step", bid_id=bid.id, step=Step.FILES),
            _("The file was added."),
        )
        if done:
            return done
    draft = queries.draft(bid)
    return page("bids/files.html", form=form, draft=draft, **_frame(bid, Step.FILES, draft))


def _add_file(form: FileForm, bid: Bid) -> None:
    upload = received_file(form, bid)
    services.add_file(actor=actor(), bid_id=bid.id, name=upload.filename or "", data=upload.read())
    forget_upload(form)


def _check(bid: Bid) -> ResponseReturnValue:
    draft = queries.draft(bid)
    heads = {head.code: head.title for head in queries.heads(bid.tender_id)}
    return page("bids/check.html", draft=draft, heads=heads, **_frame(bid, Step.CHECK, draft))


def _missing(bid: Bid, draft: ProposalContent) -> list[Missing]:
    found = rules.missing_parts(draft, bid.lot.cap, queries.heads(bid.tender_id))
    missing = [Missing(problem, _where(bid, problem)) for problem in found]
    if unverified := organisation_verified(bid, clock.now()):
        missing.append(Missing(unverified, url_for("parties.mine")))
    return missing


def _where(bid: Bid, problem: Problem) -> str:
    step, _dash, field = (problem.field or str(Step.CHECK)).partition("-")
    return url_for("bids.step", bid_id=bid.id, step=step, _anchor=field or None)


def _frame(bid: Bid, here: Step, draft: ProposalContent) -> dict[str, Any]:
    """What every page of the editor shows: the case, the steps with their state, what is missing."""
    missing = _missing(bid, draft)
    open_steps = {(item.problem.field or "").partition("-")[0] for item in missing}
    steps = [
        {
            "label": _(step.label),
            "url": url_for("bids.step", bid_id=bid.id, step=step),
            "state": "current" if step is here else "done" if step is not Step.CHECK and step not in open_steps else "todo",
        }
        for step in Step
    ]  # fmt: skip
    return {"bid": bid, "steps": steps, "missing": missing}
