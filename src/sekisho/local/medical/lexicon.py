"""Finding terms of the vocabulary in text, as whole words.

Japanese has no spaces, so a term counts only where a word can begin and end: 「結核」 is not found in
「非結核性」, 「アスピリン」 not in 「バイアスピリン」. The longest term wins. What does not end cleanly is not found: a
wrong statement is worse than a missing one.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from sekisho.local.medical.cues import edges
from sekisho.local.medical.fold import fold_keeping_case, script


class Hit(NamedTuple):
    """A term at a place in the folded text."""

    code: str
    start: int
    end: int


class NamesOfKind(NamedTuple):
    """The names of one kind of term: folded name -> code, and first characters -> lengths of names, longest first."""

    codes: Mapping[str, str]
    heads: Mapping[str, tuple[int, ...]]


def heads_of(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The lengths of names by their first two characters (one, for names of one character)."""
    lengths: dict[str, set[int]] = {}
    for name in names:
        lengths.setdefault(name[:2], set()).add(len(name))
    return {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}


class Lexicon:
    """Names -> codes for one or more kinds of term; where two kinds share a name, the first kind has it."""

    def __init__(self, parts: Sequence[NamesOfKind], abbreviations: Container[str] = frozenset()) -> None:
        """`abbreviations` are names that count in capitals only."""
        self._parts = parts
        #: The first two characters of every name, or its only one.
        self.heads = frozenset[str]().union(*(part.heads for part in parts))
        self._abbreviations = abbreviations

    def exact(self, key: str) -> str | None:
        """The code of exactly this folded name."""
        return next((part.codes[key] for part in self._parts if key in part.codes), None)

    def scan(self, text: str, shortest: int = 2) -> list[Hit]:
        """Terms in a text, leftmost and longest first, not overlapping. Places are those of `fold(text)`."""
        cased = fold_keeping_case(text)
        folded = cased.lower()
        found: list[Hit] = []
        reached = 0
        for start in self.beginnings(folded):
            hit = self.at(folded, cased, start, shortest) if start >= reached else None
            if hit is not None:
                found.append(hit)
                reached = hit.end
        return found

    def beginnings(self, folded: str) -> list[int]:
        """Places at which a name could begin, by its first two characters (or its only one)."""
        heads = self.heads
        pairs = map(str.__add__, folded, [*folded[1:], ""])
        return [at for at, pair in enumerate(pairs) if pair in heads or pair[0] in heads]

    def at(self, folded: str, cased: str, start: int, shortest: int = 2) -> Hit | None:
        """The longest term that begins here."""
        head, room = folded[start : start + 2], len(folded) - start
        best: Hit | None = None
        for part in self._parts:
            lengths = part.heads.get(head, ())
            if shortest == 1 and len(head) == 2:
                lengths += part.heads.get(head[0], ())
            for size in lengths:
                if size < shortest or (best is not None and size <= best.end - start):
                    break
                name = folded[start : start + size]
                code = part.codes.get(name) if size <= room else None
                if code is not None and is_word(folded, cased, start, name, self._abbreviations):
                    best = Hit(code, start, start + size)
                    break
        return best


#: Behind a substance: it is lacking.
_LACKS = (" deficien", " insufficien")
_TITLES = ("さん", "先生", "ちゃん", "くん", "氏は", "氏が", "氏の", "氏より")


def is_word(folded: str, cased: str, start: int, name: str, abbreviations: Container[str]) -> bool:
    """Whether a name that stands in a text at `start` is a word of its own there."""
    end = start + len(name)
    if name in abbreviations and not _is_written_short(cased, start, end):
        return False  # 「RAS阻害薬」 is no rheumatoid arthritis
    return _begins(folded, start, len(name)) and _ends(folded, end, start)


