"""The same facts in two proposals: telephone, address, account, representative, people in two teams."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from rapidfuzz import fuzz

from portal.screening.rules.text import plain
from portal.screening.values import Finding, Kind, Pair, Passage, Subject

NEARLY = 92
"""From this similarity of 100 on two addresses are nearly the same, such as with and without the name of the district."""

_SHORTEST_ADDRESS = 6
PROFILE, TEAM = "profile", "team"


def same_facts(subjects: Sequence[Subject], own_words: Iterable[str] = ()) -> list[Finding]:
    """One finding for each kind of fact that two proposals share; numbers that the call itself gives are left out."""
    own = plain("\n".join(own_words))
    found = []
    for one, other in combinations(subjects, 2):
        if one.party != other.party:
            found += [
                Finding(kind, one.key, other.key, 10_000, tuple(pairs))
                for kind, pairs in _compared(one, other, own)
                if pairs
            ]
    return found


def _compared(one: Subject, other: Subject, own: str) -> Iterator[tuple[Kind, list[Pair]]]:
    yield Kind.PERSON, _both(TEAM, set(one.people) & set(other.people))
    yield Kind.REPRESENTATIVE, _both(PROFILE, {one.representative} & {other.representative})
    yield Kind.CONTACT, _both(PROFILE, {one.contact} & {other.contact} - {one.representative})
    yield (
        Kind.PHONE,
        _both(PROFILE, {phone for phone in one.phones & other.phones if plain(phone) not in own}),
    )
    yield Kind.EMAIL, _both(PROFILE, {mail for mail in one.emails & other.emails if plain(mail) not in own})
    yield Kind.BANK, _both(PROFILE, {one.bank_account} & {other.bank_account})
    yield Kind.ADDRESS, _addresses(one.address, other.address)


def _both(place: str, shared: set[str]) -> list[Pair]:
    return [Pair(Passage(place, value), Passage(place, value)) for value in sorted(shared) if value.strip()]


def _addresses(one: str, other: str) -> list[Pair]:
    left, right = plain(one), plain(other)
    if min(len(left), len(right)) < _SHORTEST_ADDRESS or _numbers(left) != _numbers(right):
        return []
    alike = left in right or right in left or fuzz.ratio(left, right) >= NEARLY
    return [Pair(Passage(PROFILE, one), Passage(PROFILE, other))] if alike else []


def _numbers(text: str) -> str:
    """The digits of an address: another house number is another address, however alike the rest."""
    return "".join(sign for sign in text if sign.isdigit())
