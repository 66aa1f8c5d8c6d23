"""Opening a call: two people, after the deadline, counts first (domain.md section 4.5)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.bids import queries, rules
from portal.bids.models import Bid, BidVersion, Opening
from portal.bids.policies import may_open, may_witness
from portal.bids.workflow import BID
from portal.core import audit, clock, files, outbox, sealing
from portal.core.config import settings
from portal.core.db import add, db, get, use_case
from portal.core.errors import Denied, Invalid, NotFound, Problem, problem
from portal.core.keys import server_key
from portal.core.papers import official
from portal.core.policy import Actor, actor_for, require
from portal.core.text import N_
from portal.tenders import services as tenders
from portal.tenders.models import HolderKey, Lot, SealHolder, Tender
from portal.tenders.values import HolderRole, TenderStatus

TOO_FEW = N_("Too few proposals were submitted. No proposal was opened.")


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of two holders by their names, in memory only."""

    secrets: Mapping[str, bytes] = field(repr=False)


def open_tender(
    *, actor: Actor, tender_id: UUID, officer_code: str, supervisor_email: str, supervisor_password: str,
    supervisor_code: str,
) -> Opening:  # fmt: skip
    """Open a call by its officer (``actor``) and its supervisor, who signs in beside the officer.

    Below the procedure's minimum nothing is decrypted and the data keys are destroyed. Otherwise every data key
    moves from the lot's key to the server's storage key, the quotes are noted and the digests compared. Wrong
    passwords of the supervisor are counted as at sign-in. Raises ``Invalid`` at ``officer_code``,
    ``supervisor_email``, ``supervisor_password`` or ``supervisor_code``, and before the call can be opened.
    """
    require(may_open, actor, queries.tender_for_opening(actor, tender_id))
    supervisor = person_beside(supervisor_email, supervisor_password, "supervisor_password")
    keys = Keys(
        {
            HolderRole.OFFICER: secret_of(officer_code, "officer_code"),
            HolderRole.SUPERVISOR: secret_of(supervisor_code, "supervisor_code"),
        }
    )
    return _open(actor=actor, tender_id=tender_id, supervisor=supervisor, keys=keys)


@use_case
def set_qualified(*, actor: Actor, bid_id: UUID, passed: bool) -> Bid:
    """Admit an opened proposal or not; who may, and why not, is the matter of ``qualification``."""
    bid = queries.get_bid_for_update(bid_id)
    BID.apply("admit" if passed else "disqualify", bid, actor, clock.now())
    return bid


@use_case
def attach_minutes(*, tender_id: UUID, pdf: bytes) -> Opening:
    """Keep the minutes' PDF with the opening; made once, by the job."""
    row = queries.opening_of(tender_id)
    if row is None:
        raise NotFound()
    if row.minutes_file_id is None:
        row.minutes_file_id = files.save(pdf, name="opening-minutes.pdf", media_type="application/pdf").id
    return row


def opening_problems(tender: Tender, now: datetime) -> list[Problem]:
    """Why a call cannot be opened at ``now``; empty when it can."""
    if tender.opened_at is not None or tender.status != TenderStatus.ACTIVE:
        return [problem(N_("The call is closed or was opened already."))]
    assert tender.deadline_at is not None  # noqa: S101 - a published call has one
    first = rules.opens_at(tender.deadline_at)
    if now < first:
        message = N_(
            "Opening is possible from %(first)s on: the deadline is %(deadline)s, and whatever arrives before it is stored first."
        )
        return [problem(message, first=first, deadline=rules.exact(tender.deadline_at))]
    return []


@use_case
def _open(*, actor: Actor, tender_id: UUID, supervisor: User, keys: Keys) -> Opening:
    now = clock.now()
    tender = get(Tender, tender_id, lock=True)
    require(may_open, actor, tender)
    if problems := opening_problems(tender, now):
        raise Invalid(*problems)
    _check_people(actor, supervisor, tender)
    _check_keys(tender_id, keys)
    return unseal(tender, keys, actor, supervisor, now)


def unseal(tender: Tender, keys: Keys, actor: Actor, supervisor: User, now: datetime) -> Opening:
    """Count, open and note what is sealed for a locked call; people and keys were checked before.

    ``actor`` is the one who acts for the buyer. Raises ``SealBroken`` when the two keys do not open the lots.
    """
    lots = queries.lots(tender.id)
    private = _unlock(tender.id, lots, keys)
    sealed = queries.sealed_bids(tender.id)
    counts = Counter(bid.lot_id for bid in sealed)
    enough = {lot.id for lot in lots if counts[lot.id] >= tender.minimum_bids}
    entries = [_open_bid(bid, actor, private[bid.lot_id], now) for bid in sealed if bid.lot_id in enough]
    for bid in sealed:
        if bid.lot_id not in enough:
            _leave(bid, actor, now)
    private.clear()
    opening = add(
        Opening(
            tender_id=tender.id, officer_id=actor.user_id, supervisor_id=supervisor.id, opened_at=now,
            counts={str(lot.id): counts[lot.id] for lot in lots},
            entries=entries,
        )
    )  # fmt: skip
    audit.record(
        "tender.proposals_opened" if enough else "tender.too_few", tender, actor, supervisor=supervisor.name
    )
    tenders.drop_lot_keys(actor=actor, tender_id=tender.id)
    if enough:
        tenders.mark_opened(actor=actor, tender_id=tender.id, opened_at=now)
        tenders.fail_lots(actor=actor, tender_id=tender.id, lot_ids={lot.id for lot in lots} - enough)
        outbox.emit("tender.opened", tender_id=tender.id)
    else:
        tenders.fail_tender(actor=actor, tender_id=tender.id, reason=official(TOO_FEW))
    outbox.emit("bids.opened", tender_id=tender.id)
    return opening


