"""Allergies in running text: what a person reacted to, and what is said to be none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from sekisho.local.medical.cues import cue
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import Around, around, masked
from sekisho.local.medical.vocabulary import Vocabulary

_HEADING = re.compile(r"(?:アレルギー歴?|allerg(?:y|ies))\s*[::はが]|(?:アレルギー歴?|allerg(?:y|ies)) ?→")
#: Between a substance and what it did: 「ペニシリンで全身に」, "amoxicillin caused".
_CAUSED = (
    r"(?:系|系薬|系抗菌薬|系抗生物質|系薬剤|薬|剤|製剤|錠|テープ|軟膏|クリーム|スプレー|点眼|坐薬|坐剤|座薬|注射|注|綿|消毒|酒精綿|手袋|花粉|ドライシロップ|シロップ|カプセル|顆粒|細粒|散|ds|液|吸入|点眼液|造影|料理|由来){0,3}[)」』]?\s?(?:[(「][^)」]{0,12}[)」])?"
    r"(?:を(?:内服|服用|飲|使用|投与|注射|摂取|食べ|塗|貼)(?:し|ん)?て?)?(?:[^\x00。、]{0,3}\d+日目)?(?:開始後?|投与|使用|内服|服用|摂取|注射|貼付|塗布|点滴|点眼|静注|の投与|の使用|の内服)?(?:中|後|時|終了後|し)?(?:\d+日目)?"
    r"(?:(?<=[しで])|て|で|は|にて|により|による|に|が|後に?|のあと|の後|を食べ|を飲|を使|を塗|を貼|に触|触|食べ|飲んで|-|→|:|\(|\s|/|を[^。\x00]{0,14}?(?:際に|時に|後に|ところ|たら|すると))"
    r"[^。\n\x00]{0,22}?"
)
_CAUSED_EN = (
    r"(?:\s*[-:→(]"
    r"|\s+(?:was (?:associated with|complicated by|followed by)|caused|causes|makes?|made|gave|gives|leaves"
    r"|leads? to|led to|->|resulted in|had to be stopped|induced|-induced|produced|triggers?|triggered"
    r"|brings?))"
    r"[^.\n\x00]{0,40}?"
)
#: What was given instead, or against it: no allergen.
_INSTEAD = re.compile(
    r"(?:→|->|=>|以後|以降|今後|代替|代わりに|かわりに|変更し|代替薬は?|instead|now|then|switched to"
    r"|replaced by)[はの:\s]*$"
)
_GIVEN_AFTER = re.compile(
    r"(?:を|の)?(?:へ|に変更|に切|で軽快|で改善|で治療|で回復|で消退|で消失|投与で|を投与|投与し|塗布で|筋注で|静注|を使用し|使用し軽快|開始|内服中|服用中|処方|継続|で対応|前投薬)"
    r"|\s?(?:was|were) (?:given|used|started)| instead| for (?:it|this|rescue)"
)
_AGENT = ("medicine:", "class:")
#: In brackets behind an allergic illness stands what it comes of: "allergic rhinitis (cat, mite)".
_ILLNESS_OF = re.compile(
    r"(?:allergic (?:rhinitis|conjunctivitis|asthma)|アレルギー性(?:鼻炎|結膜炎|喘息)|鼻炎|結膜炎|口腔アレルギー症候群)"
    r"\s?\([^)]*$"
)


class Allergy(NamedTuple):
    """What a sentence says of one substance. `status`: active, suspected, or empty if it is none.

    `firmly`: a reaction or the word itself is told, not only a bare name in a list.
    """

    hit: Hit
    status: str
    firmly: bool


@dataclass(frozen=True, slots=True)
class AllergyReader:
    """Reads allergies out of sentences."""

    vocabulary: Vocabulary

    def read(self, text: str, hits: list[Hit], listed: bool, of_side_effects: bool = False) -> Iterator[Allergy]:
        """Allergies of a sentence; `listed`: it stands under a heading for allergies, so a bare word is enough.

        `of_side_effects`: it stands under a heading for what medicines did, allergy or not.
        """
        hits = [hit for hit in hits if not self.is_field(hit)]
        hits = [hit for i, hit in enumerate(hits) if not _is_form(hit, hits[i - 1] if i else None)]
        blotted = masked(text, hits)
        for i, hit in enumerate(hits):
            near = around(text, hit, hits, blotted)
            if near.is_family() or near.is_someone_else():
                continue
            reacted = _has_reacted(near, listed) or (
                not hit.code.startswith(_AGENT) and _TESTED.match(near.after) is not None
            )
            if not reacted and _no_reaction().match(near.after):
                yield Allergy(hit, "", firmly=False)
                continue
            named = _is_named_allergy(near) or cue("allergy").search(text[hit.start : hit.end]) is not None
            named = named or (not hit.code.startswith(_AGENT) and _ILLNESS_OF.search(near.before[-60:]) is not None)
            withdrawn = cue("withdrawn").search(near.own[:60]) is not None
            if not (listed or reacted or named):
                if withdrawn:
                    yield Allergy(hit, "", firmly=True)
                continue
            if self._is_remedy(hit, near, i > 0, reacted and not listed) or _is_explained(near, i > 0):
                continue
            if self._is_none(near, reacted) or _is_eaten_now(hit, near):
                yield Allergy(hit, "", firmly=withdrawn)
                continue
            if hit.code.startswith(_AGENT) and not reacted and _is_side_effect(near, of_side_effects):
                continue
            suspected = near.is_suspected() and not reacted
            yield Allergy(hit, "suspected" if suspected else "active", reacted or named)

    def is_field(self, hit: Hit) -> bool:
        """「薬剤」, 「食物」: the name of a whole field says nothing."""
        return not self.vocabulary.terms[hit.code].parents and hit.code.startswith("allergen:")

    def _is_remedy(self, hit: Hit, near: Around, follows: bool, certain: bool) -> bool:
        if not hit.code.startswith(_AGENT):
            return False
        if _GIVEN_AFTER.match(near.after[:12]) and not certain:
            return True
        if not certain and _WITH_DOSE.match(near.after) and self._is_against_allergy(hit):
            return True
        return bool(follows and _INSTEAD.search(near.before) and not certain)

    def _is_against_allergy(self, hit: Hit) -> bool:
        """What is given for an allergy: an antihistamine under 「アレルギー」 is seldom what it came of."""
        return any(code in _AGAINST_ALLERGY for code in self.vocabulary.ancestors(hit.code))

    def _is_none(self, near: Around, reacted: bool) -> bool:
        """Whether it is borne well, or said to be no allergy."""
        if _is_said_to_be_none(near) or _before_denied().search(near.before):
            return True
        if cue("only_avoided").search(near.own[:50]) or cue("only_avoided").search(near.clause_before):
            return not reacted
        if reacted:
            return False
        return near.is_negated() or near.later_says("outgrown") or _is_tolerated(near)


def _is_eaten_now(hit: Hit, near: Around) -> bool:
    """「卵白で発赤(現在は全卵まで摂取可)」: of a food what stands in brackets is told of it, by whatever name."""
    if hit.code.startswith(_AGENT):
        return False
    now = _NOW_IN_BRACKETS.match(near.sentence, len(near.sentence) - len(near.after))
    return now is not None and cue("tolerated").search(now[1]) is not None


_NOW_IN_BRACKETS = re.compile(r"[^。\n()]{0,16}\((?:現在|今|いま|now)([^)]*)")


def denies_allergies(text: str, listed: bool) -> bool:
    """Whether a sentence says that there are no allergies; `listed`: it stands under a heading for them."""
    return bool(
        re.search(rf"(?:アレルギー|allerg(?:y|ies)).{{0,6}}?(?:{cue('none_known').pattern})", text)
        or re.search(r"no known (?:drug |food )?allerg|(?<![a-z])nkd?a(?![a-z])(?!\s?\?)", text)
        or (listed and _denies().match(text))
    )


@cache
def _denies() -> re.Pattern[str]:
    return re.compile(
        rf"\s*(?:薬剤|薬|食物|食べ物)?(?:・(?:薬剤|薬|食物|食べ物))?(?:とも)?[はも::]?\s*(?:{cue('none_known').pattern})"
    )


@cache
def _reactions(listed: bool) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Behind a substance, right beside it, and before it. `listed`: what is no sign of an allergy alone counts too."""
    reaction = cue("reaction").pattern + (f"|{cue('reaction_if_listed').pattern}" if listed else "")
    return (
        re.compile(rf"(?:{_CAUSED}|{_CAUSED_EN})(?:{reaction})"),
        re.compile(
            r"[^\x00、。\s]{0,4}\s?(?:発疹|薬疹|皮疹|かぶれ|アナフィラキシー|ショック|蕁麻疹|接触皮膚炎|[^\x00。、\s]{0,2}禁(?![煙酒食忌止])|rash|hives|anaphylaxis|urticaria|×)"
        ),
        re.compile(
            rf"(?:{reaction})\s*(?:\([^)]*\)\s*)?(?:was |is )?(?:with|to|after|from|on|due to|following"
            rf"|caused by)\s+(?:\x00|[\s,、.()]|and|or|the|a|after|with|to|taking|eating)*$"
        ),
    )


