"""What a sentence of a person says, in codes: symptoms, of whom, denied or not, since when, how bad, which values.

It is for sentences that may not leave as typed, so it reads what it is sure of and leaves out the rest. A symptom that
is said of somebody else keeps that person's relation; where it is not clear whose it is, it is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sekisho.checkpoint.prompt.words import Detail, Said
from sekisho.local.medical.fold import fold, fold_keeping_case
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import around
from sekisho.local.medical.prompt_details import details_in, fever_of, vitals_in
from sekisho.local.medical.prompt_people import UNCLEAR, People, people_in
from sekisho.local.medical.vocabulary import Vocabulary
from sekisho.local.medical.ways_to_say import WaysToSay, says_less

_CLAUSE = re.compile(
    r"[、,，。;；\n]|(?<=です)が|(?<=ます)が|(?<=した)が|(?<=[いるただ])けど|(?<=[いるただ])が(?=[、 ])"
    r"| but | while | whereas "
)
#: 「昨日から咳」 is no dry cough (から咳).
_FROM_THEN = re.compile(r"(?<=[日朝夜晩週月年頃前方時分夕今ろてで0-9])から(?=咳|せき)")
#: A text in katakana only (ｱﾀﾏｶﾞ ｲﾀｲ) is read as the same in hiragana.
_ONLY_KATAKANA = re.compile(r"[ァ-ヶー0-9、。,.!?\s]*[ァ-ヶ][ァ-ヶー0-9、。,.!?\s]*")
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
#: A space between two Japanese words ends a clause: 「鼻水だらだら 熱なし」.
_GAP = re.compile(r"(?<=[ぁ-んァ-ヶー一-龠])(?<![がをはにのもと])[ \u3000](?=[ぁ-んァ-ヶ一-龠0-9０-９])")
#: What is asked, wished or feared is not said: 「熱が出たらどうすれば」, "what if I get a fever".
_NOT_SAID = re.compile(
    r"(?:たら|れば|場合|とき|時|ようなら|なら)(?:は|には|に)?(?:どう|何|なに|受診|病院|飲"
    r"|救急)|予防|(?<![a-z])(?:what if|if i get|in case|to prevent|worried about getting"
    r"|risk of)(?![a-z])"
)
#: It does not go away: 「しびれがとれない」, 「便秘が治らない」.
_STAYS = re.compile(
    r"(?:は|が|も|の|を)?(?:まだ|もう|全然|ぜんぜん|なかなか|ずっと|一向に|あまり|ほとんど|ちっとも)*"
    r"(?:取れ|とれ|治[らりん]|なお[らりん]|引[かき]|ひ[かき]|消え|きえ|抜け|ぬけ"
    r"|(?:おさえ|抑え|とめ|止め)られ|我慢でき|がまんでき|(?:おさま|収ま|治ま|とま)[らり]|止ま[らりん]|よくな[らり]|良くな[らり]|下が[らり]|さが[らり]|減[らり])"
    r"(?:な|ま?せ|ん|ず|ね)"
    # It cannot be borne: 「かゆくて仕方がない」.
    r"|て?(?:仕方|しかた|しょう|たまら|どうしよう)(?:が|も)?な"
    # It is the medicine that is lacking, and 「結膜炎かもしれない」 denies nothing.
    r"|の?(?:お?薬|吸入|目薬|塗り薬|貼り薬|点眼|軟膏)|しれ(?:な|ま?せ)"
)
_NEGATED_LATER = re.compile(
    r"^[てで]?[はも]?い(?:ない|ません|なかった)|^[はがも]?(?:今は?|今朝は?)?3[4-6](?:\.\d)?(?:度|℃)|^(?:(?!て(?![いはもおきな])|ので|から|けど|のに)[^\x00、,。]){0,6}?(?:は|も|が|とか|など|の症状は|症状は)?(?:ほとんど|特に|全く|まったく"
    r"|全然|まだ|もう|今は|今のところ|別に)?(?:ない|なく|なさそう|無さそう|無い|無く|なし|無し|ありません"
    r"|ございません|なかった|ありませんでした|出ていない|出ていません|出ません|出なかった"
    r"|出ない|していない|していません|しません|しない|感じません|感じない|なくなり|なくなっ"
    r"|消え|治りま|治った|おさま|収ま|治ま)"
)
_NEGATED_BEFORE = re.compile(
    r"(?<![a-z])(?:no|not|without|never|don't have|do not have|doesn't have|does not have"
    r"|haven't had|have not had|hasn't had|didn't have|isn't any|no longer have|free of"
    r"|deny|denies|nor|neither|wasn't any|there's no|there is no|don't feel|not feeling"
    r"|don't get|dont have|not any)"
    r"(?:\x00| |,|any|or|and|a|an|of|other|real|much|more|signs?|feeling|experienced|had|have|been|the)*$"
)


@dataclass(frozen=True, slots=True)
class SentenceReader:
    """Reads sentences. Keep one a vocabulary."""

    vocabulary: Vocabulary
    ways_to_say: WaysToSay
    is_ordinary: Callable[[str], bool]

    def read(self, text: str) -> tuple[Said, ...]:
        """What a text (one sentence), in Japanese or English, says."""
        if _ONLY_KATAKANA.fullmatch(kana := unicodedata.normalize("NFKC", text)):
            text = kana.translate(_HIRAGANA)
        text = _GAP.sub("、", _FROM_THEN.sub("から ", text))
        cased = fold_keeping_case(text)
        folded = fold(text)
        if len(folded) != len(cased):
            cased = folded
        hits = self._hits(cased, folded)
        people = people_in(folded, cased, self.is_ordinary)
        said = [one for clause in _clauses(folded) for one in self._clause(folded, clause, hits, people)]
        said = _joined(said)
        return tuple(said) if said else _topic(people)

    def _hits(self, cased: str, folded: str) -> list[Hit]:
        """Symptoms by their names and, where no name is, by the ways in which people say them."""
        signs = self.ways_to_say.signs(folded)
        ways = self.ways_to_say.scan(folded, signs)
        none = [hit for hit in ways if not hit.code]
        named = [
            hit
            for hit in self.vocabulary.lexicon("symptom").scan(cased)
            if not says_less(folded, hit, signs) and not says_less(folded, hit, none)
        ]
        said = [
            hit for hit in ways if hit.code and not any(hit.start < one.end and one.start < hit.end for one in named)
        ]
        return sorted([*named, *said], key=lambda hit: hit.start)

    def _clause(self, text: str, clause: tuple[int, int], hits: list[Hit], people: People) -> Iterator[Said]:
        start, end = clause
        piece = text[start:end]
        own = [hit for hit in hits if start <= hit.start < end]
        details = details_in(piece)
        for hit in own:
            who = people.of(hit.start, hit.end)
            if who is None or _NOT_SAID.search(text, hit.start):
                continue
            negated = _is_negated(text, hit, hits)
            yield Said(hit.code, who, negated, () if negated else details)
        for code, detail in vitals_in(piece):
            who = people.of(start, end)
            if who is not None:
                yield Said(code, who, False, (detail,))
                if fever := fever_of(code, detail):
                    yield Said(fever, who)
        if not own and details:
            yield Said("", "", False, details)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _CLAUSE.finditer(text):
        yield start, mark.start()
        start = mark.end()
    yield start, len(text)


def _is_negated(text: str, hit: Hit, hits: list[Hit]) -> bool:
    if _STAYS.match(text, hit.end):
        return False
    seen = around(text, hit, hits)
    return seen.is_negated() or bool(_NEGATED_LATER.match(seen.after)) or bool(_NEGATED_BEFORE.search(seen.before))


def _joined(said: Sequence[Said]) -> list[Said]:
    """Details that stand alone go to the symptom before them or, where there is none yet, to the next one."""
    joined: list[Said] = []
    waiting: tuple[Detail, ...] = ()
    for one in said:
        if one.code:
            joined.append(
                Said(one.code, one.who, one.negated, one.details if one.negated else _with(waiting, one.details))
            )
            waiting = waiting if one.negated else ()
        elif joined and not joined[-1].negated:
            last = joined[-1]
            joined[-1] = Said(last.code, last.who, last.negated, _with(last.details, one.details))
        else:
            waiting = _with(waiting, one.details)
    if waiting:
        joined.append(Said("", "", False, waiting))
    return joined


def _with(one: tuple[Detail, ...], other: tuple[Detail, ...]) -> tuple[Detail, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _topic(people: People) -> tuple[Said, ...]:
    """A sentence without a symptom may still say of whom the next ones speak."""
    return (Said(who=people.topic),) if people.topic not in ("", UNCLEAR) else ()
