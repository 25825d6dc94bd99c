"""Medicines in running text: which are named (clinicians cut names short), and whether they are taken."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from sekisho.local.medical.cues import cue
from sekisho.local.medical.fallback import fall_back
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import Around
from sekisho.local.medical.medicine_changes import FAR, ends_a_row, gave_way, took_over
from sekisho.local.medical.medicine_signs import is_finished_course
from sekisho.local.medical.vocabulary import Vocabulary, load_vocabulary

#: A dose, a time, a form or a place of use: what only stands with a medicine that somebody takes.
_TAKEN = re.compile(
    r"\d\s*(?:mg|μg|mcg|g|ml|%|錠|カプセル|cap|caps|tab|tabs|単位|units?|包|吸入|puffs?|滴|枚|噴霧|t|c|u|l)(?![a-z])|\d\s*(?:朝|昼|夕|眠前|就寝前|毎食|食前|食後)"
    r"|\d-\d-\d|\dx(?![a-z])|1日|日\d回|週\d?回?|毎[日週月]|分[1-4]|内服|服用|処方|頓用|頓服|屯用|必要時|発作時|疼痛時|頭痛時|不眠時|塗布|塗り|貼付|点眼|点鼻|点耳|吸入|皮下注|自己注|注射|持続(?!血糖)"
    r"|を?(?:朝|夕|昼|眠前|就寝前|毎食|食後)(?![一-龠])|市販|サプリ|か月ごと|ヶ月ごと|週ごと|月ごと|年ごと|月1回|挿入中|挿入済|効いて|軟膏|クリーム|ローション|ゲル|テープ|パッチ|点眼|シロップ"
    r"|隔日|隔週|隔月|半年|適宜|食直前|食直後|スケール|打ち|硝注|硝子体|月\d|q\d+(?:h|d|w|m)(?![a-z])|漸減中|(?:\d|数|一|二|三|四|六|八)\s?(?:か月|ヶ月|カ月|週間?|日)(?:に[1一]回|毎|ごと|おき)|毎[食朝夕晩]|点滴|nebuli[sz]ed|hourly|commenced|intravenous|(?<![a-z])iv(?![a-z])|subcut|(?<![a-z])sc(?![a-z])|daily|twice|once|(?<![a-z])(?:bid|bd|tid|tds|qd|qid|od|prn|hs|qhs|nocte|mane|stat|weekly|monthly"
    r"|nightly)(?![a-z])|every \d+ (?:hours|weeks|months)"
    r"|times? a (?:day|week)|per (?:day|week)|a (?:day|week)|at (?:night|bedtime)|with meals"
    r"|in the (?:morning|evening)|as (?:needed|required|rescue)|injections?|inhaler|drops|cream|ointment"
    r"|patch|tablets?|を時に(?=[。、]|$)|時々|ときどき|悪い時|労作時|不穏時|希望時|れない時|for flares|sometimes"
)
_SHORTENED = re.compile(r"(?<![ァ-ヶーa-z])(?!カルテ)[ァ-ヶー]{3,8}(?=\d|\s|/|、|,|$)|(?<![a-z])[a-z]{4,9}(?=\s?\d)")
SHORT_WITH_DOSE = re.compile(
    r"(?<![ァ-ヶーa-z])(?!カルテ)[ァ-ヶー]{3,8}(?=\d| ?(?:prn|頓)|(?<=[ァ-ヶー]{4}) \d)|(?<![a-z])[a-z]{4,9}(?=\d)"
)
#: What a line of a prescription looks like in clipped notes: 「1T1x」, 「2T 朝夕」, 「3×」.
PRESCRIPTION = re.compile(
    r"\d\s?[tcp包錠](?:\s?\d\s?[x×]|\s?分?\d|\s?[朝昼夕眠毎])|\d\s?[x×]\s?(?:\d|[朝昼夕眠毎])|\d\s+\d+\s?[tc](?![a-z])"
)
#: Between a condition and what is given for it.
_FOR = re.compile(
    r"\s?(?:g(?:rade)? ?\d)?\s?(?:\([^)]*\))?\s?(?:→|->|:|-|=|\.{2,3}|⇒|=>)\s?[^\x00。、]{0,8}$"
    r"|(?:に対し|に対して|には|のため)[^\x00。]{0,10}$|(?:で|に|は)[^\x00。、]{0,5}$|\s?\($"
    r"| (?:on|with|treated with|controlled (?:with|by|on)|managed with) ?$"
    r"|(?:,|;| and)? ?(?:currently |now |still )?(?:on|taking|takes) $"
)
#: A bare strength: 「タケキャブ10」.
_STRENGTH = re.compile(r"(?:od|cr|sr|la|ds|錠|カプセル)?\s?\d+(?:\.\d+)?(?![\d年月日/:])")


#: A strength that is no span of time: not 「ブロチゾラム 2週のみ」.
_DOSE_OF_PLAN = re.compile(rf"{_STRENGTH.pattern}(?!\s?(?:週|か月|ヶ月|wks?|weeks?|days?|d(?![a-z])|/))")


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence says of a medicine: `active`, `stopped` or nothing; `firmly`: in a list, or in so many words."""

    status: str
    firmly: bool = False


