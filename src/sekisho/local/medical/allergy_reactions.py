"""What a substance did, as a sentence tells it: a reaction behind or before it, a positive test, a class given up."""

from __future__ import annotations

import re
from functools import cache

from sekisho.local.medical.cues import cue
from sekisho.local.medical.meaning import Around

#: Between a substance and what it did: 「ペニシリンで全身に」, "amoxicillin caused".
_CAUSED = (
    r"(?:系|系薬|系抗菌薬|系抗生物質|系薬剤|薬|剤|製剤|錠|テープ|軟膏|クリーム|スプレー|点眼|坐薬|坐剤|座薬|注射|注|綿|消毒|酒精綿|手袋|花粉|ドライシロップ|シロップ|カプセル|顆粒|細粒|散|ds|液|吸入|点眼液|造影|料理|由来|ゼリー|貼付剤|ct|の軟膏){0,3}[)」』]?\s?(?:[(「][^)」]{0,12}[)」])?"
    r"(?:を(?:内服|服用|飲|使用|投与|注射|摂取|食べ|塗|貼)(?:し|ん)?て?)?(?:[^\x00。、]{0,3}\d+(?:日|回|本|コース|クール)目)?(?:開始後?|追加|投与|使用|内服|服用|摂取|注射|貼付|塗布|点滴|点眼|静注|塗布|の投与|の使用|の内服)?(?:中|後|時|終了後|し)?(?:\d+日目)?"
    r"(?:(?<=[しで])|て|で|は|にて|により|による|に|が|後に?|のあと|の後|を?(?:飲む|食べる|使う|塗る|貼る|触る|打つ)と|を食べ|を飲|を使|を塗|を貼|に触|触|食べ|飲んで|-|→|:|\(|\s|/|を[^。\x00]{0,14}?(?:際に|時に|後に|ところ|たら|すると))"
    r"[^。\n\x00]{0,22}?"
)
_CAUSED_EN = (
    r"(?:\s*[-:→(]"
    r"|\s+(?:was (?:associated with|complicated by|followed by)|caused|causes|makes?|made|gave|gives|leaves"
    r"|leads? to|led to|->|resulted in|had to be stopped|induced|-induced|produced|triggers?|triggered"
    r"|brings?))"
    r"[^.\n\x00]{0,40}?"
)


@cache
def _reactions(listed: bool, to_agent: bool) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Behind a substance, right beside it, and before it.

    `listed`: what is no sign of an allergy alone counts too, of a food (not `to_agent`) also that it made one vomit.
    """
    groups = ["reaction", *["reaction_if_listed"] * listed, *["reaction_to_food"] * (listed and not to_agent)]
    reaction = "|".join(cue(group).pattern for group in groups)
    return (
        re.compile(rf"(?:{_CAUSED}|{_CAUSED_EN})(?:{reaction})"),
        re.compile(
            r"[^\x00、。\s]{0,4}\s?(?:発疹|薬疹|皮疹|かぶれ|アナフィラキシー|ショック|蕁麻疹|接触皮膚炎|喘息(?!発作時)|[^\x00。、\s]{0,2}禁(?![煙酒食忌止])|rash|hives|anaphylaxis|urticaria"
            + (r"|(?<!問診)(?<!検査)×(?!\s?\d)" if listed else "")
            + ")"
        ),
        re.compile(
            rf"(?:{reaction})\s*(?:\([^)]*\)\s*)?(?:was |is )?(?:with|w/|to|after|from|on|due to|following"
            rf"|caused by)\s+(?:\x00|[\s,、.()]|and|or|the|a|after|with|to|taking|eating)*$"
            rf"|(?:{reaction})[^\x00。]{{0,4}}のは[^\x00。]{{0,20}}$"
        ),
    )


@cache
def no_reaction() -> re.Pattern[str]:
    """「アスピリン喘息なし」, 「湿布かぶれなし」."""
    return re.compile(
        rf"(?:で|による|での|に対する)?[^\x00。、\s]{{0,4}}(?:{cue('reaction').pattern})[^\x00。、]{{0,4}}?(?:なし|無し|ない|\(-\)|せず|認めず)"
    )


def has_reacted(near: Around, listed: bool, to_agent: bool) -> bool:
    """A reaction told behind it or before it, or a positive test; not one that is denied (「かぶれなし」)."""
    caused, beside, before = _reactions(listed, to_agent)
    after = (
        re.sub(r"^(?:[\s、,・と]|及び|and)*(?:\x00+(?:[\s、,・と]|及び|and)*)*", "", near.after)
        if _in_list(near)
        else near.after
    )
    if _NAMED_TEST.match(near.after):
        return True
    for pattern in (caused, beside):
        for told in dict.fromkeys((near.after, after, _BRACKETS.sub("", near.after, count=1))):
            found = pattern.match(told)
            if found and not _takes_back(found[0], told[found.end() :]):
                return True
    return bool(before.search(near.before[-60:]) or (cue("sensitised").search(near.own_after()[:30])))


def _takes_back(told: str, rest: str) -> bool:
    """Whether the reaction is denied, another's, or a mere discomfort in so many words (「下痢のみ」)."""
    mild = (_ONLY.match(rest) or CALLED_SIDE_EFFECT.match(rest)) and cue("only_side_effect").search(told)
    return bool(_reaction_denied(rest) or cue("borne").search(told) or _OF_RELATIVE.search(told) or mild)


