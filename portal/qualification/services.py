"""Use cases of the eligibility check, of papers asked for, and of saved searches."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from portal.bids import queries as bids
from portal.bids import services as bid_services
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core import audit, clock, files, outbox, uploads
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, InvalidTransition, NotFound, problem
from portal.core.papers import official
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.qualification import queries, rules
from portal.qualification.models import EligibilityCheck, SavedSearch, SearchAlert, Supplement
from portal.qualification.policies import SecondCheck, may_answer, may_check, may_confirm
from portal.qualification.values import CheckResult, Finding, Line, SupplementDraft, Verdict
from portal.tenders.models import Tender

MAX_FILE = 10 * 1024 * 1024


@use_case
def check_bid(
    *, actor: Actor, bid_id: UUID, result: CheckResult, reason: str = "", verdicts: Mapping[int, tuple[Verdict, str]] | None = None,
) -> EligibilityCheck:  # fmt: skip
    """Find as first officer whether an opened proposal is admitted; it counts when a second one confirms.

    ``verdicts`` are the officer's, with reasons, by the place of the condition; where none is given the answer from
    data stands. Raises ``Invalid`` when a condition is undecided, when the result does not follow, for a failure
    without a reason, and while papers are awaited; ``InvalidTransition`` when it was decided already. Emits
    ``bid.check_found``.
    """
    bid = _pending(bid_id, actor)
    require(may_check, actor, bid.tender)
    if any(rules.waits(row.answered_at, row.due_at, clock.now()) for row in queries.supplements(bid.id)):
        raise Invalid(problem(N_("Papers were asked for. Please wait for the answer or for its deadline.")))
    known = queries.lines(bid, bids.content(bid))
    findings = [_finding(line, (verdicts or {}).get(place)) for place, line in enumerate(known)]
    if problems := rules.check_findings(findings, result, reason):
        raise Invalid(*problems)
    row = queries.check_of(bid.id) or add(
        EligibilityCheck(bid_id=bid.id, result=result, reason=reason.strip(), checked_by=actor.user_id, checked_at=clock.now())
    )  # fmt: skip
    row.result, row.reason, row.returned_reason = result, reason.strip(), ""
    row.checked_by, row.checked_at = _person(actor), clock.now()
    row.findings = [
        {"condition": f.condition, "verdict": str(f.verdict), "reason": f.reason} for f in findings if f
    ]
    audit.record("bid.check", bid, actor, result=str(result), reason=row.reason)
    outbox.emit("bid.check_found", bid_id=bid.id)
    return row


@use_case
def confirm_check(*, actor: Actor, bid_id: UUID) -> EligibilityCheck:
    """Confirm a finding as second officer: the proposal is admitted, or not, from now on.

    Raises ``NotFound`` when nothing was found yet. Emits ``bid.checked`` and, with the last proposal of the call,
    ``qualification.done``.
    """
    bid, row = _found(bid_id, actor)
    row.confirmed_by, row.confirmed_at = actor.user_id, clock.now()
    audit.record("bid.confirm_check", bid, actor, result=str(row.result))
    bid_services.set_qualified(actor=actor, bid_id=bid.id, passed=row.result == CheckResult.PASS)
    db.session.flush()
    outbox.emit("bid.checked", bid_id=bid.id)
    if queries.pending_count(bid.tender_id) == 0:
        outbox.emit("qualification.done", tender_id=bid.tender_id)
    return row


@use_case
def return_check(*, actor: Actor, bid_id: UUID, reason: str) -> EligibilityCheck:
    """Send a finding back to the first officer with a reason. Raises ``Invalid`` without one."""
    bid, row = _found(bid_id, actor)
    if len(reason.strip()) < rules.SHORTEST_REASON:
        raise Invalid(problem(N_("Please give a reason."), field="reason"))
    row.returned_reason = reason.strip()
    audit.record("bid.return_check", bid, actor, reason=row.returned_reason)
    return row


@use_case
def ask_supplement(*, actor: Actor, bid_id: UUID, draft: SupplementDraft) -> Supplement:
    """Ask an organisation for named papers until a deadline. Raises ``Invalid``, also while an earlier request runs."""
    bid, now = _pending(bid_id, actor), clock.now()
    require(may_check, actor, bid.tender)
    problems = rules.check_supplement(draft, now)
    if any(rules.waits(row.answered_at, row.due_at, now) for row in queries.supplements(bid.id)):
        problems.append(problem(N_("Papers were asked for. Please wait for the answer or for its deadline.")))
    if problems:
        raise Invalid(*problems)
    row = add(
        Supplement(
            bid_id=bid.id, items=list(draft.items), due_at=draft.due_at, asked_by=_person(actor), asked_at=now
        )
    )
    audit.record("bid.ask_supplement", bid, actor, items=list(draft.items))
    outbox.emit("supplement.asked", supplement_id=row.id)
    return row


@use_case
def answer_supplement(
    *, actor: Actor, supplement_id: UUID, text: str, sent: Sequence[tuple[str, bytes]], received_at: datetime
) -> Supplement:
    """Hand in what was asked for, once and in time (``received_at``). Raises ``Invalid`` for late or empty answers."""
    row, bid = queries.get_supplement(actor, supplement_id)
    require(may_answer, actor, bid.party_id)
    row = get(Supplement, row.id, lock=True)
    if row.answered_at is not None:
        raise InvalidTransition("answer_supplement", "answered")
    if received_at >= row.due_at:
        raise Invalid(
            problem(N_("The deadline was %(due)s; this arrived at %(at)s."), due=row.due_at, at=received_at)
        )
    if not text.strip() and not sent:
        raise Invalid(problem(N_("Please write an answer or add a file."), field="text"))
    kept = [_kept(name, data, actor) for name, data in sent]
    row.text, row.file_ids = text.strip(), [str(file.id) for file in kept]
    row.answered_by, row.answered_at = actor.user_id, received_at
    audit.record("bid.answer_supplement", bid, actor, files=[file.sha256 for file in kept])
    outbox.emit("supplement.answered", supplement_id=row.id)
    return row


@use_case
def reply(*, actor: Actor, bid_id: UUID, text: str) -> EligibilityCheck:
    """Reply as organisation to a refusal, once; the officers answer in writing. Raises ``Invalid``."""
    bid = queries.own_result(actor, bid_id)
    require(may_answer, actor, bid.party_id)
    row = _confirmed(bid.id)
    if row.result == CheckResult.PASS or row.replied_at is not None:
        raise InvalidTransition("reply", str(row.result))
    if len(text.strip()) < rules.SHORTEST_REASON:
        raise Invalid(problem(N_("Please write your reply."), field="reason"))
    row.reply, row.replied_at = text.strip(), clock.now()
    audit.record("bid.reply_to_check", bid, actor)
    outbox.emit("bid.check_replied", bid_id=bid.id)
    return row


@use_case
def answer_reply(*, actor: Actor, bid_id: UUID, text: str) -> EligibilityCheck:
    """Answer the reply of an organisation, once, as somebody other than the first officer. Raises ``Invalid``."""
    bid = bids.get_bid(actor, bid_id)
    row = _confirmed(bid.id)
    require(may_confirm, actor, SecondCheck(bid.tender.unit_id, row.checked_by))
    if row.replied_at is None or row.answered_at is not None:
        raise InvalidTransition("answer_reply", str(row.result))
    if len(text.strip()) < rules.SHORTEST_REASON:
        raise Invalid(problem(N_("Please write the answer."), field="reason"))
    row.answer, row.answered_at = text.strip(), clock.now()
    audit.record("bid.answer_reply", bid, actor)
    outbox.emit("bid.reply_answered", bid_id=bid.id)
    return row


@use_case
def attach_letter(*, bid_id: UUID, pdf: bytes) -> None:
    """Keep the letter about the decision; the first one stays."""
    row = _confirmed(bid_id)
    if row.letter_id is None:
        row.letter_id = files.save(
            pdf, name=f"{official(N_('Letter on eligibility'))}.pdf", media_type="application/pdf"
        ).id


@use_case
def save_search(*, actor: Actor, name: str, filters: Mapping[str, str]) -> SavedSearch:
    """Remember filters of the list of calls; the person hears of each new call that meets them. Raises ``Invalid``."""
    kept = {key: filters[key].strip() for key in queries.SEARCHED if filters.get(key, "").strip()}
    if not name.strip():
        raise Invalid(problem(N_("Please give the search a name."), field="name"))
    row = add(SavedSearch(user_id=_person(actor), name=name.strip(), filters=kept, created_at=clock.now()))
    audit.record("saved_search.create", row, actor)
    return row


@use_case
def end_search(*, actor: Actor, search_id: UUID) -> None:
    """Stop the messages of an own search. Raises ``NotFound`` for anybody else's."""
    row = get(SavedSearch, search_id, lock=True)
    if row.user_id != actor.user_id:
        raise NotFound()
    if row.ended_at is None:
        row.ended_at = clock.now()
        audit.record("saved_search.end", row, actor)