_NOTHING, _STOPPED, _TAKEN_NOW = Said(""), Said("stopped", firmly=True), Said("active", firmly=True)


def medicines_in(text: str, found: list[Hit], vocabulary: Vocabulary, abbreviated: bool) -> list[Hit]:
    """Medicines and classes among the terms found in a folded sentence.

    `abbreviated`: names that are cut short count too (「ロスバ5」), and names that tell no more than their class.
    """
    hits = [h for h in found if not h.code.startswith("condition:") and not _is_vaccine(h.code, vocabulary)]
    prescribed = abbreviated or PRESCRIPTION.search(text) is not None
    if prescribed or SHORT_WITH_DOSE.search(text):
        for match in (_SHORTENED if prescribed else SHORT_WITH_DOSE).finditer(text):
            if any(hit.start < match.end() and match.start() < hit.end for hit in found):
                continue
            code = _completed(match.group())
            if code:
                hits.append(Hit(code, match.start(), match.end()))
        hits.sort(key=lambda hit: hit.start)
    if abbreviated:
        for broader in fall_back(("medicine", "class"), text):
            if not any(hit.start < broader.end and broader.start < hit.end for hit in (*found, *hits)):
                hits.append(Hit(broader.code, broader.start, broader.end))
        hits.sort(key=lambda hit: hit.start)
    return [
        hit
        for i, hit in enumerate(hits)
        if not _is_named_next(text, hit, hits[i + 1 : i + 2], vocabulary) and not _is_remark(text, hit, hits[:i])
    ]


def _is_remark(text: str, hit: Hit, before: list[Hit]) -> bool:
    """「葉酸(サプリ)」: a class in the brackets of a medicine."""
    return hit.code.startswith("class:") and bool(before) and text[before[-1].end : hit.start] in ("(", " (")


def _is_named_next(text: str, hit: Hit, following: list[Hit], vocabulary: Vocabulary) -> bool:
    """「DPP-4阻害薬(エクア)」: what stands in the brackets says it more closely."""
    return any(
        hit.code != other.code
        and hit.code in vocabulary.ancestors(other.code)
        and _OPENS_BRACKETS.fullmatch(text, hit.end, other.start) is not None
        for other in following
    )


_OPENS_BRACKETS = re.compile(r"[^、。,\s]{0,8}[((「]")


def _is_vaccine(code: str, vocabulary: Vocabulary) -> bool:
    """A vaccination is an event, no medicine that is taken."""
    return "class:vaccines" in vocabulary.ancestors(code)


@cache
def _sorted_names() -> list[str]:
    return sorted(load_vocabulary().names["medicine"])


