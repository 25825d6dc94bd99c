"""Japanese names with a title behind them, in kanji, kana or Latin letters. 「お母さん」「看護師さん」 are nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.recognisers.family_names import RELATION
from sekisho.checkpoint.prompt.recognisers.name_places import said_of_people
from sekisho.checkpoint.prompt.spans import Span, Typed

_TITLE = (
    "さん|さま(?![らりるれろっざよた])|様(?!子|々|相|式|な|便|体|液|状)|氏(?![名])|くん|君|ちゃん|先生|殿|医師|看護師|教授|准教授|院長|部長|課長"
    "|係長|社長|専務|店長|主任|師長|園長|校長|先輩|選手|博士|議員|弁護士|たん(?=[、。がはの])"
)
_KANJI = re.compile(
    rf"([一-龠々〆ヶケノ]{{1,7}}[ァ-ヴー]{{0,6}}|[一-龠々〆ヶケノ]{{1,3}}[ぁ-ん]{{1,5}}"
    rf"|[一-龠々]{{1,4}}[\s　][一-龠々ぁ-んァ-ヴ]{{1,5}})({_TITLE})"
)
_KATAKANA = re.compile(rf"([ァ-ヴー]{{2,10}}(?:[\s　・=][ァ-ヴー]{{2,10}})?)(?:{_TITLE})")
_HIRAGANA = re.compile(
    r"([ぁ-んー]{2,24})(?:さま(?![らりるれろっざよた])|氏|くん|ちゃん|さん|先生|せんせい|様(?!子|々|相|式|な|に))"
)
#: With its reading: 「一(にのまえ)先生」.
_READ = re.compile(rf"([一-龠々ヶ]{{1,5}}[(（][ぁ-んァ-ヴー 　]{{2,12}}[)）])(?:{_TITLE})")
#: With an age: 「ぽん太(4歳)」, unless it says who it is and not how they are called: 「上の子(3歳)」.
_AGED = re.compile(
    r"(?:^|[\s、。「とのはがもを])((?:(?!の)[一-龠ァ-ヴーぁ-ん]){2,6})[(（]\d{1,2} ?(?:歳|才|さい|[かヶカ]月)"
)
_LATIN = re.compile(rf"([A-Za-z][A-Za-z.]{{1,14}}(?: [A-Za-z]{{2,14}})?)\s?(?:{_TITLE}|san|kun|chan)(?![A-Za-z])")
_INITIAL = re.compile(rf"(?<![A-Za-z])([A-Z](?:[.・]\s?[A-Z])?\.?)(?:{_TITLE})")
#: Before a title, and nobody's name.
_NOBODY = re.compile(
    r"(?:お|ご)?(?:母|父|姉|兄|妹|弟|祖母|祖父|婆|爺|孫|娘|息子|嫁|婿|奥|旦那|客|医者|医師"
    r"|患者|皆|看護師|看護婦|薬剤師|助産師|介護士|保健師|栄養士|歯医者|技師|店員|職員|主治医"
    r"|担当医|担当|担任|園長|校長|院長|部長|課長|店長"
    r"|社長|運転手|警察官|消防士|宅配便?|大家|隣|向かい|近所|事務員?|受付|相談員|調剤薬局"
    r"|薬局|病院|学校|保育士|内科|外科|小児科|産婦人科|婦人科|皮膚科|眼科|耳鼻科|歯科|整形外科"
    r"|心療内科|精神科|専門医?|校医|産業医|研修医|嘱託医|町医者"
    r"|赤|坊|殿|神|仏|王|何|誰|皆|妊婦|新婦|新郎|子供|子ども|叔母|叔父|伯母|伯父|義母|義父"
    r"|義姉|義兄|妻|夫|主人|友人|知人|彼女|彼|上司|先輩|後輩|同僚|別の?|他の?|前の?|今の?"
    r"|次の?|女|男|若い?|老人|高齢者|家族|親族|相手|皆様|各位|大学|中学|高校|小学校|塾|体育"
    r"|音楽|保健室|養護|幼稚園|保育園|新人|学生|生徒|漫画家|作家|整体|鍼灸|接骨院|当直|夜勤"
    r"|日勤|病棟|外来|救急|訪問|紹介|最初|以前|女性|男性|若手|ベテラン|有名|地元|主任|複数"
    r"|二人|三人|名医|女医|[一-龠]{1,4}者|利用|入居|入所|組合員|消防団員?|自衛官|板前|大工|美容師|保険屋|不動産屋|本屋|花屋|八百屋|床屋|[一-龠]{1,2}屋)+"
)
#: Ends of what stands before a title in hiragana and is nobody (おかあ, たく of たくさん).
_NOBODY_KANA = (
    "おかあ", "おとう", "おねえ", "おにい", "おばあ", "おじい", "おば", "おじ",
    "かあ", "とう", "ねえ", "にい", "ばあ", "じい", "おく", "あか",
    "おきゃく", "みな", "たく", "むすこ", "むすめ", "かんじゃ", "おいしゃ", "かんごし",
    "おまわり", "ぼう", "おかみ", "やくざいし", "はいしゃ", "お医者", "ごちそう", "おつかれ",
    "ごくろう", "おひめ", "おじょう", "お子", "お姉", "おちび", "おぼっ",
)  # fmt: skip
_PARTICLE = re.compile(
    r".*(?:の|は|が|と|に|を|も|で|や|へ|から|まで|した|する|ている|な|お|ご|する|れた)(?=[ぁ-ん]{2,})"
)


def find(typed: Typed) -> Iterator[Span]:
    """Spans of names, without their titles."""
    text = typed.plain
    if typed.is_japanese:
        for found in _KANJI.finditer(text):
            if not (
                _is_verb(typed, found[0], text[found.end() :])
                or _is_adverb(found[0], text[found.end() :])
                or (found[1] == "子" and text.endswith("お", 0, found.start(1)))
            ):
                yield from _kanji(typed, found[1], found.start(1), found[2])
        for found in _KATAKANA.finditer(text):
            if not typed.is_ordinary(found[1]):
                yield Span(found.start(1), found.end(1), Kind.NAME)
        for found in _HIRAGANA.finditer(text):
            if not (
                _is_verb(typed, found[0], text[found.end() :])
                or _is_adverb(found[0], text[found.end() :])
                or _is_ending(typed, found.start(1), found[1])
            ):
                yield from _hiragana(found[1], found.start(1))
        for found in _READ.finditer(text):
            yield Span(found.start(1), found.end(1), Kind.NAME)
        for found in _AGED.finditer(text):
            if not _is_said_of_people(found[1]) and found[1] not in typed.words.loose_words:
                yield Span(found.start(1), found.end(1), Kind.NAME)
        for found in _INITIAL.finditer(text):
            yield Span(found.start(1), found.end(1), Kind.NAME)
        for found in _LATIN.finditer(text):
            yield Span(found.start(1), found.end(1), Kind.NAME)


_BEHIND_A_NAME = ("が", "は", "も", "を", "に", "と", "へ", "の", "、")


def _is_verb(typed: Typed, run: str, after: str) -> bool:
    """Whether くん is the end of a verb: 「むくんで」, 「効くん？」."""
    if not run.endswith("くん") or after.startswith(_BEHIND_A_NAME):
        return False
    ending = "で" if after.startswith("で") else ""
    return any(typed.is_ordinary(run[-size:] + ending) for size in (3, 4, 5) if size <= len(run))


#: 「もう一度ちゃんと」, 「何時間後ならちゃんと」, 「膝がかくんと」: how it is done.
_HOW = re.compile(
    r".*(?:[一二三四五六七八九十何毎今][度回日年]|なら|たら|れば|ので|けど|から|なく|[るたい]と)ちゃん"
    r"|.*[がはもをに、](?:か|が|ず|ど|ぴ|び|ち|ぎ|ご|こ)くん"
)


def _is_adverb(run: str, after: str) -> bool:
    """Whether ちゃん or くん with the と behind it is an adverb."""
    return after.startswith("と") and _HOW.fullmatch(run) is not None


def _is_said_of_people(word: str) -> bool:
    """Whether it says who somebody is (長男, おばあちゃん), not how they are called."""
    return (
        _NOBODY.fullmatch(word) is not None
        or re.fullmatch(RELATION, word) is not None
        or word in said_of_people("person")
        or word.endswith(_RELATIVE_KANA)
    )


_RELATIVE_KANA = (
    "おかあさん",
    "おとうさん",
    "じいちゃん",
    "ばあちゃん",
    "じいじ",
    "ばあば",
    "赤ちゃん",
    "お母さん",
    "お父さん",
)
_INFLECTED = ("い", "た", "る", "な", "の", "て", "で", "く", "ら", "ば")


_KANJI_BEFORE = re.compile(r"[一-龠]{1,2}$")


def _is_ending(typed: Typed, start: int, run: str) -> bool:
    """Whether hiragana before a title are the end of a word that begins with kanji: 「新しい先生」."""
    kanji = _KANJI_BEFORE.search(typed.plain, max(0, start - 2), start)
    return kanji is not None and run.endswith(_INFLECTED) and typed.is_ordinary(kanji[0] + run)


def _kanji(typed: Typed, name: str, start: int, title: str) -> Iterator[Span]:
    bare = name.rstrip("ぁあぃいぅうぇえぉおのはがとにをもでや") or name
    kana = re.search(r"[ぁ-ん]+$", name)
    if kana and (
        kana[0].startswith(tuple("をがはにでも"))
        or kana[0].endswith(_NOBODY_KANA)
        or _NOBODY.fullmatch(name[: kana.start()])
    ):
        yield from _hiragana(kana[0], start + kana.start())
        return
    if (
        _NOBODY.fullmatch(name)
        or _NOBODY.fullmatch(bare)
        or name.endswith(("の", "は", "が", "に", "を", "も", "で", "と", "る", "た", "い", "な", "て", "ら"))
    ):
        return
    # 「昨日山田先生」「担当の山田」「主治医山田」: what is ordinary in front is not part of the name.
    for size in range(len(name) - 1, 0, -1):
        front = name[:size]
        if (size > 1 or front in "元前故") and (
            _NOBODY.fullmatch(front) or front in typed.words.loose_words or front in _WHEN
        ):
            start, name = start + size, name[size:]
            break
    if _NOBODY.fullmatch(name) or name[-1] + title in typed.words.listed:  # 模様, 仕様
        return
    if (
        title in ("先生", "医師", "看護師", "師長", "教授", "院長", "選手")
        and len(name) > 2
        and typed.is_ordinary(name)
    ):
        return
    yield Span(start, start + len(name), Kind.NAME)


_WHEN = frozenset(["内科", "外科", "結局", "途中"])


#: Ends of a clause: 「途中でやめたら先生に嫌われる」.
_IF = ("たら", "れば", "ても", "けど", "ので")
#: 「どちらの先生」 is whichever.
_WHICH = re.compile(r".*(?:[こそあど]ちら|うち|ほか|べつ|いつも|つぎ|さいしょ)の")


def _hiragana(run: str, start: int) -> Iterator[Span]:
    if _WHICH.fullmatch(run) or run.endswith(_IF):
        return
    front = _PARTICLE.match(run)
    name = run[front.end() :] if front else run
    if len(name) < 2 or name.endswith(_NOBODY_KANA) or run.endswith(_NOBODY_KANA) or not name:
        return
    yield Span(start + len(run) - len(name), start + len(run), Kind.NAME)
