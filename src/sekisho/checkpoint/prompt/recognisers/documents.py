"""Numbers of insurance cards, licences, passports, patient files, social security: by name or by form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_NAMED = re.compile(
    r"(?:保険証|被保険者(?:証)?|保険者|健康保険|社員|学籍|会員|受付|予約|整理|照会|管理"
    r"|記号|番号|免許(?:証)?|パスポート|旅券|診察券|患者|カルテ|受給者(?:証)?|年金(?:手帳)?"
    r"|基礎年金|介護保険|在留カード|車(?:の)?ナンバー"
    r"|insurance|policy|licen[cs]e|passport|member(?:ship)?|patient|medical record|record"
    r"|mrn|nhs|ssn|social security|employee|student|case|reference|booking|id|serial)"
    r"(?:証|の|記号|番号|ナンバー|コード|id| id| no\.?| number| card| #|#|番|・){0,4}\s*(?:は"
    r"|が|:|=|is|was|,|→|\s){0,3}\s*"
    r"(?=[a-z0-9\-・]{0,14}\d)([a-z]{0,4}[\-・ ]?\d[a-z0-9\-・]{2,20})"
)
#: A place inside a house: 「ベッド14番の」, 「2階の12番」.
_PLACED = re.compile(
    r"(?:ベッド|座席|席|部屋|病室|号室|階の|ロッカー|整理券)(?:の?番号)?[はが:の ]{0,2}(\d{1,4}番?)"
    r"(?!\d|人|つ|個|台|床|年|日|時|分|回|度|月|週)"
)
#: 「7号室の下段C」, 「6東 618号」, 「第5510-38号」, 「C-7席」; a typhoon has a number too.
_NUMBERED = re.compile(
    r"(?<![\dA-Za-z])(?<!台風)(?<!台風第)(?:\d{1,2}[東西南北] ?)?(?:第)?[A-Z]?-?\d{1,4}(?:-\d{1,4})?"
    r"(?:号室(?:の?[上下]段)?[A-Z]?|号(?!線))"
    r"|(?<![A-Za-z\d])[A-Z]-?\d{1,3}席"
)
_PLATE = re.compile(r"[一-龠]{1,4}\s?\d{2,3}\s?[ぁ-ん]\s?\d{1,2}-?\d{2}(?!\d)")
_SOCIAL = re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")
_NHS = re.compile(r"(?<!\d)\d{3} \d{3} \d{4}(?!\d)")
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{7}(?!\d)")
#: Words that make what follows no document: units.
_UNIT_FOLLOWS = re.compile(r"\s?(?:日|週|か月|ヶ月|年|時|分|回|度|歳|mg|days?|weeks?|years?|hours?|times?|人|錠|%)")


def find(typed: Typed) -> Iterator[Span]:
    """Spans of document numbers."""
    text = typed.plain
    for found in _NAMED.finditer(typed.lower):
        if not _UNIT_FOLLOWS.match(text, found.end(1)):
            yield Span(found.start(1), found.end(1), Kind.NUMBER)
    if typed.is_japanese:
        for found in _PLACED.finditer(text):
            yield Span(found.start(1), found.end(1), Kind.NUMBER)
        for found in _NUMBERED.finditer(text):
            yield Span(found.start(), found.end(), Kind.NUMBER)
    for pattern in (_SOCIAL, _NHS, _PASSPORT, _PLATE):
        for found in pattern.finditer(text):
            yield Span(found.start(), found.end(), Kind.NUMBER)
