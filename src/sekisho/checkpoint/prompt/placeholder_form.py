"""How a placeholder is recognised again in an answer: other brackets, widths, spaces, the other language.

〔氏名1〕 may come back as [Name 1], (name1), 「氏名１」, 【NAME_1】 or 氏名1. What follows it (さん, 's) does not
matter.
"""

from __future__ import annotations

import re
import unicodedata

from sekisho.checkpoint.prompt.kinds import Kind

_OPEN = r"[〔\[［【（(「『{｛<＜〈《]"
_CLOSE = r"[〕\]］】）)」』}｝>＞〉》]"
_GAP = r"[ \u3000_\-#＃:：.]{0,2}"
_DIGITS = r"\d{1,4}"


def _key(label: str) -> str:
    return unicodedata.normalize("NFKC", label).casefold().replace(" ", "")


_KINDS = {_key(label): kind for kind in Kind for label in kind.value}


def _letters(label: str) -> list[str]:
    """A pattern for each letter of a label: full-width too, and any spacing."""
    return ["[ \u3000]?" if letter == " " else _letter(letter) for letter in label]


def _letter(letter: str) -> str:
    is_narrow = letter.isascii() and letter.isalnum()
    return f"[{letter}{chr(ord(letter) + 0xFEE0)}]" if is_narrow else re.escape(letter)


def _begun(label: str) -> str:
    """Any beginning of a label: n(?:a(?:m(?:e)?)?)?."""
    first, *rest = _letters(label)
    return f"{first}{''.join(f'(?:{letter}' for letter in rest)}{')?' * len(rest)}"


_LABELS = sorted({label.casefold() for kind in Kind for label in kind.value}, key=len, reverse=True)
_LABEL = "|".join("".join(_letters(label)) for label in _LABELS)
#: The label that a model may also write without brackets, because it is no word of ordinary text with a digit.
_BARE = Kind.NAME.value[0]
_BEGUN = "|".join(map(_begun, _LABELS))

#: A whole placeholder: groups 1 and 2 are label and number in brackets, 3 the number of a bare one.
PLACEHOLDER = re.compile(
    rf"{_OPEN}{_GAP}({_LABEL}){_GAP}({_DIGITS}){_GAP}{_CLOSE}|{_BARE}({_DIGITS})(?!\d)", re.IGNORECASE
)
#: The end of a chunk that may be the beginning of one.
BEGUN = re.compile(
    rf"(?:{_OPEN}{_GAP}(?:(?:{_BEGUN})|(?:{_LABEL}){_GAP}(?:{_DIGITS}{_GAP})?)?|{_BARE}{_DIGITS}|{_BARE}|{_BARE[0]})$",
    re.IGNORECASE,
)


def meaning_of(found: re.Match[str]) -> tuple[Kind, int]:
    """What a whole placeholder stands for."""
    if found[3]:
        return Kind.NAME, int(found[3])
    return _KINDS[_key(found[1])], int(found[2])
