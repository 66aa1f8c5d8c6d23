import hashlib
import io
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import sealing
from portal.core.sealing import BadCode, SealBroken

INFO = b"tender 2026-ZJ-014, lot 1"
AAD = {"tender": "2026-ZJ-014", "lot": 1, "bid": "b1", "version": 2, "part": "plan"}
HOLDERS = ("officer", "supervisor", "platform")
MIB = sealing.SEGMENT_BYTES


def flipped(blob):
    """Every copy of ``blob`` that differs in one byte."""
    for i in range(len(blob)):
        yield blob[:i] + bytes([blob[i] ^ 0x80]) + blob[i + 1 :]
        yield blob[:i] + bytes([blob[i] ^ 0x01]) + blob[i + 1 :]


def shortened(blob):
    for n in range(len(blob)):
        yield blob[:n]
        yield blob[n:] if n else b""


@pytest.fixture(scope="module")
def keys():
    return {name: sealing.generate_keypair() for name in HOLDERS}


@pytest.fixture(scope="module")
def privates(keys):
    return {name: pair.private for name, pair in keys.items()}


def test_key_pairs(keys):
    pair = keys["officer"]
    assert sealing.public_key(pair.private) == pair.public
    assert pair.private not in (pair.public, keys["supervisor"].private)
    assert repr(pair.private) not in repr(pair)
    assert "private" not in repr(pair)


def test_wrapping_opens_for_the_owner_only(keys):
    secret, officer, other = sealing.new_key(), keys["officer"], keys["supervisor"]
    blob = sealing.wrap(officer.public, secret, INFO)
    assert sealing.unwrap(officer.private, blob, INFO) == secret
    assert secret not in blob
    assert sealing.wrap(officer.public, secret, INFO) != blob, "two wraps must not look alike"
    for private, info in ((other.private, INFO), (officer.private, b"another lot"), (b"short", INFO)):
        with pytest.raises(SealBroken):
            sealing.unwrap(private, blob, info)
    for bad in (*flipped(blob), *shortened(blob), blob + b"\0"):
        with pytest.raises(SealBroken):
            sealing.unwrap(officer.private, bad, INFO)


@pytest.mark.parametrize("public", [b"", b"\0" * 31, b"\0" * 32])
def test_a_public_key_that_is_none_is_refused(public):
    with pytest.raises(SealBroken):
        sealing.wrap(public, b"secret", INFO)


def test_every_pair_opens_and_no_one_alone(keys, privates):
    secret = sealing.new_key()
    blobs = sealing.wrap_for_pairs(secret, {n: k.public for n, k in keys.items()}, INFO)
    assert set(blobs) == {sealing.pair_name(*p) for p in combinations(HOLDERS, 2)}
    assert len(blobs) == 3
    for pair, blob in blobs.items():
        two = {n: privates[n] for n in pair.split("+")}
        assert sealing.open_with_pair(blob, pair, two, INFO) == secret
        assert sealing.open_with_pair(blob, pair, privates, INFO) == secret
    for name in HOLDERS:
        for pair, blob in blobs.items():
            with pytest.raises(SealBroken):
                sealing.open_with_pair(blob, pair, {name: privates[name]}, INFO)
            one, other = pair.split("+")
            with pytest.raises(SealBroken):
                sealing.open_with_pair(blob, pair, {one: privates[name], other: privates[name]}, INFO)


def test_one_holder_gets_no_further_than_the_outer_layer(keys, privates):
    secret = sealing.new_key()
    blobs = sealing.wrap_for_pairs(secret, {n: k.public for n, k in keys.items()}, INFO)
    for pair, blob in blobs.items():
        outer, inner = pair.split("+")
        context = {layer: f"{layer}\0{pair}\0".encode() + INFO for layer in ("inner", "outer")}
        half = sealing.unwrap(privates[outer], blob, context["outer"])
        assert secret not in half
        alone = [(outer, half), (inner, blob)]
        for name, reached in alone:
            for info in context.values():
                with pytest.raises(SealBroken):
                    sealing.unwrap(privates[name], reached, info)


