"""Which of two medicines took the other's place: 「AからBへ」, "A -> B", "switched from A to B"."""

from __future__ import annotations

import re
from functools import cache

from sekisho.local.medical.cues import cue
from sekisho.local.medical.meaning import Around

#: How many characters before a medicine tell what takes its place, or on what condition.
FAR = 80


def gave_way(near: Around, another_follows: bool) -> bool:
    """Whether another medicine took its place. `another_follows`: another one is named behind it in the sentence."""
    before = near.before[-FAR:]
    if another_follows:
        found = [told for pattern in _replaced() if (told := pattern.match(near.after))]
        found = [told for told in found if not _LEAVES_BRACKETS.match(told[0])]
        if found:
            end = found[0].end()
            if not _MAY_BE.search(near.after[:end] + near.after[end:].lstrip("\x00")[:12]):
                return True
    if _STOOD_FOR.match(near.after) or _SWITCHED_FROM.search(before):
        return True
    return _SWITCHES.search(before) is not None and _FOR_ANOTHER.match(near.after) is not None


def took_over(near: Around) -> bool:
    """Whether it took the place of another one."""
    before = near.before[-FAR:]
    if _SWITCHED_TO.search(before) or (_FROM_ANOTHER.search(before) and _BECOMES.match(near.after)):
        return True
    return _INTO.match(near.after) is not None


def ends_a_row(near: Around) -> bool:
    """Whether it stands last behind an arrow: "omeprazole -> lansoprazole in 2023"."""
    return _AFTER_ARROW.search(near.before[-FAR:]) is not None and not _MAY_BE.search(near.own[:20])


#: 「AF(リクシアナ、ビソプロロール)→リクシアナは中止」: the arrow follows from the whole.
_LEAVES_BRACKETS = re.compile(r"[^()]*\)[^()]*(?:→|->)")
#: "switch A to B", "replaced A with B".
_SWITCHES = re.compile(
    r"(?<![a-z])(?:switch|chang|swap|convert|replac|substitut)(?:e|ed|ing|ped|ping)? (?:his |her |the |oral )*$"
)
_CHANGED = "変更|切替|切り替え|切りかえ|スイッチ|移行|変わ|替わ|替え|換え|置き換え|置換|かえた|かえて| ?change| ?switch"
#: 「AからBへ変更した」, also with the time between: 「Aから昨年Bへ変更」.
_FROM_ANOTHER = re.compile(r"\x00[^\x00。、]{0,12}(?:から|→|->|[をは])[^\x00。、]{0,8}$")
_BECOMES = re.compile(
    r"[^\x00。、はを]{0,12}(?:へ|に)(?:" + _CHANGED + r")(?!の?予定|を?検討|を?提案|を?考慮|も|して(?:は|も))"
)
_AFTER_ARROW = re.compile(r"\x00[^\x00。、,()]{0,12}(?:→|->|=>)\s?$")
#: 「ザイロリックの代わりにB」.
_STOOD_FOR = re.compile(r"の(?:代わり|かわり|代替)(?:に|として)")
_FOR_ANOTHER = re.compile(r"[^\x00.;]{0,16} (?:to|for|with|by) ")
_MOVED = r"(?:switched|changed|converted|transitioned|moved)(?: (?:her|him|them|the patient))?"
_SWITCHED_FROM = re.compile(
    rf"{_MOVED} (?:over )?from\s*$|\((?:was|formerly|previously|ex|旧|以前は?|前は)\s?$"
    r"|(?:^|[、,。\s])(?:以前は|前は|かつては?|昔は)$"
)
_SWITCHED_TO = re.compile(
    rf"{_MOVED} (?:over )?(?:from \x00+[^\x00.]{{0,12}} )?to\s*$"
    r"|(?:switch|chang|swap|convert|replac)(?:e|ed|ing|ped|ping)? (?:his |her |the )?"
    r"\x00+[^\x00.;]{0,16} (?:to|for|with|by) (?:oral |iv )?$"
)


@cache
def _replaced() -> tuple[re.Pattern[str], ...]:
    """「AからBへ」, 「A→B」, 「A→転倒あり、Bへ変更」, 「AはBに変更」."""
    into = rf"\x00+[^\x00。、]{{0,14}}?(?:へ|に)の?(?:{_CHANGED})"
    return (
        re.compile(
            rf"(?![^\x00。]*[、,][^\x00。]*(?:→|->))[^\x00。]{{0,20}}(?:{cue('changed_from').pattern})\s?(?:\([^)\x00]*\))?[^\x00\d、。,/]{{0,8}}\x00"
        ),
        re.compile(
            r"[、はが]?[^\x00。、]{0,14}(?:で|のため|により)、?\x00+(?:錠|od)?\s?\d[^\x00。、]{0,6}(?:へ|に)(?:$|。)"
        ),
        re.compile(r"[^\x00。、]{0,48}(?:変更|中止|終了|切替)\s?(?:→|->)\s?[^\x00。]{0,3}\x00"),
        re.compile(rf"[^\x00。]{{0,12}}(?:したが|するも|するが|開始も|[るた]ものの)[^\x00。]{{0,40}}{into}"),
        re.compile(rf"[^\x00。→]{{0,20}}(?:→|->)[^\x00。→]{{0,24}}{into}"),
        re.compile(rf"(?:[^\x00。、]{{0,8}}\))?[^\x00。、はを]{{0,20}}(?:は|を)[^\x00。]{{0,10}}{into}"),
    )


#: 「ベルソムラへ。」: what came instead.
_INTO = re.compile(r"[^\x00。、は]{0,8}へ(?:$|[。、,)])|(?:錠|od)?\s?\d[^\x00。、は]{0,6}に(?:$|。)")
#: Only planned.
_MAY_BE = re.compile(
    r"予定|検討|追加|併用|added|add-on|考慮|時に(?:中止|変更)|場合|可能|提案|ください|下さい|お願い|勧め|希望|たいと|planned|consider"
)
