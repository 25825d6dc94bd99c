"""A condition that is not listed -> a category, by its head noun and the part of the body (〜癌, X fracture)."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from sekisho.local.medical.fallback_words import Broader, fallback_data, holds, longest, pieces

_SEPARATORS = r"/、,，。;；:→()（）\[\]【】「」『』<>〈〉|"
_BETWEEN = ("", "部", "の", "内", "原発")
_HISTORY = re.compile(r"^(?:(?:past|personal|prior|previous|medical)\s+)*history of\s+")
_NOT_SO = re.compile(r"(?<![a-z])(?:pseudo|anti)")

Head = dict[str, Any]


class _Answer(NamedTuple):
    """A category, what tells it, and the head noun at the end of the name."""

    name: str
    because: str
    ending: str
    acute: bool = False


def category_of_condition(folded: str, of_family: bool = False) -> list[Broader]:
    """The category of every condition in a folded line that its words tell; `of_family`: the line is of a relative."""
    never = _data()["never"] if of_family else [*_data()["never"], *_data()["family"]]
    if holds(folded, never):
        return []
    found = []
    for start, phrase in pieces(folded, _SEPARATORS):
        if phrase.isascii():
            past = _HISTORY.match(phrase)
            skipped = past.end() if past else 0
            if answer := _english(phrase[skipped:], of_family):
                found.append(_hit(answer, start + skipped, phrase[skipped:], folded))
            continue
        for inner, words in pieces(phrase, r"\s"):
            found += [_hit(told, start + inner + at, name, folded) for at, name, told in _japanese_names(words)]
    return found


def _hit(answer: _Answer, start: int, words: str, line: str) -> Broader:
    acute = answer.acute or holds(line, _data()["acute"])
    told_at = start + max(0, words.rfind(answer.ending))
    return Broader(f"condition:{answer.name}", start, start + len(words), answer.because, acute, told_at)


def _japanese_names(words: str) -> list[tuple[int, str, _Answer]]:
    """What the names between middle dots tell, each with its place; if one tells nothing, they are one long name."""
    parts = [(at, *_japanese_name(part)) for at, part in pieces(words, "・")]
    if not all(told for _, _, told in parts):
        parts = [(0, *_japanese_name(words))]
    return [(at, name, told) for at, name, told in parts if told]


def _japanese_name(words: str) -> tuple[str, _Answer | None]:
    """The name without what may follow it (「の疑い」), and what it tells."""
    name, answer, bare = words, _japanese(words), words
    while ending := longest(bare, _data()["after_ja"]):
        bare = bare.removesuffix(ending)
        if told := _japanese(bare):
            name, answer = bare, told
    return name, answer


def _japanese(words: str) -> _Answer | None:
    ending, head = _head(words, "ja")
    before = words.removesuffix(ending)
    if not ending or words.endswith(tuple(head.get("but", ()))) or before.endswith(tuple(_data()["apart_ja"])):
        return None
    places = _pattern("ja").findall(words) if head.get("anywhere") else _place_before(before)
    return _told(head, "ja", ending, words, places)


def _english(phrase: str, of_family: bool) -> _Answer | None:
    data = _data()
    never = data["never_en"] if of_family else [*data["never_en"], *data["family_en"]]
    named = " ".join(re.findall(r"[a-z]+", phrase))
    if _NOT_SO.search(named) or any(f" {word} " in f" {named} " for word in never):
        return None
    main, _, organ = named.partition(" of ")
    ending, head = _head(main, "en")
    if ending:
        before = main.removesuffix(ending).strip()
        if head.get("anywhere"):
            places = _pattern("en").findall(f"{before} {organ}")
        else:
            places = [
                p for text in (before, organ) if (p := longest(f" {text}", (f" {w}" for w in _words("en"))).strip())
            ]
        return None if main.endswith(tuple(head.get("but", ()))) else _told(head, "en", ending, named, places)
    word = longest(main, data["endings"])
    return _Answer(data["endings"][word], f"..{word}", word) if word and not organ else None


def _told(head: Head, language: str, ending: str, words: str, places: list[str]) -> _Answer | None:
    """What a head noun tells with the places of the body beside it, or alone."""
    acute = head.get("acute", False)
    for sign, name in head.get("instead", {}).items():
        if sign in words:
            return _Answer(name, f"{sign}..{ending}", ending, acute)
    categories = {place: name for place in places if (name := _category(place, language, head))}
    if len(set(categories.values())) == 1:
        place, name = next(iter(categories.items()))
        return _Answer(name, f"{place}..{ending}", ending, acute)
    return _Answer(head["alone"], f"..{ending}", ending, acute) if "alone" in head else None


def _place_before(before: str) -> list[str]:
    """The place that stands directly before the head noun."""
    for between in _BETWEEN:
        if before.endswith(between) and (place := longest(before.removesuffix(between), _words("ja"))):
            return [place]
    return []


def _category(place: str, language: str, head: Head) -> str:
    for key, row in _data()["place"].items():
        if place in row[language] and head.get("field", "") in row and key in head.get("only", (key,)):
            return str(row[head["field"]])
    return ""


def _head(words: str, language: str) -> tuple[str, Head]:
    """The longest head noun at the end of the words. In English it stands alone, unless its row says `inside`."""
    best: tuple[str, Head] = ("", {})
    for head in _data()["head"].values():
        for ending in head[language]:
            whole = language == "ja" or head.get("inside") or f" {words}".endswith(f" {ending}")
            if whole and words.endswith(ending) and len(ending) > len(best[0]):
                best = (ending, head)
    return best


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
