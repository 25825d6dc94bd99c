"""What the words around a term make of it: negated, of the family, suspected, past, planned."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sekisho.local.medical.cues import cue
from sekisho.local.medical.lexicon import Hit

_SENTENCE = re.compile(r"[。．；;\n\r]|(?<=[a-z0-9)])[.!?](?=\s|$)")
_CLAUSE = re.compile(r"[、,，]|(?: but | however | although )|(?<=た)が|(?<=だ)が|(?<=る)が")
_SELF = re.compile(r"本人|患者|自身|patient|himself|herself|pt(?![a-z])")
#: What may stand between the items of a list, and between a list and the word that negates all of it.
_LISTING = (
    r"(?:\x00|[\s、,・/／(（)）:：]|および|及び|または|又は|ならびに|など|等|や|と|も|は|の|を|に|が|既往|所見|像|症状|歴|徴候|兆候|指摘|合併|診断|再発|アレルギー|現時点|現在|今|確認|貯留|疑う|疑い|検査|画像|昨年|前回|特に|明らか|な|で|mri|mrcp|mra|ct|抗原|抗体"
    r"|or|and|nor|any|of|known|history|signs?|symptoms?|evidence|significant|acute|a|the|new|treated|diagnosed|for|with|had|has|have|been|he|she|ever|-|今まで|これまで|まで)*"
)
_IN_FAMILY = re.compile(
    r"^ (?:in|on) (?:his|her|their|the|patient's)?\s*"
    r"(?:father|mother|brother|sister|parents?|grand\w+|aunt|uncle|paternal|maternal|family)"
)

_ONLY_LISTED = re.compile(r"[\s、,・/と及びおよびand]*|系|系薬|薬|剤")
_OF_FAMILY = re.compile(r"^の(?:ある|いる)?(?:父|母|兄|弟|姉|妹|祖父|祖母|家族)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in folded text, the same with its case as written, and where it starts."""

    text: str
    cased: str
    start: int


def sentences(folded: str, cased: str = "", offset: int = 0) -> list[Sentence]:
    """The sentences of a folded text; line breaks end one. `offset` is where the text itself starts."""
    cased = cased or folded
    found, start = [], 0
    for mark in [*(m.span() for m in _SENTENCE.finditer(folded)), (len(folded), len(folded))]:
        text = folded[start : mark[0]]
        if text.strip():
            found.append(Sentence(text, cased[start : mark[0]], offset + start))
        start = mark[1]
    return found


@dataclass(frozen=True, slots=True)
class Around:
    """One hit within its sentence: the text before and after, the clause, and both with other terms masked."""

    sentence: str
    before: str
    after: str
    clause_before: str
    clause_after: str

    @property
    def clause(self) -> str:
        """The clause without the term."""
        return f"{self.clause_before}\x00{self.clause_after}"

    def is_negated(self) -> bool:
        """「咳、発熱なし」, "denies chest pain or fever": the word reaches over a list, and over nothing else."""
        after = re.match(f"{_LISTING}(?:{cue('negated', 'after').pattern})", self.after)
        before = re.search(f"(?:{cue('negated', 'before').pattern}){_LISTING}$", self.before)
        return bool(after or before)

    def is_family(self) -> bool:
        """Whether it is said of a relative."""
        after = _IN_FAMILY.match(self.after) or _OF_FAMILY.match(self.after)
        return _said_before("family", self.before) or bool(after)

    def is_someone_else(self) -> bool:
        """Whether it is said of somebody who is no relative, or of nobody."""
        return _said_before("someone_else", self.before)

    def own_after(self) -> str:
        """What follows in the clause up to the next term; beyond it only where nothing but a comma stands between."""
        pieces = self.clause_after.split("\x00")
        said = pieces[0]
        for following in pieces[1:]:
            if not _ONLY_LISTED.fullmatch(said):
                break
            said = following
        return said

    def is_over(self) -> bool:
        """Whether it is said to be over by the word directly before or after it (「C型肝炎後の」, "s/p stroke")."""
        return bool(
            re.match(rf"(?:{cue('done_after').pattern})", self.after)
            or re.search(rf"(?:{cue('done_before').pattern})\s*$", self.before)
        )

    def later_says(self, group: str, within: int = 40) -> bool:
        """Whether a word of this group follows in the sentence, before the next term."""
        return bool(cue(group).search(self.after[:within].split("\x00")[0]))

    def next_words(self) -> str:
        """The first words of the next clause, if no other term comes before them: 「胃潰瘍、治癒」."""
        return self.after[len(self.clause_after) :][:6].split("\x00")[0]

    def is_suspected(self) -> bool:
        """Whether it is only suspected."""
        return bool(
            cue("suspected").search(self.clause_after[:12]) or cue("suspected").search(self.clause_before[-16:])
        )

    def is_listed(self) -> bool:
        """Whether it stands as an item of its own: at the start of a line, before what is done about it."""
        after = re.match(rf"[^\x00]{{0,4}}(?:{cue('listed_problem', 'after').pattern})", self.after)
        return bool(after) and re.fullmatch(r"[\s・\-*•●○#\d.()①-⑳]*|.*[。、,;/] ?|.*[^\w]", self.before) is not None

    def is_in_brackets(self) -> bool:
        """Whether it stands in brackets that opened before it in the sentence."""
        return self.before.count("(") > self.before.count(")")

    def says(self, group: str) -> bool:
        """Whether the clause holds a word of this group."""
        return bool(cue(group).search(self.clause))


def _said_before(group: str, before: str) -> bool:
    found = list(cue(group).finditer(before))
    if not found:
        return False
    own = list(_SELF.finditer(before))
    return not own or own[-1].start() < found[-1].start()


def around(sentence: str, hit: Hit, others: list[Hit]) -> Around:
    """What stands around a hit; `hit` and `others` are placed in the sentence."""
    masked = list(sentence)
    for other in others:
        masked[other.start : other.end] = "\x00" * (other.end - other.start)
    text = "".join(masked)
    before, after = text[: hit.start], text[hit.end :]
    return Around(
        sentence=sentence,
        before=before,
        after=after,
        clause_before=_CLAUSE.split(before)[-1],
        clause_after=_CLAUSE.split(after)[0],
    )


def status_of_condition(text: str, default: str) -> str:
    """The status that words tell, or the default; empty for what is not so. The text is folded."""
    if cue("suspected").search(text):
        return "suspected"
    if cue("remission").search(text):
        return "remission"
    if cue("active").search(text) and not re.search(r"inactive", text):
        return "active"
    if cue("past").search(text):
        return "past"
    return default


def status_of_medicine(text: str, default: str) -> str:
    """`active` or `stopped`. The text is folded."""
    if cue("stopped").search(text):
        return "stopped"
    return "active" if cue("started").search(text) else default
