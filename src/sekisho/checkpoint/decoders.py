"""What a text says when its encodings are undone: percent, entities, escapes, quoted-printable, hex, base64.

It knows no identifiers, and it never fails: what does not decode says nothing.
"""

from __future__ import annotations

import binascii
import html
import re
from collections.abc import Iterator

#: Encodings inside encodings, and texts in all: more than any honest text has.
_DEPTH = 3
_MOST = 12

_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_QUOTED_PRINTABLE = re.compile(r"(?:=[0-9A-Fa-f]{2}){2,}")
_SLASH_X = re.compile(r"(?:\\x[0-9A-Fa-f]{2})+")
_SLASH_U = re.compile(r"\\u\{?([0-9A-Fa-f]{4,6})\}?|\\U([0-9A-Fa-f]{8})|[Uu]\+([0-9A-Fa-f]{4,6})")
_HEX = re.compile(r"(?:(?:0x|\\x)?[0-9A-Fa-f]{2}[ :,;_-]?){4,}+|[0-9A-Fa-f]{9,}+")
_NOT_HEX = re.compile(r"0x|[^0-9A-Fa-f]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}")
_URL_SAFE = str.maketrans("-_", "+/")


def decodings(text: str) -> Iterator[str]:
    """Every other text that this one holds, encodings in encodings included. The text itself is not among them."""
    seen = {text}
    level = [text]
    for _ in range(_DEPTH):
        following = []
        for outer in level:
            for inner in _once(outer):
                if inner not in seen and len(seen) <= _MOST:
                    seen.add(inner)
                    following.append(inner)
                    yield inner
        if not following:
            return
        level = following


def _once(text: str) -> Iterator[str]:
    if "%" in text and _PERCENT.search(text):
        yield _PERCENT.sub(lambda run: _utf8(bytes.fromhex(run[0].replace("%", ""))), text)
    if "&" in text and (plain := html.unescape(text)) != text:
        yield plain
    if ("\\" in text or "+" in text) and (plain := _unescape(text)) != text:
        yield plain
    if "=" in text and _QUOTED_PRINTABLE.search(text):
        joined = text.replace("=\r\n", "").replace("=\n", "")
        yield _QUOTED_PRINTABLE.sub(lambda run: _utf8(bytes.fromhex(run[0].replace("=", ""))), joined)
    if fragments := [*_from_hex(text), *_from_base64(text)]:
        yield "\n".join(fragments)


def _unescape(text: str) -> str:
    text = _SLASH_X.sub(lambda run: _utf8(bytes.fromhex(run[0].replace("\\x", ""))), text)
    return _SLASH_U.sub(lambda escape: _character(escape[1] or escape[2] or escape[3]), text)


def _character(digits: str) -> str:
    point = int(digits, 16)
    return chr(point) if point <= 0x10FFFF else " "


def _from_hex(text: str) -> Iterator[str]:
    for run in _HEX.finditer(text):
        digits = _NOT_HEX.sub("", run[0])
        for start in (0, 1):  # a stray digit in front must not hide the rest
            part = digits[start : start + (len(digits) - start) // 2 * 2]
            said = _utf8(bytes.fromhex(part))
            if any(map(str.isalpha, said)):
                yield said


def _from_base64(text: str) -> Iterator[str]:
    for run in _BASE64.findall(text):
        # An ordinary word decodes too, to bytes that are no text; and base64 is hardly ever all lower case.
        word = run[1:].islower()
        standard = run.translate(_URL_SAFE) if "-" in run or "_" in run else run
        for start in (0,) if word else (0, 1, 2, 3):
            length = len(standard) - start
            length -= length % 4 == 1
            try:
                data = binascii.a2b_base64(standard[start : start + length] + "=" * (-length % 4))
            except binascii.Error:
                continue
            if not word or data.isascii():
                said = _utf8(data)
                if any(map(str.isalnum, said)):
                    yield said


def _utf8(data: bytes) -> str:
    """Bytes as text. Broken bytes at an end are left out, so that letters glued to a run hide nothing."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode(errors="ignore") + "\n" + data.decode("cp932", errors="ignore")
