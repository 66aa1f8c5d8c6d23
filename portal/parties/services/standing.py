"""Use cases: two officers check a bank account; entries of the red and black list, and appeals against them."""

from uuid import UUID

from portal.core import audit, clock, outbox
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, InvalidTransition, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.parties import queries, rules
from portal.parties.models import ListEntry, Party
from portal.parties.policies import (
    AccountCheck,
    AppealCase,
    may_appeal,
    may_check_account,
    may_decide_appeal,
    may_enter_on_list,
)
from portal.parties.values import AccountState, EntryDraft
from portal.parties.workflow import LIST_ENTRY


@use_case
def check_account(*, actor: Actor, party_id: UUID, account: str) -> Party:
    """Confirm the bank account as the first officer, or verify it as the second one; nothing is paid before both.

    ``account`` is the number as the officer read it on the bank's paper: ``Invalid`` when it is not the one entered,
    ``InvalidTransition`` when there is nothing left to check.
    """
    party, now = get(Party, party_id, lock=True), clock.now()
    require(may_check_account, actor, AccountCheck(party.unit_id, party.account_confirmed_by))
    if party.account_state not in {AccountState.ENTERED, AccountState.CONFIRMED}:
        raise InvalidTransition("check_account", str(party.account_state))
    if rules.clean_bank_account(account) != party.bank_account:
        message = N_(
            "This is not the number that the organisation entered. Please compare with the bank's paper."
        )
        raise Invalid(problem(message, field="account"))
    if party.account_state is AccountState.ENTERED:
        party.account_confirmed_by, party.account_confirmed_at = actor.user_id, now
        audit.record("party.confirm_account", party, actor)
    else:
        party.account_verified_by, party.account_verified_at = actor.user_id, now
        audit.record("party.verify_account", party, actor)
    return party


@use_case
def enter_on_list(*, actor: Actor, party_id: UUID, draft: EntryDraft) -> ListEntry:
    """Enter a commendation, a bad record or a ban with its reason and source; published, and told to the organisation."""
    party = get(Party, party_id, lock=True)
    require(may_enter_on_list, actor, party)
    problems = rules.check_entry(draft)
    if problems:
        raise Invalid(*problems)
    entry = add(
        ListEntry(
            party_id=party.id, kind=draft.kind, reason=draft.reason.strip(), source=draft.source.strip(), from_on=draft.from_on,
            until_on=draft.until_on, entered_by=actor.user_id, entered_at=clock.now(),
        )
    )  # fmt: skip
    audit.record("party.enter_on_list", party, actor, kind=str(entry.kind), reason=entry.reason)
    outbox.emit("list_entry.changed", entry_id=entry.id)
    return entry


@use_case
def appeal_entry(*, actor: Actor, party_id: UUID, entry_id: UUID, text: str) -> ListEntry:
    """Appeal as owner against an entry; once. The entry stays in force until somebody else decides."""
    entry = _locked(party_id, entry_id)
    require(may_appeal, actor, party_id)
    LIST_ENTRY.apply("appeal", entry, actor, clock.now(), reason=text)
    entry.appeal = text.strip()
    outbox.emit("list_entry.changed", entry_id=entry.id)
    return entry


@use_case
def decide_appeal(*, actor: Actor, party_id: UUID, entry_id: UUID, lift: bool, decision: str) -> ListEntry:
    """Answer an appeal, as an officer other than the one who made the entry; or lift an entry that stands.

    Raises ``Invalid`` without a reason, ``InvalidTransition`` when there is no appeal to uphold the entry against.
    """
    party, entry = get(Party, party_id), _locked(party_id, entry_id)
    require(may_decide_appeal, actor, AppealCase(party.unit_id, entry.entered_by))
    LIST_ENTRY.apply("lift" if lift else "uphold", entry, actor, clock.now(), reason=decision)
    entry.decided_by, entry.decision = actor.user_id, decision.strip()
    outbox.emit("list_entry.changed", entry_id=entry.id)
    return entry


def _locked(party_id: UUID, entry_id: UUID) -> ListEntry:
    queries.get_entry(party_id, entry_id)
    return get(ListEntry, entry_id, lock=True)
