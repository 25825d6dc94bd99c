"""Cutting a note into parts by its headings, so that a bare list under 「処方」 is read as medicines that are taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from sekisho.local.medical.cues import cue_words, headings

#: A part without a known heading.
NONE = ""
#: One kanji that stands for its heading.
_ALLERGY_LETTER = {"ア": "allergy"}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of folded text, where it starts, and what it is about.

    `topic` is allergy, medicines, stopped, side_effects, denied, family, other_person, history, problems, course,
    social, plan, or empty.
    """

    text: str
    start: int
    topic: str


@dataclass(frozen=True, slots=True)
class _Mark:
    """A heading. How far it holds: `boxed` to the next blank line, otherwise for its line and what is set in."""

    start: int
    end: int
    topic: str
    boxed: bool


def parts_of(folded: str) -> Iterator[Part]:
    """The parts of a folded note, in order."""
    marks = sorted([*_marks(folded)], key=lambda m: (m.start, -m.end))
    last = _Mark(0, 0, NONE, True)
    for mark in [*marks, _Mark(len(folded), len(folded), NONE, True)]:
        if mark.start < last.end:
            continue
        yield from _lines(folded, last, mark.start)
        last = mark


def _lines(folded: str, mark: _Mark, end: int) -> Iterator[Part]:
    text = folded[mark.end : end]
    if mark.topic == NONE:
        yield Part(text, mark.end, NONE)
        return
    ends = _end_of(folded, mark).search(text)
    if ends is None:
        yield Part(text, mark.end, mark.topic)
        return
    yield Part(text[: ends.start()], mark.end, mark.topic)
    yield Part(text[ends.start() :], mark.end + ends.start(), NONE)


def _end_of(folded: str, mark: _Mark) -> re.Pattern[str]:
    """What ends the part under a heading. A heading alone on its line holds for the list below, set in or not."""
    if mark.boxed:
        return _END_BOXED
    line = folded[folded.rfind("\n", 0, mark.start) + 1 :]
    indent = len(line) - len(line.lstrip(" \t"))
    alone = _ALONE.match(folded, mark.end)
    if alone is None:
        return _end_open(indent + 1, "※→" if line.lstrip(" \t").startswith(_BULLETS) else "※→①-⑳")
    below = len(alone["indent"])
    bulleted = folded.startswith(_BULLETS, alone.end())
    return _end_open(max(below, 1), "-・*※→①-⑳") if below > indent or bulleted else _END_BOXED


@cache
def _end_open(deeper: int, signs: str) -> re.Pattern[str]:
    """The first line break after which the text is not set in and does not begin with a sign of its list."""
    return re.compile(rf"(?<=\S)[ \t]*\n(?![ \t]{{{deeper}}}|[ \t]*[{signs}]|[ \t]*\d{{1,2}}[.)])")


_BULLETS = ("-", "・", "*", "●", "○")
_ALONE = re.compile(r"[ \t]*\n(?P<indent>[ \t]*)(?=\S)")
_END_BOXED = re.compile(r"(?<=\S)\s*\n[ \t]*\n")
#: 「常用薬(休薬中):」.
_PAUSED = re.compile(r"\([^)]*(?:休薬|中止|終了|held|stopped|discontinued|do not)")
#: "Allergies reviewed with patient and daughter:": whom somebody spoke with, not of whom; and how far back it begins.
_TOLD_WITH = re.compile(r"(?<![a-z])(?:with|from|per|by|via) (?:[a-z' ]+ (?:and|&) )?$")
_TOLD_REACH = 40
_UNKNOWN_BOX = re.compile(
    r"【[^】\n]{1,20}】|^[ \t]*\[(?![ _x✓✔v]\])[^\]\n]{1,14}\]"
    r"|^[ \t]*<[^>\n]{1,15}>|^[ \t]*[■●◆□◇][^:\n]{1,14}[::]",
    re.M,
)
#: Who speaks next, in a note by several hands: 「医師:」. What is told from there is under no heading.
_SPEAKER = re.compile(
    r"^[ \t]*(?:医師|主治医|担当医|看護師?|薬剤師|リハビリ?|(?:管理)?栄養士|dr|ns|nurse|msw|pharmacist)\s?:",
    re.M,
)
_NUMBERED = re.compile(
    r"(?:^[^\S\n]*|(?<=[^\S\n][^\S\n])|(?<=[\])】〉》:、])\s*|(?<=[^a-z\s]\s))#\s?\d{0,2}[.)]?\s*", re.M
)


