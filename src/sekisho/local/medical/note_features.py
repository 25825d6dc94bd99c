"""What a mention of a term looks like, as readable features: the rules' view, its part of the note, the words around.

The words are those of the note with every term replaced by a sign of its kind and every number by a nought. A feature
only weighs: what was not seen in training weighs nothing, and none of it goes on.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Mapping, Sequence
from itertools import accumulate

from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.note_mentions import Mention
from sekisho.local.medical.vocabulary import Vocabulary

#: Kinds of term that are replaced by a sign.
SIGNED = ("condition", "medicine", "class", "symptom", "allergen")
_SIGN = {"condition": "Ⓒ", "medicine": "Ⓜ", "class": "Ⓜ", "symptom": "Ⓢ", "allergen": "Ⓐ"}
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?|\n|[^\s\"|]")
_DIGIT = re.compile(r"\d")
_BETWEEN_TERMS = frozenset("、,・/とや及び+&()既往の") | frozenset(_SIGN.values()) | {"and", "or"}
_ENDS = frozenset({"\n", "。"})
#: Tokens that are looked at on either side, characters that are cut for them, and the longest run of tokens.
_WINDOW, _ROOM, _LONGEST = 14, 48, 4
#: Where most tokens are of one character, fewer are enough.
_ROOM_OF_KANJI = 20
#: How many tokens right beside a mention are taken together.
_NEAR = (1, 2, 3)
#: Other mentions of a term that are looked at on either side, so that a long note takes no longer a character.
_MOST_OTHERS = 20
#: Between the tokens of a run.
_BESIDE = "_"
_DOSE = re.compile(r"[^\s、。,]{0,4}\s?\d+(?:\.\d+)?\s?(?:mg|μg|mcg|g|錠|t|c|ml|%|単位|u|包|p|枚|cap|tab)?")


class SignedText:
    """A folded note with its terms replaced by signs, and the places of the note in it."""

    def __init__(self, folded: str, hits: Sequence[Hit]) -> None:
        pieces: list[str] = []
        self._places: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        reached = size = 0
        for hit in hits:
            pieces += [folded[reached : hit.start], _SIGN[hit.code.partition(":")[0]]]
            size += hit.start - reached
            self._places[hit.start] = size
            size += 1
            self._ends[hit.end] = size
            reached = hit.end
        pieces.append(folded[reached:])
        self._hits = [(hit.start, hit.end) for hit in hits]
        #: How much shorter the signed text is by all hits before one of them.
        self._shifts = list(accumulate((hit.end - hit.start - 1 for hit in hits), initial=0))
        self.text = "".join(pieces)
        self._around: dict[tuple[int, int], tuple[list[str], list[str]]] = {}

    def around(self, mention: Mention) -> tuple[list[str], list[str]]:
        """The tokens before a mention and behind it, nearest last and nearest first."""
        start, end = self._place(mention.start, self._places), self._place(mention.end, self._ends)
        known = self._around.get((start, end))
        if known is None:  # a word may be a medicine and an allergen: two mentions in one place
            known = self._around[start, end] = (
                _tokens(self.text, start, -1)[-_WINDOW:],
                _tokens(self.text, end, 1)[:_WINDOW],
            )
        return known

    def _place(self, at: int, known: dict[int, int]) -> int:
        """A place of the note in the signed text; within a term that holds it, the edge of that term's sign."""
        if at in known:
            return known[at]
        before = bisect_left(self._hits, (at, 0))
        if not before:
            return at
        start, end = self._hits[before - 1]
        return max(0, at - self._shifts[before - 1] - (min(at, end) - start - 1))


def _tokens(text: str, at: int, way: int) -> list[str]:
    """The tokens on one side of a place (`way`: -1 before it, 1 behind it), as many as are looked at or more."""
    start = end = at
    tokens: list[str] = []
    for room in (_ROOM_OF_KANJI, _ROOM):
        start, end = (max(0, at - room), at) if way < 0 else (at, at + room)
        tokens = _TOKEN.findall(text, start, end)
        if len(tokens) > _WINDOW:  # one more than is looked at: that one may be cut
            break
    if _DIGIT.search(text, start, end) is None:
        return tokens
    return [_number(word) if word[0].isdigit() else word for word in tokens]


def _number(word: str) -> str:
    """What stands for a number: four digits may be a year."""
    return "0" if len(word) < 4 else "0000"


