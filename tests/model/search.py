"""Searching released bytes for identifiers, by code that shares nothing with the checkpoint's own wall.

It reads the bytes in every way that it knows and searches the plain value, and it searches the disguised writing as it
was written. A single character is not searched: it stands in too many innocent words.
"""

from __future__ import annotations

import base64
import codecs
import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import unquote

#: Hiragana as katakana, Cyrillic letters as the Latin ones that they look like.
_ALIKE = {code: code + 0x60 for code in range(0x3041, 0x3097)} | str.maketrans("аеіорсух", "aeiopcyx")
_REST = re.compile(r"[\W_]+")
_SHORTEST = 2
_SHORTEST_LATIN = 4  # shorter Latin letters and digits stand in the names of tests and medicines


def plain(text: str) -> str:
    """Letters and digits only, in one width, one case and one kana."""
    return _REST.sub("", unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE))


def strings(value: object) -> Iterator[str]:
    """Every string of a JSON value, the keys too, and what JSON a string holds."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value
        if value.startswith(("{", "[")):
            with suppress(ValueError):
                yield from strings(json.loads(value))


def views(body: str) -> list[str]:
    """The text in every reading: decoded, reversed, by the first letters of its strings."""
    parts = [body]
    for line in body.splitlines():
        try:
            parts += strings(json.loads(line.removeprefix("data:")))
        except ValueError:
            parts.append(line)
    whole = "\n".join(parts)
    decoded = [whole, unquote(whole), html.unescape(whole), codecs.encode(whole, "rot13")]
    decoded.append(re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), whole))
    decoded += [_from_base64(found) for found in re.findall(r"[A-Za-z0-9+/]{6,}={0,2}", whole)]
    decoded += [_from_hex(found) for found in re.findall(r"(?:[0-9a-fA-F]{2}){4,}", whole)]
    decoded += ["".join(part[:1] for part in parts), "".join(part.strip()[-1:] for part in parts)]
    folded = [plain(text) for text in dict.fromkeys(decoded) if text]
    return [*folded, *(text[::-1] for text in folded), whole]


def found(body: str, values: Iterable[str], written: Iterable[str]) -> list[str]:
    """Which identifiers, or disguised writings of them, are in a text."""
    all_views = views(body)
    needles = [(value, plain(value)) for value in values]
    hits = [value for value, needle in needles if _is_long(needle) and any(needle in view for view in all_views)]
    return hits + [text for text in written if len(text) >= _SHORTEST_LATIN and text in all_views[-1]]


def _is_long(needle: str) -> bool:
    return len(needle) >= (_SHORTEST_LATIN if needle.isascii() else _SHORTEST)


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "ignore")
    except ValueError:
        return ""


def _from_hex(text: str) -> str:
    return bytes.fromhex(text).decode("utf-8", "ignore")
