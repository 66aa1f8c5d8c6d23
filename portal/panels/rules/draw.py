"""The verifiable draw: nobody can choose the outcome, everybody can repeat it. ``docs/draw.md`` is the specification."""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count
from typing import TypeVar
from uuid import UUID

from portal.core.errors import Invalid, Problem, problem
from portal.core.proofs import canonical, digest, plain
from portal.core.text import N_
from portal.panels.values import (
    Candidate,
    Cell,
    DrawInput,
    DrawResult,
    Entry,
    Exclusion,
    Quota,
    Standby,
    WitnessRole,
)

T = TypeVar("T")

SEED_TAG = "venture-portal/draw/seed/1"
WITNESS_TAG = "venture-portal/draw/witness/1"
SHORTEST_WORDS = 12
_WORD = 8  # bytes taken from the stream for one number
_RANGE = 2 ** (8 * _WORD)


def candidate_digest(salt: str, expert_id: str, name: str) -> str:
    """Return SHA-256(salt ‖ id ‖ name): 32 salt bytes, the id as a 36-character UUID, the NFC name in UTF-8.

    Salt and id have fixed lengths, so no two different people can give the same bytes. Raises ``ValueError``
    when they have not.
    """
    raw = bytes.fromhex(salt)
    if len(raw) != 32 or str(UUID(expert_id)) != expert_id:
        raise ValueError("the salt has 32 bytes and the id is a UUID in its usual spelling")
    return hashlib.sha256(raw + expert_id.encode("ascii") + normal(name).encode("utf-8")).hexdigest()


def freeze(candidates: Iterable[Candidate]) -> tuple[Entry, ...]:
    """Turn candidates into the list that is published, in the order of the digests, which tells nothing."""
    entries = (Entry(candidate_digest(c.salt, c.expert_id, c.name), c.cell) for c in candidates)
    return tuple(sorted(entries, key=lambda entry: entry.digest))


def list_digest(entries: Iterable[Entry], exclusions: Iterable[Exclusion] = ()) -> str:
    """Return the digest of the frozen list, which covers who may be drawn and who was left out for what reason."""
    return digest(
        {
            "entries": plain(sorted(entries, key=lambda entry: entry.digest)),
            "exclusions": plain(
                sorted(exclusions, key=lambda exclusion: (exclusion.digest, exclusion.reason))
            ),
        }
    )


def rules_digest(draw: DrawInput) -> str:
    """Return the digest of what decides the draw besides the list: quotas, roles in order, the draw before and why."""
    return digest(
        {
            "previous": draw.previous,
            "quotas": plain(draw.quotas),
            "reason": draw.reason,
            "roles": plain(draw.roles),
            "seed_tag": SEED_TAG,
        }
    )


def commitment(draw: DrawInput, secret: bytes) -> str:
    """Return the portal's commitment to its 32 random bytes, to the list and to the rules of this draw."""
    return digest(
        {
            "draw_no": draw.draw_no,
            "list_digest": list_digest(draw.entries, draw.exclusions),
            "rules_digest": rules_digest(draw),
            "secret": secret.hex(),
            "tender": draw.tender,
        }
    )


def normal(words: str) -> str:
    """Return ``words`` in Unicode normal form C, so that the same text has the same bytes on every keyboard."""
    return unicodedata.normalize("NFC", words)


def check_words(words: str) -> list[Problem]:
    """Return what is wrong with a witness's string: too short to be safe, or with characters nobody can see."""
    problems = []
    if len(normal(words)) < SHORTEST_WORDS:
        problems.append(
            problem(N_("Use at least %(least)s characters."), field="words", least=SHORTEST_WORDS)
        )
    if words != words.strip() or any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in words):
        problems.append(problem(N_("Use no line breaks, invisible signs or outer spaces."), field="words"))
    return problems


def witness_commitment(tender: str, draw_no: int, role: WitnessRole, words: str) -> str:
    """Return what a witness lodges: it names tender, draw and role, so that nobody can lodge another's again."""
    return digest([WITNESS_TAG, tender, draw_no, role.value, normal(words)])


