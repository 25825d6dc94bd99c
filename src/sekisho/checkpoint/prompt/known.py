"""Whether a sentence may leave as it was typed: every word of it is on an allow-list, whatever its language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sekisho.checkpoint.prompt import english
from sekisho.checkpoint.prompt.japanese_numbers import numbers_in
from sekisho.checkpoint.prompt.spans import lower, plain
from sekisho.checkpoint.prompt.words import Piece, PromptWords

_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿々〆ｦ-ﾟ]")
_KANJI = re.compile(r"[一-龠々]{2,}")
_NUMERALS = frozenset("一二三四五六七八九十百千万数何半両")
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_NUMBER = re.compile(r"[\d十]|[小中高][一二三四五六]")
_LETTERS = re.compile(r"(?<![a-z0-9'])[a-z][a-z0-9\-]*(?:'[a-z]{1,2})?(?![a-z0-9])")
#: A space between an English word and what is said of it: 「heart がバクバク」.
_SPACE_AND_KANA = re.compile(r" (?=[ぁ-ん])")
#: Sounds in katakana: what ends in ッ (ブチッ), and what is said twice (バキバキ) unless a name is (ゆかゆか).
_SOUND = re.compile(r"(?<![ァ-ヴー])(?:[ァ-ヴー]{1,3}ッ|([ァ-ヴー]{2,3})\1)(?![ァ-ヴー])")
#: Laughter at the end: 「悪化したw」.
_LAUGHTER = re.compile(r"(?<=[ぁ-んァ-ヶー一-龠])w{1,6}(?=$|[ 。、!?\n☆])")


def is_japanese(text: str) -> bool:
    """Whether there is a kana or a kanji in it."""
    return not text.isascii() and _JAPANESE.search(text) is not None


def is_known(sentence: str, words: PromptWords) -> bool:
    """Whether nothing in a sentence is unknown. Identifiers in it stand as private characters."""
    stripped = plain(sentence).strip()
    if not is_japanese(stripped):
        return english.is_known(stripped, words)
    return is_ordinary(lower(stripped), words, stripped)


@cache
def _kana_sizes(words: PromptWords) -> dict[str, tuple[int, ...]]:
    """First two characters of a listed name in hiragana -> lengths of those that begin so."""
    found: dict[str, set[int]] = {}
    for name in words.kana_names:
        found.setdefault(name[:2], set()).add(len(name))
    return {head: tuple(sorted(sizes, reverse=True)) for head, sizes in found.items()}


#: What may follow a name in hiragana, so that it is not read as words and endings.
_BEHIND_A_NAME = re.compile(r"[がはもをにとへ、。・\s」)]|の(?!で|に)|です|から(?![、。だ])|って|さん|ちゃん|くん|$")
#: 「妊娠がわかって」 is nobody called わか, 「酒やめると」 nobody called める.
_KNOWS = re.compile(r"わかって|(?:(?<=^)|(?<=[酒草コ薬事社校活をはもで、]))やめる")
#: What goes on behind かな.
_THINKS = re.compile(r"、|と(?:も|は)?(?:思|心配|悩|不安|考|感じ|気)|と。|と$")
_ENDS = ("", "。", "?", "!", " ", "☆", "\n", "」", ")")
#: 「熱があるのかな」「水分不足かな」 is nobody called かな.
_WONDERS = re.compile(r"[いるたなうくすむつぶぐ]の$|(?<![娘妹姉孫姪妻嫁友])[一-龠ァ-ヴー]$")


def kana_names_in(piece: str, words: PromptWords) -> Iterator[tuple[int, int]]:
    """Listed names in hiragana where a word begins and a name may end."""
    sizes = _kana_sizes(words)
    for start in range(len(piece) - 1):
        found = sizes.get(piece[start : start + 2])
        if found is None:
            continue
        before = piece[start - 1 : start]
        if before and "ぁ" <= before <= "ん" and (before not in "のはがとにをもや" or start == 1):
            continue  # what begins a sentence is no particle (や+める)
        if before and "ァ" <= before <= "ー" and "ァ" <= piece[start] <= "ー":
            continue
        if _KNOWS.match(piece, start) or _KNOWS.match(piece, max(0, start - 1)):
            continue
        for size in found:
            name = piece[start : start + size]
            if (
                len(name) == size
                and name in words.kana_names
                and _BEHIND_A_NAME.match(piece, start + size)
                and not (
                    name == "かな"
                    and _WONDERS.search(piece, 0, start)
                    and (piece[start + size :][:1] in _ENDS or _THINKS.match(piece, start + size))
                )
                and not _is_part_of_a_word(piece, start, start + size, words)
                and not _is_ending(piece, start, start + size, words)
            ):
                yield start, start + size
                break


#: First kana of an ending -> the last one of the verb: 入+るな, 飲+まん.
_ROWS = {
    kana: row[2]
    for row in ("らりるれろ", "かきくけこ", "さしすせそ", "まみむめも", "たちつてと", "なにぬねの", "ばびぶべぼ")
    for kana in row
}
_STEM = re.compile(r"(?<![一-龠々])[一-龠]{1,2}$")


def _is_ending(piece: str, start: int, end: int, words: PromptWords) -> bool:
    """Whether it is the ending of a listed verb that is written in kanji: 「入るなと」, 「入らん」."""
    stem = _STEM.search(piece, max(0, start - 3), start)
    if stem is None or not words.japanese.is_known(stem[0] + piece[start:end]):
        return False
    endings = (_ROWS.get(piece[start]), "い" if piece[start] in "いくかけし" else None)
    return any(ending and words.japanese.is_known(stem[0] + ending) for ending in endings)


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


#: A listed word of so many characters that reaches into the name is no chance: むずがゆい is nobody called ゆい.
_LONG = 4
#: Behind one of these a word begins for certain: もともと is nobody called とも.
_BREAKS = "、。 (「"


def _is_part_of_a_word(piece: str, start: int, end: int, words: PromptWords) -> bool:
    """Whether a longer listed word is there: 太もも is nobody called もも. さきに may be さき and a particle."""
    return any(
        (stop > end and piece[end:stop] not in _PARTICLES)
        or (begin < start < stop and not "ぁ" <= piece[begin] <= "ん" and piece[start:stop] not in _PARTICLES)
        or (begin < start and stop > end and (begin == 0 or piece[begin - 1] in _BREAKS))
        or (begin < start < stop and stop - begin >= _LONG)
        for begin in range(max(0, start - 5), start + 1)
        for stop, _ in words.japanese.steps(piece, begin)
    )


def vouched_pieces(piece: str, words: PromptWords, typed: str = "") -> list[Piece]:
    """Letters, measured values and numbers that everybody calls: what in a Japanese piece is known by itself.

    `typed`: the piece before its letters were made small, where that is known.
    """
    found: list[Piece] = [
        (letters.start(), letters.end(), "noun")
        for letters in _LETTERS.finditer(piece)
        if letters[0] in words.acronyms
        or letters[0] in words.clinical_ja
        or _is_english(letters[0], words)
        or _is_no_name_here(typed, letters, words)
    ]
    found += [
        (sound.start(), sound.end(), "adverb")
        for sound in _SOUND.finditer(piece)
        if (sound[1] or "").translate(_HIRAGANA) not in words.kana_names
    ]
    found += [(laugh.start(), laugh.end(), "interjection") for laugh in _LAUGHTER.finditer(piece)]
    if _NUMBER.search(piece):
        found += numbers_in(piece, words)
    # With the space behind it too: a particle may follow the word, or something new begin.
    return found + [(start, end + 1, name) for start, end, name in found if _SPACE_AND_KANA.match(piece, end)]


def is_ordinary(piece: str, words: PromptWords, typed: str = "") -> bool:
    """Whether a Japanese piece in small letters is made of listed words only; an analyser may vouch for some."""
    if next(kana_names_in(piece, words), None) is not None:
        return False
    if words.japanese.is_known(piece, vouched_pieces(piece, words, typed)):
        return True
    return words.unvouched is not None and not unvouched_in(piece, words)


def unvouched_in(piece: str, words: PromptWords) -> list[tuple[int, int]]:
    """The places of a Japanese piece for which neither the analyser nor the lists of names vouch.

    Without an analyser: all of it.
    """
    if words.unvouched is None:
        return [(0, len(piece))]
    people = [found.span() for found in _KANJI.finditer(piece) if _is_a_person(found[0], words)]
    measured = [(start, end) for start, end, name in vouched_pieces(piece, words) if name == "measured"]
    unvouched = (
        (start, end)
        for start, end in words.unvouched(piece, lambda word: _is_listed(word, words))
        if not any(first <= start < last for first, last in measured)
    )
    return sorted({*people, *unvouched})


def _is_listed(word: str, words: PromptWords) -> bool:
    return word in words.listed or word in words.acronyms or "\ue000" <= word <= "\ue0ff"


def _is_english(word: str, words: PromptWords) -> bool:
    whole = word.removesuffix("'s")
    if whole in words.english_names or whole in words.romaji_names:
        return False
    if word in words.english or whole in words.english:
        return True
    parts = whole.split("-")
    return len(parts) > 1 and all(_is_english(part, words) for part in parts)


def _is_no_name_here(typed: str, found: re.Match[str], words: PromptWords) -> bool:
    """Whether a word that is also a name stands where no name does: "do I"; typed small "in winter", "I have to skip
    朝ごはん", 「greenになった」."""
    if not typed or found[0] not in words.english:
        return False
    if found[0] in _HELPERS and _ASKS.match(typed, found.end()):
        return True
    is_small = typed.startswith(found[0], found.start())
    if (
        is_small
        and found[0] in _EVERYWHERE
        and _WITHIN_ENGLISH.search(typed, max(0, found.start() - _LONGEST), found.start())
    ):
        return True
    return is_small and bool(
        _BEFORE_A_WORD.search(typed, max(0, found.start() - _LONGEST), found.start())
        or _SAYS_HOW.match(typed, found.end())
    )


