"""Names that no term may have: they look like a person or a place, or could mean something else in a sentence.

It is a second look, not a proof: a hospital reviews its own master, and the preview is there for that. A name that the
shipped vocabulary knows is never looked at here.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

MOST_CHARACTERS = 60
#: Why a row is refused, in the order of the report.
REASONS = (
    "empty", "too_long", "too_short", "control", "braces", "digits", "contact", "date", "person", "place", "statement",
)  # fmt: skip

#: Kanji and katakana of which no rule below speaks: most names are made of these only, and need no second look.
_PLAIN = re.compile(
    r"(?:(?![市区町村郡院所局学社人番丁号都道府県様氏殿君生師授長任者無疑定外往歴族明検聴取令平昭大明正"
    r"郎子美介太代江雄夫男奈香恵]|クリニック)[\u4e00-\u9fffァ-ヶー])+"
)
#: Without one of these there is no number, date, address of the network, or name without letters.
_TELLING = re.compile(r"[\d@:.〒令平昭大明]|^\W")
#: What every contact, date and place holds. Looked for first, because the whole patterns take ten times as long.
_CONTACT_HINT = re.compile(r"[@:〒]|www\.|\d[-()\s]|\d{9}")
_DATE_HINT = re.compile(r"\d\s?[-/.,年月\s]|[和成正治]\s?[\d元]|\d{8}")
_PLACE_HINT = re.compile(r"[市区町村郡院所局学ク社人番丁号都道府県]|\d\s[A-Z]")
_NO_LETTER = re.compile(r"[\W\d_]+")
_CONTACT = re.compile(
    r"@|https?:|www\.|(?<![\d.])(?:\+81[-\s]?|0)\d{1,4}[-()\s]{1,2}\d{1,4}[-)\s]\d{3,4}(?!\d)"
    r"|(?<![\d.])0\d{9,10}(?!\d)|〒|(?<!\d)\d{3}-\d{4}(?![\d-])"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    r"(?:18|19|20)\d\d\s?[-/.年]\s?\d{1,2}(?:\s?[-/.月]|$)|\d{1,2}月\s?\d{1,2}日|(?<!\d)(?:19|20)\d{6}(?!\d)"
    r"|(?:令和|平成|昭和|大正|明治)\s?(?:\d|元)|\b[RHS]\d{1,2}[./]\d{1,2}[./]\d{1,2}|\d{1,2}/\d{1,2}/(?:\d\d)?\d\d\b"
    rf"|\b{_MONTH}\s?\d{{1,2}},?\s(?:19|20)\d\d|\b\d{{1,2}}\s{_MONTH}\s(?:19|20)\d\d",
    re.I,
)
_TITLE_AFTER = re.compile(
    r"(?:さん|さま|様|氏|殿|君|くん|ちゃん|先生|医師|教授|看護師|薬剤師|技師|院長|部長|課長|主任|患者)(?:$|[\s(、,・/])"
)
_TITLE_BEFORE = re.compile(r"(?:^|[\s(])(?:(?:dr|mr|mrs|ms|prof)\.\s?|(?:mr|mrs|ms|miss|prof)\s)[a-z]", re.I)
_PREFECTURES = (
    "北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|茨城県|栃木県|群馬県|埼玉県|千葉県|東京都|神奈川県|新潟県|富山県|石川県|福井県|山梨県|長野県"
    "|岐阜県|静岡県|愛知県|三重県|滋賀県|京都府|大阪府|兵庫県|奈良県|和歌山県|鳥取県|島根県|岡山県|広島県|山口県|徳島県|香川県|愛媛県|高知県|福岡県"
    "|佐賀県|長崎県|熊本県|大分県|宮崎県|鹿児島県|沖縄県"
)
_PLACE = re.compile(
    rf"(?:{_PREFECTURES})(?:.*\d|.{{1,6}}[市区町村郡])"
    r"|[\u4e00-\u9fffヶケ]{1,5}(?:市|区(?![域分画間])|町|村)[^\s\d]{0,8}\d"
    r"|\d丁目|番地|\d号室|(?:病院|クリニック|医院|診療所|薬局|大学|(?<![乾抗])株式会社|有限会社|医療法人)$|株式会社|有限会社|医療法人"
    r"|\b\d{1,5}\s(?:[A-Z][a-z]+\s){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Drive)\b"
)
_STATEMENT = re.compile(
    r"(?:なし|無し|ない|ありません|疑い|の疑|否定|除外|既往|既往歴|家族歴|不明|未検|未聴取)$|^(?:no|none|not|unknown|denies)\b",
    re.I,
)
_PARTS = re.compile(r"[ ・,]+")
_GIVEN_ENDS = "郎子美介太代江雄夫男奈香恵"
#: Ends like a given name, and is a thing.
_THINGS = re.compile(r"(?:因|胞|種|分|粒|原|菓|卵|精|硝|陽|電|帽|椅|茄|芥|辛|調|原|梔|附|骨)子$|[膀臓]炎$")


def why_refused(name: str) -> str:
    """One of `REASONS`, or empty where nothing speaks against a name. `name` is as `names.shown` gives it."""
    if not name:
        return "empty"
    if len(name) > MOST_CHARACTERS:
        return "too_long"
    if _PLAIN.fullmatch(name):
        return "too_short" if len(name) < 2 else ""
    if not name.isprintable():
        return "control"
    if "{" in name or "}" in name:
        return "braces"
    if _TELLING.search(name):
        if _CONTACT_HINT.search(name) and _CONTACT.search(name):
            return "contact"
        if _DATE_HINT.search(name) and _DATE.search(name):
            return "date"
        if _NO_LETTER.fullmatch(name):
            return "digits"
    if len(name) < 2:
        return "too_short"
    if _is_person(name):
        return "person"
    if _PLACE_HINT.search(name) and _PLACE.search(name):
        return "place"
    return "statement" if _STATEMENT.search(name) else ""


def _is_person(name: str) -> bool:
    if _TITLE_AFTER.search(name) or (name[0].isascii() and _TITLE_BEFORE.search(name)):
        return True
    kanji, readings = _surnames()
    parts = _PARTS.split(name)
    if len(parts) == 2:
        one, other = parts
        if one in kanji and len(other) <= 4 and not other.isascii():
            return True
        if (one.lower() in readings or (other.lower() in readings and other.isascii())) and len(name) <= 24:
            return one.isascii() == other.isascii() and not any(c.isdigit() for c in name)
    if len(parts) == 1 and 3 <= len(name) <= 5 and name[-1] in _GIVEN_ENDS and not _THINGS.search(name):
        return any(name[:size] in kanji for size in (2, 3) if 1 <= len(name) - size <= 3)
    return False


@cache
def _surnames() -> tuple[frozenset[str], frozenset[str]]:
    """Common surnames in kanji; the same as they sound, in katakana, hiragana and small Latin letters."""
    text = files(__package__).joinpath("surnames.tsv").read_text(encoding="utf-8")
    kanji: set[str] = set()
    readings: set[str] = set()
    for line in text.splitlines():
        if line and not line.startswith("#"):
            written, kana, latin = line.split("\t")
            kanji.update(written.split("|"))
            readings.update((kana, "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in kana), latin))
    return frozenset(kanji), frozenset(readings)