@cache
def _completed(beginning: str) -> str:
    """The one ingredient whose names begin so; empty if there are several. A combination gives way to its part."""
    vocabulary, names = load_vocabulary(), _sorted_names()
    codes: set[str] = set()
    at = bisect_left(names, beginning)
    while at < len(names) and names[at].startswith(beginning):
        codes.add(vocabulary.names["medicine"][names[at]])
        at += 1
    whole = {code for code in codes if not any(other in vocabulary.terms[code].parents for other in codes)}
    return whole.pop() if len(whole) == 1 else ""


def said_of_medicine(
    near: Around, following: Hit | None, topic: str, treats: bool, listed: bool, stay_is_over: bool
) -> Said:
    """What is said of a medicine.

    What is said after the next medicine is said of that one; a bare list (「AとBを中止」) shares what follows it.
    `treats`: it stands beside a condition that it is given for; `listed`: beside a medicine that is taken;
    `stay_is_over`: the note tells of a stay that is over.
    """
    said = _of_the_whole_list(near) or _own_clause(near)
    told = _told_of_its_end(near, said, topic, following) or _told_of_no_use(near, said, topic)
    if told is not None:
        return told
    if following is None and ends_a_row(near):
        return _TAKEN_NOW
    if _directly_before("replaced_before").search(near.clause_before):
        return _STOPPED
    return _by_its_part(near, said, topic, listed, stay_is_over) or _by_itself(
        near, said, topic, treats, listed, stay_is_over
    )


def _told_of_its_end(near: Around, said: str, topic: str, following: Hit | None) -> Said | None:
    """Whether its beginning, its end or its change is told in so many words; None where it is not."""
    if ended := _IN_A_TABLE.match(near.after) or _YEARS.match(near.after):
        return _STOPPED if ended["end"] else _TAKEN_NOW
    if _OTHER_THAN.match(near.after) or _ASKED_AND_DENIED.match(near.after):
        return _NOTHING
    if gave_way(near, following is not None):
        return _STOPPED
    if took_over(near):
        return _TAKEN_NOW
    own = near.own[:60]
    if _is_stopped(near, said) or (_TO_BE_RESUMED.search(own) and not _RESUMED.search(own)):
        return _STOPPED
    if cue("stopped").search(own) and _RESUMED.search(own):
        return _TAKEN_NOW
    if cue("not_yet_stopped").search(said) and topic != "stopped":
        return Said("active")
    if is_finished_course(near) and topic != "medicines":
        return _STOPPED
    return _TAKEN_NOW if _NOW_BEFORE.search(near.clause_before) else None


def _told_of_no_use(near: Around, said: str, topic: str) -> Said | None:
    """Whether it is told that it is not taken, what it did, or when it would be taken; None where none of it is."""
    if cue("not_taken").search(said) or _directly_before("not_taken_before").search(near.clause_before):
        return _NOTHING
    if _SIDE_EFFECT.match(said) and cue("still_taken").search(near.own[:60]):
        return _TAKEN_NOW
    if _SIDE_EFFECT.match(said) or _CAME_OF_IT.match(near.after) or (topic != "medicines" and _NO_PROBLEM.match(said)):
        return _NOTHING
    if _ON_CONDITION.search(near.before[-FAR:]) and topic != "medicines" and not _TAKEN_IF_NEEDED.search(near.own[:24]):
        return _NOTHING
    return None


def _by_its_part(near: Around, said: str, topic: str, listed: bool, stay_is_over: bool) -> Said | None:
    """What the part of the note makes of it; None where that says nothing."""
    if topic == "stopped":
        return _STOPPED
    if topic in ("denied", "other_person"):
        return _NOTHING
    if topic == "medicines":
        return _TAKEN_NOW
    if topic == "allergy" and (_DOSED.match(near.after) or _OVER_THE_COUNTER.search(near.before)):
        return _TAKEN_NOW
    if topic in ("allergy", "side_effects") or (topic == "course" and stay_is_over):
        still = cue("still_taken")
        return _TAKEN_NOW if listed or still.search(said) or still.search(near.clause_before[-12:]) else _NOTHING
    return None


