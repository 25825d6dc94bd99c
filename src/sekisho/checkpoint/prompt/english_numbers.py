"""Numbers in an English sentence: known with a unit, as a value, an age, an hour or a day of an illness; shorthand."""

from __future__ import annotations

import re

from sekisho.checkpoint.prompt.words import PromptWords

_VITAL = re.compile(
    r"(?:fever|temperature|temp|\bt|\bbt|pulse|heart rate|heartbeat|hr|bp|blood pressure|spo2|oxygen(?: saturation"
    r"| level)?|o2(?: sat)?|saturation|sats|bmi|a1c|hba1c|"
    r"glucose|blood sugar|sugar|respiratory rate|respiration|systolic|diastolic|weight|height|pain|score|level|scale)"
    r"(?: (?:is|was|of|at|around|about|reached|hit|up|to|rate|went|now|between|reading|readings"
    r"|level|stays|averages|over|under|above|below|been|has|down|dropped|rose|by|from|currently"
    r"|usually|like|a|an))*[:=]? ?$"
)
_AGE = re.compile(
    r"(?:\bat|\bi am|\bi'm|\bim|\baged?|\bis|\bwas|\bturned|\bturning|'s|\bfemale|\bmale|\bwoman"
    r"|\bman|\b[mf]) ?,? ?$"
)
_SCALE = re.compile(r"(?:out of|rate it(?: a)?|rated?|it's an?|a|an|scale of|from|to|of|at|about|around) $")
_YEAR = re.compile(
    r"(?:in|since|from|until|of|around|about|before|after|during|early|late|mid|winter|summer"
    r"|spring|fall|autumn) $"
)
_RANGE = re.compile(r"between(?: \d{1,3}(?:\.\d)? and)? $")
#: "woke up at 3 again", "around 2 every night": an hour, which the next word or the end of the clause must show.
_HOUR = re.compile(r"\b(?:at|around|about|by|until|till|before|after|since|past) $")
_BEHIND_HOUR = frozenset(
    ["every", "each", "in", "on", "this", "last", "again", "today", "tonight", "yesterday", "because", "with",
     "when", "and", "but", "so", ",", ".", ";", "?", "!"]
)  # fmt: skip
_RATIO = re.compile(r"\d{1,3}/\d{1,3}")
_TIME = re.compile(r"\d{1,2}:\d{2}")
_UNIT_GLUED = re.compile(
    r"(?:mg|mcg|ug|g|kg|lbs?|oz|ml|l|dl|cm|mm|m|km|ft|in|inch|inches|mmhg|bpm|hrs?|h|mins?"
    r"|min|sec|s|d|days?|wks?|weeks?|mos?|months?|yrs?|years?|yo|y|f|c|am|pm|k|st|nd|rd"
    r"|th|x|iu|u|kcal|cal|mph|ish)",
)
_LINKS = frozenset(
    ["and", "but", "or", "so", "as", "if", "the", "that", "to"]
)  # fmt: skip
#: "day 3", "stage 2", "dose 1": a number of something that everybody has.
_NUMBERED = re.compile(
    r"\b(?:hour|day|night|week|month|stage|grade|type|dose|trimester|cycle|round|episode|episodes|step|phase|class|category|factor)"
    r" ?$"
)
#: A tablet with a number on it: "one with a 5 on it".
_A_DIGIT = re.compile(r"\b(?:a|the) $")
_CLOCK = re.compile(r"(?:\bat|@) $")
_CLOCK_DIGITS = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
#: Weeks and days of a pregnancy: 36+2.
_WEEKS = re.compile(r"(?:[1-3]\d|4[0-2])\+[0-6](?!\d)")
#: How doctors write: x3d (for three days), q6h, G1P0.
_SHORTHAND = re.compile(
    r"x\d{1,2}(?:d|days?|wks?|w|mo|h|hrs?)?|q\d{1,2}(?:h|hrs?|d)?|g\d{1,2}(?:p\d{1,2})?|p\d{1,2}|[lct][1-9]|\d+h"
)


#: A number of one or two digits that stands alone: "my dad, 71,", "I feel 80". Nobody is found by it.
_SMALL = re.compile(r"\d{1,2}(?:\.\d{1,2})?")
#: Where somebody is to be found, unless a time follows ("in bed 2 days").
_PLACES = frozenset(["room", "rm", "apt", "apartment", "flat", "bed", "suite", "seat", "locker", "gate", "platform"])
#: Before a number that somebody may be found by.
_NUMBER_OF = _PLACES | frozenset(
    ["#", "no", "number", "nr", "unit", "ward", "floor", "block", "house", "building", "bldg", "route", "rt", "box",
     "line", "bus", "lot", "code", "pin", "id", "ext", "extension", "table", "desk", "team", "class", "section",
     "street", "road", "avenue", "exit", "district", "ku", "chome", "account", "card", "ending", "digits", "born",
     "-", "/", "@"]
)  # fmt: skip
#: The other end of a change: "from 3.1 to 4.6".
_FROM = re.compile(r"(?<![\d.])\d{1,2}(?:\.\d{1,2})? (?:to|and|or|vs) $")
_TO = re.compile(r"^ (?:to|and|or|vs) \d{1,2}(?:\.\d{1,2})?(?!\d|[.,/-]\d)")
_NEAR = 12
#: How far is looked for the other end of a change, and for what a value belongs to.
_AROUND = 60
#: An age from here on points at somebody (45 CFR 164.514(b)(2)(i)(C)).
_TOO_OLD = 90
_DIGIT = re.compile(r"\d")
#: Between the name of a medicine or a test and its value.
_TO_ITS_VALUE = re.compile(
    r"(?: (?:is|was|of|at|with|now|only|still|about|around|came back|came out|level|value|dose)|[:=])* ?$"
)
_VALUE = re.compile(r"\d{1,3}(?:\.\d{1,2})?")


