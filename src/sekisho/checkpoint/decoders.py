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
_HEX = re.compile(r"[0-9A-Fa-f]{2}(?:[ :,;_-]?(?:0x|\\x)?[0-9A-Fa-f]{2}){3,}+[0-9A-Fa-f]?")
_NOT_HEX = re.compile(r"0x|[^0-9A-Fa-f]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}")
_WORD = re.compile(r"[A-Za-z][a-z_/-]+")
#: How ASCII text begins in base64, of runs that look like a word: nearly no word begins so.
_BASE64_WORD = re.compile(r"[A-Za-f][i-nyz][cdghklopstwx]")
_ONLY_WORDS = re.compile(rb"[A-Za-z0-9 .@'_-]+")
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
    for run in _HEX.findall(text):
        digits = _NOT_HEX.sub("", run)
        for start in (0, 1):  # a stray digit in front must not hide the rest
            part = digits[start : start + (len(digits) - start) // 2 * 2]
            yield from _if_text(bytes.fromhex(part))


def _from_base64(text: str) -> Iterator[str]:
    for run in _BASE64.findall(text):
        if not _WORD.fullmatch(run):
            standard = run.translate(_URL_SAFE) if "-" in run or "_" in run else run
            for start in range(4):  # stray letters in front must not hide the rest
                yield from _if_text(_decode(standard[start:]))
        elif _BASE64_WORD.match(run) and _ONLY_WORDS.fullmatch(data := _decode(run)):
            yield data.decode()


def _decode(run: str) -> bytes:
    whole = len(run) - (len(run) % 4 == 1)
    try:
        return binascii.a2b_base64(run[:whole] + "=" * (-whole % 4))
    except binascii.Error:
        return b""


def _if_text(data: bytes) -> Iterator[str]:
    """The bytes as text, unless they are mostly something else."""
    said = data.decode(errors="ignore")
    if len(said.encode()) * 2 > len(data) and sum(map(str.isalnum, said)) * 2 > len(said):
        yield said


def _utf8(data: bytes) -> str:
    """Bytes as text; what is no UTF-8 may be Shift JIS."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode(errors="ignore") + "\n" + data.decode("cp932", errors="ignore")
