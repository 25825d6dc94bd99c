"""Relatives and friends by name: 「妻の花子」, 「息子のけんた」, "my son Kenta", "my friend mark"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.japanese_rules import NAME_SIGN
from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed, may_name

#: Who somebody is to the one who types.
RELATION = (
    "妻|夫|嫁|旦那|主人|家内|女房|息子|娘|長男|長女|次男|次女|三男|三女|末っ子|双子|子供"
    "|子ども|子|孫|父|母|祖父|祖母|兄|姉|弟|妹|叔父|叔母|伯父|伯母|義母|義父|姑|舅|甥|姪"
    "|いとこ|従兄弟|従姉妹|友人|友達|友だち|親友|彼氏|彼女|恋人|婚約者|同僚|上司|部下|先輩"
    "|後輩|隣人|隣|知人|担任|主治医|担当医|先生|上の子|下の子|赤ちゃん|犬|猫"
)
_JAPANESE = re.compile(
    rf"(?:{RELATION})(?:の|・|、|である|で、|\()((?:[一-龠々ヶ]{{1,5}}|[ァ-ヴー]{{2,8}}"
    rf"|[ぁ-ん]{{2,5}}?|[A-Z][a-z]{{1,10}}))(?=が|は|も|を|に|と|へ|の|、|\)|,|です|から"
    rf"|より|って|\s)"
)
_KANJI = re.compile(r"[一-龠々]{2}")
_ENGLISH = re.compile(
    r"(?<![a-z])(?:my|our|his|her|their|the) (?:little |big |older |elder |younger |oldest "
    r"|youngest |late |dear |best |close |ex-?)?"
    r"(?:wife|husband|son|daughter|father|mother|dad|mom|mum|brother|sister|grandmother"
    r"|grandfather|grandma|grandpa|granddaughter|grandson|uncle|aunt|cousin|nephew|niece"
    r"|friend|partner|boyfriend|girlfriend|fianc[eé]e?|boss|neighbou?r|colleague|coworker"
    r"|roommate|flatmate|classmate|teacher|doctor|gp|nurse|baby|child|kid|toddler|twin|dog"
    r"|cat)s?,? "
    r"(?:is (?:called|named) |called |named |, )?([a-z][a-z'\-]+)(?: ([a-z][a-z'\-]+))?"
)


def find(typed: Typed) -> Iterator[Span]:
    """Spans of names."""
    if typed.is_japanese:
        for found in _JAPANESE.finditer(typed.plain):
            if may_name(typed, found[1]) and (_KANJI.fullmatch(found[1]) or not typed.is_ordinary(found[0])):
                yield Span(found.start(1), _end_of_name(typed, found.start(1), found.end(1)), Kind.NAME)
        return
    names = typed.words.romaji_names
    for found in _ENGLISH.finditer(typed.lower):
        if found[1] in names or found[1] not in typed.words.english or _is_capital(typed, found.start(1), found[1]):
            if (
                found[1] in typed.words.english
                and found[1] not in names
                and not _is_capital(typed, found.start(1), found[1])
            ):
                continue
            end = found.end(1)
            if found[2] and (found[2] in names or _is_capital(typed, found.start(2), found[2])):
                end = found.end(2)
            yield Span(found.start(1), end, Kind.NAME)


_HIRAGANA = re.compile(r"[ぁ-んー]+")
_LONGEST = 7
#: Particles that are also in the middle of names (やまもと): there, only one that ends the run is taken for a particle.
_ALSO_IN_NAMES = "もとにのへや"
_BEHIND = frozenset(["が", "は", "を", "も", "に", "と", "へ", "の", "で", "から", "です", "より", "って"])


def _end_of_name(typed: Typed, start: int, end: int) -> int:
    """Where a name in hiragana ends: before words that may follow a name (やまもと+が, not やま+もとが)."""
    run = _HIRAGANA.match(typed.plain, start)
    if run is None or run.end() < end:
        return end
    stops = [
        stop
        for stop in range(end, min(start + _LONGEST, run.end()) + 1)
        if typed.is_ordinary(NAME_SIGN + typed.plain[stop : run.end()])
    ]
    if not stops:
        return end
    if typed.plain[stops[0] : stops[0] + 1] not in _ALSO_IN_NAMES or stops[0] == run.end():
        return stops[0]
    return next((stop for stop in stops if typed.plain[stop : run.end()] in _BEHIND), stops[0])


def _is_capital(typed: Typed, start: int, word: str) -> bool:
    return typed.plain[start].isupper() and word != "i" and not word.startswith("i'")
