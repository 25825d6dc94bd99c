"""Scoring an inspection of typed text against annotated sentences: what left, what was kept, what was changed.

The form of the sentences is in `gold/prompts/README.md`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.checkpoint.prompt import Detail, PromptWords, Said
from sekisho.checkpoint.prompt.codes import rendered
from sekisho.checkpoint.wall import Wall
from sekisho.local.medical.prompt_details import details_in, vitals_in
from sekisho.local.medical.prompt_people import people_in
from sekisho.local.medical.vocabulary import Vocabulary

GOLD = Path(__file__).parent / "gold"
_VALUES = ("temperature", "pulse", "blood_pressure", "oxygen")


class Meaning(NamedTuple):
    """What must not be lost: a kind, a value, and the words of the text that say it, where they were annotated."""

    kind: str
    value: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One annotated text."""

    text: str
    language: str
    identifiers: tuple[str, ...]
    keep: tuple[Meaning, ...]
    harmless: bool


@dataclass
class Score:
    """Counts over a set. `wrong` holds what went wrong, for the set that may be read."""

    identifiers: int = 0
    left: int = 0
    symptoms: int = 0
    kept: int = 0
    other: int = 0
    other_kept: int = 0
    harmless: int = 0
    changed: int = 0
    wrong: list[tuple[str, Sentence, str]] = field(default_factory=list)


def load(folder: str) -> list[Sentence]:
    """All sentences of a folder under `gold`."""
    found = []
    for path in sorted((GOLD / folder).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                keep = tuple(
                    Meaning(kind, str(value), tuple(item.get("words", ())))
                    for item in row.get("keep", ())
                    for kind, value in item.items()
                    if kind != "words"
                )
                found.append(Sentence(row["text"], row["language"], tuple(row["identifiers"]), keep, row["harmless"]))
    return found


def score(
    sentences: Iterable[Sentence], leaves: Callable[[Sentence], str], words: PromptWords, vocabulary: Vocabulary
) -> Score:
    """Count over a set; `leaves` gives what would leave of a sentence."""
    total = Score()
    for sentence in sentences:
        out = leaves(sentence)
        for identifier in sentence.identifiers:
            total.identifiers += 1
            if is_in(identifier, out, words):
                total.left += 1
                total.wrong.append((f"left {identifier}", sentence, out))
        for kind, value, said in sentence.keep:
            kept = (
                is_untouched(sentence, out)
                or (bool(said) and all(_plain(piece) in _plain(out) for piece in said))
                or is_kept(kind, value, out, sentence.language, words, vocabulary)
            )
            if kind == "symptom":
                total.symptoms += 1
                total.kept += kept
            else:
                total.other += 1
                total.other_kept += kept
            if not kept:
                total.wrong.append((f"lost {kind} {value}", sentence, out))
        if sentence.harmless:
            total.harmless += 1
            if _plain(out) != _plain(sentence.text):
                total.changed += 1
                total.wrong.append(("changed", sentence, out))
    return total


def is_in(identifier: str, text: str, words: PromptWords) -> bool:
    """Whether an identifier, or a part of it that is no ordinary word, is in a text; in any disguise of the whole."""
    if (
        _plain(identifier) in _plain(text)
        or Wall([Identifier(IdentifierKind.OTHER, identifier)]).find(text) is not None
    ):
        return True
    parts = [part.strip(".,") for part in identifier.split()]
    own = [part for part in parts if len(part) > 1 and part.lower() not in words.english]
    return any(re.search(rf"(?<![A-Za-z0-9]){re.escape(part)}(?![A-Za-z0-9])", text) for part in own)


def is_untouched(sentence: Sentence, out: str) -> bool:
    """Whether everything but the identifiers left as it was typed: then nothing of its meaning is lost."""
    rest = [_plain(sentence.text)]
    for identifier in sorted(sentence.identifiers, key=len, reverse=True):
        rest = [piece for part in rest for piece in part.split(_plain(identifier))]
    return all(piece in _plain(out) for piece in rest)


def is_kept(kind: str, value: str, out: str, language: str, words: PromptWords, vocabulary: Vocabulary) -> bool:
    """Whether a meaning is still there: as typed, or as what our own code writes for it."""
    if kind in ("symptom", "not_symptom"):
        return _symptom_kept(value, out, kind == "not_symptom", words, vocabulary)
    if _plain(value) in _plain(out):
        return True
    folded = unicodedata.normalize("NFKC", value).lower()
    if kind == "who":
        return any(
            words.displays.get(who, ("", ""))[language == "en"] in out
            for _, _, who in people_in(folded, folded).found
            if who
        )
    if kind in _VALUES:
        named = (
            folded
            if not folded[:1].isdigit()
            else {"pulse": "pulse ", "blood_pressure": "bp ", "oxygen": "spo2 "}.get(kind, "") + folded
        )
        expected = [Said(code, details=(detail,)) for code, detail in vitals_in(named)]
    else:
        expected = [Said(details=(detail,)) for detail in details_in(folded)]
    written = [rendered([one], {**words.displays}, language).rstrip("。.") for one in expected]
    return bool(written) and all(_detail_text(w) in out for w in written)


def _detail_text(written: str) -> str:
    return written.partition("（")[2].rstrip("）") or written.partition("(")[2].rstrip(")") or written


def _symptom_kept(name: str, out: str, denied: bool, words: PromptWords, vocabulary: Vocabulary) -> bool:
    wanted = _codes_of(name, words, vocabulary)
    if not denied and _plain(name) in _plain(out):
        return True
    said = [one for line in out.replace("\n", "。").split("。") for one in words.read(line)]
    found = [one.negated for one in said if one.code in wanted]
    if denied:
        return all(found)
    return any(not negated for negated in found)


def _codes_of(name: str, words: PromptWords, vocabulary: Vocabulary) -> set[str]:
    """The symptom of a name; for one that is no name of the vocabulary, what it says: 切り傷 is a wound."""
    key = unicodedata.normalize("NFKC", name).lower()
    code = vocabulary.lexicon("symptom").exact(key)
    if code:
        return {code}
    held = {hit.code for hit in vocabulary.lexicon("symptom").scan(key)}
    return held or {one.code for one in words.read(name) if one.code}


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


__all__ = ["Detail", "Score", "Sentence", "is_in", "load", "score"]
