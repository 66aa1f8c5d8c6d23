"""Pages on which an organisation writes its proposal, step by step."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from portal.accounts import queries as people
from portal.bids import documents, queries, rules, services
from portal.bids.forms import DraftForm, FileForm, StartForm, SubmitForm, budget_form
from portal.bids.models import Bid
from portal.bids.policies import may_start, may_submit
from portal.bids.values import BidStatus, BudgetLine, ProposalContent, Step, Submitted
from portal.bids.views.blueprint import SUBMITTERS, WRITERS, bp, own_draft, send_bytes, steps_of
from portal.bids.views.receipts import remember_code
from portal.bids.views.uploads import forget_upload, received_file
from portal.bids.workflow import organisation_verified
from portal.core import clock
from portal.core.clock import local
from portal.core.documents import render_pdf
from portal.core.errors import DomainError, Invalid, InvalidTransition, NotFound, Problem, Stale
from portal.core.forms import act
from portal.core.lists import paginate
from portal.core.policy import require
from portal.core.question_forms import answer_form, shown, typed
from portal.core.questions import QuestionForm
from portal.core.templating import problem_text
from portal.core.text import N_
from portal.core.web import actor, page, received_at, roles
from portal.parties.values import ORGANISATION, PartyStatus

FRESH_MINUTES = 60


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
    if form.validate_on_submit():
        require(may_start, actor(), form.party.data)
        done = form.perform(
            lambda: services.start_bid(actor=actor(), lot_id=form.lot.data, party_id=form.party.data),
            lambda bid: url_for("bids.edit", bid_id=bid.id),
            _("Your draft was begun. Everything you type is saved encrypted."),
        )
        if done:
            return done
    facts = [(party, party.status == PartyStatus.VERIFIED) for party in parties]
    begun = queries.begun(actor(), lots)
    return page(
        "bids/start.html", form=form, lots=lots, facts=facts, begun=begun, all_begun=len(begun) >= len(lots) * len(parties)
    )  # fmt: skip


@bp.get("/<uuid:bid_id>/edit")
@roles(*WRITERS)
def edit(bid_id: UUID) -> ResponseReturnValue:
    """Go on where something is missing."""
    bid = own_draft(bid_id)
    missing = _missing(bid, queries.draft(bid))
    return redirect(missing[0].url if missing else url_for("bids.step", bid_id=bid.id, step=Step.CHECK), 303)


@bp.route("/<uuid:bid_id>/edit/<step>", methods=["GET", "POST"])
@roles(*WRITERS)
def step(bid_id: UUID, step: str) -> ResponseReturnValue:
    bid = own_draft(bid_id)
    if step == Step.FILES:
        return _files(bid)
    if step == Step.CHECK:
        return _check(bid)
    draft = queries.draft(bid)
    form = _form(bid, step, draft)
    if form.validate_on_submit():
        codes = [code for code, _label in steps_of(bid)]
        done: ResponseReturnValue | None = form.perform(
            lambda: _save(bid, step, form),
            lambda bid: url_for("bids.step", bid_id=bid.id, step=codes[codes.index(step) + 1]),
            _("Saved."),
        )
        if done:
            return done
    clash = _clash(bid, step, form) if form.status == 409 else None
    template = "bids/budget.html" if step == Step.BUDGET else "bids/part.html"
    built = queries.form_of(bid)
    return page(
        template, form=form, clash=clash, note=_saved_by(bid, step), built=built, part=built.part(step), heads=queries.heads(bid.tender_id),
        **_frame(bid, step, draft),
    )  # fmt: skip


@bp.post("/<uuid:bid_id>/autosave/<step>")
@roles(*WRITERS)
def autosave(bid_id: UUID, step: str) -> ResponseReturnValue:
    """Save what was typed so far; answers JSON for the script of the page."""
    bid = own_draft(bid_id)
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
    return jsonify(saved_at=f"{local(clock.now()):%H:%M:%S}", version=rules.revision(saved.sections, step))


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


@bp.get("/<uuid:bid_id>/files/<part>")
@roles(*ORGANISATION)
def draft_file(bid_id: UUID, part: str) -> Response:
    return send_bytes(*queries.draft_file(own_draft(bid_id), part))


@bp.get("/<uuid:bid_id>/stamp.pdf")
@roles(*WRITERS)
def stamp_page(bid_id: UUID) -> Response:
    """The page to be signed and sealed for the draft as it is now; its code leads a phone to where the photo goes."""
    bid = own_draft(bid_id)
    stamped = next((paper.code for paper in queries.form_of(bid).papers if paper.stamped), None)
    if stamped is None:
        raise NotFound()
    address = url_for("bids.step", bid_id=bid.id, step=Step.FILES, kind=stamped, _external=True)
    content = queries.draft(bid)
    pdf = render_pdf("bid_stamp.html", **documents.stamp_page(bid, content, address))
    return send_bytes(pdf, f"stamp-{rules.version_code(content)}.pdf", "application/pdf")


@bp.post("/<uuid:bid_id>/files/<part>/remove")
@roles(*WRITERS)
def remove_file(bid_id: UUID, part: str) -> ResponseReturnValue:
    bid = own_draft(bid_id)
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


def _files(bid: Bid) -> ResponseReturnValue:
    form, draft = FileForm(), queries.draft(bid)
    papers = queries.form_of(bid).papers
    kinds = [item.kind for item in draft.attachments]
    form.kind.choices = [SelectChoice(paper.code, paper.title) for paper in papers]
    if not form.is_submitted():
        form.kind.data = request.args.get("kind") or rules.kind_for(queries.form_of(bid), kinds, "")
    if form.validate_on_submit():
        done = form.perform(
            lambda: _add_file(form, bid),
            lambda _added: url_for("bids.step", bid_id=bid.id, step=Step.FILES),
            _("The file was added."),
        )
        if done:
            return done
    return page(
        "bids/files.html",
        form=form,
        draft=draft,
        papers=papers,
        version=rules.version_code(draft),
        **_frame(bid, Step.FILES, draft),
    )


def _add_file(form: FileForm, bid: Bid) -> None:
    upload = received_file(form, bid)
    services.add_file(
        actor=actor(),
        bid_id=bid.id,
        name=upload.filename or "",
        data=upload.read(),
        kind=form.kind.data or "",
    )
    forget_upload(form)


def _check(bid: Bid) -> ResponseReturnValue:
    draft = queries.draft(bid)
    heads = {head.code: head.title for head in queries.heads(bid.tender_id)}
    return page(
        "bids/check.html", draft=draft, heads=heads, answers=queries.answered(bid.tender, draft),
        papers=queries.papers(bid.tender), **_frame(bid, Step.CHECK, draft),
    )  # fmt: skip


def _missing(bid: Bid, draft: ProposalContent) -> list[Missing]:
    found = rules.missing_parts(draft, queries.form_of(bid), bid.lot.cap, queries.heads(bid.tender_id))
    missing = [Missing(problem, _where(bid, problem)) for problem in found]
    if unapproved := queries.unapproved(bid):
        missing.append(Missing(unapproved, url_for("bids.read", bid_id=bid.id)))
    if unverified := organisation_verified(bid, clock.now()):
        missing.append(Missing(unverified, url_for("parties.mine")))
    return missing


def _where(bid: Bid, problem: Problem) -> str:
    step, _dash, field = (problem.field or str(Step.CHECK)).partition("-")
    return url_for("bids.step", bid_id=bid.id, step=step, _anchor=field or None)


def _frame(bid: Bid, here: str, draft: ProposalContent) -> dict[str, Any]:
    """What every page of the editor shows: the case, the steps with their state, what is missing."""
    missing = _missing(bid, draft)
    lacking = {(item.problem.field or "").partition("-")[0] for item in missing}
    steps = [
        {"label": label, "url": url_for("bids.step", bid_id=bid.id, step=code), "state": _state(bid, code, here, lacking)}
        for code, label in steps_of(bid)
    ]  # fmt: skip
    labels = dict(steps_of(bid))
    open_comments = [comment for comment in queries.comments(bid, here) if not comment.settled]
    return {
        "bid": bid,
        "comments": open_comments,
        "here": here,
        "heading": labels[here],
        "steps": steps,
        "missing": missing,
    }


def _state(bid: Bid, code: str, here: str, lacking: set[str]) -> str:
    """Done, not begun, or begun with something missing or wrong."""
    if code == here:
        return "current"
    if code == Step.CHECK:
        return "todo"
    if code not in lacking:
        return "done"
    return "problem" if rules.revision(bid.sections, code) else "todo"
