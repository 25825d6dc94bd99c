"""One character -> the characters it is compared as: the alphabet of the wall.

Width, case, accents, hiragana or katakana, look-alike letters, old forms of kanji and invisible characters make no
difference afterwards. A space stands for anything that is no letter or digit; a line feed for a quotation mark or a
line end, because those part the values of a JSON text. It is not a form to show or to send.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

#: Cyrillic and Greek letters (lower case) that look like Latin ones.
_LOOKALIKES = dict(zip("асеорхуіјѕһԁԛԝвнктмѵӏгѡ", "aceopxyijshdqwbhktmvlrw", strict=True)) | dict(
    zip("αβγεζηικμνορτυχω", "abyeznikuvoptuxw", strict=True)
)

#: Capitals that look like another letter than their small forms do.
_LOOKALIKE_CAPITALS = dict(zip("ΗΝΡΥΧВНРСУХ", "hnpyxbhpcyx", strict=True))

#: Old or rare forms of kanji that are common in names -> the usual form.
_OLD_KANJI = dict(
    zip(
        "髙﨑碕嵜邊邉齋齊斎澤濱濵廣國櫻眞惠榮龍嶋嶌桒栁德曾圓藏應學壽渕條瀧萬與來禮鐵彌冨劍嶽舘假兒淸靑淺榮槇瑤祐靜櫻縣關發實寶豐讓郞曻晉峯埜穗繩莊增黑",
        "高崎崎崎辺辺斉斉斉沢浜浜広国桜真恵栄竜島島桑柳徳曽円蔵応学寿淵条滝万与来礼鉄弥富剣岳館仮児清青浅栄槙瑶祐静桜県関発実宝豊譲郎昇晋峰野穂縄荘増黒",
        strict=True,
    )
)

_MARKS = {"○": "〇", "◯": "〇", "æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "ı": "i", "ł": "l"}
#: Letters and signs that show nothing at all.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_HARD = frozenset('"\n\r\v\f\u0085\u2028\u2029')
_VOICED = frozenset("\u3099\u309a")
_LETTER_NAME = re.compile(r"(?:LATIN|SYMBOL)(?: SMALL| CAPITAL)? LETTER (?:SMALL CAPITAL )?([A-Z])(?: WITH .*)?$")


class _Alphabet(dict[int, str]):
    """A table for `str.translate` that works each character out once."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold(chr(point))
        return folded


def _fold(character: str) -> str:
    if character in _HARD:
        return "\n"
    if character in _BLANK:
        return ""
    if 0xE0020 <= ord(character) <= 0xE007E:  # tag characters: an invisible copy of ASCII
        character = chr(ord(character) - 0xE0000)
    character = _LOOKALIKE_CAPITALS.get(character, character)
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).casefold())
    kept = "".join(c for c in spread if c in _VOICED or unicodedata.category(c) not in ("Mn", "Me"))
    if kept != " " and kept[:1] == " " and kept[1:] in _VOICED:  # the free-standing voicing mark
        kept = kept[1:]
    return "".join(_fold_plain(c) for c in unicodedata.normalize("NFC", kept))


def _fold_plain(character: str) -> str:
    point = ord(character)
    if character.isascii():
        return character if character.isalnum() else " "
    if 0x30A1 <= point <= 0x30F6:
        return chr(point - 0x60)
    if known := _LOOKALIKES.get(character) or _OLD_KANJI.get(character) or _MARKS.get(character):
        return known
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if named := _LETTER_NAME.search(unicodedata.name(character, "")):
        return named.group(1).lower()
    return character if category[0] in "LMN" else " "


_ALPHABET = _Alphabet()


def words_of(text: str) -> str:
    """The text in the wall's alphabet: runs of letters and digits, spaces, and line feeds between values.

    Takes any string, lone surrogates included.
    """
    words = text.translate(_ALPHABET)
    # Only now can marks that followed their letter (half-width kana, jamo) join it.
    return words if unicodedata.is_normalized("NFC", words) else unicodedata.normalize("NFC", words)


def with_places(text: str) -> tuple[str, list[tuple[int, int]], str]:
    """The tight words of a text, where each of their characters stands in the text, and the words with their spaces."""
    run: list[str] = []
    places: list[tuple[int, int]] = []
    words: list[str] = []
    for start, end in _letters_of(text):
        seen = words_of(text[start:end]) if end > start + 1 else _ALPHABET[ord(text[start])]
        words.append(seen)
        for character in seen:
            if character != " ":
                run.append(character)
                places.append((start, end))
    return "".join(run), places, "".join(words)


@cache
def _is_a_mark(character: str) -> bool:
    """Whether it belongs to the letter before it."""
    return character in "ﾞﾟ\u3099\u309a" or unicodedata.combining(character) != 0


def _letters_of(text: str) -> Iterator[tuple[int, int]]:
    """The place of each letter with its marks."""
    if not any(map(_is_a_mark, text)):
        return ((at, at + 1) for at in range(len(text)))
    starts = [at for at, character in enumerate(text) if at == 0 or not _is_a_mark(character)]
    return zip(starts, [*starts[1:], len(text)], strict=True)


def tight(words: str) -> str:
    """Words run together; values stay apart."""
    return words.replace(" ", "")


def is_kana(character: str) -> bool:
    return "\u3041" <= character <= "\u309f" or character == "ー"
