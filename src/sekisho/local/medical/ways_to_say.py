"""How people say a symptom without naming it: stems of its names (頭が痛 of 頭が痛い), and a list of our own.

It knows no polarity: no way may swallow the word that denies it (「熱はない」 is 熱は + ない).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import ahocorasick

from sekisho.local.medical.body_signs import BodySigns
from sekisho.local.medical.fold import script
from sekisho.local.medical.lexicon import Hit

#: A kanji before a way in kanji makes it another word (平熱は), unless it ends a word of time or degree.
_MAY_PRECEDE = "日朝夜晩週月年前頃後時分度高微今中急"


class WaysToSay:
    """The ways, ready to be looked for."""

    __slots__ = ("_signs", "_ways")

    def __init__(self, codes: Mapping[str, str], signs: BodySigns | None = None) -> None:
        """`codes`: folded way -> code of a symptom, empty for words that say none. `signs`: of parts of the body."""
        self._signs = signs
        self._ways = ahocorasick.Automaton()
        for way, code in codes.items():
            # A hit ends before も, which makes a list of it: 「熱も咳もない」.
            self._ways.add_word(way, (len(way), len(way.removesuffix("も")), code))
        self._ways.make_automaton()

    def signs(self, folded: str) -> list[Hit]:
        """What a folded text says of parts of the body."""
        return list(self._signs.scan(folded)) if self._signs is not None else []

    def scan(self, folded: str, signs: Sequence[Hit] | None = None) -> list[Hit]:
        """The ways in a folded text, leftmost and longest first, not overlapping. `signs`: those of it, if known."""
        found: list[Hit] = []
        signs = self.signs(folded) if signs is None else signs
        ways = (
            Hit(code, last + 1 - size, last + 1 - size + own) for last, (size, own, code) in self._ways.iter(folded)
        )
        # Where both see the same words, the one that knows the part of the body says more.
        hits = [*signs, *(hit for hit in ways if _is_word(folded, hit) and not says_less(folded, hit, signs))]
        for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
            if not found or hit.start >= found[-1].end:
                found.append(hit)
        return found


def says_less(text: str, hit: Hit, signs: Iterable[Hit]) -> bool:
    """Whether a name begins where a sign of a part of the body stands: in 「膝に痛み」 the bare name says less.

    An English name that goes on has the part itself: "swollen ankles".
    """
    return any(
        sign.start <= hit.start < sign.end and (hit.end <= sign.end or " " not in text[hit.start : hit.end])
        for sign in signs
    )


def _is_word(text: str, hit: Hit) -> bool:
    before, after = text[hit.start - 1 : hit.start], text[hit.end : hit.end + 1]
    first = script(text[hit.start])
    if first == "latin":
        return not (before and script(before) == "latin") and not (after and script(after) == "latin")
    if before and first in ("kanji", "katakana") and script(before) == first:
        return before in _MAY_PRECEDE
    return True


def stems(name: str) -> Iterator[str]:
    """What all forms of a Japanese name that is a predicate begin with."""
    if len(name) > 3 and not name.isascii():
        if (name.endswith("い") and name[-2] not in "なえけせてねへめれ") or name.endswith(_ICHIDAN):
            yield name[:-1]
        elif name.endswith("する"):
            yield name[:-2] + "し"


_ICHIDAN = ("れる", "える", "びる", "みる", "ける", "せる", "める", "ねる", "てる", "べる", "げる", "ぜる", "でる")