@use_case
def note_alert(*, user_id: UUID, tender_id: UUID) -> None:
    """Remember that somebody hears of a call; the unique key refuses a second time."""
    add(SearchAlert(user_id=user_id, tender_id=tender_id, at=clock.now()))


def _finding(line: Line, given: tuple[Verdict, str] | None) -> Finding | None:
    condition = "".join(official(s.message, **s.params) for s in line.sentences)
    if given:
        return Finding(condition, given[0], given[1].strip())
    why = line.answer.why
    suggested = line.suggested
    return Finding(condition, suggested, official(why.message, **why.params)) if suggested else None


def _pending(bid_id: UUID, actor: Actor) -> Bid:
    """The proposal, locked after its call: two officers deciding the last two must see each other."""
    known = bids.get_bid(actor, bid_id)
    get(Tender, known.tender_id, lock=True)
    bid = bids.get_bid_for_update(bid_id)
    if bid.status != BidStatus.PENDING:
        raise InvalidTransition("check", str(bid.status))
    return bid


def _found(bid_id: UUID, actor: Actor) -> tuple[Bid, EligibilityCheck]:
    bid, row = _pending(bid_id, actor), queries.check_of(bid_id)
    if row is None or row.returned_reason:
        raise NotFound()
    require(may_confirm, actor, SecondCheck(bid.tender.unit_id, row.checked_by))
    return bid, row


def _confirmed(bid_id: UUID) -> EligibilityCheck:
    row = queries.check_of(bid_id)
    if row is None or row.confirmed_at is None:
        raise NotFound()
    return get(EligibilityCheck, row.id, lock=True)


def _person(actor: Actor) -> UUID:
    assert actor.user_id is not None  # noqa: S101 - only a person does this
    return actor.user_id


def _kept(name: str, data: bytes, actor: Actor) -> files.StoredFile:
    facts = uploads.check_upload(data, name, max_bytes=MAX_FILE)
    clean = data if facts.kind is uploads.FileKind.PDF else uploads.strip_image(data)
    return files.save(clean, name=facts.name, media_type=facts.kind.media_type, created_by=actor.user_id)
