"""Japanese addresses: from the prefecture or town down to 丁目, 番地, building and room. A town alone counts too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed, near
from sekisho.checkpoint.prompt.words import PromptWords

_D = r"[0-9〇一二三四五六七八九十]"
_C = "[一-龠々〆ヶケノァ-ヴー]"
_HOUSE = rf"{_D}{{1,4}}\s?(?:丁目|番地|番|号|の|-|－|ー|・)(?:\s?{_D}{{1,4}}\s?(?:番地?|号|の|-|ー)?){{0,3}}(?:号室?)?"
_BUILDING = (
    rf"(?:[\s　]?(?:[一-龠々ァ-ヴーぁ-んA-Za-z]{{1,14}}?)?(?:ハイツ|マンション|アパート|コーポ"
    rf"|メゾン|荘|ビル|レジデンス|タワー|ハウス|団地|ハイム|パレス|コート|ガーデン|ヒルズ"
    rf"|寮)"
    rf"(?:[^\s、。]{{0,8}}?{_D}{{1,4}}(?:号室|号|階|F)|[一-龠々ァ-ヴーA-Za-z]{{0,10}}[\s　]?(?:{_D}{{1,4}})?))"
)
_TOWN = rf"(?:{_C}|(?<=[市区町村郡県都府道\s、。はがにのもと])[ぁ-ん]){{1,6}}?[市区町村郡]"
_WHOLE = re.compile(
    rf"(?:{_C}{{2,3}}[都道府県])?(?:{_C}{{1,6}}?[市区町村郡]){{0,3}}{_C}{{0,8}}[ぁ-ん]{{0,4}}?{_C}{{0,4}}\s?{_HOUSE}{_BUILDING}?"
)
_ROOM = re.compile(
    r"(?<!\d)\d{2,4}号室|"
    rf"[一-龠々ァ-ヴー]{{0,10}}(?:ハイツ|マンション|アパート|コーポ|メゾン|荘|レジデンス"
    rf"|タワー|ハイム|パレス|団地)[^\s、。]{{0,10}}?[\s　]?{_D}{{1,4}}(?:号室|号|階)"
)
#: 「あすなろ荘」: hiragana before such a word name it.
_KANA_HOUSE = re.compile(r"(?<![ぁ-ん])[ぁ-ん]{2,8}(?<![のはがをにへともで])(?:荘|ハイツ|コーポ|ハイム|団地|寮)")
_TOWN_SIGN = re.compile("[市区町村]")
_TOWNS = re.compile(
    rf"{_C}{{1,5}}?[市区町村](?![販民内外長立営場道の]|[一-龠]{{0,1}}役所)(?:{_C}{{1,6}}(?=[にでのかは、。]))?"
)
#: How many characters the patterns allow in front of a town's sign and in front of a house number.
_BEFORE_TOWN, _BEFORE_HOUSE = 5, 48
_HOUSE_SIGNS = re.compile(rf"{_D}\s?(?:丁目|番地|番|号|の|-|ー|・)")


_BEHIND_A_PLACE = re.compile(rf"(?:{_C}{{0,6}}?[市区町村郡]|[都府県])?(?:{_C}{{1,5}}[区町村])?")


@cache
def _heads(words: PromptWords) -> dict[str, tuple[int, ...]]:
    """First character of a listed place -> lengths of those that begin with it, longest first."""
    found: dict[str, set[int]] = {}
    for name in words.places:
        found.setdefault(name[0], set()).add(len(name))
    return {head: tuple(sorted(sizes, reverse=True)) for head, sizes in found.items()}


def _places_in(text: str, words: PromptWords) -> Iterator[tuple[int, int]]:
    """Listed places with the town or ward behind them."""
    heads, reached = _heads(words), 0
    for start, character in enumerate(text):
        if start < reached or character not in heads:
            continue
        size = next((n for n in heads[character] if text[start : start + n] in words.places), 0)
        tail = _BEHIND_A_PLACE.match(text, start + size) if size else None
        if tail is not None:
            reached = tail.end()
            yield start, reached


def find(typed: Typed) -> Iterator[Span]:
    """Spans of addresses."""
    if not typed.is_japanese:
        return
    text = typed.plain
    for start, end in _places_in(text, typed.words):
        if not _is_inside_a_word(typed, start, end):
            yield Span(start, end, Kind.ADDRESS)
    if _HOUSE_SIGNS.search(text):
        for found in near(_HOUSE_SIGNS, _WHOLE, _BEFORE_HOUSE, text):
            if _has_name(found[0]) and not typed.is_ordinary(found[0]):
                yield Span(found.start(), found.end(), Kind.ADDRESS)
        for found in _ROOM.finditer(text):
            yield Span(found.start(), found.end(), Kind.ADDRESS)
    for found in _KANA_HOUSE.finditer(text):
        yield Span(found.start(), found.end(), Kind.ADDRESS)
    for found in near(_TOWN_SIGN, _TOWNS, _BEFORE_TOWN, text):
        if not typed.is_ordinary(found[0]):
            yield Span(found.start(), found.end(), Kind.ADDRESS)


def _has_name(found: str) -> bool:
    """Whether there is a place's name and not only a number with の or a hyphen."""
    return bool(
        re.search(r"丁目|番地|番\d|号室|[市区町村郡都道府県]", found) or re.search(r"[一-龠ァ-ヴ]{2,}\s?\d+-\d+", found)
    )


def _is_inside_a_word(typed: Typed, start: int, end: int) -> bool:
    """東京 in a term of the lists (日本脳炎, 福山型筋ジストロフィー)."""
    return any(s <= start and end <= e and e - s > end - start for s, e in typed.words.terms_in(typed.plain))
