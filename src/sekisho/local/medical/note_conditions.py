"""Conditions in running text: whether a sentence says that this person has one, had it, or has it not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from sekisho.local.medical.condition_denial import is_denied
from sekisho.local.medical.cues import cue
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import Around
from sekisho.local.medical.note_answers import OPEN, YES
from sekisho.local.medical.note_statements import DENIED
from sekisho.local.medical.vocabulary import Vocabulary

#: Conditions whose names are ordinary words of notes and forms, 「アレルギー」: they tell of no illness.
GENERIC = frozenset(
    {
        "condition:past_disease", "condition:allergic_disease", "condition:postoperative_state",
        "condition:drug_allergy", "condition:food_allergy", "condition:history_of_drug_allergy",
    }
)  # fmt: skip
#: What a substance did, although it has the name of an illness and not of a symptom.
REACTIONS = frozenset({"condition:urticaria"})
#: Acute illnesses after which a person stays a patient: not over with the stay in hospital.
_LASTING = (
    "condition:ischemic_heart_disease", "condition:cerebrovascular_disease", "condition:thromboembolic_disease",
    "condition:fracture", "condition:ch_neoplasm", "condition:tuberculosis", "condition:ch_pregnancy",
    "condition:ch_perinatal", "condition:ch_skin", "condition:vasculitis", "condition:aortic_disease",
)  # fmt: skip
_CANCER = "condition:malignant_neoplasm"
#: What is over when it stands in a history.
_OVER_IN_HISTORY = (
    "condition:gastric_ulcer", "condition:duodenal_ulcer", "condition:peptic_ulcer", "condition:hernia",
    "condition:tuberculosis", "condition:fracture", "condition:intestinal_polyp", "condition:urinary_stones",
    "condition:kidney_stones", "condition:anal_fistula", "condition:ch_infection", "condition:ch_injury_poisoning",
    "condition:benign_breast_disease", "condition:breast_fibroadenoma",
)  # fmt: skip
#: Groups of conditions that come and go: with a year they are over, in a history too.
_EPISODES = (
    "condition:urinary_stones", "condition:gallstones", "condition:gastric_ulcer", "condition:duodenal_ulcer",
    "condition:hernia", "condition:fracture", "condition:tuberculosis", "condition:benign_neoplasm",
    "condition:intestinal_polyp", "condition:ch_injury_poisoning", "condition:ch_infection", "condition:ch_pregnancy",
    "condition:cataract", "condition:ch_neoplasm",
)  # fmt: skip
#: Topics in which a bare name is a diagnosis.
_TOLD = ("problems", "history")
#: Topics that tell of other people, or of nobody.
_NOT_OWN = ("other_person", "denied", "vaccines")
#: Topics in which a sentence can come back to the person: 「友人が水痘にかかったが、本人は水痘既往あり」.
_OF_RELATIVES = ("family", "other_person")


class Said(NamedTuple):
    """What a sentence says of a condition.

    Attributes:
        status: A status of the domain, `DENIED`, or empty where it says nothing of this person.
        told: Words say so; otherwise it is only the usual meaning of a bare name.
    """

    status: str
    told: bool = False


_NOTHING = Said("")
#: A course of treatment that is over: "latent TB treated with isoniazid 9 months, completed 2016".
_COURSE_DONE = re.compile(r"(?<![a-z])(?:completed|finished|done)(?![a-z])|(?:終了|完了)(?!予定|せず|後も)")
#: Of a lasting illness it does not tell that it is over: "77F w/ h/o AF, HTN".
_HISTORY_OF = re.compile(r"(?<![a-z])(?:h/o|hx of|history of)(?![a-z])")
#: Named last before an illness under a heading for the family, and no relative.
_NO_RELATIVE = re.compile(r"(?:友人|友達|同僚|知人|隣人|同室|friend|colleague|neighbou?r|mate)[^。、\x00]{0,8}$")
_NO_FAMILY = re.compile(r"の?家族歴(?:は|も)?(?:特に)?(?:なし|ない|なく|否定|\(-\)|ありません|認めず)")
#: What was long ago is the care, not the illness: 「狭心症は以前ステントを入れて」.
_ABOUT_CARE = re.compile(r"入れ|留置|受け|治療し|手術|検査|処方|内服|通院|指示|指導|stent|treated|surgery|given|took")


class Setting(NamedTuple):
    """What stands around the sentence of a condition.

    Attributes:
        topic: What the part of the note is about.
        treated: A medicine follows that is given for it.
        between: What stands between it and the medicine before it in the sentence; None if there is none.
        rest: What follows up to the next condition of the sentence.
        reacted: The sentence tells of an allergy; then a rash in it is what happened that day.
        stay_is_over: The note looks back on a stay in hospital.
    """

    topic: str
    treated: bool = False
    between: str | None = None
    rest: str = ""
    reacted: bool = False
    stay_is_over: bool = False


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Judges conditions."""

    vocabulary: Vocabulary

    def said(self, hit: Hit, near: Around, setting: Setting) -> Said:
        """What is said of the condition at `hit`."""
        topic = setting.topic
        if not self.vocabulary.terms[hit.code].parents:
            return _NOTHING
        if topic == "denied":
            return Said(DENIED, told=True)
        if near.answer == OPEN:
            return _NOTHING
        if topic in _OF_RELATIVES and near.is_own_again():
            setting, topic = setting._replace(topic=""), ""
        if topic == "family" and _NO_RELATIVE.search(near.before):
            return _NOTHING
        if topic == "family" or near.is_family():
            none = near.is_negated() or _NO_FAMILY.match(near.after)
            return _NOTHING if none or topic in _NOT_OWN else Said("family", told=True)
        if topic in _NOT_OWN or near.is_someone_else():
            return _NOTHING
        if hit.code != _CANCER and _RELAPSE_DENIED.match(near.after):
            near.denied = False
            return self._did_not_return(hit)
        if self.is_denied(near):
            return Said("past" if near.is_no_more() else DENIED, told=True)
        name = near.name
        reaction = cue("reaction").search(name) or cue("reaction_if_listed").search(name)
        if setting.reacted and reaction and not name.endswith(_LASTING_ALLERGY):
            return _NOTHING
        if topic in ("stopped", "side_effects"):
            return _NOTHING
        if topic == "allergy" and not _SHOWS_ALLERGY.intersection(self.vocabulary.ancestors(hit.code)):
            return _NOTHING
        if (
            reaction
            and not setting.treated
            and _AFTER_SOMETHING.search(near.clause_before)
            and not name.endswith(_LASTING_ALLERGY)
        ):
            return _NOTHING
        passing = self.vocabulary.course_of(hit.code) == "acute" or self.vocabulary.is_complaint(hit.code)
        finding = self.vocabulary.course.get(hit.code) == "group" or _FINDING.search(name) is not None
        caused = (passing or finding) and not (topic == "problems" and _by_medicine(setting.between))
        if caused and not setting.treated and _is_side_effect(near, setting.between):
            return _NOTHING
        if setting.between is not None and _came_and_stopped(near, setting.between):
            return _NOTHING
        if topic == "plan" and cue("planned").match(near.after):
            return _NOTHING
        if passing and near.after.startswith("時") and not near.after.startswith(("時代", "時期")):
            return _NOTHING  # 「不眠時」: what a medicine is kept for
        return _NOTHING if _is_not_said(near) else self._course(hit, near, setting)

    def _did_not_return(self, hit: Hit) -> Said:
        """「胸腺腫の再発はありません」."""
        if _CANCER in self.vocabulary.ancestors(hit.code):
            return Said("remission", told=True)
        return Said("past" if self._comes_and_goes(hit) else "active", told=True)

    def _comes_and_goes(self, hit: Hit) -> bool:
        """Whether it is an acute illness, a complaint, or a lasting illness that shows in episodes."""
        if self.vocabulary.course_of(hit.code) == "acute" or self.vocabulary.is_complaint(hit.code):
            return True
        ancestors = self.vocabulary.ancestors(hit.code)
        return any(code in ancestors for code in _EPISODES)

    def _course(self, hit: Hit, near: Around, setting: Setting) -> Said:
        """Over, suspected, in remission or there: for a condition that is this person's."""
        topic = setting.topic
        acute = self.vocabulary.course_of(hit.code) == "acute"
        complaint = self.vocabulary.is_complaint(hit.code)
        listed = topic in _TOLD or near.is_listed() or near.is_in_brackets() or near.before.endswith(" for ")
        remark = "" if _of_another(near) else near.remark
        own = " ".join([near.clause_after.split("\x00")[0], remark, near.next_words()])
        around = f"{near.lead} {own}"
        comes_and_goes = self._comes_and_goes(hit)
        cancer = _CANCER in self.vocabulary.ancestors(hit.code)
        if cue("remission").search(setting.rest[:80]) or cue("remission").search(near.clause):
            return Said("remission", told=True)
        if cue("cured").search(f"{setting.rest[:56]} {own}"):
            return Said("remission" if cancer else "past", told=True)
        if (
            (near.is_over() and not (cancer and near.before.endswith(" for ")))
            or (_direct_past(near) and (acute or complaint or not _RESULT.match(near.after)))
            or _OPERATION_BEFORE.search(near.sentence[: len(near.before)])
            or (acute and _ended_by_treatment().match(near.after))
        ):
            return Said("past", told=True)
        if near.is_suspected():
            return Said("" if self.vocabulary.course.get(hit.code) == "group" else "suspected", told=True)
        if cue("active").search(around) and "inactive" not in around and not acute:
            return Said("active", told=True)
        if self.vocabulary.course_of(hit.code) == "state" and cue("planned").match(near.after):
            return _NOTHING
        if setting.treated and comes_and_goes and _COURSE_DONE.search(setting.rest[:60]):
            return Said("past", told=True)
        if setting.treated and not acute:
            return Said("active", told=True)
        if _operated_for().match(near.written_after):
            return Said("past", told=True)
        now = setting.treated or bool(cue("active_now").search(around))
        if acute and not now and cue("recently").search(near.lead):
            return Said("past", told=True)
        lead = near.lead if comes_and_goes else _HISTORY_OF.sub("", near.lead)
        if cue("long_ago").search(lead) or (cue("long_ago").search(own) and not _ABOUT_CARE.search(own)):
            return Said("past", told=True)
        if comes_and_goes and (cue("ended").search(own) or cue("counted").match(near.after)):
            return Said("past", told=True)
        if comes_and_goes and cue("dated").search(around) and not now:
            return Said("past", told=True)
        if topic == "history":
            operated = cue("operated").search(f"{near.clause} {remark}")
            over = acute or operated or any(code in self.vocabulary.ancestors(hit.code) for code in _OVER_IN_HISTORY)
            return Said("past" if over else "active", told=True)
        if cue("history_of").match(near.after):
            told = cue("dated").search(near.remark) or cue("operated").search(near.remark)
            return Said("past" if comes_and_goes or told else "active", told=True)
        now = now or bool(cue("appeared").search(around))
        if topic == "medicines" and not (listed or now):
            return _NOTHING
        if acute or complaint:
            ancestors = self.vocabulary.ancestors(hit.code)
            lasts = complaint or any(code in ancestors for code in _LASTING) or cue("persisting").search(own)
            if topic == "problems" and setting.stay_is_over and not lasts:
                return Said("past", told=True)
            if setting.stay_is_over and topic in ("", "course") and not cue("persisting").search(around):
                return _NOTHING
            if topic == "problems" or now:
                return Said("active", told=True)
            looks_back = setting.stay_is_over or topic in ("course", "plan", "social")
            return Said("active") if not looks_back or (listed and not complaint and topic != "course") else _NOTHING
        return Said("active", told=topic == "problems" or near.answer == YES)

    def is_denied(self, near: Around) -> bool:
        """Whether it is said not to be so; found out once."""
        if near.denied is None:
            near.denied = is_denied(near)
        return near.denied