def test_pair_blobs_cannot_be_swapped_or_changed(keys, privates):
    blobs = sealing.wrap_for_pairs(sealing.new_key(), {n: k.public for n, k in keys.items()}, INFO)
    for pair, other in combinations(blobs, 2):
        with pytest.raises(SealBroken):
            sealing.open_with_pair(blobs[pair], other, privates, INFO)
    pair, blob = next(iter(blobs.items()))
    for bad in (*flipped(blob), *shortened(blob)):
        with pytest.raises(SealBroken):
            sealing.open_with_pair(bad, pair, privates, INFO)
    for wrong in ("officer", "officer+nobody", "officer+platform+supervisor", "platform+platform", ""):
        with pytest.raises(SealBroken):
            sealing.open_with_pair(blob, wrong, privates, INFO)
    with pytest.raises(SealBroken):
        sealing.open_with_pair(blob, pair, privates, b"another lot")


def test_holders_must_be_distinct(keys):
    public = keys["officer"].public
    for bad in ({}, {"a": public}, {"a": public, "b": public}, {"a+b": public, "c": keys["platform"].public}):
        with pytest.raises(ValueError, match="holder"):
            sealing.wrap_for_pairs(b"s", bad, INFO)


def test_possession_is_shown_by_the_right_key_only(keys):
    challenge = sealing.possession_challenge(keys["officer"].public)
    proof = sealing.possession_proof(keys["officer"].private, challenge.question)
    assert sealing.check_possession(challenge, proof)
    assert not sealing.check_possession(challenge, sealing.new_key())
    assert not sealing.check_possession(sealing.possession_challenge(keys["officer"].public), proof)
    with pytest.raises(SealBroken):
        sealing.possession_proof(keys["supervisor"].private, challenge.question)
    assert proof not in challenge.question


def test_content_opens_in_its_own_place_only():
    key, text = sealing.new_key(), "为老服务项目申报书".encode()
    blob = sealing.encrypt(key, text, aad=AAD)
    assert sealing.decrypt(key, blob, aad=dict(reversed(AAD.items()))) == text
    assert text not in blob
    for fact, value in {"bid": "b2", "version": 1, "part": "budget", "lot": 2, "tender": "x"}.items():
        with pytest.raises(SealBroken):
            sealing.decrypt(key, blob, aad=AAD | {fact: value})
    with pytest.raises(SealBroken):
        sealing.decrypt(sealing.new_key(), blob, aad=AAD)
    for bad in (*flipped(blob), *shortened(blob), blob + b"\0"):
        with pytest.raises(SealBroken):
            sealing.decrypt(key, bad, aad=AAD)


@given(
    st.binary(max_size=2000),
    st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers(0, 999), max_size=5),
)
def test_whatever_is_encrypted_comes_back(plaintext, aad):
    key = sealing.new_key()
    assert sealing.decrypt(key, sealing.encrypt(key, plaintext, aad=aad), aad=aad) == plaintext


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_weak_or_odd_keys_are_refused(length):
    key = b"k" * length
    with pytest.raises(SealBroken):
        sealing.encrypt(key, b"", aad={})
    with pytest.raises(SealBroken):
        sealing.encrypt_file(key, io.BytesIO(), io.BytesIO(), aad={})


def test_data_keys_under_a_key():
    code, data_key = sealing.new_key(), sealing.new_key()
    blob = sealing.wrap_with_key(code, data_key, INFO)
    assert sealing.unwrap_with_key(code, blob, INFO) == data_key
    for key, info in ((sealing.new_key(), INFO), (code, b"another bid")):
        with pytest.raises(SealBroken):
            sealing.unwrap_with_key(key, blob, info)
    for bad in (*flipped(blob), *shortened(blob)):
        with pytest.raises(SealBroken):
            sealing.unwrap_with_key(code, bad, INFO)
    with pytest.raises(SealBroken):
        sealing.decrypt(code, blob, aad={})


def sealed_file(key, content, aad=AAD):
    target = io.BytesIO()
    name = sealing.encrypt_file(key, io.BytesIO(content), target, aad=aad)
    assert name == hashlib.sha256(target.getvalue()).hexdigest()
    return target.getvalue()