def _marks(folded: str) -> Iterator[_Mark]:
    known = []
    for found in _known().finditer(folded):
        word = (found["word"] or found["short"]).strip()
        known.append((found.start(), found.end()))
        boxed = found["boxed"] is not None or found["bullet"] is not None
        end = found.end("word") if found["bare"] is not None else found.end()
        topic = _topic_of(word)
        if topic in ("other_person", "family") and _is_told_with(folded, found.start()):
            continue
        if topic == "medicines" and _PAUSED.search(found[0]):
            topic = "stopped"
        yield _Mark(found.start(), end, topic, boxed)
    for found in _NUMBERED.finditer(folded) if "#" in folded else ():
        yield _Mark(found.start(), found.end(), "problems", False)
    for found in (*_UNKNOWN_BOX.finditer(folded), *_SPEAKER.finditer(folded)):
        if not any(start < found.end() and found.start() < end for start, end in known):
            yield _Mark(found.start(), found.end(), NONE, True)


def _is_told_with(folded: str, start: int) -> bool:
    """Whether the one who is named here was spoken with."""
    return _TOLD_WITH.search(folded, max(0, start - _TOLD_REACH), start) is not None


def _topic_of(heading: str) -> str:
    """What a heading is about; of two in one (「副作用歴・アレルギー歴」) allergies come first."""
    whole = _topics().get(heading) or _ALLERGY_LETTER.get(heading)
    if whole:
        return whole
    topics = [_topics().get(word.strip(), NONE) for word in re.split(r"[・/、,&]|と", heading)]
    return "allergy" if "allergy" in topics else next(filter(None, topics), NONE)


@cache
def _topics() -> dict[str, str]:
    return {word: topic for topic, words in headings().items() for word in words}


@cache
def _known() -> re.Pattern[str]:
    """A heading: what comes before it, its word (`word`), and what must come behind it after just that.

    The words are written into the pattern once, because there are hundreds of them and a pattern is made in each
    process: `boxed` and the other names before it say which ending is asked for.
    """
    longer = _either(word for word in _topics() if len(word) > 1)
    single = _either(word for word in _topics() if len(word) == 1)
    clipped = _either(cue_words("clipped_headings"))
    # A single letter is a heading at the start of a line only (S) O) A) P)).
    before = (
        r"(?P<boxed>(?:[【〔]|^[ \t]*\[|\[(?=[^\x00-\x7f]))\s*)",
        r"(?P<bullet>^[ \t]*[■●◆□◇<〈《]\s*)",
        r"(?P<open>^[ \t]*[○・*-]?[ \t]*|(?<=[\s、。;,.」)]))",
        r"(?P<letter>(?:(?<=\n)|(?<![\s\S]))[ \t]*)",
        r"(?P<asked>^[ \t]*(?:q[.:\d]*|[・●◆○*-])\s?)",
        r"(?P<bracket>^[ \t]*)",
        r"(?P<bare>^[ \t]*[-=]*\s?)",
    )
    alone = rf"(?(open)(?!)|(?(asked)(?!)|(?(bare)(?!)|{single})))"
    one = rf"(?:(?(letter)(?!)|{longer})|{alone})"
    word = rf"(?P<word>{one}(?:(?(letter)(?!))\s?[・/、,&と]\s?{one}(?=[\s::】\])）>〉》]))?)"
    remark = r"(?:\s?\([^)\n]{0,24}\))?"
    told = rf"{remark}\s*(?:[::\]]|(?<=アレルギー)\s?→|—(?=\s))(?!\))"
    behind = {
        "boxed": rf"\s*{remark}[】\]〕][::]?",
        "bullet": rf"\s*(?=[\]>〉》::()\s]){remark}[\]>〉》]?\s*[::]?",
        "open": told,
        "letter": told,
        "asked": rf"{remark}\s?(?:→|⇒|->)",
        "bracket": r"\)",
    }
    ending = r"[ \t]*(?=\n)"
    for name, pattern in reversed(behind.items()):
        ending = f"(?({name}){pattern}|{ending})"
    # "All" before a word that is not Latin is no English sentence.
    short = rf"^[ \t]*(?P<short>{clipped}|all(?=[ \t]+[^\x00-\x7f]))[ \t]+(?=\S)"
    # A heading begins a line, follows a sign, or is boxed: at any other letter nothing is tried.
    begins = r"(?:(?<![^\s、。;,.」)])|(?=[【〔\[]))"
    return re.compile(f"{begins}(?:(?:{'|'.join(before)}){word}{ending}|{short})", re.M)


def _either(words: Iterable[str]) -> str:
    """Any of the words; where none can begin, none is tried."""
    longest_first = sorted(words, key=len, reverse=True)
    first = "".join(sorted({re.escape(word[0]) for word in longest_first}))
    return rf"(?=[{first}])(?:{'|'.join(map(re.escape, longest_first))})"
