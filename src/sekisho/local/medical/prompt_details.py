"""Since when, for how long, how often, how bad, how it goes, and measured values in bands: from a clause, as codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files

from sekisho.checkpoint.prompt.words import Detail

_N = r"(\d{1,3}(?:\.\d)?|[一二三四五六七八九十]{1,3}|半|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_KANJI = {c: i for i, c in enumerate("一二三四五六七八九", 1)}
_WORDS = dict(
    zip(
        ["a", "an", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve"],
        (1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12),
        strict=True,
    )
)
_JA = (
    ("minutes", "分"),
    ("hours", "時間"),
    ("days", "日"),
    ("weeks", "週間?"),
    ("months", "(?:か|ヶ|カ|ケ|ヵ|箇)月"),
    ("years", "年"),
)
_EN = (
    ("minutes", "(?:minutes?|mins?)"),
    ("hours", "(?:hours?|hrs?)"),
    ("days", "(?:days?|nights?)"),
    ("weeks", "(?:weeks?|wks?)"),
    ("months", "months?"),
    ("years", "(?:years?|yrs?)"),
)
_UNSAID = re.compile(
    r"^(?:ない|なく|ありま|無|はな|もな)|^くな|^(?: not)|^らな"
    r"|^(?:って|り|し|して|せ|れ|れて|は|も|が)(?:い|は|も|見られ|あり|感じ)?(?:ない|なく|なか|ませ|ず(?![っきつー]))"
)
_SINCE = tuple(
    (f"since.{unit}", re.compile(rf"{_N}\s?{ja}(?:ほど|くらい|ぐらい|半)?(?:前|まえ)")) for unit, ja in _JA
) + tuple((f"since.{unit}", re.compile(rf"(?<![a-z0-9]){_N} {en} ago")) for unit, en in _EN)
_FOR_JA = tuple(
    (
        f"for.{unit}",
        re.compile(rf"{_N}\s?{ja}(?:間|ほど|くらい|ぐらい|以上|近く|も|続|た[っつ]|ずっと|目|経)(?!前|まえ)"),
    )
    for unit, ja in _JA
    if unit != "hours"
)
_FOR = (
    *_FOR_JA,
    ("for.hours", re.compile(rf"{_N}\s?時間(?!前|おき|ごと|後)")),
    *(
        (
            f"for.{unit}",
            re.compile(
                rf"(?:for|past|last|lasting|lasted|about|over|almost|nearly|around|than|it's been) (?:the )?(?:past "
                rf"|last |about |over |almost |nearly |around |at least )?{_N} (?:straight |whole |full )?{en}(?! ago"
                rf"| old)(?![a-z])"
            ),
        )
        for unit, en in _EN
    ),
)
_OFTEN = (
    ("frequency.day", re.compile(rf"(?:1日|一日)(?:に)?\s?{_N}\s?回|{_N} times (?:a|per|each) day")),
    ("frequency.week", re.compile(rf"(?:1|一)?週(?:間)?(?:に)?\s?{_N}\s?回|{_N} times (?:a|per|each) week")),
    ("frequency.month", re.compile(rf"(?:1か|一か|ひと)?月に\s?{_N}\s?回|{_N} times (?:a|per|each) month")),
)


_NUMBERED = (*_SINCE, *_FOR, *_OFTEN)
_NUMBER = re.compile(_N)


@cache
def _said() -> tuple[tuple[str, re.Pattern[str]], ...]:
    text = files(__package__).joinpath("data", "words", "details.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple((code, re.compile(pattern)) for code, pattern in rows[1:])


def details_in(clause: str) -> tuple[Detail, ...]:
    """Everything about time, degree and course that a folded clause says."""
    found: dict[Detail, None] = {}
    for code, pattern in _NUMBERED if _NUMBER.search(clause) else ():
        for match in pattern.finditer(clause):
            if (number := _number(match[match.lastindex or 0])) is not None:
                found[Detail(code, (number,))] = None
    for code, pattern in _said():
        said = next((m for m in pattern.finditer(clause) if not _UNSAID.match(clause[m.end() : m.end() + 8])), None)
        if said is not None and not _is_not(clause, said.start()):
            found[Detail(code)] = None
    return tuple(found)


def _is_not(clause: str, start: int) -> bool:
    return bool(re.search(r"(?<![a-z])(?:not|isn't|n't)(?: that| very| so)? $", clause[:start]))


def _number(written: str) -> float | None:
    if written in _WORDS:
        return _WORDS[written]
    if written == "半":
        return 0.5
    if written[0].isdecimal():
        return float(written)
    if "十" in written:
        tens, _, ones = written.partition("十")
        return (_KANJI.get(tens, 1)) * 10 + _KANJI.get(ones, 0)
    return _KANJI.get(written) if len(written) == 1 else None


_BETWEEN = (
    r"(?:が|は|も|で|を|の|1分間?に|値|数|:|=|,|、| |is|was|of|at|around|about|reached|up|to|rate"
    r"|今|現在|朝|夜|最高|最大|約|だいたい|今朝|昨日|測ると|測ったら|計ったら|計ると|熱を){0,4}"
)
_TEMPERATURE = re.compile(
    rf"(?<![\d.])((?:3[4-9]|4[0-2])(?:\.\d)?)\s?(?:度|℃|°c|c(?![a-z])|degrees(?! f))(?:(\d)分)?"
    rf"|(?:体温|熱|平熱|fever|temperature|temp){_BETWEEN}(?<![\d.])((?:3[4-9]|4[0-2])(?:\.\d)?)(?![\d.]"
    rf"|\s?(?:日|時|分|週|か月|年|回|歳|hours?|days?))"
)
#: Warm, and not somebody: a bath, a room, the weather.
_OF_SOMETHING_ELSE = re.compile(
    r"湯|風呂|シャワー|サウナ|温泉|気温|室温|水温|設定温度|エアコン|暖房|冷房|オーブン|猛暑|真夏日|角度"
)
_FAHRENHEIT = re.compile(
    r"(?<![\d.])((?:9[4-9]|10\d)(?:\.\d)?)\s?(?:°\s?f|f(?![a-z])|degrees|fahrenheit)|(?:fever"
    r"|temperature|temp) (?:is |was |of |at |around |about |up to |hit |reached )?(?<![\d.])((?:9[4-9]"
    r"|10\d)(?:\.\d)?)(?![\d.])"
)
_PULSE = re.compile(
    rf"(?:脈拍?数?|心拍数?|pulse|heart ?rate|hr){_BETWEEN}(\d{{2,3}})(?![\d.]|/\d)|(?<![\d.])(\d{{2,3}})\s?(?:bpm"
    rf"|回/分|/分|拍)"
)
_PRESSURE = re.compile(r"(?<![\d.])(\d{2,3})\s?(?:/|の|-|over|と)\s?(\d{2,3})(?![\d.])")
_PRESSURE_NAMED = re.compile(
    r"血圧|(?<![a-z])(?:blood pressure|bp)(?![a-z])|mmhg|上が|上の|測(?:ったら|ると|って)|計(?:ったら|ると)"
)
_UPPER = re.compile(rf"(?:上の?血圧|最高血圧|収縮期血圧|systolic|血圧の?上|血圧){_BETWEEN}(\d{{2,3}})(?![\d./])")
_OXYGEN = re.compile(
    rf"(?:spo2|酸素飽和度|酸素濃度|サチュレーション|酸素|oxygen(?: saturation| level)?|o2"
    rf"|sats?|saturation){_BETWEEN}(\d{{2,3}})\s?%?(?![\d.])"
)


def vitals_in(clause: str) -> Iterator[tuple[str, Detail]]:
    """Vital signs, each as a band that is broad enough to be nobody's."""
    for found in _TEMPERATURE.finditer(clause) if not _OF_SOMETHING_ELSE.search(clause) else ():
        degrees = float(found[1] or found[3])
        if found[2]:
            degrees += int(found[2]) / 10
        yield "vital:body_temperature", _band("body_temperature", degrees, 0.5, 0.4)
    for found in _FAHRENHEIT.finditer(clause):
        degrees = (float(found[1] or found[2]) - 32) / 1.8
        yield "vital:body_temperature", _band("body_temperature", degrees, 0.5, 0.4)
    yield from _each(_PULSE, clause, "pulse", 10, 9, lambda n: 25 <= n <= 260)
    yield from _each(_OXYGEN, clause, "spo2", 2, 1, lambda n: 50 <= n <= 100)
    pressures = list(_PRESSURE.finditer(clause)) if _PRESSURE_NAMED.search(clause) else []
    for found in pressures:
        upper, lower = int(found[1]), int(found[2])
        if 60 <= upper <= 280 and 30 <= lower < upper:
            yield "vital:systolic_bp", _band("systolic_bp", upper, 10, 9)
            yield "vital:diastolic_bp", _band("diastolic_bp", lower, 10, 9)
    if not pressures:
        yield from _each(_UPPER, clause, "systolic_bp", 10, 9, lambda n: 60 <= n <= 280)


#: Lower ends of bands, in °C: what people call a slight fever (微熱), and a fever.
_SLIGHT, _FEVER = 37.0, 38.0


def fever_of(code: str, band: Detail) -> str:
    """The symptom that a measured temperature is; empty for any other value and below 37 °C."""
    if code != "vital:body_temperature" or band.numbers[0] < _SLIGHT:
        return ""
    return "symptom:fever" if band.numbers[0] >= _FEVER else "symptom:low_grade_fever"


def _each(
    pattern: re.Pattern[str], clause: str, name: str, step: int, width: int, is_sane: Callable[[float], bool]
) -> Iterator[tuple[str, Detail]]:
    for found in pattern.finditer(clause):
        number = float(next(group for group in found.groups() if group))
        if is_sane(number):
            yield f"vital:{name}", _band(name, number, step, width)


def _band(name: str, number: float, step: float, width: float) -> Detail:
    low = int(number / step + 1e-6) * step
    return Detail(f"band.{name}", (round(low, 1), round(low + width, 1)))
