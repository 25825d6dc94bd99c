"""Which words of a sentence have to be masked so that nothing unknown is left in it. None where that is not safe.

A word that is on no list may be anybody's name, and so may what is written in one piece with it. So what is masked is
always a whole run of kanji, katakana, letters and digits, or of hiragana, never a part of one; and where the rest is
not known word by word, or the run could hold the word that denies something, the sentence leaves as codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.checkpoint.prompt import english
from sekisho.checkpoint.prompt.japanese import LONG_NUMBER, MAY_END, START, piece_ways
from sekisho.checkpoint.prompt.japanese_rules import OTHER_SIGN, PLACEHOLDER_ARCS, mask
from sekisho.checkpoint.prompt.known import is_japanese, is_known, kana_names_in, unvouched_in, vouched_pieces
from sekisho.checkpoint.prompt.spans import lower, plain
from sekisho.checkpoint.prompt.words import PromptWords

Place = tuple[int, int]

_MOST_PLACES = 3
_MOST_OF_IT = 0.5
#: Written in one piece: a name may be any mixture of these.
_RUN = re.compile(r"[一-龠々〆ヶァ-ヴーa-z0-9ａ-ｚ]+(?:[-./・'’@_&+][一-龠々〆ヶァ-ヴーa-z0-9]+)*")
_HIRAGANA = re.compile(r"[ぁ-んー]+")
_KANA = re.compile(r"[ぁ-ん]")
#: A masked piece must not hold what turns the meaning round.
_DENIES = re.compile(
    r"\b(?:no|un|dis)[a-z]|n['’]?t\b|[不無非未否没]|な[いかくしきさ]|ませ|[ずぬ]|[かさせたなまばがわへ]ん$"
)
#: Behind kanji or a placeholder, hiragana begin with one of these; what comes then may be a name.
_PARTICLE = ("から", "まで", "の", "は", "が", "を", "に", "へ", "と", "も", "で", "や")
_LONGEST_TAIL = 8
#: A short word beside a masked one with only a space between them is its other half (family and given name).
_BESIDE = r"[一-龠々ァ-ヴーぁ-ん]{1,4}"
_BEHIND = re.compile(rf"[ \u3000・]({_BESIDE})(?=[ 、。はがをにのともで]|です|と申|$)")
_BEFORE = re.compile(rf"(?:^|[ 、。「のは])({_BESIDE})[ \u3000・]$")
#: A name with its reading in brackets: 「一口（いもあらい）」. Where the reading is unknown, so is what it reads.
_READ = re.compile(r"[一-龠々ヶ]{1,6}[(（「][ 　]?$")
_READING = re.compile(r"[ぁ-んァ-ヴー・ 　]{2,14}")
_ANY = mask(PLACEHOLDER_ARCS[OTHER_SIGN][0])
_LEAVES = mask("N SURU")
#: What a way through a sentence costs: few and short masks, and no crumbs of kana beside them.
_ONE_MASK, _ONE_WORD, _SHORT_WORD = 10, 0.1, 0.6


def unknown_places(sentence: str, words: PromptWords) -> list[Place] | None:
    """The places to mask in a sentence that is not known, in order; None where it has to leave as codes.

    `sentence` is as for `known.is_known`: half-width, identifiers in it stand as private characters.
    """
    places = _japanese(plain(sentence), words) if is_japanese(sentence) else english.unknown_in(sentence, words)
    if not places or len(places) > _MOST_PLACES:
        return None
    places = _merged([_with_signs(sentence, place) for place in places])
    letters = sum(c.isalnum() for c in sentence)
    masked = sum(c.isalnum() for start, end in places for c in sentence[start:end])
    if masked > _MOST_OF_IT * letters or any(_DENIES.search(sentence, start, end) for start, end in places):
        return None
    return places if is_known(without(sentence, places), words) else None


def _with_signs(sentence: str, place: Place) -> Place:
    """With the identifiers that touch it: together they are one name."""
    start, end = place
    while start > 0 and _is_sign(sentence[start - 1]):
        start -= 1
    while end < len(sentence) and _is_sign(sentence[end]):
        end += 1
    return start, end


def _is_sign(character: str) -> bool:
    return "\ue000" <= character <= "\ue0ff"


def without(sentence: str, places: list[Place]) -> str:
    """The sentence with a sign for each place."""
    kept, reached = "", 0
    for start, end in places:
        kept += sentence[reached:start] + OTHER_SIGN
        reached = end
    return kept + sentence[reached:]


def _japanese(typed: str, words: PromptWords) -> list[Place] | None:
    text = lower(typed)
    certain = [found.span() for found in LONG_NUMBER.finditer(text)]
    certain += kana_names_in(text, words)
    found = _walked(text, words, certain, typed)
    if found is None and words.unvouched is not None:
        found = [_widened(text, place) for place in unvouched_in(text, words)]
    return None if found is None else _merged(_with_other_halves(text, _merged([*found, *certain])))


def _widened(text: str, place: Place) -> Place:
    """The whole runs in which a place lies."""
    start, end = place
    for run in (*_RUN.finditer(text), *_HIRAGANA.finditer(text)):
        if run.start() < place[1] and place[0] < run.end():
            start, end = min(start, run.start()), max(end, run.end())
    return start, end


def _merged(places: list[Place]) -> list[Place]:
    merged: list[Place] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


def _with_other_halves(text: str, places: list[Place]) -> list[Place]:
    return [_with_other_half(text, start, end) for start, end in places]


def _with_other_half(text: str, start: int, end: int) -> Place:
    behind = _BEHIND.match(text, end)
    if _READING.fullmatch(text, start, end) and (read := _READ.search(text, 0, start)):
        return read.start(), behind.end(1) if behind else end
    before = _BEFORE.search(text, 0, start)
    return before.start(1) if before else start, behind.end(1) if behind else end


@dataclass(slots=True)
class _Reached:
    """How a place is reached best: at what cost, from where, and what was masked on the last step."""

    cost: float
    start: int
    before: int
    masked: bool


def _walked(text: str, words: PromptWords, certain: list[Place], typed: str) -> list[Place] | None:
    """The shortest places without which the lists know the text, by walking it as `Japanese` does."""
    further: dict[int, list[tuple[int, tuple[tuple[int, int], ...]]]] = {}
    for start, end, name in vouched_pieces(text, words, typed):
        further.setdefault(start, []).append((end, piece_ways(text[start:end], name)))
    masks: dict[int, list[int]] = {}
    for start, end in (*certain, *_candidates(text)):
        masks.setdefault(start, []).append(end)
    taken = {at for start, end in certain for at in range(start, end)}
    reached: list[dict[int, _Reached]] = [{} for _ in range(len(text) + 1)]
    reached[0][START] = _Reached(0, 0, 0, masked=False)
    for at in range(len(text)):
        if not reached[at]:
            continue
        steps = [] if at in taken else [*words.japanese.steps(text, at), *further.get(at, ())]
        if taken:
            steps = [step for step in steps if taken.isdisjoint(range(at, step[0]))]
        for before, so_far in reached[at].items():
            for end, ways in steps:
                cost = so_far.cost + (_SHORT_WORD if end == at + 1 and _KANA.match(text, at) else _ONE_WORD)
                for follows, leaves in ways:
                    if before & follows:
                        _reach(reached[end], leaves, _Reached(cost, at, before, masked=False))
            if before & _ANY:
                for end in masks.get(at, ()):
                    cost = so_far.cost + _ONE_MASK + end - at
                    _reach(reached[end], _LEAVES, _Reached(cost, at, before, masked=True))
    last = min((one for states, one in reached[-1].items() if states & MAY_END), key=_cost, default=None)
    return None if last is None else _way_back(reached, last, len(text))


def _reach(here: dict[int, _Reached], states: int, way: _Reached) -> None:
    known = here.get(states)
    if known is None or way.cost < known.cost:
        here[states] = way


def _cost(way: _Reached) -> float:
    return way.cost


def _way_back(reached: list[dict[int, _Reached]], last: _Reached, end: int) -> list[Place]:
    places: list[Place] = []
    while end > 0:
        if last.masked:
            places.append((last.start, end))
        end, last = last.start, reached[last.start][last.before]
    return places[::-1]


def _candidates(text: str) -> Iterator[Place]:
    """What may be masked: whole runs, with the ending of a word in them."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        yield start, end
        tail = _HIRAGANA.match(text, end)
        for size in range(1, min(_LONGEST_TAIL, len(tail[0])) + 1) if tail else ():
            yield start, end + size
    for run in _HIRAGANA.finditer(text):
        starts = [run.start()]
        if (
            run.start() and text[run.start() - 1] not in "、。 「(・"
        ):  # behind kanji: the ending of that word, or a particle
            starts = [run.start() + len(p) for p in _PARTICLE if text.startswith(p, run.start())]
        for start in starts:
            for end in range(start + 2, run.end() + 1):
                yield start, end
