"""The draw: repeatable, uniform, and tied to what was promised before it."""

import contextlib
import copy
import hashlib
import json
import struct
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.core.proofs import Unreadable, canonical, digest, parse
from portal.panels.rules import (
    assign_cells,
    candidate_digest,
    check_quotas,
    check_words,
    commitment,
    draw_day_problems,
    finish_draw,
    freeze,
    hold_draw,
    list_digest,
    next_standby,
    rules_digest,
    seed,
    shuffle,
    to_proof,
    to_void,
    verify_proof,
    verify_void,
    witness_commitment,
)
from portal.panels.values import Cell, ExpertGroup, Quota, WitnessRole
from portal.procedures.queries import as_packaged
from tests.panels.cases import (
    FINANCE,
    QUOTAS,
    SOCIAL_WORK,
    WORDS,
    bytes_of,
    candidates,
    draw_input,
    finished,
    void_draw,
    witnesses,
)

# The upper 0.1 % point of the chi-square distribution: a correct draw with these fixed seeds stays below it.
CHI_SQUARE_23 = 49.73
CHI_SQUARE_9 = 27.88


def chi_square(counts, expected):
    return sum((count - expected) ** 2 / expected for count in counts)


def seeds(number):
    return (hashlib.sha256(struct.pack(">Q", n)).digest() for n in range(number))


def orders_are_equally_likely(rounds):
    counts = Counter(tuple(shuffle(draw_seed, "abcd")) for draw_seed in seeds(rounds))
    assert chi_square([counts[order] for order in permutations("abcd")], rounds / 24) < CHI_SQUARE_23


def seats_are_equally_likely(rounds):
    """Cells of 10 and 4 people: everyone in the larger cell is seated equally often, and so is every pair's order."""
    entries = freeze(candidates(((SOCIAL_WORK, 10), (FINANCE, 4))))
    quotas = (Quota(SOCIAL_WORK, 3), Quota(FINANCE, 1))
    counts, first = Counter(), Counter()
    for draw_seed in seeds(rounds):
        result = hold_draw(draw_seed, entries, quotas)
        counts.update(entry.digest for entry in result.seated)
        first[result.standby[0].digests[0]] += 1
    large = [counts[entry.digest] for entry in entries if entry.cell == SOCIAL_WORK]
    assert sum(large) == 3 * rounds
    # drawn without putting back: the sum of squares is expected to be 7, not the 9 of the distribution
    assert chi_square(large, rounds * 3 / 10) / (7 / 10) * (9 / 10) < CHI_SQUARE_9
    assert chi_square([first[e.digest] for e in entries if e.cell == SOCIAL_WORK], rounds / 10) < CHI_SQUARE_9


def test_every_order_is_equally_likely():
    orders_are_equally_likely(4_800)


def test_every_candidate_of_a_cell_is_equally_likely():
    seats_are_equally_likely(2_000)


@pytest.mark.slow
def test_every_order_is_equally_likely_in_100_000_draws():
    orders_are_equally_likely(100_000)


@pytest.mark.slow
def test_every_candidate_is_equally_likely_in_100_000_draws():
    seats_are_equally_likely(100_000)


def test_the_shuffle_is_the_documented_one():
    """Written out again from the document, so that the code and the document cannot drift apart."""
    draw_seed = bytes_of("shuffle")
    items = [f"item{n}" for n in range(50)]
    numbers = []
    for counter in range(20):
        block = hashlib.sha256(draw_seed + struct.pack(">Q", counter)).digest()
        numbers += struct.unpack(">4Q", block)
    expected, used = list(items), iter(numbers)
    for last in range(49, 0, -1):
        number = next(used)
        while number >= 2**64 - 2**64 % (last + 1):
            number = next(used)
        other = number % (last + 1)
        expected[last], expected[other] = expected[other], expected[last]
    assert shuffle(draw_seed, items) == expected
    assert items == [f"item{n}" for n in range(50)]