#: A known illness that did not come back.
_RELAPSE_DENIED = re.compile(
    r"の?(?:再発|再燃|増悪)(?:の(?:所見|兆候|徴候))?[はもを]?(?:な[しくい]|認め(?:ず|ない|ませ)|ありませ|否定|考えにく|\(-\))"
)


@cache
def _operated_for() -> re.Pattern[str]:
    """「子宮筋腫にて子宮全摘」; not what is only planned."""
    return re.compile(
        r"(?:に対し(?:て)?|にて|で|のため)[^、。,]{0,12}(?:全摘|切除(?!予定)|摘出(?!予定)|手術(?![予希検目待をの])|術(?:施行|後|を施行)|ope(?![a-z]))"
    )


def _is_side_effect(near: Around, between: str | None) -> bool:
    """Whether it came of a medicine, or is why one was given up: 「カルタン stop (便秘)」."""
    if re.match(r"(?:の|という)副作用", near.after):
        return True
    if between is None:
        return bool(_GIVEN_UP.match(near.after))
    if _caused().fullmatch(between):
        return True
    after = cue("side_effect_after").match(near.after[:40])
    stopped = cue("stopped").search(near.clause_before[-60:])
    before = re.search(rf"(?:{cue('side_effect_before').pattern})\s*(?:the|a|an)?\s*$", near.before)
    return bool(
        after
        or (stopped and (before or near.is_in_brackets() or near.before.rstrip().endswith((")", "で", ":", "-", "→"))))
    )


