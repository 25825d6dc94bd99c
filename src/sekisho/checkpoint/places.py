"""Addresses and organisations -> the whole and the parts of it that still point at one place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from sekisho.checkpoint.characters import words_of

_PREFECTURE = re.compile(r"^(?:東京都|北海道|(?:京都|大阪)府|[^\s\d]{2,3}県)")
_TOWN = re.compile(r"([^\s\d市区町村郡、,]{1,6}?(?:市|区|町|村))")
_STREET = re.compile(r"([^\s\d市区郡、,]{1,12}?)\s*(\d+(?:\s*(?:[-‐−–ー~の]|丁目|番地?|号)\s*\d*)*)")
_POSTAL = re.compile(r"(?<!\d)(\d{3})-?(\d{4})(?!\d)")
_NUMBER = re.compile(r"\d+")
#: Say nothing about which place it is.
_EVERYWHERE = frozenset(
    ["japan", "tokyo", "osaka", "kyoto", "usa", "united states", "street", "avenue", "日本", "日本国", "apartment"]
)
_KINDS_OF_PLACE = re.compile(
    "株式会社|有限会社|合同会社|医療法人社団|医療法人財団|医療法人|社会福祉法人|財団法人|社団法人|一般|公益"
    "|学校法人|独立行政法人|国立研究開発法人|国立|都立|府立|県立|市立|町立|私立|公立|市民|区民|総合|中央|赤十字|記念|附属|付属"
    "|大学院|大学校|大学|高等学校|高校|中学校|小学校|幼稚園|保育園|保育所|学校|学園|病院|クリニック|医院|診療所|薬局|センター"
    "|医療|内科|外科|整形|小児科|皮膚科|眼科|歯科|耳鼻咽喉科|産婦人科|胃腸科|循環器|消化器|呼吸器|脳神経|精神科|心療|救急|研究所|事務所"
    "|製作所|工業|銀行|商事|支店|本社|本店|営業所"
)
_KINDS_IN_ENGLISH = frozenset(
    ["the", "of", "and", "for", "at", "in", "hospital", "clinic", "clinics", "university", "school",
     "college", "inc", "ltd", "co", "corp", "corporation", "company", "llc", "medical", "center", "centre",
     "health", "healthcare", "general", "national", "central", "memorial", "city", "county", "community",
     "regional", "children", "childrens", "women", "group", "practice", "family", "care", "services",
     "service", "department", "foundation", "institute", "pharmacy", "office", "associates", "surgery",
     "physicians", "primary", "saint", "st", "high", "elementary"]
)  # fmt: skip


def address_forms(value: str) -> Iterator[str]:
    """The whole address and its meaningful parts, as words."""
    plain = unicodedata.normalize("NFKC", value).strip()
    yield words_of(plain)
    for first, second in _POSTAL.findall(plain):
        yield f"{first} {second}"
    bare = _POSTAL.sub(" ", plain).replace("〒", " ").strip()
    rest = _PREFECTURE.sub("", bare)
    yield from (words_of(bare), words_of(rest))
    if rest.isascii():
        yield from _english(rest)
        return
    for town in _TOWN.findall(rest):
        yield words_of(town)
        if len(town) > 3:
            yield words_of(town[:-1])
    for street, numbers in _STREET.findall(re.sub(r"^.*[市区郡]", "", rest)):
        yield from _street(street, _NUMBER.findall(numbers))
    for token in rest.split():
        if len(token) > 3 and not token[0].isdigit():
            yield words_of(token)


def _street(street: str, numbers: list[str]) -> Iterator[str]:
    name = words_of(street)
    if len(name.strip()) > 2:
        yield name
    yield f"{name} {' '.join(numbers)}"
    if len(numbers) > 1:
        for block, house in (("丁目", "番"), ("丁目", "番地"), ("の", "の"), ("丁目", "")):
            ends = ("号", "") if house in ("番", "番地") and len(numbers) > 2 else (house if house != "の" else "", "")
            for end in ends:
                written = numbers[0] + block + numbers[1] + (house + numbers[2] + end if len(numbers) > 2 else end)
                yield f"{name}{written}"


def _english(address: str) -> Iterator[str]:
    for piece in address.split(","):
        words = words_of(piece).strip()
        if len(words) > 4 and words not in _EVERYWHERE:
            yield words


def organisation_forms(value: str) -> Iterator[str]:
    """The whole name, and what is left of it without the words that many organisations share."""
    yield words_of(value)
    plain = unicodedata.normalize("NFKC", value)
    for piece in _KINDS_OF_PLACE.sub(" ", _PREFECTURE.sub("", plain)).split() if not plain.isascii() else ():
        words = words_of(piece)
        if len(words.replace(" ", "")) > 2:
            yield words
    own = [word for word in words_of(plain).split() if word not in _KINDS_IN_ENGLISH]
    if plain.isascii() and len("".join(own)) > 4 and own != words_of(plain).split():
        yield " ".join(own)