def _is_written_short(cased: str, start: int, end: int) -> bool:
    """In capitals, or mixed as clinicians do (pAf, iNPH, 「Af」); a word with one capital in English text is a word."""
    written = cased[start:end]
    if written.isupper():
        return cased[end : end + 1] != "S"
    if _MIXED.fullmatch(written):
        return True
    return (
        written[:1].isupper() and written[1:] in _SMALL_ENDS and not _ENGLISH.search(cased[max(0, start - 3) : end + 3])
    )


#: Small letters before capitals, or an f behind them; 「DKd」 is something else.
_MIXED = re.compile(r"[a-z]{1,2}[A-Z]{1,4}[fl]?|[A-Z]{2,4}[fl]")
#: What follows the capital in 「Af」, 「Vt」; and a word in small letters beside one.
_SMALL_ENDS = frozenset({"f", "fl", "t", "vt", "vf"})
_ENGLISH = re.compile(r"[a-z]{2} ?[A-Z][a-z]+|[A-Z][a-z]+ [a-z]{2}")


#: Letters that end hardly any word before another one in hiragana.
_ENDS_NO_WORD = frozenset("ゆぬぷぺぽぱぴぞぜぢづぉぁぅぃぇ")


def _begins(text: str, start: int, size: int) -> bool:
    """Whether a word can begin here."""
    if start == 0:
        return True
    before, first = script(text[start - 1]), script(text[start])
    if text[start - 1] in "非偽":
        return False  # 「非アルコール性脂肪肝」, 「偽アルドステロン症」
    if first == "latin":
        if text[start - 1] == "-" and start > 1 and script(text[start - 2]) == "latin":
            return False  # C1-INH is not isoniazid
        return before != "latin" or (text[start - 1].isdigit() != text[start].isdigit())
    if first == "katakana":
        return before != "katakana"
    if first == "hiragana" and before == "hiragana":
        # A short word in hiragana is found inside any verb: 「なったこと」 holds no octopus (たこ); and behind a
        # letter that ends no word it is part of a longer one: 「ゆうなぎ薬局」 holds no eel (うなぎ).
        is_long = size > 2 and text[start - 1] not in _ENDS_NO_WORD
        return is_long or text.endswith(edges("hiragana_before"), 0, start)
    if first == "hiragana" and before == "kanji" and (size < 3 or text[start - 1] == "性"):
        return False  # 「出たことがある」, 「強直性けいれん」
    if first == "kanji" and before == "kanji":
        return text.endswith(edges("kanji_before"), max(0, start - 6), start) or text.startswith(
            edges("kanji_anywhere"), start
        )
    return True


def _ends(text: str, end: int, start: int) -> bool:
    """Whether a word can end here."""
    if end == len(text):
        return True
    last, after = script(text[end - 1]), script(text[end])
    if last == "latin":
        if text.startswith(_LACKS, end):
            return False  # "vitamin D deficiency" is no vitamin D
        return after != "latin" or _is_plural(text, end) or (text[end - 1].isalpha() and text[end].isdigit())
    if last == "katakana" and after == "katakana":
        return text.startswith(edges("katakana_after"), end)
    if last == "kanji" and text.startswith(_TITLES, end):
        return False  # 「橋本さん」 is somebody
    if last == after == "kanji" or (last == "katakana" and after == "kanji"):
        if last == "kanji" and end - start == 1:
            return text.startswith(edges("kanji_after_one"), end)
        if text.startswith(edges("kanji_after"), end) or (last == "katakana" and text[end] == "疹"):
            return True
        if text[end - 1] in edges("kanji_of_illness"):
            return not text.startswith(edges("kanji_of_other_words"), end)
        # A long word in katakana is whole before almost any kanji: 「ボンビバ月1回」.
        long = last == "katakana" and end - start >= 4 and all(script(c) == "katakana" for c in text[start:end])
        return long and not text.startswith(edges("kanji_of_longer_words"), end)
    if last == "hiragana" and end - start < 3 and after == "hiragana":
        return text[end] in "がのはをにでともやへなだ"
    return True


def _is_plural(text: str, end: int) -> bool:
    return text[end] == "s" and (end + 1 == len(text) or script(text[end + 1]) != "latin")