#: 「肝障害で断念」, whatever it was that was given up.
_GIVEN_UP = re.compile(
    r"(?:で|のため|により|にて|があり|あり|を起こし|を認め|が出現し?)[^。\x00]{0,6}(?:断念|中止|休薬|減量|中断|使えず)"
)
#: A finding told as the result of a test: 「重症の睡眠時無呼吸でした」.
_RESULT = re.compile(r"[^\x00、。(]{0,6}(?:でした|であった|だった)")
#: 「扁桃摘出術(8歳、慢性扁桃炎)」.
_OPERATION_BEFORE = re.compile(r"(?:術|摘出|切除|全摘|ope|ectomy)\s?\([^()]{0,10}$")
#: What a rash came of: told with the substance somewhere else.
_AFTER_SOMETHING = re.compile(
    r"(?:内服|服用|投与|注射|点滴|接種|摂取|誤食|食べ|飲ん|貼付|塗布|使用|刺され|造影|輸血)[^。]{0,12}$|\d日目[^。]{0,6}$"
)
#: Illnesses in which an allergy shows: told under a heading for allergies they are diagnoses.
_SHOWS_ALLERGY = frozenset(
    {
        "condition:allergic_rhinitis", "condition:allergic_conjunctivitis", "condition:pollinosis", "condition:fdeia",
        "condition:oral_allergy_syndrome", "condition:atopic_dermatitis",
        "condition:lactose_intolerance", "condition:aspirin_exacerbated_respiratory_disease", "condition:rhinitis",
        "condition:conjunctivitis",
    }
)  # fmt: skip
#: Names of lasting illnesses that an allergy shows in.
_LASTING_ALLERGY = ("鼻炎", "結膜炎", "喘息", "asthma")
#: Names of what a laboratory finds.
_FINDING = re.compile(r"(?:減少|低下|障害|上昇|血症|増加|延長|penia|emia|aemia|dysfunction)$")


