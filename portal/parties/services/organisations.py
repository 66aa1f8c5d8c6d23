"""Use cases: register an organisation, keep its entry, verify it, write its track record."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from portal.accounts import queries as people
from portal.accounts import services as accounts
from portal.core import audit, clock, files, mail, outbox
from portal.core.db import add, check_version, get, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.parties import queries, rules
from portal.parties.models import Party, TrackEntry
from portal.parties.policies import may_add_track_entry, may_update_party, may_verify_party
from portal.parties.services.profile import checked_upload, file_document, save_facts, save_upload
from portal.parties.services.roles import grant_role
from portal.parties.values import CertificateKind, CheckItem, DocumentDraft, PartyKind, Profile, Role
from portal.parties.workflow import PARTY


@use_case
def register_party(
    *, name: str, code: str, kind: PartyKind, legal_representative: str, address: str, contact_name: str,
    contact_phone: str, email: str, password: str, founded_on: date | None = None, description: str = "",
    bank_name: str = "", bank_account: str = "", unit_id: UUID | None = None, certificate: tuple[str, bytes] | None = None,
) -> Party:  # fmt: skip
    """Register an organisation together with its owner's account; it waits for verification by its district.

    ``unit_id`` is that district and may be left out where there is only one. ``certificate`` is (file name,
    bytes). Raises ``Invalid`` for a wrong or known credit code (GB 32100-2015), a kind that the code
    contradicts, a file that is not acceptable, or a known e-mail address. A community organisation gives its filing
    number in place of the code.
    """
    code, account = rules.clean_credit_code(code), rules.clean_bank_account(bank_account)
    district = _district(unit_id)
    problems = code_problems(code, kind) + rules.check_bank_account(bank_name.strip(), account)
    upload, found = checked_upload(certificate)
    problems += found + accounts.account_problems(email=email, name=contact_name, password=password)
    if problems:
        raise Invalid(*problems)
    owner = accounts.create_user(
        actor=Actor.system("registration"), email=email, name=contact_name, password=password, phone=contact_phone
    )  # fmt: skip
    actor = Actor(owner.id, owner.name)
    stored = save_upload(upload, owner.id) if upload else None
    party = add(
        Party(
            unit_id=district, name=name.strip(), code=code, kind=kind, legal_representative=legal_representative.strip(),
            address=address.strip(), contact_name=contact_name.strip(), contact_phone=contact_phone.strip(), contact_email=owner.email,
            founded_on=founded_on, description=description.strip(), bank_name=bank_name.strip(), bank_account=account,
            certificate_id=stored.id if stored else None, registered_at=clock.now(),
        )
    )  # fmt: skip
    grant_role(actor=Actor.system("registration"), user_id=owner.id, role=Role.ORG_OWNER, scope_id=party.id)
    if stored:
        _file_certificate(party, stored, owner.id)
    audit.record("party.register", party, actor, name=party.name, code=code)
    outbox.emit("party.registered", party_id=party.id)
    return party


@use_case
def update_party(*, actor: Actor, party_id: UUID, version: int | None, profile: Profile) -> Party:
    """Save an organisation's own entry; a refused one goes back to verification.

    Name, legal representative and founding date were verified: once they are, new values wait for an officer and
    the old ones count until then. A new bank account is told to all owners, and two officers check it anew. Raises
    ``Stale`` when somebody saved in between.
    """
    party = get(Party, party_id, lock=True)
    require(may_update_party, actor, party)
    check_version(party, version)
    account = rules.clean_bank_account(profile.bank_account)
    problems = rules.check_bank_account(profile.bank_name, account)
    if problems:
        raise Invalid(*problems)
    changed = save_facts(party, actor, {**vars(profile), "bank_account": account})
    if {"bank_name", "bank_account"} & changed:
        party.account_confirmed_by = party.account_confirmed_at = None
        party.account_verified_by = party.account_verified_at = None
        if party.bank_account:
            _tell_of_account(party)
    return party


@use_case
def attach_certificate(*, actor: Actor, party_id: UUID, name: str, data: bytes) -> Party:
    """Replace the registration certificate (PDF, JPEG or PNG, at most 10 MB). Raises ``Invalid`` at ``file``."""
    party = get(Party, party_id, lock=True)
    require(may_update_party, actor, party)
    upload, problems = checked_upload((name, data))
    if problems or upload is None:
        raise Invalid(*problems)
    stored = save_upload(upload, actor.user_id)
    party.certificate_id = stored.id
    _file_certificate(party, stored, actor.user_id)
    audit.record("party.attach_certificate", party, actor, sha256=stored.sha256)
    return party


@use_case
def verify_party(*, actor: Actor, party_id: UUID, checked: Collection[CheckItem] = tuple(CheckItem)) -> Party:
    """Confirm that the organisation is the one of its certificate; it may take part from now on.

    ``checked`` is what the officer compared; it is kept on record. Raises ``Invalid`` at ``checked`` when something
    is left out.
    """
    party = _locked(actor, party_id)
    if set(CheckItem) - set(checked):
        raise Invalid(
            problem(N_("Please compare everything first, or refuse with a reason."), field="checked")
        )
    PARTY.apply("verify", party, actor, clock.now(), checked=[str(item) for item in CheckItem])
    party.verified_by, party.decision_reason = actor.user_id, None
    _tell(party, "party_verified")
    return party


@use_case
def refuse_party(*, actor: Actor, party_id: UUID, reason: str) -> Party:
    """Refuse a registration; the organisation reads the reason and may correct and send it again."""
    return _decided("refuse", actor, party_id, reason, "party_refused")


@use_case
def suspend_party(*, actor: Actor, party_id: UUID, reason: str) -> Party:
    """Take a verified organisation out of new calls."""
    return _decided("suspend", actor, party_id, reason, "party_suspended")


@use_case
def reopen_party(*, actor: Actor, party_id: UUID, reason: str) -> Party:
    """Send an entry back to verification, so that name or representative can be corrected."""
    return _decided("reopen", actor, party_id, reason, "party_reopened")


@use_case
def add_track_entry(
    *, actor: Actor, party_id: UUID, kind: str, title: str, reference: str, stars: int | None = None,
    data: dict[str, Any] | None = None,
) -> TrackEntry:  # fmt: skip
    """Write one line of the track record; ``kind`` and ``reference`` name it, and the same again is returned."""
    party = get(Party, party_id, lock=True)
    require(may_add_track_entry, actor, party)
    earlier = queries.track_entry(party_id, kind, reference)
    if earlier:
        return earlier
    entry = add(
        TrackEntry(
            party_id=party_id, kind=kind, at=clock.now(), title=title, reference=reference, stars=stars, data=data or {}
        )
    )  # fmt: skip
    audit.record("party.add_track_entry", party, actor, kind=kind, reference=reference, stars=stars)
    return entry


def _locked(actor: Actor, party_id: UUID) -> Party:
    party = get(Party, party_id, lock=True)
    require(may_verify_party, actor, party)
    return party


def _decided(step: str, actor: Actor, party_id: UUID, reason: str, template: str) -> Party:
    party = _locked(actor, party_id)
    PARTY.apply(step, party, actor, clock.now(), reason=reason)
    party.decision_reason = reason.strip()
    _tell(party, template)
    return party


def _tell(party: Party, template: str) -> None:
    mail.notify(
        people.recipients(queries.members(party.id)), template, link=f"/parties/{party.id}/own",
        name=party.name, reason=party.decision_reason,
    )  # fmt: skip


def _tell_of_account(party: Party) -> None:
    owners = [held.user_id for held in queries.roles_held(scope_id=party.id) if held.role == Role.ORG_OWNER]
    mail.notify(
        people.recipients(owners), "party_account_changed", link=f"/parties/{party.id}/own",
        name=party.name, account=rules.mask_account(party.bank_account),
    )  # fmt: skip


def _district(unit_id: UUID | None) -> UUID:
    known = [unit.id for unit in queries.districts()]
    if unit_id is None and len(known) == 1:
        return known[0]
    if unit_id not in known:
        raise Invalid(problem(N_("Please choose the district that registers you."), field="unit_id"))
    return unit_id


def code_problems(code: str, kind: PartyKind) -> list[Problem]:
    """What speaks against registering a cleaned code: its form, its class, or that it is known here."""
    community = kind is PartyKind.COMMUNITY
    problems = rules.check_filing_number(code) if community else rules.check_credit_code(code)
    if problems:
        return problems
    if queries.find_party(code):
        return [
            problem(
                N_("This organisation is registered already. Please ask its owner to invite you."),
                field="credit_code",
            )
        ]
    return [] if community else rules.check_kind(code, kind)


def _file_certificate(party: Party, stored: files.StoredFile, user_id: UUID | None) -> None:
    """The registration certificate is a paper of the library like any other, so that proposals can use it."""
    draft = DocumentDraft(CertificateKind.REGISTRATION)
    file_document(party, draft, stored, user_id)
