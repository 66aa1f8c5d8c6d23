"""Applying together: a lead invites members by a code, each confirms by its own account; a hub applies for a group on file.

Until the opening no column says who applies with whom: it lies in the encrypted proposal, and what the database keeps
beside it are keyed digests. So nothing of it enters the audit trail, the queue or an address either.
"""

import secrets
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from portal.bids import queries, rules
from portal.bids.models import Bid, BidPartner
from portal.bids.policies import may_bind
from portal.bids.services.drafting import draft_for_update, write_draft
from portal.bids.values import BidStatus, Partner, PartnerKind
from portal.bids.workflow import before_deadline
from portal.core import outbox
from portal.core.clock import local
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, NotFound, Problem, problem
from portal.core.keys import server_key
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.parties.models import Party
from portal.parties.values import PartyStatus

OUTSIDER = Actor.system("partner")


@use_case
def invite_partner(*, actor: Actor, bid_id: UUID, task: str) -> Partner:
    """Open a place in the consortium for somebody who does ``task``; whoever has the code can take it.

    Raises ``Invalid`` at ``task`` when there are too many.
    """
    bid = draft_for_update(actor, bid_id)
    draft = queries.draft(bid)
    if len(draft.members) >= rules.PARTNERS_AT_MOST:
        message = N_("A consortium has at most %(most)s members beside the lead.")
        raise Invalid(problem(message, field="task", most=rules.PARTNERS_AT_MOST))
    partner = Partner(secrets.token_hex(6), PartnerKind.MEMBER, task.strip())
    return open_place(bid, actor, partner)


def open_place(bid: Bid, actor: Actor, partner: Partner) -> Partner:
    """Write ``partner`` as not confirmed, under a fresh code, into a locked draft."""
    fresh = rules.free(partner, rules.link_code())
    digest = rules.code_digest(fresh.code, server_key("draft"), queries.PARTNER)
    row = queries.places(bid.id).get(partner.part)
    if row is None:
        row = add(BidPartner(bid_id=bid.id, lot_id=bid.lot_id, part=partner.part))
    row.code_digest, row.tag = digest, None
    write_draft(bid, actor, rules.changed(queries.draft(bid), fresh), queries.draft_key(bid))
    return fresh


@use_case
def remove_partner(*, actor: Actor, bid_id: UUID, part: str) -> None:
    """Take a member out of the consortium, confirmed or not; the link works no more. Raises ``NotFound``."""
    bid = draft_for_update(actor, bid_id)
    draft = queries.draft(bid)
    if part not in [one.part for one in draft.members]:
        raise NotFound()
    kept = tuple(one for one in draft.partners if one.part != part)
    write_draft(bid, actor, replace(draft, partners=kept), queries.draft_key(bid))
    db.session.delete(queries.places(bid.id)[part])


def find_place(code: str, received_at: datetime) -> tuple[Bid, Partner]:
    """The proposal and the place that a code is for. Raises ``Invalid`` at ``code``."""
    row = queries.place_by_code(code)
    if row is None:
        message = N_("There is no invitation with this code, or the proposal is submitted already.")
        raise Invalid(problem(message, field="code"))
    bid = queries.get_bid(OUTSIDER, row.bid_id)
    if bid.status != BidStatus.DRAFT:
        raise Invalid(
            problem(N_("The proposal is submitted; nothing can be changed any more."), field="code")
        )
    if late := before_deadline(bid, received_at):
        raise Invalid(problem(late.message, field="code", **late.params))
    partner = next(one for one in queries.draft(bid).partners if one.part == row.part)
    return bid, partner


@use_case
def confirm_partner(*, actor: Actor, code: str, party_id: UUID, received_at: datetime) -> None:
    """Take the place for ``party_id``, which the actor can bind. Emits ``bid.partner_confirmed``.

    Raises ``Invalid`` at ``party`` when the organisation leads this proposal, is not verified, applies for the lot
    otherwise, or is not the group that the hub applies for.
    """
    require(may_bind, actor, party_id)
    found, _partner = find_place(code, received_at)
    bid = draft_for_update(OUTSIDER, found.id)
    _bid, partner = find_place(code, received_at)
    party = get(Party, party_id, lock=True)
    row = queries.places(bid.id)[partner.part]
    if partner.confirmed_at:
        if partner.party_id == str(party.id):
            return
        raise Invalid(problem(N_("Another organisation has taken this place."), field="party"))
    if problems := _not_admitted(bid, partner, party):
        raise Invalid(*problems)
    row.tag = queries.tag_of(bid.lot_id, party.id)
    taken = replace(
        partner, party_id=str(party.id), name=party.name, confirmed_by=actor.name, confirmed_at=local(received_at).isoformat(),
        profile=rules.profile_snapshot(party),
    )  # fmt: skip
    write_draft(bid, OUTSIDER, rules.changed(queries.draft(bid), taken), queries.draft_key(bid))
    outbox.emit("bid.partner_confirmed", bid_id=bid.id)


@use_case
def leave_place(*, actor: Actor, code: str, party_id: UUID, received_at: datetime) -> None:
    """Take a confirmation back, as long as the proposal is a draft; the same link can be used again."""
    require(may_bind, actor, party_id)
    found, _partner = find_place(code, received_at)
    bid = draft_for_update(OUTSIDER, found.id)
    _bid, partner = find_place(code, received_at)
    if partner.party_id != str(party_id) or not partner.confirmed_at:
        raise NotFound()
    queries.places(bid.id)[partner.part].tag = None
    freed = rules.free(partner, partner.code)
    write_draft(bid, OUTSIDER, rules.changed(queries.draft(bid), freed), queries.draft_key(bid))


def _not_admitted(bid: Bid, partner: Partner, party: Party) -> list[Problem]:
    found = []
    if partner.kind is PartnerKind.HOSTED and partner.party_id != str(party.id):
        found.append(N_("The hub applies for another group. Please choose the right organisation."))
    if party.id == bid.party_id:
        found.append(N_("This organisation leads the proposal itself."))
    if party.status != PartyStatus.VERIFIED:
        found.append(N_("The organisation is not verified yet. An officer checks it first."))
    if queries.applies_alone(bid.lot_id, party.id):
        found.append(
            N_("This organisation has a proposal of its own for this lot. Nobody applies twice for one lot.")
        )
    if queries.applies_with_others(bid.lot_id, party.id):
        found.append(N_("This organisation takes part in another proposal for this lot already."))
    return [problem(message, field="party") for message in found]
