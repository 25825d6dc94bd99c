"""What a domain hands over for the inspection of typed text: lists of words, and what it reads in a sentence as codes.

Plain data and one function whose answer holds codes and numbers only. The checkpoint writes the sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sekisho.checkpoint.prompt.japanese import Japanese

#: A piece of a text that is known as a whole: start, end, and its class (see `japanese_rules`).
Piece = tuple[int, int, str]
#: A folded text, and whether a word is on our own lists -> the places for which a dictionary does not vouch.
Unvouched = Callable[[str, Callable[[str], bool]], Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Detail:
    """How something is: a code of `PromptWords.displays` and the numbers in its wording."""

    code: str
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a sentence says, in codes.

    `code` and those of `details` are keys of `PromptWords.displays`. `who` is empty (not said), a key of it (a
    relation), or a placeholder of the sentence. A denied thing has `negated`. Without `code` it says only of whom
    the next sentences speak, or the details alone.
    """

    code: str = ""
    who: str = ""
    negated: bool = False
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, eq=False)
class PromptWords:
    """The lists.

    Attributes:
        tables: The Japanese lists as `japanese.compiled` made them.
        listed: Every listed Japanese word as it stands, without the stems.
        loose_words: Words of time, degree and reference: they stand before a name without being part of it.
        clinical_ja: Nouns of the domain that may stand in a Japanese sentence.
        english: Ordinary and clinical English words, lower case.
        capitals: Those of them that may stand with a capital in a sentence (Monday, a medicine).
        acronyms: Those that may stand in capitals.
        units: Those that may follow a number.
        english_phrases: Terms of several words or with signs in them, lower case.
        english_names: Lower-case words that are also names; at the start of a sentence they count as names.
        surnames: Japanese surnames in kanji.
        given: Japanese given names in kanji.
        given_behind: Given names that are words too: they count only behind a family name.
        kana_names: Japanese names in hiragana that the lists could read as words and endings.
        name_kanji: Kanji of which family names and places are made.
        noun_ends: Kanji with which hardly any name of two kanji ends, and many a noun does.
        romaji_names: Japanese and other names in Latin letters, lower case.
        places: Names of prefectures, cities, wards.
        displays: Code -> wording in Japanese and English, with {0}, {1} for numbers.
        read: A sentence (identifiers already replaced) -> what it says.
        terms_in: Places of terms of the domain in a text: an identifier that is part of one is none (川崎病).
        unvouched: Optional: the places of a folded Japanese text for which a dictionary does not vouch; it is told what
            is on our lists.
    """

    tables: Mapping[str, Any]
    listed: frozenset[str]
    loose_words: frozenset[str]
    clinical_ja: frozenset[str]
    english: frozenset[str]
    capitals: frozenset[str]
    acronyms: frozenset[str]
    units: frozenset[str]
    english_phrases: frozenset[str]
    english_names: frozenset[str]
    surnames: frozenset[str]
    given: frozenset[str]
    given_behind: frozenset[str]
    kana_names: frozenset[str]
    name_kanji: frozenset[str]
    noun_ends: frozenset[str]
    romaji_names: frozenset[str]
    places: frozenset[str]
    displays: Mapping[str, tuple[str, str]]
    read: Callable[[str], Sequence[Said]]
    terms_in: Callable[[str], Sequence[tuple[int, int]]]
    unvouched: Unvouched | None = None

    @cached_property
    def japanese(self) -> Japanese:
        """The Japanese lists, ready to be walked through."""
        return Japanese(self.tables)
