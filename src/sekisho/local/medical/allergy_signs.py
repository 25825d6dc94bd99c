"""What the words and marks around a substance tell of an allergy to it, in whatever way people say it.

None of it decides alone. These signs are weighed with the term and the part of the note that they stand in
(docs/NOTES.md).
"""

from __future__ import annotations

import re

from sekisho.local.medical.cues import cue
from sekisho.local.medical.meaning import Around

#: Characters within which what is told further on is looked for.
_FURTHER = 60
#: Groups of words in `cues.toml`: looked for right behind it, and anywhere around it.
_BEHIND = ("reaction", "only_side_effect", "tolerated", "not_allergic", "may_react", "may_be_borne")
_AROUND = ("may_react", "may_be_borne", "allergy", "sensitised", "tolerated", "not_allergic", "family", "someone_else")
#: A mark behind it: of a test, a form or a table. 「カニ  3」, "dog 0 mm", 「牛乳 ×」, "latex -".
_MARK = re.compile(
    r"[\s:|/(\[]*(?:cl(?:ass)?\.?|クラス|score)?\s?(?:(?P<nought>0(?:\.[0-3]\d?)?(?![\d.]))|(?P<number>[1-9]\d*(?:\.\d+)?)|(?P<plus>[1-4]?\++)"
    r"|(?P<cross>[×✕✖]|ng(?![a-z]))|(?P<circle>[○◯〇◎])|(?P<minus>[-―ー](?!>)|neg|nil|none|no(?![a-z])|なし|無))"
)
_TICKED, _UNTICKED = re.compile(r"(?:[☑✓✔■●]|\[[x✓]\])[^□☐\n]{0,12}$"), re.compile(r"(?:[□☐]|\[ ?\])[^☑✓✔■●\n]{0,12}$")


def signs_of_allergy(near: Around) -> tuple[str, ...]:
    """Which of these signs stand around a substance, whatever the rules make of it."""
    parts = (
        ("says", f"{near.own_after()} {near.remark}", _BEHIND),
        ("tells", near.own[:_FURTHER], _AROUND),
        ("goes_on", near.after[:_FURTHER], _AROUND),
        ("began", near.before[-_FURTHER:], _AROUND),
    )
    found = [f"{name}_{group}" for name, said, groups in parts for group in groups if cue(group).search(said)]
    if mark := _MARK.match(near.written_after):
        found.append(f"mark_{mark.lastgroup}")
    if _TICKED.search(near.before):
        found.append("ticked")
    elif _UNTICKED.search(near.before):
        found.append("unticked")
    return tuple(found)