def test_numbers_above_the_last_whole_multiple_are_thrown_away(monkeypatch):
    from portal.panels.rules import draw

    monkeypatch.setattr(draw, "_RANGE", 10)
    assert draw._below(4, iter([9, 8, 7])) == 3


@given(st.binary(min_size=32, max_size=32), st.lists(st.integers(), unique=True))
def test_a_shuffle_is_repeatable_and_loses_nobody(draw_seed, items):
    assert sorted(shuffle(draw_seed, items)) == sorted(items)
    assert shuffle(draw_seed, items) == shuffle(draw_seed, items)


@given(st.binary(min_size=32, max_size=32), st.randoms(use_true_random=False))
def test_a_draw_fills_every_cell_and_forgets_nobody(draw_seed, random):
    entries = list(freeze(candidates()))
    result = hold_draw(draw_seed, entries, QUOTAS)
    assert Counter(entry.cell for entry in result.seated) == {q.cell: q.seats for q in QUOTAS}
    everybody = {e.digest for e in result.seated} | {d for s in result.standby for d in s.digests}
    assert everybody == {entry.digest for entry in entries}
    random.shuffle(entries)
    assert hold_draw(draw_seed, entries, QUOTAS) == result


def test_quotas_that_cannot_be_met_are_refused():
    entries = freeze(candidates())
    short = (Quota(SOCIAL_WORK, 5, 1), *QUOTAS[1:])
    with pytest.raises(Invalid):
        hold_draw(bytes(32), entries, short)
    said = [p.message % p.params for p in check_quotas(entries, short)]
    assert said == ["technical, social work: 5 eligible, but 6 are needed with standby."]


@pytest.mark.parametrize(
    ("quotas", "words"),
    [
        ((), "at least one seat"),
        ((Quota(SOCIAL_WORK, 0), *QUOTAS[1:]), "at least one seat"),
        ((*QUOTAS, QUOTAS[0]), "named twice"),
        (QUOTAS[:2], "has no seat"),
        ((*QUOTAS, Quota(Cell(ExpertGroup.MEDIA), 1)), "0 eligible"),
    ],
)
def test_quotas_that_make_no_sense_are_refused(quotas, words):
    assert any(words in p.message % p.params for p in check_quotas(freeze(candidates()), quotas))


def test_nobody_is_in_the_list_twice():
    entries = freeze([*candidates(), candidates()[0]])
    assert [p.message for p in check_quotas(entries, QUOTAS)] == ["A person is in the list twice."]


def test_standby_is_called_in_order_and_runs_out():
    result = hold_draw(bytes(32), freeze(candidates()), QUOTAS)
    waiting = next(s.digests for s in result.standby if s.cell == FINANCE)
    assert len(waiting) == 2
    assert next_standby(result, FINANCE, ()) == waiting[0]
    assert next_standby(result, FINANCE, waiting[:1]) == waiting[1]
    assert next_standby(result, FINANCE, waiting) is None
    assert next_standby(result, Cell(ExpertGroup.MEDIA), ()) is None


