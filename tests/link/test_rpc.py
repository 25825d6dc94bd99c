"""What a hub tells of itself is read with suspicion: it may be hostile, and an operator reads it on a terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sekisho.errors import Code, Refused
from sekisho.link.protocol import DeadLetter, Presence
from sekisho.link.rpc import pack_dead, pack_presence, unpack_dead, unpack_presence

LETTER = DeadLetter(b"i" * 16, b"c" * 8, "poison", 5, 900, 1.5)


def test_presence_and_dead_letters_come_back_as_they_were() -> None:
    for presence in (Presence(2, 0), Presence(None, None)):
        assert unpack_presence(pack_presence(presence)) == presence
    assert unpack_dead(pack_dead([LETTER, LETTER])) == [LETTER, LETTER]
    assert unpack_dead(b"[]") == []


@pytest.mark.parametrize("told", [None, 5, [], [1], [1, 2, 3], ["\x1b[2J", 0], [0, "many"], [[1], 2], [True, 1.5]])
def test_presence_of_another_form_is_no_frame(told: Any) -> None:
    with pytest.raises(Refused) as caught:
        unpack_presence(json.dumps(told).encode())
    assert caught.value.code is Code.BAD_FRAME


@pytest.mark.parametrize(
    "row",
    [
        5,
        [],
        ["00"],
        ["zz", "00", "poison", 1, 1, 1.0],
        [5, "00", "poison", 1, 1, 1.0],
        ["00", "00", ["poison"], 1, 1, 1.0],
        ["00", "00", "poison", "1", 1, 1.0],
        ["00", "00", "poison", 1, None, 1.0],
        ["00", "00", "poison", 1, 1, "old"],
        ["00", "00", "poison", 1, 1, float("nan")],
        ["00", "00", "poison", 1, 1, 1.0, "more"],
    ],
    ids=str,
)
def test_a_dead_letter_of_another_form_is_no_frame(row: Any) -> None:
    with pytest.raises(Refused) as caught:
        unpack_dead(json.dumps([row]).encode())
    assert caught.value.code is Code.BAD_FRAME