@cache
def _no_reaction() -> re.Pattern[str]:
    """「アスピリン喘息なし」, 「湿布かぶれなし」."""
    return re.compile(
        rf"(?:で|による|での|に対する)?[^\x00。、\s]{{0,4}}(?:{cue('reaction').pattern})[^\x00。、]{{0,4}}?(?:なし|無し|ない|\(-\)|せず|認めず)"
    )


def _has_reacted(near: Around, listed: bool) -> bool:
    """A reaction told behind it or before it, or a positive test; not one that is denied (「かぶれなし」)."""
    caused, beside, before = _reactions(listed)
    after = (
        re.sub(r"^(?:[\s、,・と]|及び|and)*(?:\x00+(?:[\s、,・と]|及び|and)*)*", "", near.after)
        if _in_list(near)
        else near.after
    )
    for pattern in (caused, beside):
        for told in dict.fromkeys((near.after, after, _BRACKETS.sub("", near.after, count=1))):
            found = pattern.match(told)
            if found and not _takes_back(found[0], told[found.end() :]):
                return True
    return bool(before.search(near.before[-60:]) or (cue("sensitised").search(near.own_after()[:30])))


def _takes_back(told: str, rest: str) -> bool:
    """Whether the reaction is denied, another's, or a mere discomfort in so many words (「下痢のみ」)."""
    mild = _ONLY.match(rest) and cue("only_side_effect").search(told)
    return bool(_reaction_denied(rest) or cue("borne").search(told) or mild)


