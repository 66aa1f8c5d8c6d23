"""Use cases: what an organisation says of itself beyond its name, its library of papers, changes of verified facts."""

from datetime import date
from typing import Any
from uuid import UUID

from portal.core import audit, clock, files, outbox, uploads
from portal.core.db import add, check_version, get, use_case
from portal.core.errors import Invalid, NotFound, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.parties import queries, rules
from portal.parties.models import FactChange, Party, PartyDocument
from portal.parties.policies import may_update_party, may_verify_party
from portal.parties.values import (
    VERIFIED_FACTS,
    DocumentDraft,
    PartyOrganisation,
    PartyStatus,
    Standing,
    Strength,
)
from portal.parties.workflow import FACT_CHANGE, PARTY

MAX_DOCUMENT = 10 * 1024 * 1024
_RESTORE: dict[str, Any] = {
    "founded_on": date.fromisoformat, "grade_until": date.fromisoformat, "hub_id": UUID, "party_organisation": PartyOrganisation,
}  # fmt: skip
_VOUCHED_FOR = (PartyStatus.VERIFIED, PartyStatus.SUSPENDED)

Upload = tuple[uploads.UploadFacts, bytes]


@use_case
def update_standing(*, actor: Actor, party_id: UUID, version: int | None, standing: Standing) -> Party:
    """Save grade, inspections, party organisation and hub; what an officer vouched for waits for one again.

    Raises ``Invalid`` for a hub that is unknown or the organisation itself, ``Stale`` when somebody saved in between.
    """
    party = get(Party, party_id, lock=True)
    require(may_update_party, actor, party)
    check_version(party, version)
    hub, problems = _hub(party, standing.hub_code)
    problems += rules.check_standing(standing)
    if problems:
        raise Invalid(*problems)
    wanted = {name: value for name, value in vars(standing).items() if name != "hub_code"}
    save_facts(party, actor, {**wanted, "hub_id": hub})
    return party


@use_case
def update_strength(*, actor: Actor, party_id: UUID, version: int | None, strength: Strength) -> Party:
    """Save people and places. Raises ``Invalid`` for impossible counts, ``Stale`` when somebody saved in between."""
    party = get(Party, party_id, lock=True)
    require(may_update_party, actor, party)
    check_version(party, version)
    problems = rules.check_strength(strength)
    if problems:
        raise Invalid(*problems)
    save_facts(party, actor, {**vars(strength), "venues": list(strength.venues)})
    return party


@use_case
def add_document(
    *, actor: Actor, party_id: UUID, draft: DocumentDraft, name: str, data: bytes
) -> PartyDocument:
    """Put a paper (PDF, JPEG or PNG, at most 10 MB) into the library. Raises ``Invalid``."""
    party = get(Party, party_id, lock=True)
    require(may_update_party, actor, party)
    upload, problems = checked_upload((name, data))
    problems += rules.check_document(draft, clock.today())
    if problems or upload is None:
        raise Invalid(*problems)
    row = file_document(party, draft, save_upload(upload, actor.user_id), actor.user_id)
    audit.record("party.add_document", party, actor, kind=str(draft.kind), title=row.title)
    return row


@use_case
def remove_document(*, actor: Actor, party_id: UUID, document_id: UUID) -> None:
    """Take a paper out of the library; proposals that used it keep their copy. Twice has one effect."""
    party = get(Party, party_id, lock=True)
    require(may_update_party, actor, party)
    row = get(PartyDocument, document_id, lock=True)
    if row.party_id != party.id:
        raise NotFound()
    if row.removed_at is None:
        row.removed_at = clock.now()
        audit.record("party.remove_document", party, actor, kind=str(row.kind), title=row.title)


@use_case
def note_document_reminder(*, document_id: UUID, mark: int) -> None:
    """Remember which reminder about a paper went out, so that it goes out once."""
    get(PartyDocument, document_id, lock=True).reminded_days = mark


@use_case
def accept_change(*, actor: Actor, party_id: UUID) -> Party:
    """Vouch for the new values of a waiting change; they count from now on. Raises ``NotFound`` when none waits."""
    party, change = _waiting(actor, party_id)
    FACT_CHANGE.apply("accept", change, actor, clock.now(), facts=sorted(change.values))
    change.decided_by = actor.user_id
    for name, value in change.values.items():
        setattr(party, name, restored(name, value))
    audit.record("party.accept_change", party, actor, fields=sorted(change.values))
    outbox.emit("fact_change.decided", change_id=change.id)
    return party


