"""Plain guidance from templates, for the offline stand-in: what it says of a person is in the summary, and only there.

It reads like an agent's answer so that the whole path can be seen without an account. It is no reasoning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sekisho.cloud.instructions import CLOSING, MAX_ITEMS, Language
from sekisho.cloud.summary import Summary
from sekisho.errors import Code

#: How many terms of one list an item names; the rest is counted.
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class _Wording:
    between: str
    more: str
    context: str
    context_without: str
    allergies: str
    medicines: str
    history: str
    interactions: str
    next_steps: str
    doctor: str
    self_care: str
    emergency: tuple[str, ...]
    without: str
    busy: str


_WORDINGS: Final[dict[Language, _Wording]] = {
    "ja": _Wording(
        between="、",
        more="ほか{}件",
        context="背景: {age}、持病は{conditions}。",
        context_without="背景: {age}、続いている持病は要約にありません。",
        allergies="アレルギー: {}。受診や薬の購入のときに必ず伝えてください。",
        medicines="使用中の薬: {}。自分の判断で止めたり増やしたりしないでください。",
        history="症状に関係するかもしれないこと: {}。",
        interactions="組み合わせの注意: {}。",
        next_steps="次にすること: {}。",
        doctor="受診の目安: 症状が強くなる、数日たっても良くならない、新しい症状が出るときは早めに受診してください。",
        self_care="自分でできること: 無理をせず休み、水分をとり、症状の始まりと変化を書きとめておいてください。",
        emergency=(
            "すぐに救急（119番）に連絡してください。急いで手当てが必要な徴候かもしれません。",
            "一人でいないようにし、自分で運転して移動しないでください。",
        ),
        without="背景の情報を得られなかったので、一般的な案内だけをします。",
        busy="いま問い合わせが混み合っていて背景の情報を得られなかったので、一般的な案内だけをします。",
    ),
    "en": _Wording(
        between=", ",
        more="and {} more",
        context="Background: {age}; ongoing conditions: {conditions}.",
        context_without="Background: {age}; the summary names no ongoing condition.",
        allergies="Allergies: {}. Always say so when you see a doctor or buy medicine.",
        medicines="Current medicines: {}. Do not stop them or take more on your own.",
        history="May matter for these symptoms: {}.",
        interactions="Take care with these combinations: {}.",
        next_steps="Next steps: {}.",
        doctor="When to see a doctor: soon, if it gets worse, does not improve within a few days, or something new comes.",
        self_care="Self-care: rest, drink enough, and write down when it started and how it changes.",
        emergency=(
            "Call your emergency number now (119 in Japan). This may be a sign that needs treatment at once.",
            "Do not stay alone, and do not drive yourself.",
        ),
        without="The background could not be had, so this is general guidance only.",
        busy="The background could not be had because too many requests came at once, so this is general guidance only.",
    ),
}


def emergency(language: Language) -> list[str]:
    """What to say to a red flag, in pieces."""
    return _written(_WORDINGS[language].emergency, language)


def general(code: Code | None, language: Language) -> list[str]:
    """What to say without a summary, in pieces. `code` is why there is none."""
    words = _WORDINGS[language]
    reason = words.busy if code is Code.BUSY else words.without
    return _written((reason, words.doctor, words.self_care), language)


def from_summary(summary: Summary, language: Language) -> list[str]:
    """What to say with a summary, in pieces: factors, next steps, when to see a doctor, self-care."""
    words = _WORDINGS[language]
    conditions = _list(summary.chronic_conditions, words)
    context = words.context if conditions else words.context_without
    items = [context.format(age=summary.age_group, conditions=conditions)]
    for template, terms in (
        (words.allergies, summary.allergies),
        (words.medicines, summary.current_medications),
        (words.history, (*summary.related_history, *summary.risk_factors)),
        (words.interactions, summary.potential_interactions),
        (words.next_steps, summary.recommendations),
    ):
        if terms:
            items.append(template.format(_list(terms, words)))
    return _written((*items, words.doctor, words.self_care), language)


def _list(terms: Sequence[str], words: _Wording) -> str:
    named = [term.rstrip("。. ") for term in terms[:_NAMED]]
    if len(terms) > _NAMED:
        named.append(words.more.format(len(terms) - _NAMED))
    return words.between.join(named)


def _written(items: Sequence[str], language: Language) -> list[str]:
    return [*(f"- {item}\n" for item in items[:MAX_ITEMS]), f"\n{CLOSING[language]}"]
