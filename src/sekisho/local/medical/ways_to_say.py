"""How people say a symptom without naming it: stems of its names (頭が痛 of 頭が痛い), and a list of our own.

It knows no polarity: no way may swallow the word that denies it (「熱はない」 is 熱は + ない).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

import ahocorasick

from sekisho.local.medical.fold import script
from sekisho.local.medical.lexicon import Hit

#: A kanji before a way in kanji makes it another word (平熱は), unless it ends a word of time or degree.
_MAY_PRECEDE = "日朝夜晩週月年前頃後時分度高微今中急"

#: Between a part of the body and its pain, and the pain.
_HURTS = (
    r"(?:の(?:あたり|辺り|奥|右側|左側|下|上|横))?(?:が|も|に|を|は)?(?:少し|ちょっと|とても|すごく|かなり|ずっと"
    r"|時々|ときどき|たまに|急に|突然|激しく|ひどく|重くて|だるくて|張って|熱くて|鋭い|鈍い|強い|軽い"
    r"|きりきり|キリキリ|ずきずき|ズキズキ|しくしく|シクシク|ちくちく|チクチク|ひりひり|ヒリヒリ"
    r"|がんがん|ガンガン|と|、| )*"
    r"(?:痛(?=[いくかむみんがま])|いた(?=[いくかむみん])|疼|うず(?=[くき])|ズキ|ずき|ズキッ|ずきん|キリキリ(?=[すし])"
    r"|きりきり(?=[すし])|シクシク(?=[すし])|しくしく(?=[すし])|チクチク(?=[すし])|ちくちく(?=[すし])|締め付けられ|締めつけられ|しめつけられ"
    r"|ガンガン(?=[すし])|がんがん(?=[すし])|ずーんと|ズーンと)"
)


class _Pain:
    """The pain of a part of the body. Its whole pattern is made when a text first names the part: most never are."""

    def __init__(self, parts: str, code: str) -> None:
        self._parts = re.compile(parts)
        self._code = code

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        return re.compile(f"(?:{self._parts.pattern}){_HURTS}")

    def hits(self, folded: str) -> list[Hit]:
        """Where a folded text says that it hurts."""
        if not self._parts.search(folded):
            return []
        return [Hit(self._code, found.start(), found.end()) for found in self._whole.finditer(folded)]


class WaysToSay:
    """The ways, ready to be looked for."""

    __slots__ = ("_pains", "_ways")

    def __init__(self, codes: Mapping[str, str], pains: Mapping[str, str] = MappingProxyType({})) -> None:
        """`codes`: folded way -> code of a symptom. `pains`: expression for a part of the body -> code of its pain."""
        self._pains = [_Pain(parts, code) for parts, code in pains.items()]
        self._ways = ahocorasick.Automaton()
        for way, code in codes.items():
            self._ways.add_word(way, (len(way), code))
        self._ways.make_automaton()

    def scan(self, folded: str) -> list[Hit]:
        """The ways in a folded text, leftmost and longest first, not overlapping."""
        found: list[Hit] = []
        hits: Iterable[Hit] = (Hit(code, last + 1 - size, last + 1) for last, (size, code) in self._ways.iter(folded))
        hits = itertools.chain(hits, *(pain.hits(folded) for pain in self._pains))
        for hit in sorted((h for h in hits if _is_word(folded, h)), key=lambda h: (h.start, -h.end)):
            if not found or hit.start >= found[-1].end:
                found.append(hit)
        return found


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
