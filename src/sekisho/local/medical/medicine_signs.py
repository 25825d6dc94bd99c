"""What the words around a medicine tell of how it was given: once, for days, as a drip; planned, or on a condition.

None of it decides alone: a week of an antibiotic is over in the story of a stay, and begins in a prescription. These
signs are weighed with the part of the note that they stand in (docs/NOTES.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sekisho.local.medical.meaning import Around

#: A span of time as a course of treatment has it, right behind the medicine and its dose.
_FOR_DAYS = re.compile(
    r"(?<![\d/])(?:\d+|[一二三四五六七八九十数])\s?(?:日|週|か月|ヶ月|カ月)(?:間|分|で)?"
    r"(?!\d|前|後|目|毎|ごと|おき|に|か|ほど前|[一二三]?回|以上)|\d年間(?!隔|以上)"
    r"|(?:for|x|×|over) ?(?:\d+|one|two|three|four|five|six|seven|ten|a few|several|a) ?"
    r"(?:d(?!l)|days?|hours?|h|wks?|weeks?|mo|months?|nights?|doses?)(?![a-z])"
    r"|(?<![\d/])\d{1,2}/(?:7|52|12)(?![\d/])|\d+[- ](?:day|week)s? course"
    r"|(?<![\d/a-z])\d+ ?(?:d|days|mo|wks)(?![a-z/])|\d\s?クール|\d\s?コース"
)
_ONCE = re.compile(
    r"(?<![a-z0-9])[x×]\s?[1-4](?![\d日/.]|\s?(?:日|daily|/))"
    r"|(?<![a-z])once(?! (?:a|daily|per|every|week|month|at night))"
    r"|単回|1回(?:のみ|だけ|投与|筋注|静注|$|[。、,)])|\d回(?:投与|施行|実施)|(?<![a-z])stat(?![a-z])"
    r"|(?:one|single|first|two|\d) doses?(?![a-z])|1本(?!立)|#\d(?!\d)"
)
_AS_DRIP = re.compile(
    r"(?<![a-z])(?:iv|div|im|gtt|drip|infusion|infused|bolus|nebs?|nebuli[sz]ed|civ|i\.v\.)(?![a-z])"
    r"|静注|筋注|静脈|急速|全開|持続(?!性|型)|点滴|側管|輸注|フラッシュ"
)
_PAST_TENSE = re.compile(
    r"(?:投与|使用|施行|内服|服用|処置|筋注|静注|点滴|吸入|導入|併用|治療|対応|補充|補正)"
    r"(?:し|を行い|を行っ)(?:た|まし|、|て(?!い|お)|(?=[一-龠]))|を行(?:った|いました)"
    r"|で(?:軽快|改善|解熱|治癒|消失|離脱|軽減|消退|寛解|除細動|復帰)"
    r"|(?<![a-z])(?:was|were) (?:given|used|treated|administered|placed|begun)"
    r"|(?<![a-z])(?:given|received|got|had|took|resolved|cleared|improved|settled)(?![a-z])"
)
_IF = re.compile(
    r"もし|仮に|なら(?:ば)?|たら|なければ|れば|場合|次第で?|不十分な|悪化時|再発時|再燃時|無効時"
    r"|(?<![a-z])(?:if|unless|should) "
)
_PROPOSED = re.compile(
    r"提案|検討|考慮|考え|相談|お任せ|推奨|勧め|すすめ|希望|見送|待ち|お願い|いただ[くきけ]|予定|可能|選択肢|候補|適応"
    r"|説明|案|次回|来月|次月"
    r"|(?<![a-z])(?:consider|considering|discuss|discussed|offered?|propose|suggest(?:ed)?|recommended|would|could"
    r"|might|may|to start|to be started|pending|planned|plan|will)(?![a-z])"
)
_LOOKED_FOR: tuple[tuple[str, Callable[[Around], str], re.Pattern[str]], ...] = (
    ("for_days", lambda near: near.own[:40], _FOR_DAYS),
    ("once", lambda near: near.own[:40], _ONCE),
    ("as_drip", lambda near: near.own[:30], _AS_DRIP),
    ("drip_before", lambda near: near.clause_before[-12:], _AS_DRIP),
    ("past_tense", lambda near: near.own_after(), _PAST_TENSE),
    ("past_tense_before", lambda near: near.clause_before[-24:], _PAST_TENSE),
    ("if", lambda near: near.before[-40:], _IF),
    ("proposed", lambda near: near.own_after(), _PROPOSED),
    ("proposed_before", lambda near: near.clause_before[-24:], _PROPOSED),
)
#: These weigh otherwise in the story of a stay that is over.
_OF_STAY = frozenset({"for_days", "once", "as_drip", "past_tense"})


def signs_of_medicine(near: Around, stay_is_over: bool) -> tuple[str, ...]:
    """Which of these signs stand around a medicine. `stay_is_over`: the note looks back on a stay."""
    found = [name for name, where, pattern in _LOOKED_FOR if pattern.search(where(near))]
    if stay_is_over:
        found += [f"{name}_of_stay" for name in found if name in _OF_STAY]
    return tuple(found)


def is_finished_course(near: Around) -> bool:
    """Given for some days, and that is told in the past: 「デキサメタゾンを4日間使用した」; or once as a drip."""
    own = near.own[:48]
    if _FOR_DAYS.search(own) and _PAST_TENSE.search(own):
        return True
    return _ONCE.search(own) is not None and _AS_DRIP.search(near.own[:30]) is not None
