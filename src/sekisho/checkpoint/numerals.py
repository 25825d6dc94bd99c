"""Numbers spelled in kanji, kana or English -> digits, in words of the wall's alphabet. It reads no grammar."""

from __future__ import annotations

import re

_KANJI = dict(zip("〇零一二三四五六七八九壱弐参", "00123456789123", strict=True))
_UNITS = {"十": 10, "百": 100, "千": 1000}
_KANJI_RUN = re.compile(f"[{''.join(_KANJI)}{''.join(_UNITS)}]+")
#: More digits in a row than any number with units has. A longer row is read digit by digit, as one without units is:
#: Python makes no number of thousands of digits.
_TOO_LONG = re.compile(f"[{''.join(_KANJI)}]{{19}}")

_KANA = {
    "ぜろ": 0, "れい": 0, "まる": 0, "いち": 1, "わん": 1, "に": 2, "つー": 2, "さん": 3, "すりー": 3,
    "よん": 4, "し": 4, "ふぉー": 4, "ご": 5, "ふぁいぶ": 5, "ろく": 6, "ろっ": 6, "しっくす": 6,
    "なな": 7, "しち": 7, "せぶん": 7, "はち": 8, "えいと": 8, "きゅう": 9, "きゅー": 9, "く": 9, "ないん": 9,
}  # fmt: skip
_KANA_TOKEN = re.compile("|".join(sorted(_KANA, key=len, reverse=True)))
#: Five in a row: fewer are syllables of ordinary words.
_KANA_RUN = re.compile(f"(?:(?:{_KANA_TOKEN.pattern})[ の]{{0,3}}){{5,}}+")
#: What such a run is made of, letter by letter: most texts hold none, and that is quickly seen.
_KANA_LETTERS = re.compile(f"[{''.join(sorted(set(''.join(_KANA))))} の]{{5,}}")

_ENGLISH = {
    word: number
    for number, words in enumerate(
        ("zero oh", "one first", "two second", "three third", "four fourth", "five fifth", "six sixth", "seven seventh",
         "eight eighth", "nine ninth", "ten tenth", "eleven eleventh", "twelve twelfth", "thirteen thirteenth",
         "fourteen fourteenth", "fifteen fifteenth", "sixteen sixteenth", "seventeen seventeenth",
         "eighteen eighteenth", "nineteen nineteenth")
    )
    for word in words.split()
}  # fmt: skip
_TENS = {"twenty": 20, "twentieth": 20, "thirty": 30, "thirtieth": 30, "forty": 40, "fifty": 50, "sixty": 60}
_TENS |= {"seventy": 70, "eighty": 80, "ninety": 90}
#: Pieces of number words that are rare in other words; one alone makes no number worth looking for.
_RARE = (
    "zero",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eigh",
    "nine",
    "eleven",
    "twel",
    "twent",
    "fif",
    "thir",
)
_ENGLISH_TOKEN = re.compile("|".join(sorted([*_ENGLISH, *_TENS], key=len, reverse=True)))
_ENGLISH_RUN = re.compile(f"(?<![a-z])(?:(?:{_ENGLISH_TOKEN.pattern}) ?)++(?![a-z])")


def with_digits(words: str) -> str:
    """The words with every spelled number as digits."""
    if not words.isascii():
        words = _KANJI_RUN.sub(lambda run: _kanji(run[0]), words)
        words = _KANA_LETTERS.sub(lambda letters: _KANA_RUN.sub(_kana, letters[0]), words)
    if sum(map(words.count, _RARE)) < 2:
        return words
    return _ENGLISH_RUN.sub(lambda run: _english(run[0]), words)


def _kana(run: re.Match[str]) -> str:
    return "".join(str(_KANA[token]) for token in _KANA_TOKEN.findall(run[0]))


def _kanji(run: str) -> str:
    if not any(unit in run for unit in _UNITS) or _TOO_LONG.search(run):
        return "".join(_KANJI.get(c, "") for c in run)
    total = 0
    number = ""
    for character in run:
        if unit := _UNITS.get(character):
            total += int(number or 1) * unit
            number = ""
        else:
            number += _KANJI[character]
    return str(total + int(number or 0))


def _english(run: str) -> str:
    digits = ""
    tens = 0
    for token in _ENGLISH_TOKEN.findall(run):
        number = _ENGLISH.get(token)
        if number is None or not 0 < number < 10:
            digits += str(tens) if tens else ""
            tens = _TENS.get(token, 0)
            digits += "" if tens else str(number)
        else:
            digits += str(tens + number)
            tens = 0
    digits += str(tens) if tens else ""
    return digits + (" " if run.endswith(" ") else "")