def test_the_digests_are_the_documented_ones():
    person = candidates()[0]
    raw = bytes.fromhex(person.salt) + person.expert_id.encode() + person.name.encode()
    assert candidate_digest(person.salt, person.expert_id, person.name) == hashlib.sha256(raw).hexdigest()
    draw = draw_input()
    promise = {
        "draw_no": 1,
        "list_digest": list_digest(draw.entries, draw.exclusions),
        "rules_digest": rules_digest(draw),
        "secret": bytes_of("secret").hex(),
        "tender": "2026-ZJ-014",
    }
    spelled = json.dumps(promise, sort_keys=True, separators=(",", ":")).encode()
    assert commitment(draw, bytes_of("secret")) == hashlib.sha256(spelled).hexdigest()
    lodged = '["venture-portal/draw/witness/1","2026-ZJ-014",1,"supervisor","seven grey herons 114"]'
    expected = hashlib.sha256(lodged.encode()).hexdigest()
    assert witness_commitment("2026-ZJ-014", 1, WitnessRole.SUPERVISOR, "seven grey herons 114") == expected
    strings = json.dumps(
        ["venture-portal/draw/seed/1", bytes_of("secret").hex(), *WORDS],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    assert seed(bytes_of("secret"), WORDS) == hashlib.sha256(strings.encode()).digest()


def test_strings_are_compared_in_normal_form_and_cannot_run_together():
    assert seed(bytes(32), ["caf\u00e9"]) == seed(bytes(32), ["cafe\u0301"])
    assert seed(bytes(32), ["ab", "c"]) != seed(bytes(32), ["a", "bc"])


@pytest.mark.parametrize(("salt", "expert_id"), [("00" * 31, candidates()[0].expert_id), ("00" * 32, "1")])
def test_salt_and_id_have_fixed_lengths(salt, expert_id):
    with pytest.raises(ValueError, match="salt|UUID"):
        candidate_digest(salt, expert_id, "甲")


@pytest.mark.parametrize(
    ("words", "problems"),
    [("seven grey herons", 0), ("short", 1), ("two\nlines of it", 1), (" padded string ", 1)],
)
def test_the_words_of_a_witness(words, problems):
    assert len(check_words(words)) == problems


@pytest.mark.parametrize(
    "change",
    [
        lambda lodged: lodged[:2],
        lambda lodged: lodged[::-1],
        lambda lodged: (replace(lodged[0], words="another string 1"), *lodged[1:]),
        lambda lodged: (replace(lodged[1], role=WitnessRole.OFFICER), *lodged[1:]),
    ],
)
def test_nothing_is_drawn_unless_all_reveal_what_they_committed_to(change):
    draw = draw_input()
    with pytest.raises(Invalid):
        finish_draw(draw, bytes_of("secret"), change(witnesses(draw)))


def test_a_draw_may_be_announced_with_fewer_witnesses_but_not_with_none():
    draw = replace(draw_input(), roles=(WitnessRole.SUPERVISOR,))
    lodged = witnesses(draw)[1:2]
    assert verify_proof(to_proof(finish_draw(draw, bytes_of("secret"), lodged))) == []
    assert rules_digest(draw) != rules_digest(draw_input())
    with pytest.raises(Invalid):
        finish_draw(replace(draw, roles=()), bytes_of("secret"), ())


def test_each_party_alone_changes_the_outcome():
    base = finished().seed
    assert finished(secret="other").seed != base
    for index in range(3):
        words = [*WORDS]
        words[index] += "!"
        assert finished(words).seed != base


def test_a_proof_repeats_the_draw():
    proof = to_proof(finished())
    assert verify_proof(parse(canonical(proof))) == []
    later = draw_input(2, proof["digest"], reason="见证人未到场")
    assert verify_proof(to_proof(finish_draw(later, bytes_of("two"), witnesses(later)))) == []


def test_draws_are_chained():
    for orphan in (draw_input(2), draw_input(2, "0" * 64), draw_input(1, reason="没有上一次")):
        proof = to_proof(finish_draw(orphan, bytes_of("two"), witnesses(orphan)))
        assert [difference.where for difference in verify_proof(proof)] == ["draw.draw_no"]


VOID = canonical(to_void(void_draw()))


def test_a_void_draw_keeps_its_number_and_shows_what_was_promised():
    assert verify_void(parse(VOID)) == []
    later = draw_input(2, parse(VOID)["digest"], reason="第三见证人未按时公开")
    assert verify_proof(to_proof(finish_draw(later, bytes_of("two"), witnesses(later)))) == []
    held = to_void(void_draw(silent=()))
    assert [difference.where for difference in verify_void(held)] == ["lodged"]


@given(st.integers(0, len(VOID) - 1), st.integers(1, 255))
def test_any_changed_byte_of_a_void_draw_is_noticed(place, change):
    changed = bytearray(VOID)
    changed[place] ^= change
    try:
        record = parse(bytes(changed))
        differences = verify_void(record)
    except Unreadable:
        return
    assert differences or canonical(record) != bytes(changed)


@given(
    st.lists(
        st.tuples(st.sampled_from(list(ExpertGroup)), st.sets(st.sampled_from(["社会工作", "财务", "为老"]))),
        max_size=12,
    )
)
def test_everybody_stands_for_one_fitting_cell_at_most(people):
    quotas = [
        Quota(Cell(ExpertGroup.TECHNICAL, "财务"), 1),
        Quota(Cell(ExpertGroup.TECHNICAL, "社会工作"), 2, 1),
        Quota(Cell(ExpertGroup.RESIDENT), 1),
    ]
    pool = {f"{n:02d}": facts for n, facts in enumerate(people)}
    found = assign_cells(pool, quotas)
    for key, (group, specialties) in pool.items():
        fits = {
            q.cell
            for q in quotas
            if q.cell.group == group and (not q.cell.specialty or q.cell.specialty in specialties)
        }
        assert (found[key] in fits) if fits else key not in found


def test_people_of_many_specialties_go_where_somebody_is_missing():
    finance, social = Cell(ExpertGroup.TECHNICAL, "财务"), Cell(ExpertGroup.TECHNICAL, "社会工作")
    pool = {
        "a": (ExpertGroup.TECHNICAL, ("财务", "社会工作")),
        "b": (ExpertGroup.TECHNICAL, ("财务",)),
        "c": (ExpertGroup.TECHNICAL, ("财务", "社会工作")),
    }
    assert assign_cells(pool, [Quota(finance, 1), Quota(social, 2)]) == {
        "a": social,
        "b": finance,
        "c": social,
    }


@pytest.mark.parametrize(
    ("review_on", "method", "words"),
    [
        (date(2026, 3, 6), "competitive_consultation", "2 working days before the review"),
        (date(2026, 3, 4), "competitive_consultation", None),
        (date(2026, 3, 1), "competitive_consultation", "is past"),
        (date(2026, 3, 30), None, None),
    ],
)
def test_the_draw_is_not_held_earlier_than_the_procedure_says(review_on, method, words):
    days_before = lambda day, n: day - timedelta(days=n)  # noqa: E731
    figure = as_packaged(method, date(2026, 3, 2)).figures["expert_draw"] if method else None
    found = draw_day_problems(date(2026, 3, 2), review_on, figure, days_before)
    assert [words in problem_text_of(p) for p in found] == ([True] if words else [])


def problem_text_of(found):
    return found.message % found.params


PROOF = canonical(to_proof(finished()))


@given(st.integers(0, len(PROOF) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(place, change):
    changed = bytearray(PROOF)
    changed[place] ^= change
    try:
        proof = parse(bytes(changed))
        differences = verify_proof(proof)
    except Unreadable:
        return
    assert differences or canonical(proof) != bytes(changed)


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path


@pytest.mark.parametrize(
    "path", [path for path in leaves(parse(PROOF)) if path not in (("format",), ("digest",))]
)
def test_a_forger_who_renews_the_digest_is_still_found(path):
    """Whatever is changed contradicts something else that was published, not only the proof's own digest."""
    proof = copy.deepcopy(parse(PROOF))
    inner = proof
    for key in path[:-1]:
        inner = inner[key]
    old = inner[path[-1]]
    inner[path[-1]] = (
        old + 1
        if isinstance(old, int)
        else ("0" * 64 if old is None else old[:-1] + chr(ord(old[-1:] or "a") ^ 1))
    )
    proof["digest"] = digest({key: value for key, value in proof.items() if key != "digest"})
    with contextlib.suppress(Unreadable):
        assert verify_proof(proof), path
