"""Terms that a line break cuts in two, as in scanned and hard-wrapped notes: 「肺高⏎血圧症」.

The break is moved behind the term, so that the text keeps its length and the term is found.
"""

from __future__ import annotations

import re

from sekisho.local.medical.fold import script
from sekisho.local.medical.lexicon import Lexicon

#: A break with what the next line is set in by, between two letters that no space parts in Japanese.
_BREAK = re.compile(r"(?<=[ぁ-ヶー一-龠])\n[ ]*(?=[ぁ-ヶー一-龠])")
#: Letters of the longest term on either side; and of the shortest line that a page breaks.
_SIDE, _LINE = 14, 8


def without_wraps(folded: str, names: Lexicon) -> str:
    """The text with every break behind the term that it cuts. `names`: the names that are looked for."""
    breaks = [(found.start(), found.end()) for found in _BREAK.finditer(folded)]
    for start, end in breaks:
        line = folded.rfind("\n", 0, start) + 1
        if start - line < _LINE:
            continue
        before, after = folded[max(line, start - _SIDE) : start], folded[end : end + _SIDE].partition("\n")[0]
        if (size := _behind(before, after, names)) > 0:
            rest = folded[end + size :]
            gap = " " * (end - start) if rest.startswith("\n") else folded[start:end]
            folded = f"{folded[:start]}{after[:size]}{gap}{rest}"
    return folded


def _behind(before: str, after: str, names: Lexicon) -> int:
    """How many letters behind the break belong to a term that it cuts; 0 where both lines stand for themselves."""
    joined, cut = f"{before}{after}", len(before)
    for at in range(max(0, cut - _SIDE), cut):
        hit = names.at(joined, joined, at)
        if hit is None or hit.end <= cut:
            continue
        whole = names.at(before, before, at)
        parted = whole is not None and whole.end == cut
        return 0 if parted or script(joined[cut]) == "hiragana" else hit.end - cut
    return 0
