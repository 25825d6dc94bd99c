"""The words that the medical field hands to the inspection of typed text (`sekisho.checkpoint.prompt`).

Lists of ordinary and clinical words from `data/words/`, and the reader of a sentence. It decides nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from sekisho.checkpoint.prompt.japanese import compiled
from sekisho.checkpoint.prompt.known import is_japanese
from sekisho.checkpoint.prompt.known import is_ordinary as ordinary
from sekisho.checkpoint.prompt.sudachi import vouching
from sekisho.checkpoint.prompt.words import PromptWords
from sekisho.local.medical.body_signs import BodySigns
from sekisho.local.medical.fold import fold_keeping_case
from sekisho.local.medical.prompt_inflections import english_forms, sound_forms
from sekisho.local.medical.prompt_reading import SentenceReader
from sekisho.local.medical.vocabulary import Vocabulary
from sekisho.local.medical.ways_to_say import WaysToSay, stems

_KINDS = ("condition", "medicine", "class", "allergen", "lab", "vital", "lifestyle", "symptom")
_NO_HIRAGANA = re.compile(r"[一-龠々〆ァ-ヴー・a-z0-9α-ωβ\-]{2,}")
_SOME_HIRAGANA = re.compile(r"(?=.*[一-龠ァ-ヴ])[一-龠々〆ァ-ヴーぁ-んa-z0-9\-]{3,}[一-龠々ァ-ヴーぜ-]")
_KANJI = re.compile(r"[一-龠々]{2,}")
_JAPANESE = re.compile(r"[ぁ-んァ-ヴ一-龠]")
_ENGLISH_WORD = re.compile(r"[a-z][a-z0-9'\-]{2,}")
#: What may follow a number besides a noun.
_AFTER_NUMBERS = frozenset(
    [
        "more",
        "other",
        "different",
        "full",
        "whole",
        "straight",
        "consecutive",
        "separate",
        "big",
        "small",
        "large",
        "times",
        "and-a-half",
        "am",
        "pm",
        "a.m",
        "p.m",
        "weeks'",
        "days'",
        "percent",
        "milligrams",
        "degrees",
        "c",
        "f",
        "celsius",
        "fahrenheit",
        "out",
        "per",
        "pack-year",
        "year-old",
        "years-old",
        "month-old",
        "week-old",
        "day-old",
        "inch",
        "inches",
        "feet",
        "foot",
    ]
)


def prompt_words(vocabulary: Vocabulary, *, analyser: bool = True, lists: dict[str, Any] | None = None) -> PromptWords:
    """The words of a vocabulary.

    Args:
        vocabulary: The terms.
        analyser: Let Sudachi (extra `ja`) vouch for further Japanese words, where it is installed.
        lists: What `build_lists` made of the same vocabulary before; None to make it now.
    """
    known = vocabulary.lexicon(*_KINDS)
    made: list[PromptWords] = []

    def is_ordinary(piece: str) -> bool:
        if is_japanese(piece):
            return ordinary(piece.lower(), made[0])
        return piece.lower() in made[0].english and piece.lower() not in made[0].english_names

    def terms_in(text: str) -> list[tuple[int, int]]:
        return [(hit.start, hit.end) for hit in known.scan(text)] if len(fold_keeping_case(text)) == len(text) else []

    reader = SentenceReader(vocabulary, ways_to_say(vocabulary), is_ordinary)
    words = PromptWords(
        **(lists if lists is not None else build_lists(vocabulary)),
        displays=displays(vocabulary),
        read=reader.read,
        terms_in=terms_in,
        unvouched=vouching() if analyser else None,
    )
    made.append(words)
    return words


def build_lists(vocabulary: Vocabulary) -> dict[str, Any]:
    """Everything of `PromptWords` that is plain data, made from the data files. Keys are its attributes."""
    names = _table("ja_names.tsv")
    letters = _table("en_names.tsv")
    kanji = _table("ja_name_kanji.tsv")
    english = _table("en_words.tsv", "en_everyday.tsv")
    people = names["surname"] | names["given"] | names["place"]
    romaji = letters["name"] | letters["romaji"]
    plain, phrases, medicines = _clinical_english(vocabulary, romaji | letters["word"])
    nouns = english_forms("noun", english["noun"])
    forms = english["fixed"] | nouns | english_forms("verb", english["verb"]) | english_forms("adj", english["adj"])
    capitals = english_forms("noun", english["capital"])
    acronyms = english["acronym"] | frozenset(vocabulary.abbreviations)
    grammar = ordinary_japanese()
    clinical = _clinical_japanese(vocabulary) - people
    return {
        "tables": compiled(grammar, clinical),
        "listed": _listed(grammar) | clinical,
        "loose_words": frozenset(word for word, name in grammar if name in _LOOSE),
        "clinical_ja": clinical,
        "english": (forms | capitals | acronyms | plain) - (romaji - letters["word"]),
        "capitals": capitals | medicines,
        "acronyms": acronyms,
        "units": nouns | _AFTER_NUMBERS,
        "english_phrases": phrases,
        "english_names": letters["word"] - {"so"},
        "surnames": names["surname"],
        "given": names["given"],
        "given_behind": names["behind"] | names["kana"],
        "kana_names": names["kana"],
        "name_kanji": kanji["kanji"],
        "noun_ends": kanji["noun_end"],
        "romaji_names": romaji | (letters["word"] - _TOO_COMMON),
        "places": names["prefecture"] | names["place"],
    }


def ordinary_japanese() -> list[tuple[str, str]]:
    """Every listed word or stem with its class; a noun that is also a listed name is left out."""
    names = _table("ja_names.tsv")
    people = names["surname"] | names["given"] | names["place"]
    return [(word, name) for word, name in _grammar() if name not in ("noun", "noun1") or word not in people]


_LOOSE = frozenset(["time", "adverb", "pronoun", "conjunction", "rentai"])


def _listed(grammar: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Every listed Japanese word as it stands, without the stems."""
    return frozenset(
        word
        for word, name in grammar
        if not name.startswith(("v", "adj")) and (len(word) > 1 or name not in ("prefix", "suffix", "counter"))
    )


