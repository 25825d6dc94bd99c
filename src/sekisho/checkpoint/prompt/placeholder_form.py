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


def _spelled(label: str) -> str:
    """A label with full-width letters and any spacing."""
    letters = []
    for character in label:
        wide = chr(ord(character) + 0xFEE0) if character.isascii() and character.isalnum() else ""
        letters.append(f"[{re.escape(character)}{wide}{wide.upper()}]" if wide else re.escape(character))
    return "".join(letters).replace("\\ ", "[ \u3000]?")


def _beginnings(label: str) -> list[str]:
    return [_spelled(label[:size]) for size in range(1, len(label) + 1)]


_LABELS = sorted({label.casefold() for kind in Kind for label in kind.value}, key=len, reverse=True)
_LABEL = "|".join(map(_spelled, _LABELS))
#: The label that a model may also write without brackets, because it is no word of ordinary text with a digit.
_BARE = Kind.NAME.value[0]
_BEGUN = "|".join(sorted({begun for label in _LABELS for begun in _beginnings(label)}, key=len, reverse=True))

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
