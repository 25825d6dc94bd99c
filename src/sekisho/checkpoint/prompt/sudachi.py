"""Sudachi (extra `ja`) vouches for Japanese text whose every word is in its dictionary and is no name in this spelling.

What it guesses, and what it or its dictionary calls a proper noun, it does not vouch for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sekisho.checkpoint.prompt.words import Unvouched

_PROPER = "固有名詞"
#: Names of people and of places; that a word is also the name of a product or a film makes it nobody.
_OF_PEOPLE = ("人名", "地名")
#: Parts of speech without a meaning of their own, or from a closed list.
_GRAMMAR = frozenset(
    ["助詞", "助動詞", "接続詞", "感動詞", "連体詞", "代名詞", "接尾辞", "接頭辞", "補助記号", "記号", "空白"]
)
_CONTENT = frozenset(["名詞", "形状詞", "副詞", "動詞", "形容詞"])
_LETTERS_OR_DIGITS = re.compile(r"[a-z0-9.,/%℃\-]+")
_RUN = re.compile(r"[一-龠々]{2,6}")
_KANJI_THEN_KANA = re.compile(r"[一-龠々]+[ぁ-ん]+")
_HIRAGANA = re.compile(r"[ぁ-んー]+")
_RUN_ONE = re.compile(r"[一-龠]")
#: A number needs something behind it that says what it counts.
_BARE_NUMBER = re.compile(
    r"\d(?![\d.,/%℃\-~〜]|\s?[a-zぁ-んァ-ヶ一-龠々])|\d\s?(?:です|でし|だ|で、|が|は|を|に|も|と|の|へ|や|ね|よ|って|か[、。?らな]|くらい|ぐらい|ほど|だけ|しか|より|まで|など)(?!\d)"
)


@cache
def vouching() -> Unvouched | None:
    """A function: a folded text, and whether a word is on our own lists -> the places that are not vouched for.

    None where Sudachi is not installed.
    """
    try:
        import sudachipy  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return None

    @cache
    def opened() -> tuple[Any, Any]:
        """The dictionary and its tokenizer. Opening takes a tenth of a second: not for texts that the lists know."""
        dictionary = sudachipy.Dictionary()
        build = getattr(dictionary, "tokenizer", None) or dictionary.create
        return dictionary, build()

    @cache
    def may_be_a_name(surface: str) -> bool:
        kinds = (entry.part_of_speech() for entry in opened()[0].lookup(surface))
        return any(kind[1] == _PROPER and kind[2] in _OF_PEOPLE for kind in kinds)

    def unvouched(text: str, is_listed: Callable[[str], bool]) -> Sequence[tuple[int, int]]:
        found = [number.span() for number in _BARE_NUMBER.finditer(text)]
        found += [run.span() for run in _RUN.finditer(text) if _is_name_run(run[0], is_listed, may_be_a_name)]
        previous, reached = "", -1
        morphemes = list(opened()[1].tokenize(text, sudachipy.SplitMode.C))
        for morpheme, following in zip(morphemes, [*morphemes[1:], None], strict=True):
            is_one_kanji = _is_one_kanji(morpheme)
            if (
                (is_one_kanji and reached == morpheme.begin())
                or _is_where_a_name_stands(text, morpheme, is_listed)
                or not (_is_inflected(morpheme, following) or _is_vouched(morpheme, previous, is_listed, may_be_a_name))
            ):
                found.append((morpheme.begin(), morpheme.end()))
            reached = morpheme.end() if is_one_kanji else -1
            previous = morpheme.part_of_speech()[0]
        return found

    return unvouched


#: Around a noun that only the dictionary knows: here it is as likely somebody's or some place's name.
_SOMEBODY_S = re.compile(
    r"(?:妻|夫|嫁|息子|娘|長男|次男|長女|次女|孫|父|母|祖父|祖母|兄|姉|弟|妹|叔父|叔母|甥|姪|いとこ|友人|友達|友だち|親友|彼氏|彼女"
    r"|同僚|上司|部下|先輩|後輩|知人|隣|担当|担任|主治医|うち|名前|氏名|旧姓)(?:の|は|が|、|:)?$"
)
_LIVES_OR_IS_CALLED = re.compile(
    r"に(?:通|勤め|住|在住|入所|所属|入院|在籍|引っ越)|で(?:働|勤|診|看て|もら|買|処方|購入|受診|検査)|へ(?:通|転勤|引っ越)"
    r"|と(?:申|い[うい]|名乗|呼)|って(?:人|名|い[うい]|呼)|(?:在住|出身|勤務|所属|さん|ちゃん|くん|氏|様|先生)"
)


#: 「〔施設1〕の鍛冶です」: who belongs there.
_OF_A_MASKED = re.compile(r"[\ue000-\ue0ff]の?$")


def _is_where_a_name_stands(text: str, morpheme: Any, is_listed: Callable[[str], bool]) -> bool:
    kind = morpheme.part_of_speech()
    if kind[0] != "名詞" or kind[1] != "普通名詞" or len(morpheme.surface()) < 2 or is_listed(morpheme.surface()):
        return False
    start, end = morpheme.begin(), morpheme.end()
    is_alone = (
        (start == 0 or _OF_A_MASKED.search(text, max(0, start - 2), start) is not None)
        and text[end : end + 2] == "です"
        and not text[end + 2 :].strip("。.!？?")
    )
    return is_alone or bool(_SOMEBODY_S.search(text, max(0, start - 6), start) or _LIVES_OR_IS_CALLED.match(text, end))


_ENDINGS = frozenset(["て", "で", "ても", "ては", "たら", "たり", "ながら", "つつ", "ば"])


def _is_inflected(morpheme: Any, following: Any) -> bool:
    """Whether it is a verb or adjective of the dictionary with an ending that no noun has: 出+ます, なっ+て.

    A name that is also a form of a verb (のぞみ, めぐみ) has a particle or です behind it.
    """
    if following is None or morpheme.is_oov() or morpheme.part_of_speech()[0] not in ("動詞", "形容詞"):
        return False
    ending: str = following.surface()
    kind = following.part_of_speech()
    return ending in _ENDINGS or (kind[0] == "助動詞" and following.dictionary_form() not in ("です", "だ", "らしい"))


def _is_one_kanji(morpheme: Any) -> bool:
    """Whether it is a noun of one kanji, of which two in a row make a family name (耳+塚)."""
    kind = morpheme.part_of_speech()
    return bool(_RUN_ONE.fullmatch(morpheme.surface())) and kind[0] == "名詞" and kind[1] != "数詞"


def _is_name_run(run: str, is_listed: Callable[[str], bool], may_be_a_name: Callable[[str], bool]) -> bool:
    """Whether a run of kanji, its beginning, or what follows a listed word in it may be a name, however it is cut."""
    if is_listed(run):
        return False
    starts = [run] + [run[size:] for size in (2, 3) if is_listed(run[:size])]
    for rest in starts:
        if len(rest) == 1 and not is_listed(rest):
            return True
        if any(not is_listed(rest[:n]) and may_be_a_name(rest[:n]) for n in {2, 3, len(rest)} if 1 < n <= len(rest)):
            return True
    return False


def _is_vouched(
    morpheme: Any, previous: str, is_listed: Callable[[str], bool], may_be_a_name: Callable[[str], bool]
) -> bool:
    surface: str = morpheme.surface()
    kind = morpheme.part_of_speech()
    if is_listed(surface) and (len(surface) > 1 or kind[0] not in ("接頭辞", "接尾辞")):
        return True
    if (
        len(surface) == 1
        and _RUN_ONE.fullmatch(surface)
        and kind[0] not in ("動詞", "形容詞", "接尾辞")
        and kind[1] != "数詞"
    ):
        return False
    if kind[1] == "数詞":
        return True
    if _LETTERS_OR_DIGITS.fullmatch(surface):
        return surface[0].isdigit() or not surface[0].isalpha()
    if morpheme.is_oov() or kind[1] == _PROPER:
        return False
    if kind[0] in ("記号", "補助記号", "空白"):
        return not surface.isalnum()  # a letter or kana by itself is a piece of something unknown
    if kind[0] in _GRAMMAR and (len(surface) > 1 or kind[0] in ("助詞", "助動詞", "接尾辞", "接頭辞")):
        # A single kana that begins a sentence, or follows another such beginning, is a piece of an unknown word.
        return previous != "" or kind[0] not in ("助詞", "助動詞", "接尾辞")
    if kind[0] not in _CONTENT or (len(surface) == 1 and "ぁ" <= surface <= "ん" and previous == ""):
        return False
    if len(surface) == 1 and kind[0] == "名詞" and not _is_helper(kind):
        return False
    if kind[0] == "名詞" and kind[1] == "普通名詞" and _HIRAGANA.fullmatch(surface):
        return False  # any name in hiragana can be cut into such pieces (ささ+がわ)
    if kind[0] in ("動詞", "形容詞") and _KANJI_THEN_KANA.fullmatch(surface):
        return not may_be_a_name(surface)  # inflected here; that its dictionary form is a name (望む) says nothing
    return not any(map(may_be_a_name, {surface, morpheme.normalized_form(), morpheme.dictionary_form()}))


def _is_helper(kind: Any) -> bool:
    return kind[2] in ("助数詞可能", "副詞可能")
