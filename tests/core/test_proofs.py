import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from portal.core.proofs import Unreadable, canonical, parse

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_the_canonical_spelling_is_that_of_the_reference_library(value):
    assert canonical(value) == rfc8785.dumps(value)


def test_keys_are_ordered_by_utf16_units():
    assert canonical({"\ufb33": 1, "😀": 2}) == '{"😀":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("value", [1.5, 2**53, {1: 2}, b"x", "\ud800", {"a": {1, 2}}])
def test_what_has_no_portable_spelling_is_refused(value):
    with pytest.raises((TypeError, ValueError, AttributeError)):
        canonical(value)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"a":1,"a":2}', b'{"a":1.5}', b'{"a":NaN}', b"\xff", b"[" * 100_000, b'"x"'],
)
def test_files_that_are_not_strict_json_objects_are_refused(content):
    with pytest.raises(Unreadable):
        parse(content)