class NoteFeatures:
    """Features of the mentions of one note."""

    def __init__(
        self, vocabulary: Vocabulary, text: SignedText, folded: str, mentions: Sequence[Mention],
        weighed: Mapping[tuple[str, str], str], stay_is_over: bool,
    ) -> None:  # fmt: skip
        """`weighed`: what the rules make of each term in the whole note; `stay_is_over`: it looks back on a stay."""
        self._vocabulary, self._text, self._folded = vocabulary, text, folded
        self._mentions, self._weighed, self._stay_is_over = mentions, weighed, stay_is_over
        self._told = [mention.told for mention in mentions]
        self._of_kind: dict[str, list[int]] = {}
        self._of_code: dict[str, list[int]] = {}
        for at, mention in enumerate(mentions):
            self._of_kind.setdefault(mention.kind, []).append(at)
            self._of_code.setdefault(mention.code, []).append(at)
        self._place_in_kind = {at: i for places in self._of_kind.values() for i, at in enumerate(places)}
        self._kin: dict[str, list[str]] = {code: [] for code in self._of_code}
        for code in self._of_code:
            for broader in vocabulary.ancestors(code)[1:]:
                if broader in self._of_code:
                    self._kin[code].append(broader)
                    self._kin[broader].append(code)

    def of(self, at: int, runs: Container[str] | None = None) -> list[str]:
        """Features of the mention with this number, some of them perhaps more than once.

        `runs`: runs of words that weigh anything, and their beginnings; without it all runs are given (training).
        """
        mention = self._mentions[at]
        return [
            *self._of_rules(mention),
            *self._of_term(mention),
            *self._of_words(mention, runs),
            *self._of_others(at),
        ]

    def _of_rules(self, mention: Mention) -> list[str]:
        topic, told = mention.topic or "none", mention.told
        course = self._vocabulary.course_of(mention.code) if mention.kind == "condition" else "-"
        return [
            f"rule={told}",
            f"rule={told}&topic={topic}",
            f"rule={told}&course={course}",
            f"weighed={self._weighed.get((mention.kind, mention.code), 'nothing')}",
            f"topic={topic}",
            f"topic={topic}&course={course}",
            f"topic={topic}&stay={self._stay_is_over}",
            *[f"sign={sign}" for sign in mention.signs],
        ]

    def _of_term(self, mention: Mention) -> list[str]:
        found = [f"is={code}" for code in self._vocabulary.ancestors(mention.code)]
        if mention.kind == "condition":
            if self._vocabulary.is_complaint(mention.code):
                found.append("is=complaint")
        elif _DOSE.match(self._folded, mention.end):
            found += ["dose", f"dose&topic={mention.topic or 'none'}"]
        return found

    def _of_words(self, mention: Mention, runs: Container[str] | None) -> list[str]:
        before, after = self._text.around(mention)
        found = [f"before={_BESIDE.join(before[-n:])}" for n in _NEAR]
        found += [f"after={_BESIDE.join(after[:n])}" for n in _NEAR]
        at = next((i for i, token in enumerate(after) if token not in _BETWEEN_TERMS), len(after))
        if at:
            found += [f"afterlist={_BESIDE.join(after[at : at + n])}" for n in _NEAR]
        at = next((i for i in range(len(before), 0, -1) if before[i - 1] not in _BETWEEN_TERMS), 0)
        if at != len(before):
            found += [f"beforelist={_BESIDE.join(before[max(0, at - n) : at])}" for n in _NEAR]
        start = next((i for i in range(len(before), 0, -1) if before[i - 1] in _ENDS), 0)
        end = next((i for i, token in enumerate(after) if token in _ENDS), len(after))
        return [*found, *_runs("left:", before[start:], runs), *_runs("right:", after[:end], runs)]

    def _of_others(self, at: int) -> list[str]:
        """What the rules make of the neighbours, and of the same thing elsewhere in the note."""
        mention = self._mentions[at]
        places, i = self._of_kind[mention.kind], self._place_in_kind[at]
        found = [f"previous={self._told[places[i - 1]]}"] if i else []
        if i + 1 < len(places):
            found.append(f"next={self._told[places[i + 1]]}")
        for place in self._others(mention.code, at):
            other = self._mentions[place]
            if other.kind == mention.kind:
                found.append(f"same_{_side(other, mention)}={self._told[place]}")
            elif "allergy" in (mention.kind, other.kind):
                found.append(f"as_{other.kind}={self._told[place]}")
        for code in self._kin[mention.code]:
            for place in self._others(code, at):
                other = self._mentions[place]
                if other.kind == mention.kind:
                    found.append(f"kin_{_side(other, mention)}={self._told[place]}")
        return found

    def _others(self, code: str, at: int) -> list[int]:
        """The nearest mentions of a term on both sides of this one: all, except in a note that repeats itself."""
        places = self._of_code[code]
        here = bisect_left(places, at)
        return [i for i in places[max(0, here - _MOST_OTHERS) : here + _MOST_OTHERS + 1] if i != at]


def _side(other: Mention, mention: Mention) -> str:
    return "earlier" if other.start < mention.start else "later"


def _runs(name: str, tokens: list[str], known: Container[str] | None) -> list[str]:
    """Runs of up to four tokens, single letters alone left out; those of `known` only."""
    found = []
    for i, token in enumerate(tokens):
        run = name + token
        if known is None or run in known:
            if len(token) > 1:
                found.append(run)
            for following in tokens[i + 1 : i + _LONGEST]:
                run = f"{run}{_BESIDE}{following}"
                if known is not None and run not in known:
                    break
                found.append(run)
    return found


def beginnings(feature: str) -> list[str]:
    """A run of words and its beginnings; of any other feature nothing."""
    if not feature.startswith(("left:", "right:")):
        return []
    return [feature, *(feature[:at] for at, sign in enumerate(feature) if sign == _BESIDE)]
