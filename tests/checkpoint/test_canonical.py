"""There is one way to write a value, and no other way is read."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.checkpoint.canonical import canonical_bytes, read_canonical
from sekisho.errors import Code, Refused

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=150)
@given(VALUES)
def test_a_value_is_read_back_as_it_was(value: Any) -> None:
    assert read_canonical(canonical_bytes(value)) == value


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(st.text(max_size=4), st.integers(), max_size=6))
def test_the_order_of_keys_makes_no_difference(value: dict[str, int]) -> None:
    backwards = dict(reversed(value.items()))
    assert canonical_bytes(backwards) == canonical_bytes(value)


def test_the_form_is_sorted_utf8_without_space() -> None:
    assert canonical_bytes({"b": [1, True], "a": {"ä": "関所\n"}}) == '{"a":{"ä":"関所\\n"},"b":[1,true]}'.encode()


def _endless() -> list[Any]:
    endless: list[Any] = []
    endless.append(endless)
    return endless


def _deep() -> list[Any]:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    return deep


NOT_JSON: dict[str, Any] = {
    "not a number": math.nan,
    "infinity": [-math.inf],
    "half a surrogate pair": "\ud800",
    "half a surrogate pair in a key": {"\udfff": 1},
    "bytes": b"x",
    "a set": {1},
    "an object": object(),
    "a number of 5,000 digits": 10**5000,
    "keys that cannot be sorted": {1: 1, "a": 1},
    "itself": _endless(),
    "100,000 levels": _deep(),
}


@pytest.mark.parametrize("value", NOT_JSON.values(), ids=NOT_JSON)
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(Refused) as refused:
        canonical_bytes(value)
    assert refused.value.code is Code.NOT_CANONICAL


NOT_CANONICAL = {
    "a space": b'{"a": 1}',
    "a line feed at the end": b'{"a":1}\n',
    "another text after it": b'{"a":1}{}',
    "keys out of order": b'{"b":1,"a":1}',
    "a key twice": b'{"a":1,"a":1}',
    "a key twice, another value": b'{"a":"hidden","a":1}',
    "an escape that is not needed": b'"\\u0041"',
    "an escaped slash": b'"\\/"',
    "half a surrogate pair": b'"\\ud800"',
    "another encoding": '"é"'.encode("latin-1"),
    "a byte order mark": b'\xef\xbb\xbf"a"',
    "UTF-16": '"a"'.encode("utf-16"),
    "an overlong encoding": b'"\xc0\x80"',
    "a raw control character": b'"\x00"',
    "a number with an exponent": b"1e5",
    "a longer number": b"1.00",
    "minus nothing": b"-0",
    "not a number": b"NaN",
    "infinity": b"Infinity",
    "a number of 5,000 digits": b"1" * 5000,
    "a comment": b"1//",
    "nothing": b"",
    "no end": b'{"a":',
    "100,000 levels": b"[" * 100_000,
}


@pytest.mark.parametrize("data", NOT_CANONICAL.values(), ids=NOT_CANONICAL)
def test_bytes_in_another_form_are_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read_canonical(data)
    assert refused.value.code is Code.NOT_CANONICAL


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_canonically_or_refused(data: bytes) -> None:
    try:
        value = read_canonical(data)
    except Refused:
        return
    assert canonical_bytes(value) == data
