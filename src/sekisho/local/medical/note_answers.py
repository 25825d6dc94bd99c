"""Answers of a form beside a term: a box that is ticked or left open, "epilepsy - n", 「糖尿病 有・○無」."""

from __future__ import annotations

import re

YES, NO, OPEN = "yes", "no", "open"
_TICKED_BOX = re.compile(r"(?:[☑☒✓✔]|\[[x✓✔v]\]|\([○◯✓✔x]\))\s?$")
_OPEN_BOX = re.compile(r"(?:☐|\[[ _]?\]|\([ _]\))\s?$")
#: These two are bullets as well: they answer only where the line holds a box of the other sort.
_WHITE_BOX, _BLACK_BOX = re.compile(r"□\s?$"), re.compile(r"■\s?$")
_ANY_TICK = re.compile(r"[☑☒✓✔■]|\[[x✓✔v]\]")
#: "epilepsy - n   asthma - y, well controlled"; no answer is "diabetes: no retinopathy".
_BEHIND = re.compile(
    r"\s?[-–:=]\s?(?:(?P<short>[yn](?![a-z0-9/'’.]\w?))|(?P<word>yes|no)(?=\s{2}|\s*[,.;()/]|\s*$|\s+\x00+\s?[-–:=]))"
)
_CHOICES = re.compile(
    r"[\s:(]*(?P<first>[☐□☑☒✓✔■○◯レ]?)\s?(?P<one>有り?|無し?|あり|なし)(?P<ringed>\)?)\s?[・/、, ]\s?"
    r"(?P<second>[☐□☑☒✓✔■○◯レ(]?)\s?(?P<other>有り?|無し?|あり|なし)(?P<end>\)?)"
)
_MARKS = frozenset("☑☒✓✔■○◯レ")
_POSITIVE = ("有", "あ")


def answered(before: str, after: str) -> str:
    """`YES` or `NO` where a form answers to the term, `OPEN` where its choices stand unmarked; empty if it is no form.

    Args:
        before: The sentence up to the term.
        after: The sentence from its end on, other terms masked.
    """
    if choices := _CHOICES.match(after):
        return _chosen(choices)
    if behind := _BEHIND.match(after):
        return YES if (behind["short"] or behind["word"])[0] == "y" else NO
    if _TICKED_BOX.search(before[-4:]) or (_BLACK_BOX.search(before[-2:]) and "□" in before + after):
        return YES
    if _OPEN_BOX.search(before[-4:]) or (_WHITE_BOX.search(before[-2:]) and _ANY_TICK.search(before + after)):
        return NO
    return ""


def _chosen(choices: re.Match[str]) -> str:
    positive = [choices[word].startswith(_POSITIVE) for word in ("one", "other")]
    if positive[0] == positive[1]:
        return ""
    first = choices["first"] in _MARKS or choices["ringed"] == ")"
    second = choices["second"] in _MARKS or (choices["second"] == "(" and choices["end"] == ")")
    if first == second:
        return OPEN
    return YES if positive[0 if first else 1] else NO