def _by_itself(near: Around, said: str, topic: str, treats: bool, listed: bool, stay_is_over: bool) -> Said:
    """What is left: that it is still taken, begun or dosed, or a bare name."""
    if cue("still_taken").search(near.clause):
        return _TAKEN_NOW
    begun = near.says("started") or _directly_before("started_before").search(near.clause_before) is not None
    dosed = PRESCRIPTION.search(near.clause) or _DOSE_OF_PLAN.match(near.after)
    if topic == "plan" and not (treats or listed or begun or dosed):
        return _NOTHING
    told = f"{near.clause_before} {said[:24]}"
    if (cue("dated").search(told) or cue("long_ago").search(told)) and not treats:
        return _NOTHING
    if begun or treats or cue("started").search(said):
        return _TAKEN_NOW
    if _ONLY_THIS.match(near.after) or _DONE_WITH_ALL.match(near.after):
        return _TAKEN_NOW
    bare = not stay_is_over and topic in ("", "problems", "history") and _BARE.fullmatch(near.clause) is not None
    taken = bare or listed or _TAKEN.search(near.clause) or _STRENGTH.match(near.after)
    return Said("active") if taken else _NOTHING


def answers_a_question(near: Around) -> bool:
    """「ramipril? no - candesartan」: the "no" is the answer, and what follows is so."""
    return _ANSWER_BEFORE.search(near.before[-12:]) is not None


_ANSWER_BEFORE = re.compile(r"\?\s?no\s?[-–,:;→>]+\s?$")


def is_given_for(text: str, start: int, hits: list[Hit]) -> bool:
    """Whether a condition stands before this place, and between them nothing but that it is for it."""
    before = [hit for hit in hits if hit.end <= start and hit.code.startswith(("condition:", "symptom:"))]
    if not before:
        return False
    between = text[before[-1].end : start]
    return len(between) < 30 and _FOR.fullmatch(between) is not None


def names_its_use(text: str, end: int, hits: list[Hit]) -> bool:
    """「タムスロシン(前立腺肥大)」: a condition in the brackets behind a medicine."""
    return any(
        hit.code.startswith(("condition:", "symptom:")) and re.fullmatch(r"[^\s(、。]{0,6}\(", text[end : hit.start])
        for hit in hits
        if hit.start > end
    )


_DOSED = re.compile(r"(?:od|cr|sr|錠|点鼻|点眼|吸入)?\s?\d+(?:\.\d+)?\s?(?:mg|μg|mcg|g|錠|t|%)(?![a-z])")
_OVER_THE_COUNTER = re.compile(r"(?:otc|市販|薬局)(?:で|の|薬の?)?\s?$")
#: Between two medicines of one list.
BESIDE = re.compile(r"(?:[一-龠ァ-ヶa-z0-9.%μ -]{0,12}(?:\([^)]{0,8}\))?)?\s?(?:[+&・/、,]|と|and)\s?")


#: It rests until then: 「落ち着いたら再開」, 「再開は外来で判断」; or is taken again: 「10/1より再開済」.
_TO_BE_RESUMED = re.compile(
    r"再開(?:は|の?予定|を?検討|を?判断|の?可否|時期|希望|を?相談)|(?:たら|れば|次第|(?:安定|終了|改善|回復|確認)後に?)[^。、\x00]{0,6}再開(?!した|し、)"
    r"|(?<!held )to (?:be )?(?:restart|resum)|(?<!, )(?:restart|resume) (?:when|if|after|once)"
)
_RESUMED = re.compile(
    r"再開(?:済|した|しており|している|し[、。]|中)|(?<!not )(?<!be )(?:restarted|resumed)(?! (?:when|if|after|once))"
)


