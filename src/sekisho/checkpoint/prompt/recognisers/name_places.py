"""Ordinary words where a name stands: 「娘のりんごが熱を出した」, 「チョコが吐いた」, 「友人の石が休んだ」.

Behind "my daughter's" (娘の) stands what she has or who she is. What a person has is a closed list (a part of the
body, a symptom, what is worn and used); any other short word is taken for her name. Before "is vomiting" stands who is
vomiting: a word for a person, or a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_RELATION = (
    "妻|夫|嫁|旦那|主人|息子|娘|長男|長女|次男|次女|三男|三女|末っ子|孫|兄|姉|弟|妹|甥|姪|いとこ|友人|友達|友だち|親友|彼氏"
    "|新人|研修生|実習生|教え子|部員|彼女|恋人|婚約者|同僚|上司|部下|先輩|後輩|隣人|知人|担任|主治医|担当医|上の子|下の子|犬|猫"
)
#: Words of the shapes that names have: one kanji, some katakana, some hiragana.
_SHORT = r"(?:[一-龠]{1,2}|[ァ-ヴー]{2,6}|[ぁ-んー]{2,5}?)"
_WHOSE = re.compile(
    rf"(?<![一-龠])(?:{_RELATION})の({_SHORT})(?=(?:が|は|も|です|と(?!き|こ)|、)|を(?!見|診|し)|に(?!な|も|は))"
)
_KANJI = re.compile(r"[一-龠]")
_FORCE = re.compile(r"[がはも](?:入|はい|抜|ぬ|弱|出|で|強|な|落|あ|つ)")
_DOES = (
    r"(?:吐い|吐き|吐く|もどし|嘔吐し|熱を出|熱が出|発熱し|咳をし|咳き込|咳込|泣い|泣き|下痢をし|下痢し|倒れ|寝込|苦しん|痛が|ぐったりし"
    r"|けいれんし|痙攣し|転ん|具合が悪|食べな|食べて|飲まな|言って|言い|休ん)"
)
#: What may stand between the one who does it and what is done.
_WHEN = (
    r"(?:昨日|昨夜|今朝|今日|さっき|先週|急に|突然|夜中|朝|夜|また|ずっと|何度も|何回も|少し|もう|ひどく|から|に|、)*"
)
_WHO = re.compile(rf"(?:^|[、。!?！？\s「])([ァ-ヴー]{{2,6}}|[ぁ-んー]{{2,5}}?)(?:が|は|も){_WHEN}(?={_DOES})")
_BY = re.compile(
    r"(?:^|[、。!?！？\s「])([一-龠]|[ァ-ヴー]{2,6}|[ぁ-んー]{2,5}?)"
    r"(?:(?:に|から)(?:診て|看て|うつされ|もらった風邪|言われ|勧められ|すすめられ)|の(?:紹介|勧め|すすめ)で)"
)
_IN_CHARGE = re.compile(
    r"(?:担当|担任|主治医|係|係員|店長|上司|部長|院長|園長|先生)は([一-龠]{1,2})(?=です|でした|でし|だ|と)"
)


@cache
def said_of_people(kind: str) -> frozenset[str]:
    """Words of `data/said_of_people.tsv`.

    `has`: what somebody has, beyond what the domain's own words say (熱). `beside`: only a place is meant (娘の前に).
    `person`: who may do something, or what stands before it as its object or time."""
    text = files("sekisho.checkpoint.prompt").joinpath("data", "said_of_people.tsv").read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in text.splitlines() if line.startswith(kind + "\t"))
    return frozenset(word for _, _, words in rows for word in words.split())


def find(typed: Typed) -> Iterator[Span]:
    """Spans of names."""
    if not typed.is_japanese:
        return
    text = typed.plain
    for found in _WHOSE.finditer(text):
        word, behind = found[1], text[found.end() : found.end() + 1]
        if (
            word in said_of_people("has")
            or (word in said_of_people("beside") and behind not in "がはも")
            or _is_clinical(typed, word)
        ):
            continue
        if _KANJI.fullmatch(word[1:]) and word not in typed.words.given_behind:
            continue  # two kanji: a listed word is no name, and what is not listed is unknown
        if word == "力" and _FORCE.match(text, found.end()):
            continue
        yield Span(found.start(1), found.end(1), Kind.NAME)
    for pattern in (_WHO, _BY, _IN_CHARGE):
        for found in pattern.finditer(text):
            if (
                found[1] not in said_of_people("person")
                and not _is_clinical(typed, found[1])
                and not _ends_otherwise(typed, found)
            ):
                yield Span(found.start(1), found.end(1), Kind.NAME)


def _is_clinical(typed: Typed, word: str) -> bool:
    """Whether it is a word of the domain that is too long for a name (アレルギー), not one like リン."""
    return len(word) > 3 and word in typed.words.clinical_ja


def _ends_otherwise(typed: Typed, found: re.Match[str]) -> bool:
    """Whether hiragana before the particle are no noun but an adverb, an ending or the like (すぐ+に)."""
    word = found[1]
    return "ぁ" <= word[0] <= "ん" and typed.is_ordinary(word) and word in typed.words.loose_words
