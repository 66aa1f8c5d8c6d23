"""Writing a proposal: every save is encrypted before it touches the database or the disk (domain.md section 4.2)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from portal.bids import queries, rules
from portal.bids.models import Bid, BidFile
from portal.bids.policies import may_write
from portal.bids.values import (
    Attachment,
    BidStatus,
    BudgetLine,
    Declaration,
    Elsewhere,
    ProposalContent,
    Step,
)
from portal.core import clock, files, sealing
from portal.core.db import add, after_commit, check_version, db, use_case
from portal.core.errors import Invalid, InvalidTransition, NotFound, Stale, problem
from portal.core.keys import server_key
from portal.core.policy import Actor, require
from portal.core.questions import Answers
from portal.core.text import N_
from portal.core.uploads import FileKind, check_upload, strip_image


@use_case
def save_draft(*, actor: Actor, bid_id: UUID, version: int | None, content: ProposalContent) -> Bid:
    """Save what was typed, complete or not, encrypted under the key of this draft.

    Amounts and the quote are computed here; attachments and partners are those that were added. Raises ``Stale`` when
    somebody saved in between.
    """
    bid = draft_for_update(actor, bid_id)
    check_version(bid, version)
    stored = queries.draft(bid)
    lines, quote = rules.priced(content.lines)
    kept = replace(
        content,
        lines=lines,
        quote=quote,
        attachments=stored.attachments,
        partners=stored.partners,
        declaration=Declaration(),
        profile={},
    )
    write_draft(bid, actor, kept, queries.draft_key(bid))
    for section in [*(part.code for part in queries.form_of(bid).parts), str(Step.BUDGET)]:
        _note_save(bid, actor, section)
    db.session.flush()
    return bid


@use_case
def save_answers(*, actor: Actor, bid_id: UUID, part: str, revision: int | None, answers: Answers) -> Bid:
    """Save the answers of one part of the form, complete or not; other parts stay as they are.

    ``revision`` is the part's own count of saves as the page knew it: ``Stale`` when somebody saved this part in
    between. Raises ``NotFound`` for a part that the form does not have.
    """
    bid = draft_for_update(actor, bid_id)
    asked = queries.form_of(bid).part(part)
    if asked is None:
        raise NotFound()
    known = {question.code for question in asked.questions}
    given = {code: answer for code, answer in answers.items() if code in known}
    return _save_section(bid, actor, part, revision, queries.draft(bid).answered(given))


@use_case
def save_budget(*, actor: Actor, bid_id: UUID, revision: int | None, lines: tuple[BudgetLine, ...]) -> Bid:
    """Save the lines of the budget; amounts and the quote are computed. Raises ``Stale`` like ``save_answers``."""
    bid = draft_for_update(actor, bid_id)
    priced, quote = rules.priced(lines)
    content = replace(queries.draft(bid), lines=priced, quote=quote)
    return _save_section(bid, actor, Step.BUDGET, revision, content)


@use_case
def import_budget(
    *, actor: Actor, bid_id: UUID, rows: Sequence[Sequence[str]], sources: Mapping[Elsewhere, str]
) -> Bid:
    """Take the lines of a sheet in place of those so far; ``sources`` are the sheet's words for them.

    Raises ``Invalid`` with every wrong row; then nothing is changed.
    """
    bid = draft_for_update(actor, bid_id)
    lines, problems = rules.read_lines(rows, queries.heads(bid.tender_id), dict(sources))
    if problems:
        raise Invalid(*problems)
    return save_budget(actor=actor, bid_id=bid_id, revision=None, lines=lines)


def _save_section(
    bid: Bid, actor: Actor, section: str, revision: int | None, content: ProposalContent
) -> Bid:
    now = rules.revision(bid.sections, section)
    if revision is not None and revision != now:
        raise Stale(now)
    write_draft(bid, actor, content, queries.draft_key(bid))
    _note_save(bid, actor, section)
    db.session.flush()
    return bid


def _note_save(bid: Bid, actor: Actor, section: str) -> None:
    count = rules.revision(bid.sections, section) + 1
    facts = {"revision": count, "at": clock.now().isoformat(), "by": str(actor.user_id)}
    bid.sections = {**bid.sections, str(section): facts}


@use_case
def add_file(*, actor: Actor, bid_id: UUID, name: str, data: bytes, kind: str = "") -> Attachment:
    """Check an upload by its content, encrypt it and attach it to the draft.

    ``kind`` is the code of a paper in the call's form; without one, the file is the first that is needed and lacking.
    Pictures are written anew without place and device. Raises ``Invalid`` at ``file``.
    """
    return attach(draft_for_update(actor, bid_id), actor, name, data, kind)


def attach(bid: Bid, actor: Actor, name: str, data: bytes, kind: str) -> Attachment:
    """What ``add_file`` does, for a draft that is locked already."""
    stored, key = queries.draft(bid), queries.draft_key(bid)
    if len(stored.attachments) >= rules.FILES_AT_MOST:
        message = N_("At most %(most)s attachments are possible.")
        raise Invalid(problem(message, field="file", most=rules.FILES_AT_MOST))
    facts = check_upload(data, name, max_bytes=rules.FILE_BYTES)
    if facts.kind is not FileKind.PDF:
        data = strip_image(data)
        facts = check_upload(data, name, max_bytes=rules.FILE_BYTES)
    part = f"file-{secrets.token_hex(6)}"
    keep_file(bid, 0, part, rules.seal_file(data, key, bid.place_of(0), part))
    form = queries.form_for(bid, stored)
    paper = rules.kind_for(form, [item.kind for item in stored.attachments], kind)
    asked = form.paper(paper)
    stamp = rules.version_code(stored) if asked and asked.stamped else ""
    named = Attachment(part, facts.name, facts.kind.media_type, facts.size, facts.sha256, paper, stamp)
    write_draft(bid, actor, replace(stored, attachments=(*stored.attachments, named)), key)
    db.session.flush()
    return named


@use_case
def remove_file(*, actor: Actor, bid_id: UUID, part: str) -> None:
    """Take an attachment off the draft and its ciphertext off the disk. Raises ``NotFound``."""
    bid = draft_for_update(actor, bid_id)
    stored = queries.draft(bid)
    kept = tuple(item for item in stored.attachments if item.part != part)
    if len(kept) == len(stored.attachments):
        raise NotFound()
    write_draft(bid, actor, replace(stored, attachments=kept), queries.draft_key(bid))
    drop_files([row for row in queries.files_of(bid.id, 0) if row.part == part])


def draft_for_update(actor: Actor, bid_id: UUID) -> Bid:
    """The draft, locked, for somebody who may write it; ``InvalidTransition`` when it is none any more."""
    bid = queries.get_bid_for_update(bid_id)
    require(may_write, actor, bid)
    if bid.status != BidStatus.DRAFT:
        raise InvalidTransition("save", str(bid.status))
    return bid


def begin_draft(bid: Bid, actor: Actor, content: ProposalContent, key: bytes) -> None:
    """Give the proposal a draft under the fresh ``key``, wrapped by the server's key for drafts."""
    bid.draft_key = sealing.wrap_with_key(server_key("draft"), key, bid.place_of(0).info("draft"))
    write_draft(bid, actor, content, key)


def write_draft(bid: Bid, actor: Actor, content: ProposalContent, key: bytes) -> None:
    """Replace the draft's ciphertext; what a second person approved was the text before."""
    bid.draft, _digest = rules.seal_content(content, key, bid.place_of(0))
    bid.draft_saved_at, bid.draft_saved_by = clock.now(), actor.user_id
    bid.approved_at = bid.approved_by = bid.approval_asked_at = None


def keep_file(bid: Bid, version: int, part: str, ciphertext: bytes) -> None:
    """Store an encrypted attachment under the SHA-256 of its ciphertext."""
    add(
        BidFile(
            bid_id=bid.id, version_number=version, part=part, sha256=files.keep(ciphertext), size=len(ciphertext),
            created_at=clock.now(),
        )
    )  # fmt: skip


def drop_files(rows: list[BidFile]) -> None:
    """Remove encrypted attachments: the rows now, the bytes once that is committed."""
    for row in rows:
        db.session.delete(row)
    for sha256 in [row.sha256 for row in rows]:
        after_commit(partial(files.discard, sha256))


def person_of(actor: Actor) -> UUID:
    """Who writes; the system never begins a proposal."""
    assert actor.user_id is not None  # noqa: S101 - only people write proposals
    return actor.user_id