def _is_stopped(near: Around, said: str) -> bool:
    if _AS_IT_CHANGED.match(near.after) or _ONE_OF_SEVERAL.match(near.after):
        return False
    own = _OTHER_SUBJECT.split(near.own[:48])[0]
    if len(near.own) < len(near.after):
        own = _SAID_OF_NEXT.sub("", own)
    if _LIST_BEFORE_OTHER.match(near.after):
        said = ""  # 「酸化Mg、ロキソプロフェンは中止」 says nothing of the first
    told = cue("stopped").search(said) or cue("stopped").search(own)
    if told and not cue("not_yet_stopped").search(near.after[:60]):
        resumed = cue("resumed").search(near.own)
        return resumed is None
    return bool(_listed_after_stop().search(near.before)) and not cue("not_yet_stopped").search(near.after[:40])


#: 「エンドキサン2回目は先週終了」: the next one follows.
_ONE_OF_SEVERAL = re.compile(r"[^\x00。、]{0,6}\d+\s?(?:回|コース|クール)目[はがを]?[^。、\x00]{0,6}(?:終了|完了|済)")
#: "sertraline 50 mg, previously citalopram".
_SAID_OF_NEXT = re.compile(
    r"(?:previously|formerly|was|stopped|discontinued|held|hold|off|finished|no longer (?:on|takes|taking|needs))"
    r" (?:the |his |her |on )?$"
)
#: 「PSL減量に伴い落ち着いて中止」: something else was stopped meanwhile.
_AS_IT_CHANGED = re.compile(r"の?(?:減量|増量|開始|投与|導入|内服)(?:に伴|とともに|と共に)")
_LIST_BEFORE_OTHER = re.compile(
    r"\s?[^\x00、。,\s]{0,12}[、,]\s?\x00+[^\x00、。,]{0,8}は[^\x00。、]{1,14}(?:ため|により|で)"
)
#: Where something else is spoken of: 「ワルファリン2mg、喫煙は10年前にやめた」.
_OTHER_SUBJECT = re.compile(
    r"(?<!たが)(?<!るが)(?<!すが)[、,](?!最近|今|現在|その後|以後|以降|先月|昨年|本日|本人|自分|ここ|半年)"
    r"(?=[^、,。]{1,12}(?:は|を|も)(?!中止|終了|休薬))"
    r"|,(?= (?!then |now |later |since |but |was |has |had |and |recently |mostly |all |both |to be |is |which )"
    r"[a-z]+(?: [a-z0-9]+)? (?:stopped|held|discontinued|finished|off)(?![a-z]))"
)


#: What is done with both of two medicines: 「A5mg、B1mgはともに中止」, "A 5 mg and B 1 mg were both stopped".
_BOTH = re.compile(
    r"\s?(?:(?:od|cr|sr)?\d+(?:\.\d+)?\s?(?:mg|μg|g|錠|t|%)?)?\s?(?:[、,・+&/]|と|and)\s?\x00+[^\x00。、,]{0,10}?"
    r"(?P<said>(?:は|を|の|とも|、| were| are)?\s?"
    r"(?:ともに|とも|共に|両方|両剤|いずれも|[2二]剤|[2二]つ|both)[^\x00。、]{0,24})"
)


def _own_clause(near: Around) -> str:
    """What is said of it and its list; "started on A, B stopped" shares nothing over the comma."""
    if near.after.startswith(",") and _directly_before("started_before").search(near.clause_before):
        return ""
    return near.own_after()


def _of_the_whole_list(near: Around) -> str:
    """What is said of both of two medicines in so many words, doses and commas between them or not."""
    both = _BOTH.match(near.after)
    return both["said"] if both else ""