#: "penicillin gave her sister hives".
_OF_RELATIVE = re.compile(
    r"(?<![a-z])(?:her|his|my) (?:sister|brother|mother|father|son|daughter|wife|husband|mum|mom|dad)(?![a-z])"
    r"|(?:妹|姉|兄|弟|母|父|娘|息子|妻|夫)(?:さん|様)?[がに]"
)
_ONLY = re.compile(r"(?:し|した|が出た|の)?(?:のみ|だけ)| only| alone")
#: 「嘔吐(副作用)」, 「関節痛=副作用」.
CALLED_SIDE_EFFECT = re.compile(r"[^\x00。、]{0,6}[(=::→]\s?(?:これは)?副作用")
_BRACKETS = re.compile(r"^\s?\([^)]*\)")
#: A positive test, told in signs: 「ニッケル(++)」, 「ダニ cl6」, "dust mite +".
_TESTED = re.compile(
    r"\s?(?:\([^)+]{0,12}\))?\s?[a-z0-9 ]{0,8}?(?:\(\s?[1-4]?\+{1,3}\s?\)"
    r"|\+{1,3}(?=[\s、,.。)/]|$)|cl(?:ass)?\.? ?[2-6])"
)
#: After a reaction to one thing a whole class is given up: 「ボルタレンで喘息→NSAIDsは避けている」.
NEVER_AGAIN = re.compile(
    r"(?:系|類|系統|製剤|薬|剤|全般)?(?:抗菌薬|抗生剤|薬)?(?:は|も)?(?:今後|以後|原則|全般|すべて|全て|絶対)?に?(?:避け|回避|禁(?![煙酒食])|使わな|使用しな|×)"
    r"|s? ?(?:avoid|to be avoided|contraindicated)"
)
#: A grade in brackets where a test is told: 「アレルギー検査:ダニ(4+) スギ(2) ネコ(0)」.
_GRADED = re.compile(r"\s?\(\s?(?:cl(?:ass)?|クラス)?\s?[2-6]\+?\s?\)|\s?[2-6]\+?(?=[、,\s]|$)")
_OF_A_TEST = re.compile(
    r"検査|ige|rast|view|mast|特異|抗体|クラス|class|テスト|test|パッチ|patch|プリック|prick|spt(?![a-z])"
)
_OF_ALLERGIES = re.compile(r"アレルギー|アレルゲン|allerg|(?<![a-z])alg?:|アレ[:)]")
#: What comes of a test told before a list: "positive to nickel and fragrance", 「パッチで陽性:ニッケル、コバルト」.
_POSITIVE_BEFORE = re.compile(r"(?:(?<![a-z])(?:positive|pos|\+ve) (?:to|for)|陽性[は::])(?:\x00|[\s、,・]|and|or)*$")


#: 「パッチテストで加硫促進剤(チウラム)陽性」.
_POSITIVE_AFTER = re.compile(r"(?:\([^)]{0,12}\))?\s?[がはで]?陽性(?!者)")
#: A test named right behind it, of a medicine too: 「フェニレフリン patch(+)」.
_NAMED_TEST = re.compile(
    r"\s?[でのは]?(?:patch|パッチ(?:テスト)?|プリック|皮内|dlst|spt)\s?(?:test)?\s?[::]?(?:\(?\+|陽性|pos)"
)


def has_tested_positive(near: Around, listed: bool) -> bool:
    """A positive test of an allergen, told in signs or in words. The sentence itself must be about allergies."""
    of_a_test = _OF_A_TEST.search(near.sentence) is not None
    if not (listed or of_a_test or _OF_ALLERGIES.search(near.sentence)):
        return False
    return bool(
        _TESTED.match(near.after)
        or (
            of_a_test
            and (
                _GRADED.match(near.after)
                or _POSITIVE_AFTER.match(near.after)
                or _POSITIVE_BEFORE.search(near.before[-60:])
            )
        )
    )


def _in_list(near: Around) -> bool:
    return bool(re.match(r"(?:\s|、|,|・|と|及び|and)+\x00", near.after))


def _reaction_denied(rest: str) -> bool:
    return bool(
        re.match(
            r"[^\x00。、]{0,6}(?:なし|無し|ない|なく|は?認めず|は?(?:すべて)?否定"
            r"|出ず|せず|\(-\)|陰性|was not|never|は?出ない|ではない|か(?:どうか|否か))",
            rest,
        )
    )