#: Words that are names too, and far too common in small letters behind "my doctor".
_TOO_COMMON = frozenset(["will", "may", "can", "do", "an", "so", "go", "ran", "do", "long", "is", "had", "has"])


#: The row of what holds the name of a symptom and says none: 「痛み止め」.
_NO_SYMPTOM = "none"


def ways_to_say(vocabulary: Vocabulary) -> WaysToSay:
    """Every way of every symptom."""
    codes: dict[str, str] = {}
    for name, code in vocabulary.names["symptom"].items():
        for stem in stems(name):
            codes.setdefault(stem, code)
    for line in _file("ways_to_say.tsv").splitlines():
        if line and not line.startswith(("#", "symptom\t")):
            symptom, _, ways = line.partition("\t")
            code = f"symptom:{symptom}" if symptom != _NO_SYMPTOM else ""
            codes.update((way, code) for way in ways.split("|"))
    return WaysToSay(codes, body_signs(vocabulary))


def body_signs(vocabulary: Vocabulary) -> BodySigns:
    """The parts of the body and what can be with them, as far as the vocabulary has it."""
    parts = []
    for words, signs in _rows("parts_and_signs.tsv"):
        codes = (one.split("=") for one in signs.split())
        parts.append(
            (words, {name: f"symptom:{code}" for name, code in codes if f"symptom:{code}" in vocabulary.terms})
        )
    return BodySigns(parts, {name: (japanese, english) for name, japanese, english in _rows("signs.tsv")})


def displays(vocabulary: Vocabulary) -> dict[str, tuple[str, str]]:
    """Everything that our own code may write for a sentence."""
    table = [line.split("\t") for line in _file("wordings.tsv").splitlines() if not line.startswith("#")]
    found = {code: (ja, en) for code, ja, en in table[1:]}
    for code, term in vocabulary.terms.items():
        if term.kind in ("symptom", "vital"):
            found[code] = (term.ja, term.en)
    return found


def _grammar() -> Iterable[tuple[str, str]]:
    for file in ("ja_small_words.tsv", "ja_nouns.tsv", "ja_adjectives.tsv", "ja_verbs.tsv", "ja_everyday.tsv"):
        for name, listed in _lines(file):
            for word in listed:
                yield word, name
                if name == "suffix" and _KANJI.fullmatch(word):
                    yield word, "noun"
    for _, listed in _lines("ja_compounds.tsv"):
        for word in listed:
            yield word, "noun"
    for kind, listed in _lines("ja_sounds.tsv"):
        for stem in listed:
            for word in sound_forms(kind, stem):
                yield word, "adverb"


def _clinical_japanese(vocabulary: Vocabulary) -> frozenset[str]:
    found = set()
    for kind in _KINDS:
        for name in vocabulary.names[kind]:
            if _NO_HIRAGANA.fullmatch(name) or (kind != "symptom" and _SOME_HIRAGANA.fullmatch(name)):
                found.add(name)
    return frozenset(found)


def _clinical_english(
    vocabulary: Vocabulary, people: frozenset[str]
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Single words, phrases, and names of medicines (which have a capital)."""
    plain: set[str] = set()
    phrases: set[str] = set()
    medicines: set[str] = set()
    for kind in _KINDS:
        for name in vocabulary.names[kind]:
            if _JAPANESE.search(name):
                continue
            if _ENGLISH_WORD.fullmatch(name):
                if name not in people:
                    plain.add(name)
                    if kind == "medicine":
                        medicines.add(name)
            elif 4 < len(name) < 60:
                phrases.add(name)
    for term in vocabulary.terms.values():
        # A word in small letters in our own display is no eponym; one with a capital (Crohn) counts in its phrase only.
        plain.update(word for word in term.en.split() if _ENGLISH_WORD.fullmatch(word) and word not in people)
    return frozenset(plain), frozenset(phrases), frozenset(medicines)


def _rows(name: str) -> list[list[str]]:
    """The rows of a table with a heading."""
    lines = [line.split("\t") for line in _file(name).splitlines() if not line.startswith("#")]
    return lines[1:]


@cache
def _file(name: str) -> str:
    return files(__package__).joinpath("data", "words", name).read_text(encoding="utf-8")


def _lines(name: str) -> Iterable[tuple[str, list[str]]]:
    for line in _file(name).splitlines():
        if line and not line.startswith(("#", "class\t")):
            kind, _, listed = line.partition("\t")
            yield kind, listed.split()


def _table(*names: str) -> defaultdict[str, frozenset[str]]:
    found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for kind, listed in (line for name in names for line in _lines(name)):
        found[kind] |= frozenset(listed)
    return found
