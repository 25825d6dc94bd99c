"""A sentence that may not leave as typed, written again by us: only wordings of the closed list, filled with numbers.

What the domain read is a list of codes. A code that the list does not have is dropped, and so is a number that is no
small number. No character of the typed text is copied; a person is a relation of the list, or a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sekisho.checkpoint.prompt.words import Detail, Said

_PLACEHOLDER = re.compile(r"〔[^\s〔〕]{1,6}\d{1,4}〕|\[[A-Z][a-z]{2,12} \d{1,4}\]")
_MOST = 1000

Displays = Mapping[str, tuple[str, str]]


def rendered(said: Sequence[Said], displays: Displays, language: str) -> str:
    """The sentence in 'ja' or 'en'; empty if nothing of it can be said."""
    lines = [line for one in said if (line := _line(one, displays, language))]
    stop, space = ("。", "") if language == "ja" else (".", " ")
    return space.join(f"{line}{stop}" for line in dict.fromkeys(lines))


def _line(said: Said, displays: Displays, language: str) -> str:
    side = 0 if language == "ja" else 1
    who = _who(said.who, displays, side)
    if who is None:
        return ""
    details = [text for detail in said.details if (text := _detail(detail, displays, side))]
    if not said.code:
        if details:
            return _with_who(who, ("、" if side == 0 else ", ").join(details), side)
        return (f"{who}について" if side == 0 else f"About {who}") if who else ""
    term = displays.get(said.code)
    if term is None:
        return ""
    text = term[side]
    if said.negated:
        return _with_who(who, f"{text}: なし" if side == 0 else f"no {text}", side)
    if details:
        text += f"（{'、'.join(details)}）" if side == 0 else f" ({', '.join(details)})"
    return _with_who(who, text, side)


def _with_who(who: str, text: str, side: int) -> str:
    if not who:
        return text
    return f"{who}の症状: {text}" if side == 0 else f"{who}: {text}"


def _who(who: str, displays: Displays, side: int) -> str | None:
    """The person's words; None where it is nobody that we may name, so that nothing is said of anybody."""
    if not who or _PLACEHOLDER.fullmatch(who):
        return who
    known = displays.get(who)
    return known[side] if known else None


def _detail(detail: Detail, displays: Displays, side: int) -> str:
    wording = displays.get(detail.code)
    if wording is None or not all(0 <= number < _MOST for number in detail.numbers):
        return ""
    return wording[side].format(*(f"{number:g}" for number in detail.numbers))
