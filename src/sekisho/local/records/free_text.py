"""Finding identifiers in free text: names with titles, places, facilities, numbers, dates.

What is found is only something to look for at the checkpoint. It is no filter: text never leaves whether or not
something was found in it, so a miss here costs one needle of the second wall, not a leak.
"""

# ruff: noqa: E501 - one rule stands on one line

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from sekisho.checkpoint.identifier import Identifier, IdentifierKind

_KANJI = r"[\u3005\u4e00-\u9fff]"
_NAME = rf"(?:{_KANJI}{{1,4}}[ 　]?{_KANJI}{{0,4}}|[ァ-ヶー]{{2,10}}(?:[ 　・][ァ-ヶー]{{2,10}})?)"
_TITLE = r"(?:さん|様(?![子々式相態])|氏|君|くん|ちゃん|殿(?![部筋])|先生|医師|教授|看護師|薬剤師|技師|院長|部長|課長|主任|社長)"
_TITLE_BEFORE = r"(?:主治医|担当医|担当|執刀医|紹介医|氏名|患者名|保護者|夫|妻|父|母|長男|長女|次男|次女|兄|姉|弟|妹)[:：は・の(（]?[ 　]?"
_ENGLISH_NAME = r"[A-Z][A-Za-z'’]+(?:[ -][A-Z][A-Za-z'’]+){0,2}"
_MONTH = r"Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"

_RULES: tuple[tuple[IdentifierKind, re.Pattern[str]], ...] = (
    (IdentifierKind.NAME, re.compile(rf"({_NAME})[ 　]?{_TITLE}")),
    (IdentifierKind.NAME, re.compile(rf"{_TITLE_BEFORE}({_KANJI}{{2,4}}[ 　]{_KANJI}{{1,4}}|[ァ-ヶー]{{2,10}}[ 　・][ァ-ヶー]{{2,10}})")),
    (IdentifierKind.NAME, re.compile(rf"\b(?:Dr|Mr|Mrs|Ms|Miss|Prof|Nurse)\.? ({_ENGLISH_NAME})")),
    (IdentifierKind.ORGANISATION, re.compile(rf"((?:{_KANJI}|[ァ-ヶーA-Za-z0-9])[\u3005\u4e00-\u9fffァ-ヶーA-Za-z0-9]{{1,20}}(?:病院|クリニック|医院|診療所|センター|大学|高校|中学校|小学校|幼稚園|保育園|薬局|株式会社|有限会社|製作所|工業|銀行|事務所))")),
    (IdentifierKind.ORGANISATION, re.compile(r"((?:株式会社|有限会社|医療法人)(?:[\u3005\u4e00-\u9fffァ-ヶーA-Za-z0-9]{2,20}|[\u3005\u4e00-\u9fffァ-ヶーぁ-んA-Za-z0-9]{2,20}?(?=[のにでをへとがは、。\s]|$)))")),
    (IdentifierKind.ORGANISATION, re.compile(r"\b((?:[A-Z][A-Za-z'’&-]{1,40} ){1,4}(?:Hospital|Clinic|University|School|College|Inc|Ltd|Corporation|Company|Medical Center))\b")),
    (IdentifierKind.ADDRESS, re.compile(rf"((?:東京都|北海道|(?:京都|大阪)府|{_KANJI}{{2,3}}県)(?:{_KANJI}|[ァ-ヶぁ-ん0-9０-９\-−－丁目番地号 　])*)")),
    (IdentifierKind.ADDRESS, re.compile(rf"({_KANJI}{{1,5}}(?:市|区|町|村)[\u3005\u4e00-\u9fffァ-ヶぁ-ん]{{0,8}}[0-9０-９]{{1,4}}(?:[-−－丁目番地号の]+[0-9０-９]{{1,4}}){{0,3}})")),
    (IdentifierKind.ADDRESS, re.compile(r"\b(\d{1,5} (?:[A-Z][a-z]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Drive|Way|Boulevard|Blvd))\b")),
    (IdentifierKind.ADDRESS, re.compile(r"(〒?\s?\d{3}-\d{4})(?!\d|-)")),
    (IdentifierKind.PHONE, re.compile(r"(?<![\d.])((?:\+81|0)[-() ]?\d{1,4}[-() ]{0,2}\d{1,4}[-() ]?\d{3,4})(?![\d.])")),
    (IdentifierKind.PHONE, re.compile(r"(?<![\d.])((?:\+1[- ])?\(?\d{3}\)?[- .]\d{3}[- .]\d{4})(?![\d.])")),
    (IdentifierKind.EMAIL, re.compile(r"(?<![A-Za-z0-9._%+-])([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,})")),
    (IdentifierKind.NUMBER, re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,5}-?\d{4,12}|\d{7,16}|\d{3}-\d{2}-\d{4})(?![A-Za-z0-9])")),
    (IdentifierKind.DATE, re.compile(r"((?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?)")),
    (IdentifierKind.DATE, re.compile(r"(?<!\d)(\d{1,2}月\s?\d{1,2}日)")),
    (IdentifierKind.DATE, re.compile(rf"\b((?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}})\b")),
    (IdentifierKind.DATE, re.compile(rf"\b(\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})\.?,? (?:19|20)\d{{2}})\b")),
    (IdentifierKind.DATE, re.compile(r"(?<![\d/])(\d{1,2}/\d{1,2}/(?:19|20)\d{2})(?!\d)")),
    (IdentifierKind.DATE, re.compile(r"((?:令和|平成|昭和|大正|[RHS])\s?(?:\d{1,2}|元)\s?[./年]\s?\d{1,2}\s?[./月]\s?\d{1,2}日?)")),
)  # fmt: skip

#: Words that stand where a name could, and are none: roles, not people.
_NOT_NAMES = frozenset(
    [
        "患者",
        "本人",
        "家族",
        "両親",
        "母親",
        "父親",
        "主治医",
        "担当医",
        "担当",
        "医師",
        "看護師",
        "同僚",
        "友人",
        "息子",
        "娘",
        "夫",
        "妻",
        "父",
        "母",
        "兄",
        "弟",
        "姉",
        "妹",
        "祖父",
        "祖母",
        "赤",
        "皆",
        "お子",
        "奥",
        "旦那",
        "循環器内科",
        "内科",
        "外科",
        "専門",
        "当直",
        "救急",
        "薬剤",
        "産婦人科",
        "皮膚科",
        "眼科",
        "紹介",
        "前",
    ]
)


def identifiers_in(text: str) -> Iterator[Identifier]:
    """Every identifier that the rules see in a text, in no order. Full-width letters and digits are folded first."""
    plain = unicodedata.normalize("NFKC", text)
    for kind, rule in _RULES:
        for found in rule.finditer(plain):
            value = found.group(1).strip()
            if value not in _NOT_NAMES and len(value) > 1:
                yield Identifier(kind, value)
