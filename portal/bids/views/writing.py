"""Pages on which an organisation writes its proposal, step by step."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from portal.accounts import queries as people
from portal.bids import queries, rules, services
from portal.bids.forms import DraftForm, StartForm, SubmitForm, budget_form
from portal.bids.models import Bid
from portal.bids.policies import may_start, may_submit
from portal.bids.values import BidStatus, BudgetLine, ProposalContent, Step, Submitted
from portal.bids.views.attachments import files_step
from portal.bids.views.blueprint import SUBMITTERS, WRITERS, bp, own_draft, steps_of
from portal.bids.views.frame import frame, missing_of
from portal.bids.views.receipts import remember_code
from portal.bids.workflow import before_deadline
from portal.core import clock
from portal.core.clock import local
from portal.core.errors import DomainError, Invalid, InvalidTransition, NotFound, Problem, Stale
from portal.core.lists import paginate
from portal.core.policy import require
from portal.core.question_forms import answer_form, shown, typed
from portal.core.questions import QuestionForm
from portal.core.templating import problem_text
from portal.core.text import N_
from portal.core.web import actor, page, received_at, roles
from portal.parties.values import ORGANISATION, PartyStatus

FRESH_MINUTES = 60


@bp.get("/")
@roles(*ORGANISATION)
def index() -> ResponseReturnValue:
    found = paginate(
        queries.my_bids(actor()), request.args, sorts={"created_at": Bid.created_at}, default="-created_at"
    )
    owned = queries.owned_parties(actor())
    return page("bids/index.html", bids=found, may_write=bool(queries.my_parties(actor())), owned=owned)


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
    groups = queries.groups_of(party.id for party in parties)
    form.hosted.choices = [
        SelectChoice("", _("for the organisation itself")),
        *(SelectChoice(str(g.id), g.name) for g in groups),
    ]
    if form.validate_on_submit():
        require(may_start, actor(), form.party.data)
        done = form.perform(
            lambda: services.start_bid(
                actor=actor(), lot_id=form.lot.data, party_id=form.party.data, hosted_id=form.hosted.data
            ),
            lambda bid: url_for("bids.edit", bid_id=bid.id),
            _("Your draft was begun. Everything you type is saved encrypted."),
        )
        if done:
            return done
    facts = [(party, party.status == PartyStatus.VERIFIED) for party in parties]
    begun = queries.begun(actor(), lots)
    return page(
        "bids/start.html", form=form, lots=lots, facts=facts, begun=begun, groups=groups, all_begun=not groups and len(begun) >= len(lots) * len(parties)
    )  # fmt: skip


@bp.get("/<uuid:bid_id>/edit")
@roles(*WRITERS)
def edit(bid_id: UUID) -> ResponseReturnValue:
    """Go on where something is missing."""
    bid = own_draft(bid_id)
    missing = missing_of(bid, queries.draft(bid))
    return redirect(missing[0].url if missing else url_for("bids.step", bid_id=bid.id, step=Step.CHECK), 303)


@bp.route("/<uuid:bid_id>/edit/<step>", methods=["GET", "POST"])
@roles(*WRITERS)
def step(bid_id: UUID, step: str) -> ResponseReturnValue:
    bid = own_draft(bid_id)
    if late := before_deadline(bid, received_at()):
        return page("bids/late.html", bid=bid, problems=[late])
    if step == Step.FILES:
        return files_step(bid)
    if step == Step.CHECK:
        return _check(bid)
    draft = queries.draft(bid)
    form = _form(bid, step, draft)
    if form.validate_on_submit():
        done: ResponseReturnValue | None = form.perform(
            lambda: _save(bid, step, form), lambda saved: _after(saved, step), _("Saved.")
        )
        if done:
            return done
    clash = _clash(bid, step, form) if form.status == 409 else None
    template = "bids/budget.html" if step == Step.BUDGET else "bids/part.html"
    built = queries.form_of(bid)
    return page(
        template, form=form, clash=clash, note=_saved_by(bid, step), built=built, part=built.part(step), heads=queries.heads(bid.tender_id),
        over=_over(bid, draft) if step == Step.BUDGET else [], **frame(bid, step, draft),
    )  # fmt: skip


@bp.post("/<uuid:bid_id>/autosave/<step>")
@roles(*WRITERS)
def autosave(bid_id: UUID, step: str) -> ResponseReturnValue:
    """Save what was typed so far; answers JSON for the script of the page."""
    arrived, bid = received_at(), own_draft(bid_id)
    if late := before_deadline(bid, arrived):
        return jsonify(problem=problem_text(late)), 422
    form = _form(bid, step, queries.draft(bid))
    if not form.validate_on_submit():
        return jsonify(problem=_first_error(form)), 422
    try:
        saved = _save(bid, step, form)
    except Stale as error:
        note = _saved_by(own_draft(bid_id), step)
        return jsonify(
            problem=" ".join([note, _("Press “Save and continue” to see both versions.")])
        ), error.status
    except DomainError as error:
        return jsonify(problem=_sentence(error)), error.status
    over = " ".join(map(problem_text, _over(saved, queries.draft(saved)))) if step == Step.BUDGET else ""
    told = {"over": over} if over else {}
    version = rules.revision(saved.sections, step)
    return jsonify(saved_at=f"{local(clock.now()):%H:%M:%S}", version=version, **told)


def _over(bid: Bid, draft: ProposalContent) -> list[Problem]:
    """What in the budget is too much, as it is saved."""
    return rules.over_caps(draft, bid.lot.cap, queries.heads(bid.tender_id))


def _after(bid: Bid, step: str) -> str:
    """Where to go on after saving a page: to the next, but a budget over its caps is shown again with what is over."""
    codes = [code for code, _label in steps_of(bid)]
    stay = step == Step.BUDGET and _over(bid, queries.draft(bid))
    return url_for("bids.step", bid_id=bid.id, step=step if stay else codes[codes.index(step) + 1])


@bp.get("/<uuid:bid_id>/watch/<step>")
@roles(*WRITERS)
def watch(bid_id: UUID, step: str) -> ResponseReturnValue:
    """Who saved this page last, and its count of saves, for a page that stays open."""
    bid = own_draft(bid_id)
    note, version = _saved_by(bid, step), rules.revision(bid.sections, step)
    if request.args.get("version", type=int) != version:
        note = " ".join(
            [note or _("You saved this page in another tab."), _("Load the page again to see it.")]
        )
    return jsonify(note=note, version=version)


def _save(bid: Bid, step: str, form: Any) -> Bid:
    """Save one page of the editor; the others stay as they are."""
    if step == Step.BUDGET:
        return services.save_budget(
            actor=actor(), bid_id=bid.id, revision=form.version.data, lines=form.written()
        )
    part = queries.form_of(bid).part(step)
    assert part is not None, "the page was shown for a part of the form"  # noqa: S101
    return services.save_answers(
        actor=actor(), bid_id=bid.id, part=step, revision=form.version.data, answers=typed(form, part)
    )


def _saved_by(bid: Bid, step: str) -> str:
    """Who saved this page last, and when; empty when nobody did, or it was the reader."""
    facts = bid.sections.get(step)
    if facts is None or facts["by"] == str(actor().user_id):
        return ""
    at = datetime.fromisoformat(facts["at"])
    name = people.names([UUID(facts["by"])]).get(UUID(facts["by"]), "")
    minutes = int((clock.now() - at).total_seconds() // 60)
    if minutes < FRESH_MINUTES:
        return str(_("%(name)s edited this page %(minutes)s minutes ago.", name=name, minutes=minutes))
    return str(_("%(name)s edited this page at %(at)s.", name=name, at=f"{local(at):%Y-%m-%d %H:%M}"))


@dataclass(frozen=True)
class Clash:
    """What a colleague, or another tab, saved while this page was open."""

    note: str
    answers: list[rules.Answered]
    lines: tuple[BudgetLine, ...]


def _clash(bid: Bid, step: str, form: Any) -> Clash:
    """What is saved now where it differs from what was typed."""
    bid = own_draft(bid.id)
    stored = queries.draft(bid)
    note = _saved_by(bid, step) or _("You saved this page in another tab.")
    if step == Step.BUDGET:
        return Clash(note, [], stored.lines)
    part = queries.form_of(bid).part(step)
    assert part is not None, "the page was shown for a part of the form"  # noqa: S101
    given, there = typed(form, part), stored.all_answers
    differing = [q for q in part.questions if given.get(q.code) != there.get(q.code, "")]
    only = QuestionForm((replace(part, questions=tuple(replace(q, only_if=None) for q in differing)),))
    return Clash(note, rules.readable(only, stored), ())


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


@bp.route("/<uuid:bid_id>/submit", methods=["GET", "POST"])
@roles(*SUBMITTERS)
def submit(bid_id: UUID) -> ResponseReturnValue:
    """What will happen, what is declared; then the seal."""
    arrived = received_at()
    bid = queries.get_bid(actor(), bid_id)
    require(may_submit, actor(), bid)
    form, documents = SubmitForm(version=bid.version), queries.governing_documents(bid.tender_id)
    if form.validate_on_submit():
        done = form.perform(
            lambda: services.submit_bid(
                actor=actor(), bid_id=bid.id, version=form.version.data, received_at=arrived, declaration=form.declaration(documents)
            ),
            _to_receipt,
        )  # fmt: skip
        if done:
            return done
    if bid.status != BidStatus.DRAFT:
        raise InvalidTransition("submit", str(bid.status))
    draft = queries.draft(bid)
    return page(
        "bids/submit.html",
        form=form,
        bid=bid,
        draft=draft,
        documents=documents,
        missing=missing_of(bid, draft),
    )


def _to_receipt(done: Submitted) -> str:
    remember_code(done.bid_id, done.reopen_code)
    return url_for("bids.receipt", bid_id=done.bid_id)


def _form(bid: Bid, step: str, draft: ProposalContent) -> Any:
    part = queries.form_of(bid).part(step)
    if part is not None:
        form = answer_form(DraftForm, part)(data=shown(part, draft.all_answers))
    elif step == Step.BUDGET:
        form = budget_form(queries.heads(bid.tender_id))(data=_shown_lines(draft))
    else:
        raise NotFound()
    if form.version.data is None:
        form.version.data = rules.revision(bid.sections, step)
    return form


def _shown_lines(draft: ProposalContent) -> dict[str, object]:
    """The budget as form data; what is not filled in stays empty instead of 0."""
    lines = [
        {
            "head_code": line.head_code, "content": line.content, "unit": line.unit, "unit_price": line.unit_price or None,
            "quantity": line.quantity or None, "own": line.own or None, "source": line.source,
        }
        for line in draft.lines
    ]  # fmt: skip
    return {"lines": lines}


def _check(bid: Bid) -> ResponseReturnValue:
    draft = queries.draft(bid)
    heads = {head.code: head.title for head in queries.heads(bid.tender_id)}
    return page(
        "bids/check.html", draft=draft, heads=heads, answers=queries.answered(bid.tender, draft),
        papers=queries.papers(bid.tender), **frame(bid, Step.CHECK, draft),
    )  # fmt: skip