@use_case
def refuse_change(*, actor: Actor, party_id: UUID, reason: str) -> Party:
    """Leave the old values in force and say why. Raises ``NotFound`` when no change waits."""
    party, change = _waiting(actor, party_id)
    FACT_CHANGE.apply("refuse", change, actor, clock.now(), reason=reason)
    change.decided_by, change.decision_reason = actor.user_id, reason.strip()
    audit.record("party.refuse_change", party, actor, fields=sorted(change.values), reason=reason.strip())
    outbox.emit("fact_change.decided", change_id=change.id)
    return party


def restored(name: str, value: Any) -> Any:
    """A value of a waiting change as the column holds it."""
    return _RESTORE[name](value) if value is not None and name in _RESTORE else value


def save_facts(party: Party, actor: Actor, wanted: dict[str, Any]) -> set[str]:
    """Write what changed and return its names; verified facts of a verified organisation wait for an officer.

    A waiting change takes later ones in; one that leads back to the verified values is withdrawn. A refused
    registration goes back to verification.
    """
    held_back = VERIFIED_FACTS if party.status in _VOUCHED_FOR else ()
    changed = {
        name: value
        for name, value in wanted.items()
        if name not in held_back and getattr(party, name) != value
    }
    for name, value in changed.items():
        setattr(party, name, value)
    if changed:
        audit.record("party.update", party, actor, fields=sorted(changed))
    _ask(party, actor, {name: value for name, value in wanted.items() if name in held_back})
    if party.status == PartyStatus.REFUSED:
        PARTY.apply("resubmit", party, actor, clock.now())
        outbox.emit("party.registered", party_id=party.id)
    return set(changed)


def _ask(party: Party, actor: Actor, wanted: dict[str, Any]) -> None:
    change = queries.pending_change(party.id)
    before = dict(change.values) if change else {}
    asked = {name: value for name, value in before.items() if name not in wanted}
    asked |= {name: _plain(value) for name, value in wanted.items() if getattr(party, name) != value}
    if asked == before:
        return
    if change and not asked:
        FACT_CHANGE.apply("withdraw", change, actor, clock.now())
    elif change:
        change.values = asked
        audit.record("party.ask_change", party, actor, fields=sorted(asked))
    else:
        change = add(
            FactChange(party_id=party.id, values=asked, asked_by=actor.user_id, asked_at=clock.now())
        )
        audit.record("party.ask_change", party, actor, fields=sorted(asked))
        outbox.emit("fact_change.asked", change_id=change.id)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | PartyOrganisation) else value


def _waiting(actor: Actor, party_id: UUID) -> tuple[Party, FactChange]:
    party = get(Party, party_id, lock=True)
    require(may_verify_party, actor, party)
    change = queries.pending_change(party_id)
    if change is None:
        raise NotFound()
    return party, change


def _hub(party: Party, code: str) -> tuple[UUID | None, list[Problem]]:
    if not code.strip():
        return None, []
    hub = queries.find_party(rules.clean_credit_code(code))
    if hub is None or hub.id == party.id or hub.status != PartyStatus.VERIFIED:
        message = N_("No verified organisation with this code is registered here.")
        return None, [problem(message, field="hub_code")]
    return hub.id, []


def file_document(
    party: Party, draft: DocumentDraft, stored: files.StoredFile, user_id: UUID | None
) -> PartyDocument:
    """A row of the library for a file that is stored already."""
    return add(
        PartyDocument(
            party_id=party.id, kind=draft.kind, title=draft.title.strip(), year=draft.year, issued_on=draft.issued_on,
            expires_on=draft.expires_on, file_id=stored.id, added_by=user_id, added_at=clock.now(),
        )
    )  # fmt: skip


def checked_upload(file: tuple[str, bytes] | None) -> tuple[Upload | None, list[Problem]]:
    """Facts and clean bytes of an upload, or what is wrong with it."""
    if file is None:
        return None, []
    name, data = file
    try:
        facts = uploads.check_upload(data, name, max_bytes=MAX_DOCUMENT)
        picture = facts.kind is not uploads.FileKind.PDF
        return (facts, uploads.strip_image(data) if picture else data), []
    except Invalid as error:
        return None, error.problems


def save_upload(upload: Upload, user_id: UUID | None) -> files.StoredFile:
    """Keep an upload that was checked."""
    facts, data = upload
    return files.save(data, name=facts.name, media_type=facts.kind.media_type, created_by=user_id)