_ONLY = re.compile(r"の?(?:のみ|だけ)| only| alone")
_BRACKETS = re.compile(r"^\s?\([^)]*\)")
#: A positive test, told in signs: 「ニッケル(++)」, 「ダニ cl6」, "dust mite +".
_TESTED = re.compile(
    r"\s?(?:\([^)+]{0,12}\))?\s?[a-z0-9 ]{0,8}?(?:\(\s?[1-4]?\+{1,3}\s?\)"
    r"|\+{1,3}(?=[\s、,.。)/]|$)|cl(?:ass)?\.? ?[2-6])"
)
#: A dose, or no more than the name: a medicine against the allergy, not for it.
_WITH_DOSE = re.compile(
    r"[a-z]{0,2}\s?(?:\d|錠|点鼻|点眼|吸入|内服|頓|\s?expired|期限|未処方|所持|持参|常備|携帯|処方"
    r"|prn|daily|nasal|auto-?inj|in hand|carried)|[^。\x00、]{0,6}$"
)
_AGAINST_ALLERGY = frozenset(
    {"class:antihistamines", "class:antihistamines_second", "class:leukotriene_antagonists", "medicine:epinephrine"}
)


def _is_form(hit: Hit, before: Hit | None) -> bool:
    """「セフトリアキソン点滴」: how the medicine before it is given."""
    return before is not None and before.end == hit.start and before.code.startswith(_AGENT) and hit.code in _FORMS


