"""Kana and romaji: from one to the other, and the form in which all spellings of one sound are the same.

Kana comes in as hiragana (the wall's alphabet). It never reads kanji: a reading is in the record or it is not known.
"""

from __future__ import annotations

import re

_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの", "h": "はひふへほ",
    "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ", "b": "ばびぶべぼ", "p": "ぱぴぷぺぽ",
}  # fmt: skip
_VOWELS = "aiueo"
_SYLLABLES = {kana: c + v for c, row in _ROWS.items() for v, kana in zip(_VOWELS, row, strict=True)}
_SYLLABLES |= {
    "や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n", "ぢ": "zi", "づ": "zu", "だ": "da",
    "で": "de", "ど": "do", "ゔ": "vu", "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o", "ゐ": "i", "ゑ": "e",
}  # fmt: skip
_SYLLABLES |= {
    kana + small: _SYLLABLES[kana][0] + glide
    for kana in "きしちにひみりぎじぢびぴ"
    for small, glide in (("ゃ", "ya"), ("ゅ", "yu"), ("ょ", "yo"), ("ぇ", "ye"))
}
_SYLLABLES |= {"ふ" + small: "f" + v for small, v in zip("ぁぃぇぉ", "aieo", strict=True)}
_KANA = {romaji: kana for kana, romaji in reversed(_SYLLABLES.items())} | {"n": "ん", "i": "い", "o": "お", "zi": "じ"}
_KANA |= {"zu": "ず", "e": "え", "a": "あ", "u": "う"}
_SMALL = tuple(zip("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ", strict=True))
_LONG_KANA = re.compile(
    "[うおいえー](?:(?<=[おこそとのほもよろごぞどぼぽうくすつぬふむゆるぐずづぶぷ]う)"
    "|(?<=[おこそとのほもよろごぞどぼぽ]お)|(?<=[えけせてねへめれげぜでべぺ][いえ])|(?<=ー))"
)
_OH = re.compile(r"oh(?![aeiouy])")
_M = re.compile(r"m(?=[bpm])")
#: One spelling for each sound, in this order: Hepburn, passport and typing habits become Kunrei without long vowels.
_SPELLINGS = (
    ("cch", "tch"), ("shi", "si"), ("sh", "sy"), ("chi", "ti"), ("ch", "ty"), ("tsu", "tu"), ("ji", "zi"), ("j", "zy"),
    ("fu", "hu"), ("dzu", "zu"), ("du", "zu"), ("di", "zi"), ("yy", "y"), ("yi", "i"), ("wo", "o"), ("ou", "o"),
    ("oo", "o"), ("uu", "u"), ("aa", "a"), ("ii", "i"), ("ee", "e"), ("ei", "e"), ("nn", "n"),
)  # fmt: skip
_HEPBURN = (
    ("hu", "fu"), ("tty", "tch"), ("tti", "tchi"), ("sy", "sh"), ("ty", "ch"), ("zy", "j"), ("si", "shi"),
    ("ti", "chi"), ("tu", "tsu"), ("zi", "ji"),
)  # fmt: skip


def romaji_of(kana: str) -> str:
    """Kunrei romaji of hiragana, with long vowels as they are written; empty if anything else is in it."""
    out: list[str] = []
    i = 0
    double = False
    while i < len(kana):
        syllable = _SYLLABLES.get(kana[i : i + 2], "") if i + 1 < len(kana) else ""
        step = 2 if syllable else 1
        if kana[i] == "っ":
            double, syllable = True, ""
        elif kana[i] == "ー":
            syllable = out[-1][-1] if out else ""
        elif kana[i] == " ":
            syllable = " "
        else:
            syllable = syllable or _SYLLABLES.get(kana[i], "")
            if not syllable:
                return ""
            syllable = syllable[0] + syllable if double else syllable
            double = False
        if syllable:
            out.append(syllable)
        i += step
    return "".join(out)


def hepburn(kunrei: str) -> str:
    """The same romaji in Hepburn."""
    for spelling, usual in _HEPBURN:
        kunrei = kunrei.replace(spelling, usual)
    return kunrei


def with_long_marks(kana: str) -> str:
    """The reading as katakana words write it: タロー for たろう."""
    return _LONG_KANA.sub("ー", kana)


def kana_of(romaji: str) -> str:
    """Hiragana of romaji in any common spelling, without long vowels; empty if it does not read as Japanese."""
    rest, out = same_sound(romaji), ""
    while rest:
        if rest[0] == rest[1:2] and rest[0] not in "aiueon":
            out, rest = out + "っ", rest[1:]
        for size in (3, 2, 1):
            if rest[:size] in _KANA and len(rest) >= size:
                out, rest = out + _KANA[rest[:size]], rest[size:]
                break
        else:
            return ""
    return out


def same_sound(words: str) -> str:
    """Words in the form where all spellings of a sound are equal. Word borders stay where they are."""
    for spelling, sound in _SPELLINGS:
        words = words.replace(spelling, sound)
    if "oh" in words:
        words = _OH.sub("o", words)
    if "m" in words:
        words = _M.sub("n", words)
    if words.isascii():
        return words
    for small, large in _SMALL:
        words = words.replace(small, large)
    return _LONG_KANA.sub("", words)
