"""A medicine that is not listed -> its class, by the stem of its name (〜サルタン, -mab). The ingredient word only."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import cache
from typing import Any

from sekisho.local.medical.fallback_words import Broader, fallback_data, holds, longest, pieces
from sekisho.local.medical.fold import fold
from sekisho.local.medical.tables import listed, rows

#: Between products; brackets hold a maker, a brand or a remark.
_SEPARATORS = r"/・、,，+＋&;；:()（）\[\]【】「」『』<>〈〉"
_BIOSIMILAR = re.compile(r"-[a-z]{4}$")
_KANA = re.compile(r"[ァ-ヶー]{4,}")
_WITH_KANJI = re.compile(r"[ァ-ヶー]*[一-龠]{1,10}")
_LATIN = re.compile(r"[a-z]{6,}")
#: 「〜シリン」 alone with a letter before it is too short to be sure of; kampo has names of three kanji.
_SHORTEST_NAME = 5


def classes_of_medicines(folded: str) -> list[Broader]:
    """The class of every product in a folded line that a stem tells."""
    data = _data()
    if holds(folded, data["words"]["never"]):
        return []
    local = next((place for place in data["local"].values() if holds(folded, place["forms"])), None)
    found = []
    for start, product in pieces(folded.replace(" and ", "  +  "), _SEPARATORS):
        if hit := _of_product(start, product, local):
            found.append(hit)
    return found


def _of_product(start: int, product: str, local: dict[str, Any] | None) -> Broader | None:
    """The one class on which the words of a product agree."""
    told: dict[str, Broader] = {}
    for match in re.finditer(r"\S+", product):
        if match.group()[0].isdigit():
            break
        if (word := _ingredient(match.group())) and (answer := _class_by_name(word)):
            place = start + match.start() + match.group().index(word)
            told.setdefault(
                answer[0], Broader(f"class:{answer[0]}", place, place + len(word), answer[1], told_at=place)
            )
    for weaker, stronger in _data()["gives_way"].items():
        if any(name in told for name in stronger):
            told.pop(weaker, None)
    if len(told) != 1:
        return None
    name, hit = told.popitem()
    if local is not None:
        name = local["classes"].get(name, "")
    return replace(hit, code=f"class:{name}") if name else None


def _ingredient(word: str) -> str:
    """The name without salt, form, strength and the like; empty if there is more to it than these."""
    if word.isascii():
        bare = _BIOSIMILAR.sub("", word.strip(".*-#"))
        return bare if _LATIN.fullmatch(bare) else ""
    word = re.split(r"\d", word, maxsplit=1)[0].strip("*-#%")
    for prefix in _data()["words"]["before_ja"]:
        word = word.removeprefix(prefix)
    while not _KANA.fullmatch(word) and not _told_by_kanji(word):
        ending = longest(word, _data()["words"]["after_ja"])
        if not ending:
            return ""
        word = word.removesuffix(ending)
    while not _class_by_name(word) and (ending := longest(word, _data()["words"]["after_ja"])):
        word = word.removesuffix(ending)
    return word


def _told_by_kanji(word: str) -> bool:
    return bool(_WITH_KANJI.fullmatch(word) and _class_by_name(word))


@cache
def _class_by_name(word: str) -> tuple[str, str] | None:
    """The class of a bare name and the stem that tells it. A listed name goes before every stem."""
    data = _data()
    if word in data["names"]:
        name = data["names"][word]
        return (name, word) if name else None
    whole = _KANA.fullmatch(word) or _LATIN.fullmatch(word)  # 「インスリン抵抗性」 is no insulin
    by_length: dict[int, dict[str, str]] = defaultdict(dict)
    for stem, name in _stems():
        bare = stem.strip(".")
        fits = word.endswith(bare) if stem.startswith("..") else whole and word.startswith(bare)
        if fits and len(word) > len(bare) and (len(word) >= _SHORTEST_NAME or bare == "湯"):
            by_length[len(bare)][name] = stem
    if not by_length:
        return None
    best = by_length[max(by_length)]
    name = next(iter(best)) if len(best) == 1 else _common_parent(frozenset(best))
    return (data["wider"].get(name, name), "|".join(sorted(set(best.values())))) if name else None


def _common_parent(names: frozenset[str]) -> str:
    """The parent of classes that tie, if it is the same."""
    parents = {row["parent"] for row in rows("medicine_classes") if row["id"] in names}
    return parents.pop() if len(parents) == 1 else ""


@cache
def _stems() -> tuple[tuple[str, str], ...]:
    """Every stem as written in the classes' rows, with its class."""
    found = []
    for row in rows("medicine_classes"):
        if row["id"] not in _data()["left_out"]:
            found += [(fold(stem), row["id"]) for column in ("stems_ja", "stems_en") for stem in listed(row[column])]
    return tuple(found)


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = fallback_data()["medicine"]
    return data
