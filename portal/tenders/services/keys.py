"""The keys of the seal: made by their holders, proved before publication, one key pair for each lot."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select, update

from portal.core import audit, clock, sealing
from portal.core.config import settings
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, InvalidTransition, NotFound, problem
from portal.core.policy import Actor, require
from portal.core.sealing import SealBroken
from portal.core.text import N_
from portal.parties import queries as parties
from portal.tenders import queries
from portal.tenders.models import HolderKey, LotSeal, SealHolder, Tender
from portal.tenders.policies import may_draft_tender, may_hold_key, may_prove_key
from portal.tenders.values import HolderRole, TenderStatus

_BEFORE = frozenset({TenderStatus.DRAFT, TenderStatus.SUBMITTED, TenderStatus.APPROVED})


@use_case
def create_holder_key(*, actor: Actor) -> str:
    """Make a key for this person and return its printed code, shown once and kept nowhere.

    An earlier key is retired: calls published with it still open by the old code, others need a new proof. Keys
    made in demo mode are marked and refused in production.
    """
    require(may_hold_key, actor, None)
    assert actor.user_id is not None  # noqa: S101 - the policy asks for roles, which only people hold
    pair = sealing.generate_keypair()
    now = clock.now()
    db.session.execute(
        update(HolderKey)
        .where(HolderKey.user_id == actor.user_id, HolderKey.retired_at.is_(None))
        .values(retired_at=now)
    )
    key = add(HolderKey(user_id=actor.user_id, public_key=pair.public, demo=settings().demo, created_at=now))
    audit.record("holder_key.create", key, actor)
    return sealing.format_code(pair.private)


@use_case
def set_holder(*, actor: Actor, tender_id: UUID, role: HolderRole, user_id: UUID) -> SealHolder:
    """Choose who holds a key of the call; the person must hold the matching role in its unit. Raises ``Invalid``."""
    tender = get(Tender, tender_id, lock=True)
    require(may_draft_tender, actor, tender)
    _before_publication(tender, "set_holder")
    if role not in queries.HOLDER_ROLES or user_id not in parties.holders(queries.HOLDER_ROLES[role], tender.unit_id):  # fmt: skip
        raise Invalid(problem(N_("This person cannot hold the key as %(role)s."), field=str(role), role=role))
    holder = _holder(tender_id, role)
    other = _holder(tender_id, HolderRole.SUPERVISOR if role == HolderRole.OFFICER else HolderRole.OFFICER)
    if other.user_id == user_id:
        raise Invalid(problem(N_("The two keys must be held by two different people."), field=str(role)))
    if holder.user_id != user_id:
        holder.user_id, holder.key_id, holder.proved_at = user_id, None, None
        audit.record("tender.set_holder", tender, actor, role=role, user_id=user_id)
    return holder


@use_case
def prove_key(*, actor: Actor, tender_id: UUID, role: HolderRole, code: str) -> SealHolder:
    """Prove before publication that one holds the key: the printed code must belong to one's current key.

    The code is used in memory only. Raises ``Invalid`` at ``code`` for a mistyped or foreign code.
    """
    tender = get(Tender, tender_id, lock=True)
    _before_publication(tender, "prove_key")
    holder = _holder(tender_id, role)
    require(may_prove_key, actor, holder)
    key = queries.current_key(holder.user_id) if holder.user_id else None
    if key is None:
        raise Invalid(problem(N_("You have no opening key yet. Please make one first."), field="code"))
    try:
        public = sealing.public_key(sealing.parse_code(code))
    except sealing.BadCode as error:
        raise Invalid(*(problem(p.message, field="code", **p.params) for p in error.problems)) from None
    if not hmac.compare_digest(public, key.public_key):
        raise Invalid(problem(N_("This code does not belong to your present key."), field="code"))
    holder.key_id, holder.proved_at = key.id, clock.now()
    audit.record("tender.prove_key", tender, actor, role=role)
    return holder


def _before_publication(tender: Tender, name: str) -> None:
    if tender.status not in _BEFORE:
        raise InvalidTransition(name, str(tender.status))


def _holder(tender_id: UUID, role: HolderRole) -> SealHolder:
    statement = select(SealHolder).where(SealHolder.tender_id == tender_id, SealHolder.role == role)
    holder = db.session.scalars(statement).first()
    if holder is None:
        raise NotFound()
    return holder


def seal_lots(tender: Tender) -> None:
    """Make a key pair for each lot, wrap the private half for each pair of holders, and forget it."""
    keys = {row.role: get(HolderKey, row.key_id).public_key for row in tender.holders if row.key_id}
    holders = {
        "officer": keys[HolderRole.OFFICER],
        "supervisor": keys[HolderRole.SUPERVISOR],
        "platform": sealing.public_key(settings().seal_key()),
    }
    now = clock.now()
    for lot in tender.lots:
        pair = sealing.generate_keypair()
        blobs = sealing.wrap_for_pairs(pair.private, holders, lot_info(lot.id))
        wrapped = {name: b64encode(blob).decode() for name, blob in blobs.items()}
        add(LotSeal(lot_id=lot.id, public_key=pair.public, wrapped=wrapped, created_at=now))


def open_lot_key(lot_seal: LotSeal, secrets: Mapping[str, bytes]) -> bytes:
    """The private key of a lot from the secrets of two holders, such as ``{"officer": …, "supervisor": …}``.

    Pure: changes nothing and keeps nothing. Raises ``SealBroken`` for wrong secrets, one holder alone, or keys
    that were destroyed.
    """
    if len(secrets) != 2:
        raise SealBroken
    pair = sealing.pair_name(*secrets)
    blob = lot_seal.wrapped.get(pair)
    if blob is None:
        raise SealBroken
    return sealing.open_with_pair(b64decode(blob), pair, secrets, lot_info(lot_seal.lot_id))


def lot_info(lot_id: UUID) -> bytes:
    """What the wrapped key of a lot is bound to, so that it opens no other lot."""
    return f"lot seal\0{lot_id}".encode()