#: How far is looked back for the words in front.
_LONGEST = 30
_BEFORE_A_WORD = re.compile(
    r"(?<![A-Za-z0-9'’-])(?:in|an?|the|some|any|no|not|very|super|really|so|too|more|most|less|quite|bit|kinda|every"
    r"|each|last|next|early|late|dark|light|bright|feels?|felt|looks?|looked|turn(?:s|ed|ing)?|gets?|getting|got"
    r"|(?:have|has|had|want(?:ed)?|need(?:ed)?|ok|okay|safe|able|try|trying|tried|going|how|where|when|what|supposed"
    r"|used|better|best|hard|time|helps?|way|bad|good|fine|dangerous|forgot|decided) to)[ ]$"
)
#: Far more often words than names, in small letters behind another English word.
_EVERYWHERE = frozenset(
    ["an", "do", "go", "no", "so", "day", "good", "hand", "page", "small", "long", "short", "can", "done"]
)
#: Words that ask, and are names too; "grace you know" asks nothing.
_HELPERS = frozenset(["do", "will", "can", "may", "shall"])
_ASKS = re.compile(r" (?:I|you|we|they)(?![A-Za-z])")
#: A small letter in the middle of English words: "would do 時短勤務". At their start it may be somebody.
_WITHIN_ENGLISH = re.compile(r"(?:^|(?<![A-Za-z]))(?:I|[A-Za-z']*[a-z]),? $")
_SAYS_HOW = re.compile(r" ?(?:な(?![らのんし])|に(?:な[っりる]|し[たて]))")


def _is_a_person(run: str, words: PromptWords) -> bool:
    """Whether a run of kanji is a listed name, or may be one that is on no list."""
    if run in words.given:
        return True
    if run in words.listed:
        return False
    return any(run[:size] in words.surnames for size in (2, 3)) or _is_made_of_names(run, words)


def _is_made_of_names(run: str, words: PromptWords) -> bool:
    """Whether two or three kanji, alone or behind a word of time, are on no list and each of them one that names are
    made of (大船, 昨日園夜). A dictionary that has them as a noun does not have every name."""
    if len(run) > 3:
        run = next((run[size:] for size in (2, 3) if run[:size] in words.loose_words), run)
    return (
        1 < len(run) < 4
        and words.name_kanji.issuperset(run)
        and run not in words.listed
        and run[-1] not in words.noun_ends
        and not (run[0] in _NUMERALS or run[:1] in words.loose_words)
    )
