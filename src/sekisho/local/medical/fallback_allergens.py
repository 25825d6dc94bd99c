"""An allergen that is not listed -> its group, by its last word (〜花粉, 〜魚, "X nut")."""

from __future__ import annotations

from sekisho.local.medical.fallback_words import Broader, fallback_data, holds, longest, pieces

_SEPARATORS = r"/・、,，+＋&;；:()（）\[\]【】「」『』<>〈〉"


def group_of_allergen(folded: str) -> list[Broader]:
    """The group of every substance in a folded line that its words tell."""
    data = fallback_data()["allergen"]
    found = []
    if holds(folded, data["never"]):
        return []
    for start, words in pieces(folded, _SEPARATORS):
        for prefix in data["before"]:
            if words.startswith(prefix):
                start, words = start + len(prefix), words.removeprefix(prefix)
        while ending := longest(words, data["after"]):
            words = words.removesuffix(ending)
        if (told := _group(words)) is not None:
            group, because = told
            found.append(Broader(f"allergen:{group}", start, start + len(words), because, told_at=start))
    return found


def _group(words: str) -> tuple[str, str] | None:
    """The group with the longest ending, unless the words are an exception of any that fits."""
    best: tuple[str, str] = ("", "")
    for group in fallback_data()["allergen"]["group"]:
        if words in group.get("words", ()):
            return group["to"], words
        ending = longest(words, group.get("ends", ()))
        if ending and words.endswith(tuple(group.get("but", ()))):
            return None
        if ending and len(words) > len(ending) and len(ending) > len(best[1]):
            best = (group["to"], ending)
    return best if best[0] else None
