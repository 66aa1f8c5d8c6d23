"""Which experts are too close to a bidder? Every finding carries its evidence."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from portal.panels.values import (
    SEVERITIES,
    BidderFacts,
    Conflict,
    ConflictKind,
    ExpertFacts,
    OrganisationTie,
    Severity,
    TieKind,
)

YEARS_BACK = 3
_NOT_WORD = re.compile(r"[\W_]+")
_KINDS = {
    TieKind.EMPLOYEE: ConflictKind.EMPLOYER,
    TieKind.FORMER: ConflictKind.PAST_EMPLOYER,
    TieKind.BOARD: ConflictKind.BOARD,
    TieKind.MEMBER: ConflictKind.MEMBER,
    TieKind.INTEREST: ConflictKind.DECLARED,
}


def conflicts(
    expert: ExpertFacts,
    bidder: BidderFacts,
    *,
    on: date,
    years_back: int = YEARS_BACK,
    severities: Mapping[ConflictKind, Severity] = SEVERITIES,
) -> list[Conflict]:
    """Return what connects an expert with a bidder on the day ``on``.

    Ties that ended more than ``years_back`` years before (regulation 9 of the procurement law: 3) no longer count.
    Organisations are compared by code and, where one has none, by name; names, telephone numbers and addresses
    in a common form. ``severities`` says which findings exclude and which are examined.
    """
    found = [
        *_own_ties(expert, bidder, on, years_back),
        *_family(expert, bidder),
        *_traces(expert, bidder),
    ]
    return [
        Conflict(expert.expert_id, bidder.bid_id, kind, severities[kind], evidence)
        for kind, evidence in dict.fromkeys(found)
    ]


def is_excluded(found: Iterable[Conflict]) -> bool:
    """Whether any finding is a hard one."""
    return any(conflict.severity is Severity.HARD for conflict in found)


def _own_ties(
    expert: ExpertFacts, bidder: BidderFacts, on: date, years_back: int
) -> Iterable[tuple[ConflictKind, str]]:
    hubs = {common(hub) for hub in bidder.hubs}
    for tie in expert.ties:
        if tie.until is not None and tie.until < _years_before(on, years_back):
            continue
        evidence = f"{tie.name} {tie.code}".strip() + (f" – {tie.until.isoformat()}" if tie.until else "")
        if _same_organisation(tie.name, tie.code, bidder):
            yield _kind(tie, on), evidence
        elif hubs & {common(tie.name), common(tie.code)} - {""}:
            yield ConflictKind.HUB, evidence


def _kind(tie: OrganisationTie, on: date) -> ConflictKind:
    ended = tie.until is not None and tie.until < on
    return ConflictKind.PAST_EMPLOYER if ended and tie.kind is TieKind.EMPLOYEE else _KINDS[tie.kind]


def _family(expert: ExpertFacts, bidder: BidderFacts) -> Iterable[tuple[ConflictKind, str]]:
    people = {common(person) for person in bidder.people} - {""}
    for relative in expert.relatives:
        if common(relative.name) in people or _same_organisation(
            relative.organisation, relative.organisation_code, bidder
        ):
            yield ConflictKind.FAMILY, f"{relative.relation} {relative.name}".strip()


def _traces(expert: ExpertFacts, bidder: BidderFacts) -> Iterable[tuple[ConflictKind, str]]:
    phones = {phone_digits(phone) for phone in bidder.phones} - {""}
    addresses = {common(address) for address in bidder.addresses} - {""}
    for phone in expert.phones:
        if phone_digits(phone) in phones:
            yield ConflictKind.SAME_PHONE, phone
    for address in expert.addresses:
        if common(address) in addresses:
            yield ConflictKind.SAME_ADDRESS, address
    if common(expert.name) in {common(person) for person in bidder.people} - {""}:
        yield ConflictKind.SAME_NAME, expert.name


def _same_organisation(name: str, code: str, bidder: BidderFacts) -> bool:
    if code and bidder.code:
        return common(code) == common(bidder.code)
    return bool(common(name)) and common(name) == common(bidder.name)


def common(text: str) -> str:
    """Return names, codes and addresses in a form that ignores width, case, spaces and punctuation."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text)).casefold()


def phone_digits(phone: str) -> str:
    """Return the digits of a telephone number without the country's code 86."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    return digits[-11:] if len(digits) > 11 and digits.removeprefix("00").startswith("86") else digits


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
