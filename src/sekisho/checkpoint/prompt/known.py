"""Whether a sentence may leave as it was typed: every word of it is on an allow-list, whatever its language."""

from __future__ import annotations

import re
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
    r"(\d{1,3}(?:\.\d)?(?:[/\-~〜]\d{2,3}(?:\.\d)?)?)(?![\d./]|\s?(?:分|時|日|週|年))"
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
def _kana_name(words: PromptWords) -> re.Pattern[str] | None:
    """A listed name in hiragana where a word begins, with what may follow a name."""
    if not words.kana_names:
        return None
    names = "|".join(sorted(words.kana_names, key=len, reverse=True))
    return re.compile(
        rf"(?:(?<![ぁ-ん])|(?<=[のはがとにをもや]))(?!(?<=[いるたなうくすむつぶぐ]の)かな)(?:{names})(?=[がはもをにとへ、。・\s」)]"
        rf"|の(?!で|に)|です|から(?![、。だ])|って|さん|ちゃん|くん|$)"
    )


def is_ordinary(piece: str, words: PromptWords) -> bool:
    """Whether a Japanese piece in small letters is made of listed words only; an analyser may vouch for some."""
    name = _kana_name(words)
    if name is not None and name.search(piece):
        return False
    letters: list[Piece] = [
        (found.start(), found.end(), "noun")
        for found in _LETTERS.finditer(piece)
        if found[0] in words.acronyms or found[0] in words.clinical_ja or _is_english(found[0], words)
    ]
    letters += [(found.start(1), found.end(1), "measured") for found in _MEASURED.finditer(piece)]
    letters += [(found.start(), found.end(), "noun") for found in _EMERGENCY.finditer(piece)]
    if words.japanese.is_known(piece, letters):
        return True
    if words.vouches is None or any(_is_a_person(run[0], words) for run in _KANJI.finditer(piece)):
        return False
    return words.vouches(
        piece, lambda word: word in words.listed or word in words.acronyms or "\ue000" <= word <= "\ue0ff"
    )


def _is_english(word: str, words: PromptWords) -> bool:
    return word in words.english and word not in words.english_names and word not in words.romaji_names


def _is_a_person(run: str, words: PromptWords) -> bool:
    return run in words.given or any(run[:size] in words.surnames and run not in words.listed for size in (2, 3))