_OF_TIME = frozenset(["day", "days", "night", "nights", "week", "weeks", "month", "months", "hour", "hours", "times",
                      "minutes", "years", "am", "pm", "o'clock"])  # fmt: skip


def _is_a_place(tokens: list[re.Match[str]], at: int) -> bool:
    return (
        at > 0
        and tokens[at - 1][0].lower() in _PLACES
        and not (at + 1 < len(tokens) and tokens[at + 1][0].lower() in _OF_TIME)
    )


def _is_small_and_alone(sentence: str, tokens: list[re.Match[str]], at: int) -> bool:
    found = tokens[at]
    before = _FROM.sub("", sentence[max(0, found.start() - _AROUND) : found.start()])
    behind = _TO.sub("", sentence[found.end() : found.end() + _AROUND])
    around = before[-_NEAR:] + behind[:_NEAR]
    if (
        not _SMALL.fullmatch(found[0])
        or float(found[0]) >= _TOO_OLD
        or _DIGIT.search(around)
        or any("\ue000" <= c <= "\ue0ff" for c in around)
    ):
        return False
    if at and (tokens[at - 1][0].lower() in _NUMBER_OF or (at > 1 and tokens[at - 1][0][0].isupper())):
        return tokens[at - 1][0] == "I"
    return at + 1 == len(tokens) or not tokens[at + 1][0][0].isupper()


def _is_value_of_a_term(before: str, token: str, words: PromptWords) -> bool:
    """Whether it stands behind the name of a test or a medicine: "LDL is 172", "quetiapine 50"."""
    name = _TO_ITS_VALUE.sub("", before)
    return bool(_VALUE.fullmatch(token)) and any(end == len(name) for _, end in words.terms_in(name))


def is_shorthand(sentence: str, token: re.Match[str]) -> bool:
    """Whether a word is a doctor's shorthand with a number in it, or a unit glued to the number before it (2L)."""
    if _SHORTHAND.fullmatch(token[0].lower()):
        return True
    return sentence[token.start() - 1 : token.start()].isdigit() and bool(_UNIT_GLUED.fullmatch(token[0].lower()))


def is_number_known(sentence: str, tokens: list[re.Match[str]], at: int, words: PromptWords) -> bool:
    found = tokens[at]
    token = found[0]
    as_typed = sentence[max(0, found.start() - _AROUND) : found.start()]
    before = as_typed.lower()
    digits = sum(c.isdigit() for c in token)
    if _is_a_place(tokens, at):
        return False
    if _WEEKS.match(sentence, found.start()) or (sentence[found.start() - 1 : found.start()] == "+" and digits == 1):
        return True
    if _NUMBERED.search(before) and digits <= 2:
        return True
    if _CLOCK.search(before) and _CLOCK_DIGITS.fullmatch(token):
        return True
    if digits == 1 and _A_DIGIT.search(before):
        return True
    if digits > 6:
        return False
    if len(token) == 4 and token.isdigit() and token[:2] in ("19", "20"):
        return bool(_YEAR.search(before))
    if digits > 4 and "," not in token and "/" not in token:
        return False
    if _RATIO.fullmatch(token) or _TIME.fullmatch(token):
        return True
    if (
        _VITAL.search(before)
        or _RANGE.search(before)
        or (digits <= 2 and token.isdecimal() and _AGE.search(before) and int(token) < 90)
    ):
        return True
    if digits <= 2 and token.isdecimal() and 1 <= int(token) <= 12 and _HOUR.search(before):
        following = tokens[at + 1][0] if at + 1 < len(tokens) else "."
        if following in _BEHIND_HOUR:
            return True
    if at + 1 < len(tokens):
        following = tokens[at + 1][0].lower()
        if following in ("a.m", "p.m") or (following in ("a", "p") and at + 3 < len(tokens)):
            return True
        if following in ('"', "'"):  # 5'4"
            return digits <= 2
        if following in ("%", "°", "℃", "℉", "x"):
            return True
        if following in ("-", "–", "/", "+", "to", "or") and _is_followed(tokens, at, words):
            return True
        if following[0].isalpha() and following not in _LINKS and following in words.units:
            return True
        if _UNIT_GLUED.fullmatch(following):
            return True
    if digits <= 2 and _SCALE.search(before) and ("scale" in sentence.lower() or "out of" in sentence.lower()):
        return True
    return _is_small_and_alone(sentence, tokens, at) or _is_value_of_a_term(as_typed, token, words)


def _is_followed(tokens: list[re.Match[str]], at: int, words: PromptWords) -> bool:
    """A range: 3-4 days, 3 to 4 days, 3-day."""
    for token in tokens[at + 2 : at + 4]:
        lower = token[0].lower()
        if lower in words.units or _UNIT_GLUED.fullmatch(lower):
            return True
    return False