def _by_medicine(between: str | None) -> bool:
    """「抗精神病薬によるアカシジア」: in a list of problems it is one of them."""
    return (
        between is not None
        and re.fullmatch(r"[^\x00。、]{0,8}(?:による|に伴う|性|-induced |誘発性?)", between) is not None
    )


_CAME = re.compile(r"\s?(?:で|は|により|にて|後に?|開始後に?)\s?")
_STOPPED_FOR_IT = re.compile(
    r"(?:が出(?:て|現し?て?|たため)|を(?:起こ|来|認め)[^。、\x00]{0,6}|の?ため|で|となり|により|があり|あり)"
    r"[^。、\x00]{0,10}(?:中止|断念|休薬|終了|離脱)"
)


def _came_and_stopped(near: Around, between: str) -> bool:
    """「ブシラミンで蛋白尿が出て中止」: what it did, and therefore was stopped."""
    return _CAME.fullmatch(between) is not None and _STOPPED_FOR_IT.match(near.after) is not None


@cache
def _caused() -> re.Pattern[str]:
    """Between a medicine and what it did."""
    return re.compile(
        r"\s?(?:[^\x00。、]{0,12}?(?:で|開始後に?|内服後に?|投与後に?|使用後に?|による|により|によって|に伴う|の副作用(?:で|の|は)|→|:|-)[^\x00。、:→]{0,10}"
        r"| (?:gave|caused|induced|causing|led to|with|-)[^\x00.,;]{0,20}|-induced )"
    )


@cache
def _ended_by_treatment() -> re.Pattern[str]:
    """「尿路感染症を合併、セファゾリンで軽快」."""
    return re.compile(
        r"[^\x00。]{0,16}\x00+[^\x00。]{0,16}?(?:で|後|により|にて|し|投与)[^\x00。]{0,8}?(?:軽快|改善|治癒|解熱|消失|回復|終了)"
    )


#: Terms themselves, that tell of protection or of less than the illness: "HBV: vaccinated", 「DM境界型」.
_NOT_IT = re.compile(r"[\s:,-]{0,3}(?:vaccin|immun|ワクチン|予防接種|接種)|\s?境界型")


def _is_not_said(near: Around) -> bool:
    """Planned, prevented, feared, on a condition: said of the term itself or right before it."""
    if near.after.startswith(("科", "外来", "病棟", "ワクチン", "教室")):
        return True  # 「リウマチ科」
    if _NOT_IT.match(near.written_after):
        return True
    return bool(cue("not_said").search(near.own_after()[:14]) or cue("not_said").search(near.clause_before[-30:]))


def _of_another(near: Around) -> bool:
    """Whether the brackets behind it tell of the end of something else: 「HIV感染症(2016年 肺炎治癒)」."""
    inside = near.after.split(")", 1)[0]
    ended = cue("cured").search(inside)
    return near.remark != "" and ended is not None and inside[: ended.start()].rstrip("はがもの ").endswith("\x00")


def _direct_past(near: Around) -> bool:
    return bool(
        re.match(r"[^\x00、。(]{0,6}(?:だった|でした|であった|をした|にかかった|を経験)", near.after)
    ) and not cue("active").search(near.after[:30])
