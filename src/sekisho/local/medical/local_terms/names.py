"""A name of a master -> the name to display: in one width, without strength, form and maker."""

from __future__ import annotations

import re
import unicodedata

_MAKER = re.compile(r"\s*「[^「」]{1,20}」")
_UNIT = r"(?:mg|μg|mcg|ug|g|mL|%|万?単位|mEq|mmol)"
_FORM = (
    r"(?:OD錠|口腔内崩壊錠|腸溶錠|徐放錠|チュアブル錠|錠|腸溶カプセル|徐放カプセル|カプセル|細粒|顆粒|ドライシロップ|シロップ|内用液|経口液"
    r"|点滴静注用|点滴静注液?|静注用|静注液|静注|筋注用|筋注|皮下注用|皮下注|注射用|注射液|(?<=[ァ-ヶーA-Za-z])[散注])"
)
_STRENGTH = rf"\d[\d.,]*\s?{_UNIT}(?:/\d*[\d.]*\s?{_UNIT})?"
#: The last thing that says how much or in which form: 「錠5mg」, 「OD錠」, 「0.5g」. Local forms (軟膏) stay.
_TAIL = re.compile(rf"\s?(?:{_FORM}\s?(?:{_STRENGTH}|\d[\d.]*)?|{_STRENGTH})$", re.I)
_TAIL_END = frozenset("錠ル粒プ液用注散位gGlLqQ%0123456789")
_ALLERGY = re.compile(r"(?:(?<=.)アレルギー|\s+allergy)$", re.I)
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々]")


def shown(text: str) -> str:
    """A cell as it may be shown: NFKC (one width), single spaces."""
    plain = unicodedata.normalize("NFKC", text)
    if " " not in plain:
        return plain
    return " ".join(part for part in plain.split(" ") if part)


def plain_name(kind: str, name: str) -> str:
    """The name of the thing itself.

    A medicine without its maker, strength and systemic form, an allergen without 「アレルギー」. `name` is as `shown`
    gives it. What would leave nothing is left as it is.
    """
    plain = name
    if kind == "medicine":
        if "「" in plain:
            plain = _MAKER.sub("", plain)
        while plain and plain[-1] in _TAIL_END and (tail := _TAIL.search(plain)):
            plain = plain[: tail.start()]
    elif kind == "allergen":
        plain = _ALLERGY.sub("", plain)
    return plain.strip() or name


def is_japanese(text: str) -> bool:
    """Whether a text holds any kana or kanji."""
    return _JAPANESE.search(text) is not None
