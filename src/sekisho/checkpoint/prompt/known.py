"""Whether a sentence may leave as it was typed: every word of it is on an allow-list, whatever its language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sekisho.checkpoint.prompt import english
from sekisho.checkpoint.prompt.spans import lower, plain
from sekisho.checkpoint.prompt.words import Piece, PromptWords

_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿々〆ｦ-ﾟ]")
_KANJI = re.compile(r"[一-龠々]{2,}")
_LETTERS = re.compile(r"(?<![a-z0-9])[a-z][a-z0-9\-]*(?![a-z0-9])")
#: A value whose name says what it is measured in: 血圧150/95, 脈拍は110.
_MEASURED = re.compile(
    r"(?:血圧|上が|下が|上は|下は|脈拍数?|脈|心拍数?|体温|熱|spo2|酸素飽和度|酸素|サチュレーション"
    r"|hba1c|bmi|hr|bp|測ったら|測ると|測って|計ったら|計ると|1分(?:間)?に|血糖値?|尿酸値?|コレステロール値?|ヘモグロビン|クレアチニン)"
    r"(?:の?値)?(?:は|が|も|で|:|を測ったら|を測ると|を測って)?[ 、]?(?:約)?"
    r"(\d{1,3}(?:\.\d)?(?:[/\-~〜の]\d{2,3}(?:\.\d)?)?)(?![\d./]|\s?(?:分|時|日|週|年))"
)
#: Numbers that everybody calls: the ambulance, advice by telephone.
_EMERGENCY = re.compile(r"#(?:7119|8000)(?!\d)|(?<!\d)(?:119|110)(?:番)?(?![\d.])(?=番|に|へ|を|か|、|。|で)")


def is_japanese(text: str) -> bool:
    """Whether there is a kana or a kanji in it."""
    return not text.isascii() and _JAPANESE.search(text) is not None


def is_known(sentence: str, words: PromptWords) -> bool:
    """Whether nothing in a sentence is unknown. Identifiers in it stand as private characters."""
    stripped = plain(sentence).strip()
    if not is_japanese(stripped):
        return english.is_known(stripped, words)
    return is_ordinary(lower(stripped), words)


@cache
def _kana_sizes(words: PromptWords) -> dict[str, tuple[int, ...]]:
    """First two characters of a listed name in hiragana -> lengths of those that begin so."""
    found: dict[str, set[int]] = {}
    for name in words.kana_names:
        found.setdefault(name[:2], set()).add(len(name))
    return {head: tuple(sorted(sizes, reverse=True)) for head, sizes in found.items()}


#: What may follow a name in hiragana, so that it is not read as words and endings.
_BEHIND_A_NAME = re.compile(r"[がはもをにとへ、。・\s」)]|の(?!で|に)|です|から(?![、。だ])|って|さん|ちゃん|くん|$")
#: 「熱があるのかな」 is nobody called かな.
_WONDERS = re.compile(r"[いるたなうくすむつぶぐ]の$")


def kana_names_in(piece: str, words: PromptWords) -> Iterator[tuple[int, int]]:
    """Listed names in hiragana where a word begins and a name may end."""
    sizes = _kana_sizes(words)
    for start in range(len(piece) - 1):
        found = sizes.get(piece[start : start + 2])
        if found is None:
            continue
        before = piece[start - 1 : start]
        if before and "ぁ" <= before <= "ん" and before not in "のはがとにをもや":
            continue
        if before and "ァ" <= before <= "ー" and "ァ" <= piece[start] <= "ー":
            continue
        for size in found:
            name = piece[start : start + size]
            if (
                len(name) == size
                and name in words.kana_names
                and _BEHIND_A_NAME.match(piece, start + size)
                and not (name == "かな" and _WONDERS.search(piece, 0, start))
                and not _is_part_of_a_word(piece, start, start + size, words)
            ):
                yield start, start + size
                break


_PARTICLES = frozenset(
    [
        "が",
        "は",
        "も",
        "を",
        "に",
        "と",
        "へ",
        "の",
        "で",
        "や",
        "です",
        "から",
        "って",
        "ごと",
        "ほど",
        "まで",
        "だけ",
        "など",
    ]
)


#: Behind one of these a word begins for certain: もともと is nobody called とも.
_BREAKS = "、。 (「"


def _is_part_of_a_word(piece: str, start: int, end: int, words: PromptWords) -> bool:
    """Whether a longer listed word is there: 太もも is nobody called もも. さきに may be さき and a particle."""
    return any(
        (stop > end and piece[end:stop] not in _PARTICLES)
        or (begin < start < stop and not "ぁ" <= piece[begin] <= "ん" and piece[start:stop] not in _PARTICLES)
        or (begin < start and stop > end and (begin == 0 or piece[begin - 1] in _BREAKS))
        for begin in range(max(0, start - 3), start + 1)
        for stop, _ in words.japanese.steps(piece, begin)
    )


def vouched_pieces(piece: str, words: PromptWords) -> list[Piece]:
    """Letters, measured values and numbers that everybody calls: what in a Japanese piece is known by itself."""
    found: list[Piece] = [
        (letters.start(), letters.end(), "noun")
        for letters in _LETTERS.finditer(piece)
        if letters[0] in words.acronyms or letters[0] in words.clinical_ja or _is_english(letters[0], words)
    ]
    found += [(value.start(1), value.end(1), "measured") for value in _MEASURED.finditer(piece)]
    found += [(number.start(), number.end(), "noun") for number in _EMERGENCY.finditer(piece)]
    return found


def is_ordinary(piece: str, words: PromptWords) -> bool:
    """Whether a Japanese piece in small letters is made of listed words only; an analyser may vouch for some."""
    if next(kana_names_in(piece, words), None) is not None:
        return False
    if words.japanese.is_known(piece, vouched_pieces(piece, words)):
        return True
    return words.unvouched is not None and not unvouched_in(piece, words)


def unvouched_in(piece: str, words: PromptWords) -> list[tuple[int, int]]:
    """The places of a Japanese piece for which neither the analyser nor the lists of names vouch.

    Without an analyser: all of it.
    """
    if words.unvouched is None:
        return [(0, len(piece))]
    people = [found.span() for found in _KANJI.finditer(piece) if _is_a_person(found[0], words)]
    return sorted({*people, *words.unvouched(piece, lambda word: _is_listed(word, words))})


def _is_listed(word: str, words: PromptWords) -> bool:
    return word in words.listed or word in words.acronyms or "\ue000" <= word <= "\ue0ff"


def _is_english(word: str, words: PromptWords) -> bool:
    return word in words.english and word not in words.english_names and word not in words.romaji_names


def _is_a_person(run: str, words: PromptWords) -> bool:
    return run in words.given or any(run[:size] in words.surnames and run not in words.listed for size in (2, 3))