def salted(words: str, salt: bytes) -> str:
    """Return the string that is lodged for what somebody typed: salted, so that nobody can guess it from its digest."""
    return f"{normal(words).strip()} #{salt.hex()}"


def seed(secret: bytes, strings: Sequence[str]) -> bytes:
    """Return SHA-256(JCS[tag, secret, strings…]), the strings in the order of the roles."""
    return hashlib.sha256(canonical([SEED_TAG, secret.hex(), *(normal(words) for words in strings)])).digest()


def shuffle(draw_seed: bytes, items: Sequence[T]) -> list[T]:
    """Return ``items`` in the random order that ``draw_seed`` (32 bytes) gives; the order handed in matters.

    The stream is SHA-256(seed ‖ 8-byte big-endian counter) from counter 0, cut into 8-byte big-endian numbers.
    Fisher-Yates goes from the last place down; a number at or above the largest multiple of the range is thrown
    away, so every order is equally likely.
    """
    shuffled = list(items)
    numbers = _numbers(draw_seed)
    for last in range(len(shuffled) - 1, 0, -1):
        other = _below(last + 1, numbers)
        shuffled[last], shuffled[other] = shuffled[other], shuffled[last]
    return shuffled


def _numbers(draw_seed: bytes) -> Iterator[int]:
    for counter in count():
        block = hashlib.sha256(draw_seed + counter.to_bytes(8, "big")).digest()
        for start in range(0, len(block), _WORD):
            yield int.from_bytes(block[start : start + _WORD], "big")


def _below(limit: int, numbers: Iterator[int]) -> int:
    bound = _RANGE - _RANGE % limit
    return next(number for number in numbers if number < bound) % limit


def check_quotas(entries: Collection[Entry], quotas: Sequence[Quota]) -> list[Problem]:
    """Return why a draw cannot be held: cells without enough people, named twice, or lists with repeated people."""
    have = Counter(entry.cell for entry in entries)
    problems = [
        problem(
            N_("%(group)s, %(specialty)s: %(have)s eligible, but %(need)s are needed with standby."),
            field="quotas",
            group=quota.cell.group,
            specialty=quota.cell.specialty,
            have=have[quota.cell],
            need=quota.seats + quota.standby,
        )
        for quota in quotas
        if have[quota.cell] < quota.seats + quota.standby
    ]
    if not quotas or any(quota.seats < 1 or quota.standby < 0 for quota in quotas):
        problems.append(problem(N_("Every cell of the draw needs at least one seat."), field="quotas"))
    if len({quota.cell for quota in quotas}) < len(quotas):
        problems.append(problem(N_("A cell is named twice."), field="quotas"))
    if have.keys() - {quota.cell for quota in quotas}:
        problems.append(problem(N_("The list holds people of a cell that has no seat."), field="entries"))
    if len({entry.digest for entry in entries}) < len(entries):
        problems.append(problem(N_("A person is in the list twice."), field="entries"))
    return problems


def hold_draw(draw_seed: bytes, entries: Collection[Entry], quotas: Sequence[Quota]) -> DrawResult:
    """Shuffle the list (in the order of the digests), walk it once, seat while the cell has room; the rest stands by.

    Raises ``Invalid`` when the quotas cannot be met; that is refused before anything is random.
    """
    problems = check_quotas(entries, quotas)
    if problems:
        raise Invalid(*problems)
    room = {quota.cell: quota.seats for quota in quotas}
    seated: list[Entry] = []
    standby: dict[Cell, list[str]] = {quota.cell: [] for quota in quotas}
    for entry in shuffle(draw_seed, sorted(entries, key=lambda entry: entry.digest)):
        if room[entry.cell]:
            room[entry.cell] -= 1
            seated.append(entry)
        else:
            standby[entry.cell].append(entry.digest)
    return DrawResult(
        tuple(seated), tuple(Standby(cell, tuple(digests)) for cell, digests in standby.items())
    )


def next_standby(result: DrawResult, cell: Cell, called: Collection[str]) -> str | None:
    """Return the digest of the next person of ``cell`` who has not been called, or ``None``: a new draw is due."""
    waiting = next((standby.digests for standby in result.standby if standby.cell == cell), ())
    return next((candidate for candidate in waiting if candidate not in called), None)