_FORMS = frozenset({"allergen:infusion_fluid", "allergen:adhesive_tape", "allergen:plaster"})


def _in_list(near: Around) -> bool:
    return bool(re.match(r"(?:\s|、|,|・|と|及び|and)+\x00", near.after))


def _reaction_denied(rest: str) -> bool:
    return bool(
        re.match(
            r"[^\x00。、]{0,6}(?:なし|無し|ない|なく|は?認めず|は?(?:すべて)?否定"
            r"|出ず|せず|\(-\)|陰性|was not|never|は?出ない|ではない)",
            rest,
        )
    )


def _is_named_allergy(near: Around) -> bool:
    """An allergy word close behind (「卵アレルギー」), a heading or "allergic to" before."""
    return bool(
        re.match(
            r"(?:\x00|[\s、,・/と])*(?:系|系薬|薬|剤|類|全般|由来|製品)?(?:の|に対する|への|に対して)?\s?(?:"
            + cue("allergy").pattern
            + ")",
            near.after[:24],
        )
        or _HEADING.search(near.before)
        or re.search(
            rf"(?:{cue('allergy').pattern})\s*(?:reactions? )?(?:to|:|against)?\s*(?:\x00|[\s,、]|and|or|the)*$",
            near.before[-40:],
        )
    )


@cache
def _before_denied() -> re.Pattern[str]:
    return re.compile(
        r"(?:no allergy to|not allergic to|no reaction to|tolerates?|tolerated|can take|can eat|eats"
        r"|has since had|has since taken|since had)\s*(?:\x00|[\s,、]|and|or)*$"
    )


#: 「抗菌薬では」: what is spoken of, before the thing itself is named.
_LABEL = re.compile(r"(?:では|の中では|のうち|に関しては)[^\x00。]{0,6}\x00")


def _is_explained(near: Around, follows: bool) -> bool:
    """Within brackets that explain another substance: 「ラテックスは陰性(栗・アボカドの関連で確認)」."""
    if _LABEL.match(near.after):
        return True
    if not (follows and near.is_in_brackets()):
        return False
    inside = near.after.split(")", 1)[0]
    return bool(re.search(r"関連|交差|含有|含む|含まれ|のため|ではな|cross|because|contain|related", inside))


#: What was thought before: 「「アレルギーなし」から修正」.
_QUOTED_BEFORE = re.compile(r"「[^」]*」(?=から|より|と(?:申告|い[うっ]|言|され|記載|答え))")
#: It is still taken in spite of what it did.
_CONTINUED = re.compile(r"(?:ない|で|、|,) ?(?:本剤は?)?(?:継続|続行)(?:中|可|とし|し|$|[。、,])")


def _is_side_effect(near: Around, expected: bool) -> bool:
    """Whether only a side effect is told: 「リリカ(ふらつき)」 under 「副作用歴」, "codeine (vomiting only)"."""
    said = f"{near.own_after()} {near.remark}"
    return bool(cue("only_side_effect").search(said)) and (expected or re.search(r"only|のみ|だけ", said) is not None)


def _is_said_to_be_none(near: Around) -> bool:
    """Said in so many words to be no allergy."""
    own = _QUOTED_BEFORE.sub("", near.own[:90])
    return bool(
        cue("not_allergic").search(own)
        or cue("not_allergic").search(near.remark)
        or cue("not_allergic").search(_QUOTED_BEFORE.sub("", near.own_after()))
        or _CONTINUED.search(near.after[:70])
    )


def _is_tolerated(near: Around) -> bool:
    """「えびOK」, "tolerates egg"; not where a reaction is told first (「生エビで蕁麻疹(加熱は可)」)."""
    said = f"{near.own_after()} {near.own[:40]} {near.remark}"
    reaction = cue("reaction").search(said)
    return bool(cue("tolerated").search(said[: reaction.start()] if reaction else said))
