"""Exact dates: western, era and spoken, with the year or without. A month alone, a weekday and 「3日前」 are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_K = "〇零一二三四五六七八九十"
_ERA = "令和|平成|昭和|大正|明治|れいわ|へいせい|しょうわ"
_YEAR = rf"(?:(?:{_ERA}|[rhs]\.?)\s?(?:\d{{1,2}}|元|がん|[{_K}]{{1,3}})|(?:西暦)?\s?(?:19|20)\d\d|[{_K}]{{4}}|'\d\d)"
_JAPANESE = re.compile(
    rf"(?:{_YEAR}\s?[年./\-]\s?|(?:去年|昨年|今年|来年|一昨年)の?)?(?<![\d.])(?:1[0-2]|0?[1-9]|[{_K}]{{1,3}})\s?月\s?"
    rf"(?:3[01]|[12]\d|0?[1-9]|[{_K}]{{1,3}})\s?日?(?:\s?[(（][月火水木金土日](?:曜日?)?[)）])?(?![前間目後\d])"
)
_NUMERIC = re.compile(
    rf"(?<![\d/.\-])(?:{_YEAR}\s?[./\-年]\s?(?:1[0-2]|0?[1-9])\s?[./\-月]\s?(?:3[01]|[12]\d|0?[1-9])(?:日)?(?![\d/])"
    r"|(?:3[01]|[12]\d|0?[1-9])[./\-](?:3[01]|[12]\d|0?[1-9])[./\-](?:(?:19|20)\d\d|\d\d)(?![\d/]))"
)
_SLASH = re.compile(r"(?<![\d/.])(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])(?![\d/.%])")
_COMPACT = re.compile(r"(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ORDINAL = (
    r"(?:(?:twenty|thirty)[ \-])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
    r"|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth"
)
_DAY = rf"(?:(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?|{_ORDINAL})"
_ENGLISH = re.compile(
    rf"(?<![a-z0-9])(?:{_MONTHS} ?(?:the )?{_DAY}(?![a-z\d])(?:,? (?:19|20)\d\d)?|(?:the )?{_DAY} (?:of )?{_MONTHS}"
    r"(?![a-z])(?:,? (?:19|20)\d\d)?)"
    r"|(?<=on the )\d{1,2}(?:st|nd|rd|th)(?! (?:day|time|week|floor|month|try))|(?<=since the )\d{1,2}(?:st"
    r"|nd|rd|th)(?! (?:day|time|week|floor|month))"
)
_DAY_ALONE = re.compile(
    rf"(?<![\d.月週年])(?:今月|先月|来月|再来月|先々月|同月|翌月)の?\s?(?:(?:3[01]|[12]\d|0?[1-9])|[{_K}]{{1,3}})日(?![間前後目])"
    rf"|(?<![\d.月])(?:3[01]|[12]\d)日(?=から|の(?:朝|昼|夜|夕)|に(?!\d|[一二三]))(?!間|前|後)"
    rf"|(?<![{_K}\d月数何])(?:二|三)?十[一二三四五六七八九]?日(?=の(?:朝|昼|夜|夕)|に(?!\d|[一二三]))(?!間|前|後)"
)
_SPOKEN_MONTH = (
    "いちがつ|にがつ|さんがつ|しがつ|ごがつ|ろくがつ|しちがつ|なながつ|はちがつ|くがつ"
    "|じゅうがつ|じゅういちがつ|じゅうにがつ"
)
_SPOKEN = re.compile(
    rf"(?:(?:{_ERA})[ぁ-ん]{{1,8}}ねん\s?)?(?:{_SPOKEN_MONTH}|\d{{1,2}}がつ)\s?(?:の\s?)?"
    r"(?:ついたち|ふつか|みっか|よっか|いつか|むいか|なのか|ようか|ここのか|とおか|はつか"
    r"|(?:[にさんじゅういちよろくしはきゅ]{1,8}|\d{1,2})(?:にち|か))"
)
#: What a Japanese date cannot do without -> its pattern.
_WITH_A_SIGN = (("月", _JAPANESE), ("日", _DAY_ALONE), ("がつ", _SPOKEN))
_RATIO = re.compile(
    r"(?:痛み|痛さ|ペイン|nrs|vas|pain|scale|score|血圧|視力|bp|rated?|level|about a|点)[^。.\d]{0,14}$"
)


def find(typed: Typed) -> Iterator[Span]:
    """Spans of exact dates."""
    text = typed.lower
    patterns = [_NUMERIC, _COMPACT]
    patterns += [pattern for sign, pattern in _WITH_A_SIGN if sign in text]
    patterns += [_ENGLISH] if typed.has_letters else []
    for pattern in patterns:
        for found in pattern.finditer(text):
            yield Span(found.start(), found.end(), Kind.DATE)
    for found in _SLASH.finditer(text):
        if not _RATIO.search(text, 0, found.start()):
            yield Span(found.start(), found.end(), Kind.DATE)
