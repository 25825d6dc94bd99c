"""Words that call for emergency care, for the offline stand-in. A real model judges by the instructions instead.

The list would rather warn once too often. It only lets a word pass when the text plainly denies it ("no chest pain").
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_JAPANESE: Final = (
    "胸痛",
    "胸(?:の|が|に)?(?:[^。、\n]{0,6})?(?:痛|締め付け|圧迫)",
    "息苦し|呼吸困難|息切れ|息ができな|呼吸ができな|息が(?:できな|苦し|吸えな|詰ま)",
    "呂律|ろれつ|片麻痺|半身(?:の|が|に)?(?:麻痺|しびれ|動か)|顔(?:の|が)?(?:片側|半分|片方)",
    "(?:片|右|左)(?:側の)?(?:手足|手|腕|足|半身)(?:が|に|の)?(?:動か|力が入ら|麻痺)",
    "(?:突然|急)(?:の|に)?[^。、\n]{0,6}(?:激しい|ひどい|強い)頭痛|言葉が(?:急に)?出な",
    "失神|気を失|意識(?:を失|がな|が遠|不明|消失)|卒倒",
    "大量(?:の|に)?出血|出血が(?:止まら|ひど)|血が止まらな|吐血|大量(?:の)?下血",
)
_ENGLISH: Final = (
    r"chest (?:pain|pressure|tightness)|(?:pain|pressure|tightness) in (?:my|the|his|her) chest|chest (?:hurts|is tight)",
    r"short(?:ness)? of breath|breathless(?:ness)?|(?:trouble|difficulty|hard time) breathing|"
    r"(?:can(?:no|')?t|cannot|can not) breathe|hard to breathe",
    r"stroke|slurred speech|slurring|fac(?:e|ial) (?:is )?droop\w*|one side of (?:my|the|his|her) (?:face|body)|"
    r"(?:arm|leg|side) (?:is |feels |has gone )?(?:weak(?:ness)?|paraly[sz]ed)|weakness (?:in|of|on) (?:one|my)|"
    r"(?:sudden|worst|thunderclap)[\w ,]{0,12} headache",
    r"faint(?:ed|ing)?|passed out|pass out|passing out|lost consciousness|loss of consciousness|unconscious|blacked out",
    r"(?:heavy|severe|uncontrolled) bleeding|bleeding (?:heavily|a lot|won't stop|will not stop|does not stop)|"
    r"(?:vomiting|coughing up|throwing up) blood",
)
_DENIED_AFTER: Final = (
    r"(?:など|等)?(?:は|も|が|の症状は)?(?:あり?ません|ありません|ないです|ない|なし|無い|無し|無く|なく)"
)
_DENIED_BEFORE: Final = re.compile(
    r"(?:\bno|\bwithout|\bdenies|\bdeny|\bnot|\bnever|n't)(?: (?:any|have|had|having|feel|feeling|signs of|a))*\s$"
)

_JA_FLAG: Final = re.compile(rf"(?:{'|'.join(_JAPANESE)})(?P<denied>み|さ|む)?(?P<no>{_DENIED_AFTER})?")
_EN_FLAG: Final = re.compile(rf"\b(?:{'|'.join(_ENGLISH)})\b")


def has_red_flag(text: str) -> bool:
    """Whether the text reports a sign that calls for emergency care."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    if any(match["no"] is None for match in _JA_FLAG.finditer(folded)):
        return True
    return any(not _DENIED_BEFORE.search(folded[: match.start()]) for match in _EN_FLAG.finditer(folded))
