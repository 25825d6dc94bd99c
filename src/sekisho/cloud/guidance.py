"""Plain guidance from templates, for the offline stand-in. All that it says of a person is in the summary.

It reads like an agent's answer so that the whole path can be seen without an account. It is no reasoning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sekisho.cloud.instructions import CLOSING, MAX_ITEMS, Language
from sekisho.cloud.summary import Summary
from sekisho.errors import Code

#: How many terms an item names of a list that is not about safety; the rest is counted.
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
        doctor="受診の目安: 強くなる、数日で良くならない、新しい症状が出るときは早めに受診してください。",
        self_care="自分でできること: 無理をせず休み、水分をとり、症状の変化を書きとめておいてください。",
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
        doctor="When to see a doctor: soon, if it gets worse, lasts for days, or something new comes.",
        self_care="Self-care: rest, drink enough, and write down when it started and how it changes.",
        emergency=(
            "Call your emergency number now (119 in Japan). This may be a sign that needs treatment at once.",
            "Do not stay alone, and do not drive yourself.",
        ),
        without="The background could not be had, so this is general guidance only.",
        busy="The background could not be had (too many requests), so this is general guidance only.",
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
    conditions = _all(summary.chronic_conditions, words)
    context = words.context if conditions else words.context_without
    items = [context.format(age=summary.age_group, conditions=conditions)]
    for template, terms in (
        (words.allergies, _all(summary.allergies, words)),
        (words.medicines, _all(summary.current_medications, words)),
        (words.history, _first((*summary.related_history, *summary.risk_factors), words)),
        (words.interactions, _all(summary.potential_interactions, words)),
        (words.next_steps, _first(summary.recommendations, words)),
    ):
        if terms:
            items.append(template.format(terms))
    return _written((*items, words.doctor, words.self_care), language)


def _all(terms: Sequence[str], words: _Wording) -> str:
    return words.between.join(term.rstrip("。. ") for term in terms)


def _first(terms: Sequence[str], words: _Wording) -> str:
    more = [words.more.format(len(terms) - _NAMED)] if len(terms) > _NAMED else []
    return _all([*terms[:_NAMED], *more], words)


def _written(items: Sequence[str], language: Language) -> list[str]:
    return [*(f"- {item}\n" for item in items[:MAX_ITEMS]), f"\n{CLOSING[language]}"]