def opened_file(key, blob, aad=AAD):
    target = io.BytesIO()
    sealing.decrypt_file(key, io.BytesIO(blob), target, aad=aad)
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 3 * MIB + 17])
def test_files_of_any_size_come_back(size):
    key, content = sealing.new_key(), bytes(i % 251 for i in range(1000)) * (size // 1000 + 1)
    assert opened_file(key, sealed_file(key, content[:size])) == content[:size]


class Trickle(io.RawIOBase):
    """An unbuffered source that gives a few bytes at a time, as a socket may."""

    def __init__(self, content):
        self.source = io.BytesIO(content)

    def read(self, size=-1):
        return self.source.read(min(size, 65_537))


def test_short_reads_change_nothing():
    key, content, target, opened = sealing.new_key(), b"x" * (MIB + 5), io.BytesIO(), io.BytesIO()
    sealing.encrypt_file(key, Trickle(content), target, aad=AAD)
    sealing.decrypt_file(key, Trickle(target.getvalue()), opened, aad=AAD)
    assert opened.getvalue() == content


def test_a_changed_byte_or_cut_of_a_small_file_is_refused():
    key = sealing.new_key()
    blob = sealed_file(key, b"budget table")
    for bad in (*flipped(blob), *shortened(blob), blob + b"\0"):
        with pytest.raises(SealBroken):
            opened_file(key, bad)
    for other in (AAD | {"bid": "b2"}, {}):
        with pytest.raises(SealBroken):
            opened_file(key, blob, other)
    with pytest.raises(SealBroken):
        opened_file(sealing.new_key(), blob)


def test_segments_cannot_be_cut_repeated_reordered_or_swapped():
    key = sealing.new_key()
    content = b"a" * MIB + b"b" * MIB + b"c" * 10
    blob, twin = sealed_file(key, content), sealed_file(key, content)
    head, size = blob[:33], MIB + 16
    first, second, last = blob[33 : 33 + size], blob[33 + size : 33 + 2 * size], blob[33 + 2 * size :]
    assert opened_file(key, head + first + second + last) == content
    wrong = [
        head + first + second,  # cut where a segment ends
        head + first,
        head,
        head + second + first + last,  # another order
        head + first + first + second + last,  # repeated
        head + first + last,  # left out
        head + last,
        blob + last,  # grown
        head + twin[33 : 33 + size] + second + last,  # a segment of another file under the same key
        twin[:33] + blob[33:],
    ]
    for bad in wrong:
        with pytest.raises(SealBroken):
            opened_file(key, bad)


def test_receipt_digest_is_the_documented_hash():
    nonce = bytes(range(32))
    content = {"b": [1, "二"], "a": None}
    expected = hashlib.sha256(nonce + '{"a":null,"b":[1,"二"]}'.encode()).hexdigest()
    assert sealing.receipt_digest(content, nonce) == expected
    assert sealing.receipt_digest(content, sealing.new_key()) != expected
    with pytest.raises(ValueError, match="32 bytes"):
        sealing.receipt_digest(content, b"short")


@given(st.binary(min_size=32, max_size=32))
def test_codes_can_be_typed_back(secret):
    code = sealing.format_code(secret)
    assert len(code) == 69
    assert all(len(group) == 4 for group in code.split("-"))
    assert sealing.parse_code(code) == secret
    sloppy = code.lower().replace("-", " – ").replace("0", "o").replace("1", "l")
    assert sealing.parse_code(f"\n {sloppy}\t") == secret
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert sealing.parse_code(full_width) == secret


@given(
    st.binary(min_size=32, max_size=32),
    st.integers(0, 55),
    st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
)
def test_one_mistyped_sign_is_noticed(secret, place, sign):
    signs = sealing.format_code(secret).replace("-", "")
    typed = signs[:place] + sign + signs[place + 1 :]
    if typed == signs:
        assert sealing.parse_code(typed) == secret
    else:
        with pytest.raises(BadCode):
            sealing.parse_code(typed)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda code: code[:-1], "signs"),
        (lambda code: "", "signs"),
        (lambda code: code + "0", "signs"),
        (lambda code: "U" + code[1:], "never contains"),
        (lambda code: "七" + code[1:], "never contains"),
        (lambda code: code[-4:] + code[4:-4] + code[:4], "mistyped"),
    ],
)
def test_bad_codes_say_what_is_wrong(change, words):
    code = sealing.format_code(bytes(range(32)))
    with pytest.raises(BadCode) as refusal:
        sealing.parse_code(change(code))
    assert words in refusal.value.problems[0].message


def test_failures_carry_no_secret():
    key, text = sealing.new_key(), b"quote 49,999.99"
    blob = sealing.encrypt(key, text, aad=AAD)
    with pytest.raises(SealBroken) as refusal:
        sealing.decrypt(sealing.new_key(), blob, aad=AAD)
    assert refusal.value.status == 422
    assert refusal.value.problems[0].params == {}
    assert refusal.value.__cause__ is None
    with pytest.raises(ValueError, match="32 bytes"):
        sealing.format_code(b"short")
