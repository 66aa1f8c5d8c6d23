"""The desk works on needs: rates, merges, answers."""

from uuid import UUID

from sqlalchemy import update

from portal.core import audit, clock, search
from portal.core.db import check_version, db, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.needs import queries, rules
from portal.needs.models import Need
from portal.needs.policies import may_answer_need, may_handle_need
from portal.needs.values import ANSWERED, Breadth, NeedStatus, ServiceField, Urgency
from portal.needs.workflow import ANSWER_STEP, NEED


@use_case
def rate_need(
    *, actor: Actor, need_id: UUID, version: int | None, urgency: Urgency, breadth: Breadth, field: ServiceField
) -> Need:  # fmt: skip
    """Rate how urgent a need is and how many it concerns, and put its field right. Raises ``Stale``."""
    need = get(Need, need_id, lock=True)
    require(may_handle_need, actor, need)
    check_version(need, version)
    if need.status == NeedStatus.MERGED:
        raise Invalid(problem(N_("This need was merged; rate the one that speaks for it.")))
    need.urgency, need.breadth, need.field = int(urgency.value), int(breadth.value), field
    need.priority = rules.priority(need.urgency, need.breadth)
    audit.record(
        "need.rate",
        need,
        actor,
        urgency=need.urgency,
        breadth=need.breadth,
        priority=need.priority,
        field=field,
    )
    return need


@use_case
def answer_need(
    *, actor: Actor, need_id: UUID, version: int | None, status: NeedStatus, summary: str, answer: str
) -> Need:
    """Accept a need, hand it on, or decline it, with a public wording and a public reason.

    Raises ``Invalid`` without them and for a telephone or identity number in either; ``Stale``.
    """
    need = get(Need, need_id, lock=True)
    require(may_answer_need, actor, need)
    check_version(need, version)
    problems = rules.check_answer(summary, answer) + rules.check_public_wording(f"{summary}\n{answer}")
    if status not in ANSWERED:
        problems.append(problem(N_("Please choose an answer."), field="decision"))
    if problems:
        raise Invalid(*problems)
    need.summary, need.answer, need.answered_at = summary.strip(), answer.strip(), clock.now()
    NEED.apply(ANSWER_STEP[status], need, actor, need.answered_at, answer=need.answer)
    search.index(queries.DESK_TEXTS, need.id, need.text, need.summary)
    search.index(queries.PUBLIC_TEXTS, need.id, need.summary)
    return need


@use_case
def reopen_need(*, actor: Actor, need_id: UUID, reason: str) -> Need:
    """Take an answer back and look at the need anew; the answer stays in the history."""
    need = get(Need, need_id, lock=True)
    require(may_answer_need, actor, need)
    earlier, need.answer, need.answered_at = need.answer, None, None
    NEED.apply("reopen", need, actor, clock.now(), reason=reason, earlier_answer=earlier)
    search.forget(queries.PUBLIC_TEXTS, need.id)
    return need


@use_case
def merge_need(*, actor: Actor, need_id: UUID, version: int | None, into: str) -> Need:
    """Let the need with the number ``into`` speak for this one; its voices count there from now on.

    What was merged into this one goes along, so every resident finds the outcome. Raises ``Invalid`` for a
    number that the actor does not know, for the need itself, and for one that was merged away.
    """
    need = get(Need, need_id, lock=True)
    require(may_handle_need, actor, need)
    check_version(need, version)
    known = queries.by_number(actor, into)
    if known is None or known.id == need.id:
        raise Invalid(problem(N_("There is no other need with this number."), field="into"))
    kept = get(Need, known.id, lock=True)
    require(may_handle_need, actor, kept)
    if kept.status == NeedStatus.MERGED:
        raise Invalid(
            problem(N_("That need was merged itself; take the one that speaks for it."), field="into")
        )
    now = clock.now()
    kept.voices += need.voices
    need.voices, need.merged_into_id, need.answer, need.answered_at = need.opinions, kept.id, None, None
    NEED.apply("merge", need, actor, now, into=kept.number)
    search.forget(queries.PUBLIC_TEXTS, need.id)
    db.session.execute(update(Need).where(Need.merged_into_id == need.id).values(merged_into_id=kept.id))
    audit.record("need.speak_for", kept, actor, number=need.number)
    return kept


@use_case
def split_need(*, actor: Actor, need_id: UUID) -> Need:
    """Undo a merge: the need waits for its own answer again and takes its own opinions back."""
    need = get(Need, need_id, lock=True)
    require(may_handle_need, actor, need)
    kept_id, need.merged_into_id = need.merged_into_id, None
    NEED.apply("split", need, actor, clock.now())
    if kept_id is not None:
        kept = get(Need, kept_id, lock=True)
        kept.voices -= need.opinions
        audit.record("need.part_from", kept, actor, number=need.number)
    return need


@use_case
def forget_contact(*, actor: Actor, need_id: UUID) -> None:
    """Delete the contact of a need that was answered long ago."""
    need = get(Need, need_id, lock=True)
    need.contact_name = need.contact_phone = ""
    audit.record("need.forget_contact", need, actor)
