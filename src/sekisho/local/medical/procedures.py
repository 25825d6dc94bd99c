"""What was done to somebody -> the state that it leaves, where the vocabulary has one: 「胃全摘術」 -> 「胃全摘後」.

A procedure is named, not its result, so only its whole name counts, or its end: 「右人工膝関節置換術」.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.local.medical.fold import fold, key_of
from sekisho.local.medical.vocabulary import Vocabulary

#: Names of procedures that take the state away, look after it, or only speak of it.
_NO_STATE = re.compile(
    r"remov|explant|extract|clos(?:e|ure)|revers|takedown|check|exam|measur|program|interrogat|evaluat|educat|screen"
    r"|plan|consult|revis|repair of|replacement of (?:battery|generator|tube)|care of|irrigat|imag|scan|biops|aspirat"
    r"|documentation|assessment|review|follow|counsel|attempt|fail|remind|monitor|management|device test"
    r"|抜去|除去|抜釘|閉鎖|点検|チェック|確認|指導|説明|同意|予定|検査|評価|管理|加算|測定|交換|洗浄|撮影|生検|相談|試験|中止|離脱|算定|教育"
)
_TAG = re.compile(
    r",? ?(?:device|system)?\s*\((?:procedure|physical object|regime/therapy|finding|situation)\)$|, device$"
    r"|\s*\((?:[左右両]側?|left|right|bilateral)\)$"
)
_BEFORE = ("", "history of ", "state after ", "status post ", "s/p ")
_BEHIND = ("後", "術後", "")


def state_left(name: str, status: str, vocabulary: Vocabulary) -> str | None:
    """The state after (`completed`), during (`in-progress`) or with (`in-place`) what has this name."""
    plain = _TAG.sub("", fold(name).strip())
    if not plain or _NO_STATE.search(plain):
        return None
    lasting = status != "completed"
    for code in _named(plain, status, vocabulary):
        # 「…中」 is said of what goes on: having been dialysed once is not being on dialysis.
        goes_on = vocabulary.terms[code].ja.endswith("中")
        if vocabulary.course.get(code) == "state" and (lasting or not goes_on) and (status != "in-progress" or goes_on):
            return code
    return None


def _named(plain: str, status: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Conditions that are called so, the surest first: by the whole name, then by the end of the name."""
    lexicon = vocabulary.lexicon("condition")
    during = ("中", "") if status == "in-progress" else _BEHIND
    ways = [f"{before}{plain}" for before in _BEFORE] if plain.isascii() else [f"{plain}{end}" for end in during]
    for way in ways:
        if code := lexicon.exact(key_of(way)):
            yield code
    for way in ways:
        hits = lexicon.scan(way)
        if hits and hits[-1].end == len(way):
            yield hits[-1].code