#: A row with the day it began and the day it ended: 「ロスバスタチン2.5|r2.4|r4.11|」; no end, and it is taken.
_DAY = r"(?:[rhs]|令和|平成|昭和|(?:19|20)\d\d)[\d.年月日/-]*"
_IN_A_TABLE = re.compile(rf"[^\x00\n|]{{0,16}}\|\s?{_DAY}\s?\|\s?(?P<end>{_DAY})?\s?\|")
#: From one year to another: "cinacalcet 2018-19".
_YEARS = re.compile(
    r"[^\x00。、\d(]{0,6}\(?'?(?:(?:19|20)\d\d年? ?[-–〜~] ?|\d\d ?[-–] ?')(?P<end>(?:20|19)?\d\d)年?(?![\d/.]|mg|-)"
)
#: "started paxlovid? - no, only offered".
_ASKED_AND_DENIED = re.compile(r"\s?\?\s?(?:-|–|→|->)?\s?(?:no(?![a-z])|いいえ|なし|ない)")
#: 「昇圧薬以外の向精神薬」: spoken of, not said to be taken.
_OTHER_THAN = re.compile(r"以外")
_NOW_BEFORE = re.compile(
    r"\((?:今は?|現在は?|now) ?$|(?<![a-z])(?:discharged|sent home|went home|goes home) (?:home )?(?:on|with) $"
)
#: Only if something comes about: 「だめならスタチン」, 「もし38度超えたらA」.
_ON_CONDITION = re.compile(
    r"(?:もし|(?<![かだった])なら(?:ば)?|たら|なければ|であれば|場合は?に?は?|不十分(?:なら|時)|無効時)[、\s]?[^\x00。、に]{0,8}$"
    r"|(?<![a-z])if [^.\x00]{1,30}[,:]? (?:start|begin|give|add|use|try|then) $"
)
_TAKEN_IF_NEEDED = re.compile(r"頓|屯|内服可|服用可|使用可|prn|as needed|usual")
#: 「アレロック顆粒、点鼻を処方しております」: what is done with all of a list.
_DONE_WITH_ALL = re.compile(
    r"[^\x00。はが]{0,8}(?:、[^\x00。はが、]{1,8}){0,2}を(?:処方|継続|内服|服用|使用|吸入|点眼|塗布|併用|投与)(?:し(?!ない|ません|た|ませんでした)|中|継続)"
)
#: 「サラゾスルファピリジンだけ」, 「カナグル100mgのみ。」.
_ONLY_THIS = re.compile(r"(?:錠|od)?\s?(?:\d+(?:\.\d+)?\s?(?:mg|μg|g|錠|t|%)?)?(?:のみ|だけ)(?=[。、」)]|$)")
#: A clause that is nothing but names: 「エリキュース・ニフェジピン・タムスロシン」.
_BARE = re.compile(r"(?:\([^)\x00]{0,8}\)|[\s・/+&、,\x00\d.①-⑳-]|と|and)*")
#: What is told is what it did: 「(DPP-4阻害薬によるらしい)」; not 「インスリンによる治療」.
_CAME_OF_IT = re.compile(
    r"(?:不耐|による|によると|が原因|の影響|のせい|-induced)(?![^。、\x00]{0,10}(?:治療|療法|加療|コントロール|管理|予防|維持|鎮痛|置換))"
)
#: Told of what was given once, or is no allergy: 「脂肪乳剤 問題なし」.
_NO_PROBLEM = re.compile(r"\s?[はも]?\s?(?:問題な(?:し|い|かった)|異常な|可(?![能否])|ok(?![a-z])|fine(?![a-z]))")
_SIDE_EFFECT = re.compile(
    r"で(?:は)?[^。、\x00]{0,10}(?:下痢|便秘|嘔気|悪心|吐き気|嘔吐|眠気|ふらつき|めまい|発疹|皮疹|薬疹|かぶれ|筋肉痛|胃痛|胃部|腹痛|頭痛|むくみ|浮腫|低血糖|出血|出た|出て|出現|肝障害|腎障害)"
    r"| (?:gave|caused|made) "
)


@cache
def _listed_after_stop() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{cue('stopped_before').pattern})(?:\x00|[\s,、/&+\d.]|mg|mcg|and|the|his|her|taking|a|of|course|\d+-day|-day|week|-week)*$"
    )


@cache
def _directly_before(group: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{cue(group).pattern})(?:\x00|[\s,、/・:：]|the|a|and|or|の)*$")
