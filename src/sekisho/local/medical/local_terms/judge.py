"""One row of a master -> what becomes of it: a new local term, a known one, or a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sekisho.local.medical.fold import is_abbreviation, key_of, spellings
from sekisho.local.medical.local_terms.master import MasterRow
from sekisho.local.medical.local_terms.names import is_japanese, plain_name, shown
from sekisho.local.medical.local_terms.parents import Recogniser
from sekisho.local.medical.local_terms.suspicious import why_refused
from sekisho.local.medical.vocabulary import Vocabulary
from sekisho.local.medical.vocabulary_build import RARE_TREATMENTS

#: A code of a master longer than this is none.
_MOST_OF_A_CODE = 64
#: A reading shorter than this is a part of too many words.
_LEAST_KANA = 4
_NOT_RARE = frozenset({"common", "uncommon"})


class Spelling(NamedTuple):
    """A folded name by which records may call a term, and whether it counts in capitals only."""

    key: str
    capitals: bool


class Judged(NamedTuple):
    """What becomes of a row.

    `refused`: a reason, or empty. `known`: the shipped term of this name, or empty. Otherwise a new term: `key` is its
    folded name (`capitals`: it counts in capitals only), `ja` and `en` (None: the master has none) are its displays,
    `others` are further names for it.
    """

    line: int
    ja: str
    refused: str = ""
    known: str = ""
    code: str = ""
    key: str = ""
    capitals: bool = False
    en: str | None = None
    parents: tuple[str, ...] = ()
    rare: bool = False
    others: tuple[Spelling, ...] = ()


class Judge:
    """Judges the rows of one master."""

    def __init__(self, vocabulary: Vocabulary, kind: str) -> None:
        self._vocabulary = vocabulary
        self._kind = kind
        self._recogniser = Recogniser(vocabulary, kind)
        self._is_under_rare = lru_cache(maxsize=4096)(self._under_rare)

    def judge(self, row: MasterRow) -> Judged:
        """What becomes of a row."""
        name = shown(row.name)
        ja = plain_name(self._kind, name)
        code = _code(row.code)
        whole = key_of(name)
        key = whole if ja == name else key_of(ja)
        known = self._recogniser.known(whole) or (self._recogniser.known(key) if key != whole else None)
        if known is not None:
            return Judged(row.line, ja, known=known, code=code)
        reason = why_refused(name) or (why_refused(ja) if ja != name else "") or ("" if key else "empty")
        if reason:
            return Judged(row.line, name, refused=reason)
        broader = self._recogniser.broader(ja, key, row.parent)
        en = self._english(ja, row.en)
        is_plain = key is whole and not row.kana and en is None and key.isalpha()
        others = () if is_plain else tuple(dict.fromkeys(self._others(ja, key, whole, en or "", row.kana)))
        rare = self._is_rare(broader.codes, broader.recognised, row.frequency)
        return Judged(row.line, ja, "", "", code, key, is_abbreviation(ja), en, broader.codes, rare, others)

    def _english(self, ja: str, given: str) -> str | None:
        """The master's English name; a name without Japanese characters stands for itself in both languages."""
        en = shown(given) if given else ""
        if en and not is_japanese(en) and not why_refused(en):
            return en
        return None if is_japanese(ja) else ja

    def _others(self, ja: str, key: str, whole: str, en: str, kana: str) -> Iterator[Spelling]:
        if not key.isalpha():
            yield from (Spelling(spelling, False) for spelling in spellings(ja) if spelling != key)
        if whole != key:
            yield Spelling(whole, False)
        if en and en != ja:
            for spelling in spellings(en):
                yield Spelling(spelling, is_abbreviation(en))
        reading = key_of(shown(kana)) if kana else ""
        if len(reading) >= _LEAST_KANA and not why_refused(reading):
            yield Spelling(reading, False)

    def _is_rare(self, parents: tuple[str, ...], recognised: bool, frequency: str) -> bool:
        """Rare is said as its parent. What is under something rare is rare, and what nobody knows the frequency of."""
        if self._is_under_rare(parents):
            return True
        if told := frequency.strip().lower():
            return told not in _NOT_RARE
        return self._kind == "condition" or (self._kind == "medicine" and not recognised)

    def _under_rare(self, parents: tuple[str, ...]) -> bool:
        terms = self._vocabulary.terms
        broader = {code for parent in parents if parent in terms for code in self._vocabulary.ancestors(parent)}
        return RARE_TREATMENTS in broader or any(terms[code].rare for code in broader)


def _code(text: str) -> str:
    code = text if text.isascii() and text.isalnum() else shown(text)
    return code if len(code) <= _MOST_OF_A_CODE and code.isprintable() else ""
