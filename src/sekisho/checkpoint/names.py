"""A person's name -> the ways in which it is written: orders, parts, readings in kana and romaji, initials."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from sekisho.checkpoint.characters import is_kana, words_of
from sekisho.checkpoint.kana import hepburn, kana_of, romaji_of, same_sound, with_long_marks

_TITLES = frozenset(
    ["dr", "mr", "mrs", "ms", "miss", "prof", "professor", "sir", "md", "phd", "jr", "sr", "ii", "iii", "nurse"]
)
_TITLE_AFTER = re.compile(r"(?:さん|さま|様|氏|くん|ちゃん|殿|先生|医師|教授|看護師|薬剤師|院長)$")
_TRAILING_DIGITS = re.compile(r"(?<=[a-z])\d+$")


def name_forms(value: str) -> Iterator[str]:
    """Every way to write one name or one reading of it, in words of the wall's alphabet."""
    parts = _parts(value)
    if not parts:
        return
    yield from _arranged(parts)
    if all(all(map(is_kana, part)) for part in parts):
        yield from _arranged([with_long_marks(part) for part in parts])
        romaji = [romaji_of(part) for part in parts]
        if all(romaji):
            # The usual spellings as they are; all others are found by their sound, where sounds are compared.
            for spelled in (romaji, [same_sound(part) for part in romaji]):
                yield from _arranged(spelled)
                yield from _arranged([hepburn(part) for part in spelled])
    elif all(part.isascii() for part in parts):
        kana = [kana_of(part) for part in parts]
        if all(kana):
            yield from _arranged(kana)


def initials(value: str) -> Iterator[tuple[str, str]]:
    """The pairs of initials of a name or reading that can be said in Latin letters, in both orders."""
    parts = [part if part.isascii() else romaji_of(part) for part in _parts(value)]
    for one, other in pairwise(parts):
        if one and other:
            # か and た rows: romaji has one letter for what Hepburn writes with another.
            for a in _letters(one):
                for b in _letters(other):
                    yield from ((a, b), (b, a))


def _letters(romaji: str) -> set[str]:
    hepburn = {"t": "c" if romaji.startswith(("ti", "ty")) else "", "z": "j", "h": "f" if romaji[1:2] == "u" else ""}
    return {romaji[0], hepburn.get(romaji[0], "")} - {""}


def _parts(value: str) -> list[str]:
    parts = []
    for part in words_of(value).split():
        bare = _TRAILING_DIGITS.sub("", _TITLE_AFTER.sub("", part))
        if bare and bare not in _TITLES:
            parts.append(bare)
    return parts


def _arranged(parts: list[str]) -> Iterator[str]:
    yield " ".join(parts)
    yield " ".join(reversed(parts))
    if len(parts) > 1:
        first, last = parts[0], parts[-1]
        yield from (f"{first} {last}", f"{last} {first}")
        yield from parts
        if first[0].isascii() and last[0].isascii():
            yield from (f"{first[0]} {last}", f"{last} {first[0]}", f"{last[0]} {first}", f"{first} {last[0]}")
