"""Whether a sentence says that a condition is not so: denied, ruled out, a test without it, a wrong suspicion."""

from __future__ import annotations

import re
from functools import cache

from sekisho.local.medical.cues import cue
from sekisho.local.medical.meaning import Around
from sekisho.local.medical.note_answers import YES
from sekisho.local.medical.note_negation import holds_its_result

#: The rest of a list that a term begins.
_LISTED = re.compile(r"(?:[\s、,・/や]*\x00+)+")
#: Between an illness and a suspicion: that is of something else.
_OTHERS = re.compile(r"[\x00)]|.\(|[、,]\s?[^\s疑可鑑]", re.S)
#: A suspicion of something else, and what came of it: 「(片麻痺), PD疑い→DAT正常で否定」.
_NEXT_SUSPICION = re.compile(r"[、,]\s?[^、,。\x00]{1,14}(?:疑い?|\?)\s?(?:→|->)")
#: A remark in brackets on something else: 「歯周炎の急性発作(破折の可能性は否定)」.
_OWN_SUBJECT = re.compile(r"(?<=..)\([^()]*は[^()]*\)?")


@cache
def _list_denied() -> re.Pattern[str]:
    """「糖尿病、副腎不全は昨年貴院で否定されています」."""
    return re.compile(
        r"[\s、,・/やと\x00]*(?:など)?(?:は|も|の|を|:)[^\x00、。]{0,14}(?:否定(?!でき|はでき|しき)|指摘されず|指摘なし|指摘はな)"
    )


@cache
def _arrow_negative() -> re.Pattern[str]:
    """「GCA: 頭痛なし → neg」."""
    return re.compile(r"\s?[:?][^。]*(?:→|->)\s?(?:neg|negative|否定|否定的|陰性|正常|r/o|なし)(?![a-z])")


def is_denied(near: Around) -> bool:
    """Whether a condition is said not to be so, by its sentence or by what came of a test or a suspicion."""
    if near.answer == YES or holds_its_result(near.name):
        return near.is_negated()
    behind = _NEXT_SUSPICION.split(_OWN_SUBJECT.sub("", near.after[:60]))[0]
    if near.is_negated() or _list_denied().match(behind) or cue("negative_result").match(near.after):
        return True
    dispelled = cue("dispelled").search(near.sentence[len(near.before) :][:90]) if near.is_suspected() else None
    if dispelled or _arrow_negative().match(near.written_after) or cue("cleared_by_test").match(near.after):
        return True
    listed = _LISTED.match(near.after)
    end = listed.end() if listed else 0
    suspicion = cue("dispelled").search(near.after[:60])
    return bool(
        cue("denied_later").search(behind[:44].split("\x00")[0])
        or (listed and cue("denied_later").search(near.after[end : end + 30].split("\x00")[0]))
        or (suspicion and not _OTHERS.search(near.after[end : suspicion.start()]))
        or (cue("suspected_before").search(near.before[-8:]) and cue("dispelled").search(f"?{near.after[:40]}"))
    )