def _check_people(actor: Actor, supervisor: User, tender: Tender) -> None:
    """Two people, each holder of the key in their role, each still holding that role."""
    if supervisor.id == actor.user_id:
        raise Invalid(problem(N_("Officer and supervisor must be two people."), field="supervisor_email"))
    witness = actor_for(supervisor.id, supervisor.name)
    if not may_witness(witness, tender):
        raise Invalid(problem(N_("This person is not a supervisor of the buyer."), field="supervisor_email"))
    held = {holder.role: holder.user_id for holder in queries.holders(tender.id)}
    if held.get(HolderRole.OFFICER) != actor.user_id:
        raise Denied(N_("Only the officer who holds a key of this call opens it."))
    if held.get(HolderRole.SUPERVISOR) != supervisor.id:
        raise Invalid(problem(N_("This person holds no key of this call."), field="supervisor_email"))


def person_beside(email: str, password: str, where: str) -> User:
    """Who gives this address and password, counted as at sign-in; ``Invalid`` at the field ``where``."""
    try:
        return accounts.identify(email=email, password=password)
    except Invalid as error:
        raise Invalid(*(problem(p.message, field=where, **p.params) for p in error.problems)) from None


def secret_of(code: str, where: str) -> bytes:
    """The secret of a printed code; ``Invalid`` at the field ``where``."""
    try:
        return sealing.parse_code(code)
    except sealing.BadCode as error:
        raise Invalid(*(problem(p.message, field=where, **p.params) for p in error.problems)) from None


def key_problem(holder: SealHolder, secret: bytes, where: str) -> Problem | None:
    """Why ``secret`` is not accepted as the key that this holder registered, at the field ``where``."""
    key = db.session.get(HolderKey, holder.key_id) if holder.key_id else None
    if key is None or key.public_key != sealing.public_key(secret):
        return problem(N_("This code does not fit the key of this call."), field=where)
    if key.demo and settings().production:
        return problem(N_("This key was made for a demonstration and is not accepted here."), field=where)
    return None


def _check_keys(tender_id: UUID, keys: Keys) -> None:
    """Say which of the two codes does not belong to the key that was registered."""
    given = [holder for holder in queries.holders(tender_id) if holder.role in keys.secrets]
    found = [key_problem(holder, keys.secrets[holder.role], f"{holder.role}_code") for holder in given]
    if any(found):
        raise Invalid(*filter(None, found))


def _unlock(tender_id: UUID, lots: Sequence[Lot], keys: Keys) -> dict[UUID, bytes]:
    """The private key of each lot, by two holders together."""
    seals = queries.seals(tender_id)
    secrets = {str(name): secret for name, secret in keys.secrets.items()}
    return {lot.id: tenders.open_lot_key(seals[lot.id], secrets) for lot in lots}


def _open_bid(bid: Bid, actor: Actor, private: bytes, now: datetime) -> dict[str, Any]:
    """Move the data key from the lot's key to the storage key, note the quote, compare the digest."""
    version = queries.version_of(bid)
    try:
        data_key = sealing.unwrap(private, version.lot_wrapped or b"", bid.place.info("lot"))
        content, digest = rules.open_content(version.ciphertext, data_key, bid.place)
    except sealing.SealBroken:
        # One damaged proposal must not keep all others shut; the minutes name it.
        return _damaged(bid, version, actor, now)
    bid.opened_key = sealing.wrap_with_key(server_key("storage"), data_key, bid.place.info("storage"))
    bid.quote = content.quote
    matches = digest == version.receipt_digest
    BID.apply("open", bid, actor, now, matches=matches)
    queries.note_partners(bid, content)
    together = [partner.name for partner in content.partners]
    state = "opened" if matches else "mismatch"
    return _entry(bid, version) | {"quote": content.quote.fen, "state": state, "partners": together}


def _damaged(bid: Bid, version: BidVersion, actor: Actor, now: datetime) -> dict[str, Any]:
    BID.apply("leave_unopened", bid, actor, now, reason=N_("The seal does not open."))
    return _entry(bid, version) | {"quote": None, "state": "damaged"}


def _leave(bid: Bid, actor: Actor, now: datetime) -> None:
    """Destroy the keys of a proposal that is not opened: nobody can read it from now on."""
    version = queries.version_of(bid)
    version.lot_wrapped = version.reopen_wrapped = None
    queries.drop_places(bid.id)
    BID.apply("leave_unopened", bid, actor, now)


def _entry(bid: Bid, version: BidVersion) -> dict[str, Any]:
    """What the minutes say about one proposal."""
    return {
        "bid_id": str(bid.id), "lot_id": str(bid.lot_id), "lot": bid.lot.title, "party_id": str(bid.party_id),
        "party": bid.party.name, "receipt": version.receipt_number, "digest": version.receipt_digest,
        "received_at": version.received_at.isoformat(),
    }  # fmt: skip
