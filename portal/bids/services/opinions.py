"""Opinions of the community or the supervising unit, asked for by a link and given without an account."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from portal.bids import queries, rules
from portal.bids.models import Bid, OpinionRequest
from portal.bids.policies import may_write
from portal.bids.services.drafting import attach, draft_for_update
from portal.bids.values import BidStatus, GivenOpinion, ShownDraft
from portal.core import clock, outbox
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, InvalidTransition, NotFound, problem
from portal.core.keys import server_key
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.core.uploads import FileKind, check_upload, strip_image

MOST_LINKS = 10
OUTSIDER = Actor.system("opinion")


@use_case
def ask_opinion(
    *, actor: Actor, bid_id: UUID, paper: str, asked: str, summary: bool, site: str, days: int
) -> OpinionRequest:
    """Make a link by which somebody outside gives an opinion on the draft, for ``days`` days.

    ``paper`` is a kind of attachment of the call's form that is an opinion; ``asked`` says who is asked. The outsider
    sees the call, the organisation and the name of the project as they are now, with the summary and the site if
    wanted. Raises ``Invalid`` when the project has no name yet or too many links are open.
    """
    bid = draft_for_update(actor, bid_id)
    kind = queries.form_of(bid).paper(paper)
    if kind is None or not kind.opinion:
        raise NotFound()
    draft, key, now = queries.draft(bid), queries.draft_key(bid), clock.now()
    if not draft.title.strip():
        raise Invalid(problem(N_("Please give the project a name first; whoever is asked sees it.")))
    if sum(one.is_live(now) for one in queries.opinions(bid, key)) >= MOST_LINKS:
        raise Invalid(
            problem(
                N_("At most %(most)s links can be open at a time. Please end one first."), most=MOST_LINKS
            )
        )
    row_id, code = uuid4(), rules.link_code()
    shown = ShownDraft(
        code, asked.strip(), f"{bid.tender.number} {bid.tender.title}", bid.party.name, draft.title,
        draft.text("summary") if summary else "", site.strip(),
    )  # fmt: skip
    sealed = rules.seal_note(json.dumps(asdict(shown)), key, bid.place_of(0), f"opinion-{row_id}")
    assert actor.user_id is not None  # noqa: S101 - only people ask
    return add(
        OpinionRequest(
            id=row_id, bid_id=bid.id, paper=paper, code_digest=rules.code_digest(code, server_key("draft"), queries.PURPOSE),
            shown=sealed, asked_at=now, asked_by=actor.user_id, expires_at=now + timedelta(days=days),
        )
    )  # fmt: skip


@use_case
def end_opinion(*, actor: Actor, opinion_id: UUID) -> OpinionRequest:
    """Make a link work no more; what was given by it stays attached."""
    row = get(OpinionRequest, opinion_id, lock=True)
    bid = queries.get_bid(actor, row.bid_id)
    require(may_write, actor, bid)
    if bid.status != BidStatus.DRAFT:
        raise InvalidTransition("save", str(bid.status))
    row.ended_at = row.ended_at or clock.now()
    return row


def find_opinion(code: str, received_at: datetime) -> tuple[Bid, ShownDraft]:
    """What the link with this code shows. Raises ``Invalid`` at ``code`` when there is none, or it works no more."""
    row = queries.opinion_by_code(code)
    if row is None:
        raise Invalid(
            problem(N_("There is no link with this code. Please compare it with the message."), field="code")
        )
    bid = queries.get_bid(OUTSIDER, row.bid_id)
    if dead := queries.dead_request(row, bid, received_at):
        raise Invalid(problem(dead.message, field="code", **dead.params))
    return bid, queries.shown_of(bid, queries.draft_key(bid), row)


def signature_photo(photo: tuple[str, bytes]) -> tuple[bytes, str]:
    """The picture of a signature or seal without what a phone adds to it, and its media type. Raises ``Invalid``."""
    name, data = photo
    facts = check_upload(data, name, max_bytes=rules.FILE_BYTES)
    if facts.kind is FileKind.PDF:
        raise Invalid(problem(N_("Please take a photo, JPEG or PNG."), field="photo"))
    return strip_image(data), facts.kind.media_type


@use_case
def give_opinion(*, code: str, given: GivenOpinion, pdf: bytes, received_at: datetime) -> OpinionRequest:
    """Attach the opinion (``pdf``, the paper set from ``given``) to the draft, once.

    Emits ``bid.opinion_given``. Raises ``Invalid`` when the link works no more at the time of arrival.
    """
    bid, _shown = find_opinion(code, received_at)
    bid = draft_for_update(OUTSIDER, bid.id)
    found = queries.opinion_by_code(code)
    assert found is not None  # noqa: S101 - it was found above
    row = get(OpinionRequest, found.id, lock=True)
    if dead := queries.dead_request(row, bid, received_at):
        raise Invalid(dead)
    attach(bid, OUTSIDER, f"{given.post}-{given.name}.pdf"[:80], pdf, row.paper)
    row.given_at = received_at
    outbox.emit("bid.opinion_given", bid_id=bid.id)
    return row
