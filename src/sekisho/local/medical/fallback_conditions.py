"""A condition that is not listed -> a broad category, by its head noun and the part of the body (〜癌, fracture of X)."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sekisho.local.medical.fallback_words import Broader, fallback_data, holds, longest, pieces

_SEPARATORS = r"/、,，。;；:→()（）\[\]【】「」『』<>〈〉|"
_FAMILY = ("家族", "祖父", "祖母", "父の", "母の", "父:", "母:", "父が", "母が", "兄の", "弟の", "姉の", "妹の")
_FAMILY_EN = ("family", "mother", "father", "brother", "sister", "maternal", "paternal")
_BETWEEN = ("部", "の", "内", "原発")
_EMPTY: dict[str, str] = {}

Answer = tuple[str, str, bool]


def category_of_condition(folded: str, of_family: bool = False) -> list[Broader]:
    """The category of every condition in a folded line that its words tell."""
    data = _data()
    if holds(folded, (w for w in data["never"] if not (of_family and w in _FAMILY))):
        return []
    found = []
    for start, phrase in pieces(folded, _SEPARATORS):
        if phrase.isascii():
            if answer := _english(phrase, of_family):
                found.append(_hit(answer, start, phrase, folded))
            continue
        for inner, words in pieces(phrase, r"\s・"):
            bare = words
            answer = _japanese(bare)
            while ending := longest(bare, data["after_ja"]):
                bare = bare.removesuffix(ending)
                if told := _japanese(bare):
                    answer = told
                    words = bare
            if answer:
                found.append(_hit(answer, start + inner, words, folded))
    return found


def _hit(answer: Answer, start: int, words: str, line: str) -> Broader:
    name, because, acute = answer
    acute = acute or holds(line, _data()["acute"])
    return Broader(f"condition:{name}", start, start + len(words), because, acute)


def _japanese(words: str) -> Answer | None:
    ending, head = _head(words, "ja")
    if not ending or holds(words, head.get("but", ())):
        return None
    before = words.removesuffix(ending)
    if before.endswith(tuple(_data()["apart_ja"])):
        return None
    for sign, name in head.get("instead", _EMPTY).items():
        if sign in words:
            if name == head.get("alone") or "alone" in head or _place(before, head):
                return name, f"{sign}..{ending}", head.get("acute", False)
    if "field" in head:
        places = _all_places(before, head) if head.get("anywhere") else _place(before, head)
        if len(places) == 1:
            place, name = places.popitem()
            return name, f"{place}..{ending}", head.get("acute", False)
    return _alone(head, ending) if before or head.get("anywhere") else None


def _alone(head: dict[str, Any], ending: str) -> Answer | None:
    return (head["alone"], f"..{ending}", head.get("acute", False)) if "alone" in head else None


def _place(before: str, head: dict[str, Any]) -> dict[str, str]:
    """The place that stands directly before the head noun, with its category."""
    for between in ("", *_BETWEEN):
        text = before.removesuffix(between)
        place = longest(text, _words("ja"))
        if place:
            name = _category(place, "ja", head)
            return {place: name} if name else {}
    return {}


def _all_places(before: str, head: dict[str, Any]) -> dict[str, str]:
    """The places anywhere before the head noun, if their categories agree."""
    found = {place: _category(place, "ja", head) for place in _pattern("ja").findall(before)}
    told = {place: name for place, name in found.items() if name}
    return dict([next(iter(told.items()))]) if len(set(told.values())) == 1 else {}


def _english(phrase: str, of_family: bool) -> Answer | None:
    data = _data()
    words = re.findall(r"[a-z]+", phrase)
    if not words or any(
        re.search(rf"(?<![a-z]){w}(?![a-z])", phrase) for w in data["never_en"] if not (of_family and w in _FAMILY_EN)
    ):
        return None
    named = " ".join(words)
    main, of, organ = named.partition(" of ")
    if of and main.endswith("history"):
        return _english(organ, of_family)
    ending, head = _head(main, "en")
    if ending and not holds(main, head.get("but", ())):
        for sign, name in head.get("instead", _EMPTY).items():
            if sign in named and "alone" in head:
                return name, f"{sign}..{ending}", head.get("acute", False)
        told = {p: _category(p, "en", head) for p in _pattern("en").findall(f"{main.removesuffix(ending)} {organ}")}
        told = {place: name for place, name in told.items() if name}
        if len(set(told.values())) == 1:
            place, name = next(iter(told.items()))
            return name, f"{place} {ending}", head.get("acute", False)
        return _alone(head, ending)
    if (word := longest(main, data["endings"])) and not of:
        return data["endings"][word], f"..{word}", False
    return None


def _head(words: str, language: str) -> tuple[str, dict[str, Any]]:
    """The longest head noun at the end of the words; in English it is a word of its own, one or many."""
    best: tuple[str, dict[str, Any]] = ("", {})
    for head in _data()["head"].values():
        for name in head[language]:
            for ending in (name, f"{name}s") if language == "en" else (name,):
                fits = words.endswith(ending) and (
                    language == "ja" or words == ending or words[-len(ending) - 1] == " " or " " not in ending
                )
                if fits and len(ending) > len(best[0]):
                    best = (ending, head)
    return best


def _category(place: str, language: str, head: dict[str, Any]) -> str:
    for key, row in _data()["place"].items():
        if place in row[language] and head.get("field", "") in row and key in head.get("only", (key,)):
            name: str = row[head["field"]]
            return name
    return ""


@cache
def _words(language: str) -> frozenset[str]:
    return frozenset(word for place in _data()["place"].values() for word in place[language])


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(_words(language), key=len, reverse=True))
    return re.compile(words if language == "ja" else rf"\b(?:{words})\b")


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = fallback_data()["condition"]
    return data
