"""Allergies in running text: what a person reacted to, and what is said to be none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from sekisho.local.medical.allergy_reactions import (
    CALLED_SIDE_EFFECT,
    NEVER_AGAIN,
    has_reacted,
    has_tested_positive,
    no_reaction,
)
from sekisho.local.medical.cues import cue
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import Around, around, masked
from sekisho.local.medical.vocabulary import Vocabulary

_HEADING = re.compile(
    r"(?:アレルギー(?:歴|カード|登録|欄|情報)?(?:あり)?|allerg(?:y|ies))\s*[::はが]"
    r"|(?:アレルギー歴?|allerg(?:y|ies)) ?→"
)
#: What was given instead, or against it: no allergen.
_INSTEAD = re.compile(
    r"(?:→|->|=>|以後|以降|今後|代替|代わりに|かわりに|変更し|代替薬は?|instead|now|then|switched to"
    r"|replaced by)[はの:\s]*$"
)
_GIVEN_AFTER = re.compile(
    r"(?:\d+(?:\.\d+)?\s?(?:mg|g|錠|%)\s?)?(?:を|の)?(?:へ|に変更|に切|で軽快|で改善|で治療|で回復|で消退|で消失|投与で|を投与|投与し|塗布で|筋注で|静注|を使用し|使用し軽快|開始|内服中|服用中|処方|継続|で対応|前投薬)"
    r"|\s?(?:was|were) (?:given|used|started)| instead| for (?:it|this|rescue)"
)
_AGENT = ("medicine:", "class:")
#: Fields of which a form asks.
_FIELDS = frozenset(f"allergen:al_{field}" for field in ("medicine", "food", "contact", "inhaled", "other"))
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


def is_field(hit: Hit) -> bool:
    """「薬剤」, 「食物」: the name of a whole field says nothing; 「花粉」 does."""
    return hit.code in _FIELDS


@dataclass(frozen=True, slots=True)
class AllergyReader:
    """Reads allergies out of sentences."""

    vocabulary: Vocabulary

    def read(self, text: str, hits: list[Hit], listed: bool, of_side_effects: bool = False) -> Iterator[Allergy]:
        """Allergies of a sentence; `listed`: it stands under a heading for allergies, so a bare word is enough.

        `of_side_effects`: it stands under a heading for what medicines did, allergy or not.
        """
        fields = [hit for hit in hits if is_field(hit)]
        hits = [hit for hit in hits if not is_field(hit)]
        hits = [hit for i, hit in enumerate(hits) if not _is_form(hit, hits[i - 1] if i else None)]
        blotted = _parted(masked(text, hits), fields)
        reaction_told = False
        for i, hit in enumerate(hits):
            near = around(text, hit, hits, blotted)
            if near.is_family() or near.is_someone_else():
                continue
            name = text[hit.start : hit.end]
            agent = self._is_agent(hit)
            reacted = has_reacted(near, listed, agent) or cue("reaction").search(name) is not None
            reacted = reacted or (not hit.code.startswith(_AGENT) and has_tested_positive(near, listed))
            reacted = reacted or (reaction_told and NEVER_AGAIN.match(near.after) is not None)
            reaction_told = reaction_told or reacted
            if not reacted and no_reaction().match(near.after):
                yield Allergy(hit, "", firmly=False)
                continue
            named = _is_named_allergy(near) or cue("allergy").search(name) is not None
            named = named or (not hit.code.startswith(_AGENT) and _ILLNESS_OF.search(near.before[-60:]) is not None)
            withdrawn = cue("withdrawn").search(near.own[:60]) is not None
            if not (listed or reacted or named):
                if withdrawn:
                    yield Allergy(hit, "", firmly=True)
                continue
            if self._is_remedy(hit, near, i > 0, reacted) or _is_explained(near, i > 0):
                continue
            if self._is_none(near, reacted) or _is_eaten_now(hit, near):
                yield Allergy(hit, "", firmly=withdrawn)
                continue
            registered = _REGISTERED.search(near.own[:60]) is not None
            if agent and not (reacted or registered) and _is_side_effect(near, listed or of_side_effects):
                continue
            suspected = near.is_suspected() and not reacted
            yield Allergy(hit, "suspected" if suspected else "active", reacted or named)

    def _is_agent(self, hit: Hit) -> bool:
        """Whether it is a medicine, or a group of them that is known as an allergen."""
        return hit.code.startswith(_AGENT) or "allergen:al_medicine" in self.vocabulary.ancestors(hit.code)

    def _is_remedy(self, hit: Hit, near: Around, follows: bool, certain: bool) -> bool:
        if not hit.code.startswith(_AGENT):
            return _PREMEDICATION.match(near.after) is not None
        if self._is_desensitising(hit) or (_USED_FOR.search(near.before) and near.after.startswith("で")):
            return True
        if _GIVEN_AFTER.match(near.after[:12]) and not certain:
            return True
        if not certain and _WITH_DOSE.match(near.after) and self._is_against_allergy(hit):
            return True
        if not certain and _NOW_TAKES.search(near.before[-8:]):
            return True
        return bool(follows and _INSTEAD.search(near.before) and not certain)

    def _is_against_allergy(self, hit: Hit) -> bool:
        """What is given for an allergy: an antihistamine under 「アレルギー」 is seldom what it came of."""
        return any(code in _AGAINST_ALLERGY for code in self.vocabulary.ancestors(hit.code))

    def _is_desensitising(self, hit: Hit) -> bool:
        """「ミティキュア」: a small dose of the allergen itself."""
        return "class:allergen_immunotherapies" in self.vocabulary.ancestors(hit.code)

    def _is_none(self, near: Around, reacted: bool) -> bool:
        """Whether it is borne well, or said to be no allergy."""
        if _is_said_to_be_none(near) or _before_denied().search(near.before):
            return True
        if near.remark.endswith("のため"):
            return not reacted
        if cue("only_avoided").search(near.own[:50]) or cue("only_avoided").search(near.clause_before):
            return not reacted
        if reacted:
            return False
        if _UNTESTED.search(near.clause_after) or _UNTESTED.match(near.own.partition("、")[2]):
            return False
        return near.is_negated() or near.later_says("outgrown") or _is_tolerated(near)


def _parted(blotted: str, fields: list[Hit]) -> str:
    """The sentence ends for what stands before, where the next field begins: 「花粉(スギ)、薬「なし」」."""
    for field in fields:
        if blotted[: field.start].rstrip()[-1:] in ("、", ",", ";"):
            blotted = f"{blotted[: field.start]}{_BARRIER * (field.end - field.start)}{blotted[field.end :]}"
    return blotted


#: No pattern reaches over it.
_BARRIER = "。"


#: 「そばアレルギー疑い、検査はしていない」: denies the test, not the allergy.
_UNTESTED = re.compile(r"(?:検査|精査|負荷試験?|テスト)(?:は|も)?(?:まだ)?(?:未|して(?:い)?な|行っていな|受けていな)")


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


_NOW_TAKES = re.compile(r"(?:現在|今)は?\s?$|(?<![a-z])now (?:on |takes )?$")
#: 「消毒はクロルヘキシジンで」: what is used instead.
_USED_FOR = re.compile(r"(?:消毒|固定|代替|鎮痛|解熱|麻酔|造影)(?:薬|剤)?は\s?$")
_PREMEDICATION = re.compile(r"(?:の|で)?(?:前投薬|前投与|前処置)")
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


def _is_named_allergy(near: Around) -> bool:
    """An allergy word close behind (「卵アレルギー」), a heading or "allergic to" before."""
    return bool(
        re.match(
            r"(?:\x00|[\s、,・/と])*(?:系|系薬|薬|剤|類|全般|由来|製品)?(?:の|に対する|への|に対して)?\s?(?:"
            + cue("allergy").pattern
            + ")",
            near.after[:24],
        )
        or _FORBIDDEN.match(near.after)
        or _HEADING.search(near.before)
        or _LEFT_OUT.search(near.before[-40:])
        or re.search(
            rf"(?:{cue('allergy').pattern})\s*(?:reactions? )?(?:to|:|against)?\s*"
            r"(?:\x00|[\s,、]|\([^)\n]*\)|and|or|the|to)*$",
            near.before[-80:],
        )
    )


#: Whatever it did, it is on the list: "tendon pain - listed as allergy".
_REGISTERED = re.compile(
    r"listed as (?:an )?allergy|never again"
    r"|(?:アレルギー|禁忌)(?:として|に)?登録(?!せず|しな|は?不要|を?(?:外|解除|削除))"
)
#: 「現在の除去はくるみのみ」.
_LEFT_OUT = re.compile(r"除去(?:中|食)?[は::](?:\x00|[\s、,・と])*$")
#: 「キノロン系は禁忌扱い」.
_FORBIDDEN = re.compile(
    r"(?:系|類|製剤|薬|剤|全般)?は(?:(?:原則|今後|以後|すべて|全て)?禁忌|(?:口腔|薬剤|食物)?アレルギー)(?!で(?:は)?な|は?な|を?否定|\(-)"
)
#: Several things at once: 「アスピリン含め解熱鎮痛薬は問題なし」; an answer in a form: "penicillin n.".
_INCLUDED = re.compile(
    r"(?:を?含め(?:た|て)?|をはじめ|など)[^\x00。、]{0,4}\x00*[^\x00。、]{0,6}(?:問題な|使用可|内服可|ok|大丈夫)"
)
_ANSWERED_NO = re.compile(r"\s?[-:]?\s?n(?:il|o|one)?(?=[.,;]|$)")


#: 「加熱は可」, 「本人記憶なし」: the allergy itself is not denied.
_BORNE_IN_PART = re.compile(
    r"(?:加熱|火を通|少量|微量|つなぎ|エキス|だし)[^、。)]{0,6}(?:可|ok|大丈夫|食べられ|食べれ)"
    r"|(?:記憶|覚え|おぼえ|詳細|予定)[はが]?(?:なし|ない)"
)
#: Beyond a comma something else is denied: 「造影剤アレルギーのため単純CT、肝転移なし」.
_ANOTHERS_DENIAL = re.compile(r"[、,](?![^、,]*問題)[^、,]*?(?:なし|無し|陰性|\(-\)|negative)")


@cache
def _before_denied() -> re.Pattern[str]:
    return re.compile(
        r"(?:no allergy to|not allergic to|no reaction to|tolerates?|tolerated|can take|can eat|eats"
        r"|has since had|has since taken|since had)\s*(?:\x00|[\s,、]|and|or)*$"
    )


#: 「抗菌薬では」: what is spoken of, before the thing itself is named.
_LABEL = re.compile(r"の件[^\x00。]{0,12}\x00|(?:では|の中では|のうち|に関しては)[^\x00。]{0,6}\x00")


def _is_explained(near: Around, follows: bool) -> bool:
    """Within brackets that explain another substance: 「ラテックスは陰性(栗・アボカドの関連で確認)」."""
    if _LABEL.match(near.after):
        return True
    if not (follows and near.is_in_brackets()):
        return False
    inside = near.after.split(")", 1)[0]
    return bool(re.search(r"関連|交差|含有|含む|含まれ|のため|ではな|cross|because|contain|related", inside))


#: The rest of the list that a substance stands in: 「小麦・乳は…解除されています」.
_LIST = re.compile(r"^(?:(?:[\s、,・]|と|や|及び|and)*\x00+)+")
#: What was thought before: 「「アレルギーなし」から修正」.
_QUOTED_BEFORE = re.compile(r"「[^」]*」(?=から|より|と(?:申告|い[うっ]|言|され|記載|答え))")
#: It is still taken in spite of what it did.
_CONTINUED = re.compile(r"(?:ない|で|、|,) ?(?:本剤は?)?(?:継続|続行)(?:中|可|とし|し|$|[。、,])")


def _is_side_effect(near: Around, expected: bool) -> bool:
    """Whether only a side effect is told: 「リリカ(ふらつき)」 under 「副作用歴」, "codeine (vomiting only)"."""
    said = f"{near.own_after()} {near.remark}"
    if CALLED_SIDE_EFFECT.search(near.own_after()):
        return True
    return bool(cue("only_side_effect").search(said)) and (expected or re.search(r"only|のみ|だけ", said) is not None)


def _is_said_to_be_none(near: Around) -> bool:
    """Said in so many words to be no allergy."""
    own = _QUOTED_BEFORE.sub("", near.own.split(_BARRIER, 1)[0][:90])
    return bool(
        cue("not_allergic").search(own)
        or cue("not_allergic").search(_LIST.sub("", near.after).split("\x00", 1)[0].split(_BARRIER, 1)[0][:60])
        or cue("not_allergic").search(near.remark)
        or cue("not_allergic").search(_QUOTED_BEFORE.sub("", near.own_after()))
        or _CONTINUED.search(near.after[:70])
    )


def _is_tolerated(near: Around) -> bool:
    """「えびOK」, "tolerates egg"; not where a reaction is told first (「生エビで蕁麻疹(加熱は可)」)."""
    if _INCLUDED.match(near.after) or _ANSWERED_NO.match(near.after):
        return True
    own = near.own.split(_BARRIER, 1)[0]
    said = f"{near.own_after()} {_ANOTHERS_DENIAL.sub(' ', own[:40])} {near.remark}"
    said = _BORNE_IN_PART.sub(" ", said)
    reaction = cue("reaction").search(said)
    return bool(cue("tolerated").search(said[: reaction.start()] if reaction else said))
