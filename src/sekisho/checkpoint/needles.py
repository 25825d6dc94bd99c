"""What a needle is made of, and how much of one must be seen in a view before it counts as found.

The less a view looks like the text itself, the more it takes: a short name turns up by chance somewhere in everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import accumulate

from sekisho.checkpoint.characters import is_kana

NEVER = 1 << 30


class Script(Enum):
    """What decides how much a character of a needle says."""

    DIGITS = "digits"
    KANA = "kana"
    KANJI = "kanji"  # and hangul
    LETTERS = "letters"  # and letters mixed with digits


def script_of(needle: str) -> Script:
    """The script of a needle without spaces. One kanji in it makes it kanji."""
    if needle.isdecimal():
        return Script.DIGITS
    if all(map(is_kana, needle)):
        return Script.KANA
    if any("\u3400" <= c <= "\u9fff" or c in "々〆〇" or c >= "\uac00" for c in needle):
        return Script.KANJI
    return Script.LETTERS


@dataclass(frozen=True, slots=True)
class Least:
    """Fewest characters that count in a view, by script.

    `letters_inside` and `digits_inside` are for a needle that begins or ends in the middle of a word or number.
    """

    kanji: int
    kana: int
    letters: int
    digits: int
    letters_inside: int = 10
    digits_inside: int = 10
    with_digits: bool = False  # only needles that hold a digit count

    def of(self, script: Script, inside: bool) -> int:
        if script is Script.KANJI:
            return self.kanji
        if script is Script.KANA:
            return self.kana
        if script is Script.DIGITS:
            return self.digits_inside if inside else self.digits
        return self.letters_inside if inside else self.letters


PLAIN = Least(kanji=2, kana=3, letters=3, digits=4, digits_inside=NEVER)
#: Decoded from an encoding: hardly by chance.
DECODED = Least(kanji=2, kana=3, letters=4, digits=4, letters_inside=6, digits_inside=8)
#: Backwards, rot13: four letters happen (「at or」 is Taro backwards).
HIDDEN = Least(kanji=3, kana=4, letters=5, digits=6)
#: Across the values of a JSON text, or lines.
JOINED = Least(kanji=3, kana=4, letters=5, digits=6)
#: With spelled numbers as digits.
SPELLED = Least(kanji=4, kana=4, letters=4, digits=6, with_digits=True)
#: All digits of the text in a row.
DIGITS_ONLY = Least(kanji=NEVER, kana=NEVER, letters=NEVER, digits=7, digits_inside=7)
#: First letters: of words, lines, keys, values.
ACROSTIC = Least(kanji=3, kana=4, letters=6, digits=7, letters_inside=6, digits_inside=7)
#: The spelling-blind form of a needle: shorter ones are words of other languages.
SOUND_LETTERS = 4
SOUND_KANA = 4


def edges_of(words: str) -> frozenset[int]:
    """Places in the tight form where a word begins or ends."""
    return frozenset(accumulate(map(len, words.split(" ")), initial=0))


def cuts_a_word(tight: str, start: int, end: int, edges: frozenset[int]) -> bool:
    """Whether [start, end) begins or ends inside a run of letters or of digits."""
    return (start > 0 and start not in edges and _same_run(tight[start - 1], tight[start])) or (
        end < len(tight) and end not in edges and _same_run(tight[end - 1], tight[end])
    )


def _same_run(one: str, other: str) -> bool:
    if one.isdecimal() or other.isdecimal():
        return one.isdecimal() and other.isdecimal()
    return _is_spaced(one) and _is_spaced(other)


def _is_spaced(character: str) -> bool:
    """A letter of a script that puts spaces between words."""
    return character.isalpha() and character < "\u0e00"
