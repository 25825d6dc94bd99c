"""Medicines in running text: which are named (clinicians cut names short), and whether they are taken."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache

from sekisho.local.medical.cues import cue
from sekisho.local.medical.fallback import fall_back
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import Around
from sekisho.local.medical.vocabulary import Vocabulary, load_vocabulary

_TAKEN = re.compile(
    r"\d\s*(?:mg|μg|mcg|g|ml|%|錠|カプセル|cap|tab|単位|包|吸入|滴|枚|t|c|u)(?![a-z])|\d\s*(?:朝|昼|夕|眠前|就寝前|毎食|食前|食後)"
    r"|\d-\d-\d|1日|分[1-4]|内服|服用|処方|頓用|頓服|必要時|塗布|貼付|点眼|点鼻"
    r"|daily|twice|(?<![a-z])(?:bid|bd|tid|tds|qd|od|prn|hs)(?![a-z])|every \d+ hours"
)
_SHORTENED = re.compile(r"(?<![ァ-ヶーa-z])[ァ-ヶー]{3,8}(?=\d|\s|/|、|,|$)|(?<![a-z])[a-z]{4,9}(?=\s?\d)")


def medicines_in(text: str, found: list[Hit], vocabulary: Vocabulary, abbreviated: bool) -> list[Hit]:
    """Medicines and classes among the terms found in a folded sentence.

    `abbreviated`: names that are cut short count too (「ロスバ5」), and names that tell no more than their class.
    """
    hits = [h for h in found if not h.code.startswith("condition:") and not _is_vaccine(h.code, vocabulary)]
    if abbreviated:
        for match in _SHORTENED.finditer(text):
            if any(hit.start < match.end() and match.start() < hit.end for hit in found):
                continue
            code = _completed(match.group())
            if code:
                hits.append(Hit(code, match.start(), match.end()))
        for broader in fall_back(("medicine", "class"), text):
            if not any(hit.start < broader.end and broader.start < hit.end for hit in (*found, *hits)):
                hits.append(broader)
        hits.sort(key=lambda hit: hit.start)
    return hits


def _is_vaccine(code: str, vocabulary: Vocabulary) -> bool:
    """A vaccination is an event, no medicine that is taken."""
    return "class:vaccines" in vocabulary.ancestors(code)


@cache
def _sorted_names() -> list[str]:
    return sorted(load_vocabulary().names["medicine"])


def _completed(beginning: str) -> str:
    """The one ingredient whose names begin so; empty if there are several. A combination gives way to its part."""
    vocabulary, names = load_vocabulary(), _sorted_names()
    codes: set[str] = set()
    at = bisect_left(names, beginning)
    while at < len(names) and names[at].startswith(beginning):
        codes.add(vocabulary.names["medicine"][names[at]])
        at += 1
    whole = {code for code in codes if not any(other in vocabulary.terms[code].parents for other in codes)}
    return whole.pop() if len(whole) == 1 else ""


def medicine_status(near: Around, following: Hit | None, topic: str) -> str:
    """`active`, `stopped`, or empty where the text does not say that it is or was taken.

    What is said after the next medicine is said of that one; a bare list (「AとBを中止」) shares what follows it.
    """
    said = near.own_after()
    replaced = rf"[^\x00]{{0,16}}(?:{cue('changed_from').pattern})[^\x00]{{0,10}}\x00"
    if following is not None and re.match(replaced, near.after):
        return "stopped"
    if cue("stopped").search(said) or near.later_says("stopped"):
        return "stopped"
    if cue("not_taken").search(said) or cue("not_taken_before").search(near.clause_before):
        return ""
    if re.search(rf"(?:{cue('replaced_before').pattern})\s*$", near.clause_before):
        return "stopped"
    if topic == "stopped":
        return "stopped"
    if topic == "medicines":
        return "active"
    if topic in ("course", "plan", "history"):
        return "active" if near.says("still_taken") else ""
    return "active" if near.says("started") or _TAKEN.search(near.clause) or _STRENGTH.match(near.after) else ""


#: A bare strength: 「タケキャブ10」.
_STRENGTH = re.compile(r"(?:od|cr|sr|la|ds|錠|カプセル)?\s?\d+(?:\.\d+)?(?![\d年月日/:])")
