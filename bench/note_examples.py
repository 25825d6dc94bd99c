"""Examples to learn from: every mention of a term in the opened gold records, and what the gold list makes of it.

The rules of the notes were written with the sets of `_FITTED` in sight, so that they do better there than on anything
new: there their view is no feature. Later rules were written with the other opened records in sight, too. So in every
other one of these their view is no feature either; otherwise more is learned to be trusted than holds for new records.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.marked_notes import MARKED, marked_notes
from bench.survival import GOLD, TODAY, cases_of, codes_of, fits
from sekisho.local.medical.note_mentions import Mention
from sekisho.local.medical.notes import NoteReader, NoteReading
from sekisho.local.medical.vocabulary import Vocabulary, load_vocabulary
from sekisho.local.records.reader import read_record
from sekisho.local.records.record import Section

SETS = ("tune", "practice")
#: The last number of a record that the rules were written with, by set.
_FITTED = {"tune": 999, "practice": 199}
#: Features that tell what the rules make of something.
_OF_RULES = ("rule=", "weighed=", "same_", "kin_", "previous=", "next=", "as_", "sign=says_")
#: From this number on the records are about allergies: of the rest nobody judged what their lists leave out.
_OF_ALLERGIES = 701
#: With what the rules make of a mention it is hardly the broader or narrower thing of a list: 「骨折なし」 and a broken
#: vertebra elsewhere; "penicillin fine", and amoxicillin taken now.
_OF_ANOTHER = {"condition": ("denied",), "medicine": ("", "apart")}
#: What an example counts of a record that the rules know.
_LESS = 0.5


@dataclass(frozen=True, slots=True)
class Example:
    """One mention.

    Attributes:
        record: Set and number of the record.
        new: The rules were written without sight of the record.
        mention: The mention.
        features: Its features.
        outcome: What the mention is.
        of_term: What the gold list makes of the term for this person: an outcome without `family`.
    """

    record: str
    new: bool
    mention: Mention
    features: tuple[str, ...]
    outcome: str
    of_term: str

    @property
    def weight(self) -> float:
        """How much it counts."""
        return 1.0 if self.new else _LESS

    @property
    def is_measure(self) -> bool:
        """Whether what is said of it can be called right or wrong: the list of its record was judged for its kind."""
        return self.new and judged_for(self.record, self.mention.kind)

    @property
    def fold(self) -> int:
        """One of five, by record, the same in every run."""
        return fold_of(self.record)


def examples() -> list[Example]:
    """All examples of the opened records and of the marked notes."""
    reader, vocabulary = NoteReader(load_vocabulary()), load_vocabulary()
    return [*(e for name in SETS for e in _of_set(name, reader, vocabulary)), *_of_marked(reader)]


def digest() -> str:
    """Digest of the records and notes that are learned from."""
    found = hashlib.sha256()
    for name in SETS:
        for path in sorted((GOLD / name).glob("*.json")):
            found.update(f"{name}/{path.name}\n".encode() + path.read_bytes())
    for path in sorted(MARKED.glob("*.txt")):
        found.update(f"{MARKED.name}/{path.name}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def fold_of(record: str) -> int:
    """Which of five parts a record is in."""
    return zlib.crc32(record.encode()) % 5


def judged_for(record: str, kind: str) -> bool:
    """Whether it was judged what the list of a record leaves out of a kind of fact."""
    folder, _, number = record.partition("/")
    return folder != MARKED.name and (kind == "allergy" or int(number) < _OF_ALLERGIES)


def is_new(name: str, path: Path) -> bool:
    """Whether the rules were written without sight of the record."""
    return int(path.stem) > _FITTED[name]


def _of_set(name: str, reader: NoteReader, vocabulary: Vocabulary) -> Iterator[Example]:
    for case, path in cases_of(name):
        later = [{**item, "later": True} for item in case.get("also", ())]
        gold = [(item, *codes_of(item, vocabulary)) for item in (*case["gold"], *later)]
        for item in read_record(path, TODAY).items:
            if item.section is Section.NOTE:
                reading = reader.reading(item.text, item.path)
                if reading.is_judged:
                    yield from examples_of_note(f"{name}/{path.stem}", is_new(name, path), reading, gold, vocabulary)


def _of_marked(reader: NoteReader) -> Iterator[Example]:
    for note in marked_notes():
        record, reading = f"{MARKED.name}/{note.name}", reader.reading(note.text, note.name)
        if reading.is_judged:
            for at, mention in enumerate(reading.mentions):
                if outcome := note.outcome(mention):
                    features = _features(reading, at, trusts=not _doubts(record))
                    yield Example(record, True, mention, features, outcome, "none" if outcome == "family" else outcome)


def examples_of_note(
    record: str, new: bool, reading: NoteReading, gold: list[tuple[dict[str, Any], set[str], set[str]]],
    vocabulary: Vocabulary,
) -> Iterator[Example]:  # fmt: skip
    """The examples of one note. `gold`: the items of its list with the codes of each, exact and accepted."""
    trusts = new and not _doubts(record)
    for at, mention in enumerate(reading.mentions):
        statuses, is_exact = _statuses(mention, gold, vocabulary)
        if "symptom" in statuses and "active" not in statuses:
            continue  # true, and neither asked for nor wrong
        if statuses - {"family"} and not is_exact and mention.status in _OF_ANOTHER.get(mention.kind, ()):
            continue
        if not statuses and vocabulary.course.get(mention.code) == "state":
            continue  # devices and states after an operation are not listed throughout
        if not statuses and not judged_for(record, mention.kind) and mention.status not in ("denied", "apart"):
            continue  # nobody judged whether the list left it out
        features = _features(reading, at, trusts)
        yield Example(record, new, mention, features, _outcome(mention, statuses), _of_term(mention.kind, statuses))


def _features(reading: NoteReading, at: int, trusts: bool) -> tuple[str, ...]:
    """Features of a mention, each once; without the view of the rules where that counts for nothing."""
    return tuple(f for f in dict.fromkeys(reading.features.of(at)) if trusts or not f.startswith(_OF_RULES))


def _doubts(record: str) -> bool:
    """Whether the view of the rules counts for nothing here: in every other record, the same in every run."""
    return zlib.crc32(f"doubt {record}".encode()) % 2 == 1


def _statuses(
    mention: Mention, gold: list[tuple[dict[str, Any], set[str], set[str]]], vocabulary: Vocabulary
) -> tuple[set[str], bool]:
    """The statuses of the gold items that a mention is, and whether the person has one that it is exactly.

    Of the person's items those that it is exactly, if there are any; `family`, where a relative has that or something
    broader or narrower.
    """
    found: dict[str, set[str]] = {"exact": set(), "generalised": set()}
    for item, exact, accepted in gold:
        if item["kind"] != mention.kind or (
            "later" in item and item["status"] == "stopped" and mention.status == "apart"
        ):
            continue  # named only as what an allergy came of: by the guideline no medicine that was stopped
        if fit := fits(mention.code, exact, accepted, vocabulary):
            found[fit].add(item["status"])
    of_family = {"family"} & (found["exact"] | found["generalised"])
    exactly = found["exact"] - of_family
    return of_family | (exactly or found["generalised"]), bool(exactly)


def _of_term(kind: str, statuses: set[str]) -> str:
    own = statuses - {"family"}
    if not own:
        return "none"
    present = next((status for status in ("active", "suspected") if status in own), "")
    if kind == "medicine":
        return "active" if present else "stopped"
    return present or ("past" if kind == "condition" else "none")


def _outcome(mention: Mention, statuses: set[str]) -> str:
    """What this mention is: of a person and a relative with the same illness the words around it tell."""
    if mention.kind == "condition" and "family" in statuses:
        told = "family" in mention.signs or mention.topic == "family"
        denied = mention.status == "denied" or "negated" in mention.signs
        if told or (statuses == {"family"} and not denied):
            return "family"
    return _of_term(mention.kind, statuses)
