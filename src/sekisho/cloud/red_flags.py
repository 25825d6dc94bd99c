"""Words that call for emergency care, for the offline stand-in. A real model judges by the instructions.

The list would rather warn once too often: it lets a word pass only when the text plainly denies it ("no chest
pain").
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_JAPANESE: Final = (
    # chest pain
    "胸痛",
    "胸[^。、\n]{0,8}(?:痛|締め付け|締めつけ|圧迫)",
    # breathlessness
    "息苦し[いさく]|呼吸困難|息切れ|(?:息|呼吸)が(?:できな|苦し|吸えな|詰ま)",
    # stroke
    "呂律|ろれつ|片麻痺|半身[^。、\n]{0,4}(?:麻痺|しびれ|動かな)|顔[^。、\n]{0,2}(?:片側|半分|片方)",
    "(?:片|右|左)(?:側の)?(?:手足|手|腕|足)[^。、\n]{0,4}(?:動かな|力が入らな|麻痺)",
    "(?:突然|急)[^。、\n]{0,6}(?:激しい|ひどい|強い)頭痛",
    # fainting
    "失神|気を失|意識(?:を失|がな|が遠|不明|消失)|卒倒",
    # heavy bleeding
    "大量[^。、\n]{0,2}(?:出血|下血)|血が(?:止まらな|ひど)|吐血",
)
_ENGLISH: Final = (
    # chest pain
    r"chest (?:pain|pressure|tightness|hurts|is tight)",
    r"(?:pain|pressure|tightness) in (?:my|the|his|her) chest",
    # breathlessness
    r"short(?:ness)? of breath|breathless(?:ness)?|(?:trouble|difficulty) breathing|hard to breathe",
    r"(?:can't|cannot|can not) breathe",
    # stroke
    r"stroke|slurred speech|slurring|(?:face|facial) (?:is )?droop\w*",
    r"one side of (?:my|his|her) (?:face|body)",
    r"(?:arm|leg|side) (?:is |feels )?(?:weak|weakness|paraly[sz]ed)|weakness (?:in|of|on) one",
    r"(?:sudden|worst|thunderclap)[\w ,]{0,12} headache",
    # fainting
    r"faint(?:ed|ing)?|pass(?:ed|ing)? out|lost consciousness|loss of consciousness|unconscious|blacked out",
    # heavy bleeding
    r"(?:heavy|severe|uncontrolled) bleeding|bleeding (?:heavily|a lot|won't stop|will not stop)",
    r"(?:vomiting|coughing up|throwing up) blood",
)
_JA_FLAG: Final = re.compile(
    rf"(?:{'|'.join(_JAPANESE)})[みさむ]?"
    r"(?P<denied>(?:など|等)?(?:は|も|が)?(?:ありません|ない|なし|無い|無し|なく))?"
)
_EN_FLAG: Final = re.compile(rf"\b(?:{'|'.join(_ENGLISH)})\b")
_EN_DENIAL: Final = re.compile(r"(?:\b(?:no|without|denies|deny|not|never)|n't)(?: (?:any|have|had|having|feel))*\s$")


def has_red_flag(text: str) -> bool:
    """Whether the text reports a sign that calls for emergency care."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    if any(match["denied"] is None for match in _JA_FLAG.finditer(folded)):
        return True
    return any(not _EN_DENIAL.search(folded[: match.start()]) for match in _EN_FLAG.finditer(folded))
