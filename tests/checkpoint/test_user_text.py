"""What a person types: cleaned, of a sane length, and without an identifier of the open case."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.toy_catalog import WALL

from sekisho.checkpoint.user_text import MAX_CHARACTERS, inspect_text
from sekisho.errors import Code, InputError, Refused

CLEANED = {
    "as typed": ("めまいと動悸が\n続きます", "めまいと動悸が\n続きます"),
    "spaces around": ("  めまい \n", "めまい"),
    "a decomposed letter": ("か\u3099ん", "がん"),
    "invisible marks": ("め\u200bま\u202eい\ufeff", "めまい"),
    "control characters": ("め\x00ま\x1b[い", "めま[い"),
    "half a surrogate pair": ("めまい\ud800", "めまい"),
    "a tab between words": ("no\tpain", "no pain"),
    "a carriage return between words": ("no\rpain", "no pain"),
}


@pytest.mark.parametrize(("typed", "leaves"), CLEANED.values(), ids=CLEANED)
def test_a_text_is_cleaned(typed: str, leaves: str) -> None:
    assert inspect_text(typed, WALL) == leaves


@pytest.mark.parametrize(
    "typed", ["", "   ", "\n\t", "\u200b", "あ" * (MAX_CHARACTERS + 1), "a" + "\u0301\u0323" * 10**6]
)
def test_no_text_and_too_much_text_are_refused(typed: str) -> None:
    with pytest.raises(InputError) as error:
        inspect_text(typed, WALL)
    assert (error.value.code, error.value.place) == (Code.BAD_SYMPTOMS, "")


def test_the_longest_text_is_taken() -> None:
    assert inspect_text("あ" * MAX_CHARACTERS, WALL) == "あ" * MAX_CHARACTERS


@pytest.mark.parametrize(
    "typed", ["鬼塚宗一郎です。めまいがします", "鬼\u200b塚\u200b宗一郎", "電話は０９０－８６４２－１３５７"]
)
def test_an_identifier_of_the_open_case_does_not_leave(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        inspect_text(typed, WALL)
    assert refused.value.code is Code.IDENTIFIER_FOUND
    assert str(refused.value) == "identifier_found"
    assert inspect_text(typed, None)


@settings(deadline=None, max_examples=150)
@given(st.text(st.characters(), max_size=60))
def test_what_leaves_is_normal_and_shows_everything_that_it_holds(typed: str) -> None:
    try:
        leaves = inspect_text(typed, WALL)
    except (InputError, Refused):
        return
    assert unicodedata.is_normalized("NFC", leaves)
    assert all(c == "\n" or unicodedata.category(c)[0] != "C" for c in leaves)
    assert leaves.encode()
    assert inspect_text(leaves, WALL) == leaves
