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
from sekisho.local.medical.said_around import SaidAround
from sekisho.local.medical.vocabulary import Vocabulary

#: Kinds of term that are replaced by a sign.
SIGNED = ("condition", "medicine", "class", "symptom", "allergen")
_SIGN = {"condition": "Ⓒ", "medicine": "Ⓜ", "class": "Ⓜ", "symptom": "Ⓢ", "allergen": "Ⓐ"}
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?|\n|[^\s\"|]")
_DIGITS = frozenset("0123456789")
_BETWEEN_TERMS = frozenset("、,・/とや及び+&()既往の") | frozenset(_SIGN.values()) | {"and", "or"}
_ENDS = frozenset({"\n", "。"})
#: Tokens that are looked at on either side, of a substance that may be an allergen too, and the longest run of tokens.
_WINDOW, _WINDOW_OF_ALLERGY, _LONGEST = 14, 30, 4
#: How many tokens right beside a mention are taken together.
_NEAR = (1, 2, 3)
#: Kinds of fact, with what the rules make of a mention.
_Told = tuple[tuple[str, str], ...]
#: Between the tokens of a run.
_BESIDE = "_"
_DOSE = re.compile(r"[^\s、。,]{0,4}\s?\d+(?:\.\d+)?\s?(?:mg|μg|mcg|g|錠|t|c|ml|%|単位|u|包|p|枚|cap|tab)?")


class SignedText:
    """A folded note with its terms replaced by signs, and the places of the note in it."""

    def __init__(self, folded: str, hits: Sequence[Hit], mentions: Sequence[Mention]) -> None:
        """`hits`: the terms that are replaced; `mentions`: those whose surroundings will be asked for."""
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
        self._tokens: list[str] = []
        #: How many tokens end before a place.
        self._reached: dict[int, int] = {}
        self._cut(mentions)

    def around(self, mention: Mention) -> tuple[list[str], list[str]]:
        """The tokens before a mention and behind it, nearest last and nearest first."""
        before = self._reached[self._place(mention.start, self._places)]
        after = self._reached[self._place(mention.end, self._ends)]
        window = _WINDOW_OF_ALLERGY if mention.kind == "allergy" else _WINDOW
        return self._tokens[max(0, before - window) : before], self._tokens[after : after + window]

    def _cut(self, mentions: Sequence[Mention]) -> None:
        """Take the text apart into tokens, so that none reaches over the edge of one of these mentions."""
        places = {self._place(mention.start, self._places) for mention in mentions}
        places.update([self._place(mention.end, self._ends) for mention in mentions])
        last = 0
        for place in sorted(places):
            self._tokens += _TOKEN.findall(self.text, last, place)
            self._reached[place] = len(self._tokens)
            last = place
        self._tokens += _TOKEN.findall(self.text, last)
        for at, token in enumerate(self._tokens):
            if token[0] in _DIGITS:
                self._tokens[at] = "0" if len(token) < 4 else "0000"  # four digits may be a year

    def _place(self, at: int, known: dict[int, int]) -> int:
        """A place of the note in the signed text; within a term that holds it, the edge of that term's sign."""
        if at in known:
            return known[at]
        before = bisect_left(self._hits, (at, 0))
        if not before:
            return at
        start, end = self._hits[before - 1]
        return max(0, at - self._shifts[before - 1] - (min(at, end) - start - 1))


class NoteFeatures:
    """Features of the mentions of one note."""

    def __init__(
        self, vocabulary: Vocabulary, text: SignedText, folded: str, mentions: Sequence[Mention],
        weighed: Mapping[tuple[str, str], str], stay_is_over: bool,
    ) -> None:  # fmt: skip
        """`weighed`: what the rules make of each term in the whole note; `stay_is_over`: it looks back on a stay."""
        self._vocabulary, self._text, self._folded = vocabulary, text, folded
        self._mentions, self._weighed, self._stay_is_over = mentions, weighed, stay_is_over
        self._said = SaidAround(folded, mentions)
        self._told = [mention.told for mention in mentions]
        self._of_kind: dict[str, list[int]] = {}
        self._of_code: dict[str, list[int]] = {}
        for at, mention in enumerate(mentions):
            self._of_kind.setdefault(mention.kind, []).append(at)
            self._of_code.setdefault(mention.code, []).append(at)
        #: By term: what is told of it before its n-th mention, and from it on.
        self._sides: dict[str, tuple[list[_Told], list[_Told]]] = {}
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
            *self._said.of(mention),
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
            *self._of_nature(mention, topic),
            *[f"sign={sign}" for sign in mention.signs],
        ]

    def _of_nature(self, mention: Mention, topic: str) -> list[str]:
        """The course of a condition, or that it is a complaint, with the rules' view and with where it stands."""
        if mention.kind != "condition":
            return []
        is_complaint = self._vocabulary.is_complaint(mention.code)
        nature = "complaint" if is_complaint else self._vocabulary.course_of(mention.code)
        return [
            f"nature={nature}",
            f"rule={mention.told}&nature={nature}",
            f"topic={topic}&nature={nature}",
            f"topic={topic}&stay={self._stay_is_over}&nature={nature}",
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
        for side, others in self._elsewhere(mention.code, at):
            for kind, told in others:
                if kind == mention.kind:
                    found.append(f"same_{side}={told}")
                elif "allergy" in (mention.kind, kind):
                    found.append(f"as_{kind}={told}")
        for code in self._kin[mention.code]:
            for side, others in self._elsewhere(code, at):
                found += [f"kin_{side}={told}" for kind, told in others if kind == mention.kind]
        return found

    def _elsewhere(self, code: str, at: int) -> tuple[tuple[str, _Told], tuple[str, _Told]]:
        """What the rules make of the other mentions of a term before this one and behind it, each once."""
        places = self._of_code[code]
        sides = self._sides.get(code)
        if sides is None:
            told = [(self._mentions[place].kind, self._told[place]) for place in places]
            sides = self._sides[code] = (_each_once(told), _each_once(told[::-1])[::-1])
        here = bisect_left(places, at)
        behind = here + (here < len(places) and places[here] == at)
        return ("earlier", sides[0][here]), ("later", sides[1][behind])


def _each_once(told: Sequence[tuple[str, str]]) -> list[_Told]:
    """What is told up to each place, in the order in which it comes first."""
    found: list[_Told] = [()]
    for here in told:
        found.append(found[-1] if here in found[-1] else (*found[-1], here))
    return found


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
