"""How Japanese words follow each other: states, what each class of listed word follows and leaves, endings, particles.

It is loose about meaning and strict about gaps: its only use is to know that nothing unlisted is in a sentence. What it
keeps apart on purpose: a kanji alone is not joined to another (目+黒 is a surname), a noun in hiragana takes fewer
endings than one in kanji (のど+か is a given name), a formal noun (こと) begins no sentence.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

#: States. A word leaves one or several; the next word says which it may follow.
STATES = (
    "OPEN",  # something new may begin
    "GEN",  # behind の, な, a verb: a formal noun may follow (こと, とき)
    "RENTAI",  # behind この: a noun must follow
    "N",  # noun of two characters or more
    "T",  # word of time or degree: anything may follow
    "K",  # noun of one kanji
    "TK",  # word of time of one kanji: another kanji alone does not join it (朝+倉)
    "H",  # noun in hiragana
    "PR",  # pronoun
    "ADV",  # adverb
    "NAME",  # a placeholder
    "NUM",  # digits, no unit yet
    "PRE",  # prefix
    "V",  # finished predicate: 痛い, 出ます, 出た
    "TE",  # 出て
    "REN",  # 出, 出し: before ます
    "MIZ",  # 出, 出さ: before ない
    "ICH",  # ichidan stem
    "ADJ",  # stem of an i-adjective
    "KU",  # 痛く
    "SURU",  # behind a noun: する may follow
    "Q",  # behind か
    "FIN",  # behind ね, よ
    "KATEI",  # before ば
    "ONBIN_T",  # before た, て
    "ONBIN_D",  # before だ, で
    "NUMGAP",  # between digits
    "GODAN",  # a godan stem; its row is one of the next
    "RK", "RG", "RS", "RT", "RN", "RB", "RM", "RR", "RU", "RIKU",
)  # fmt: skip
_BITS = {state: 1 << number for number, state in enumerate(STATES)}
_ROWS = "RK RG RS RT RN RB RM RR RU RIKU"
_BITS["GODAN"] = sum(_BITS[row] for row in _ROWS.split())


@cache
def mask(states: str) -> int:
    """The states of a list as bits."""
    bits = 0
    for state in states.split():
        bits |= _BITS[state]
    return bits


_ANY = "OPEN GEN T V TE KU ADV FIN"
_NOUNLIKE = "N T K TK H PR NAME"
_I = "ICH MIZ REN"


def _with_one_kanji(states: str) -> str:
    """What follows a noun of one kanji follows a word of time of one kanji too."""
    return f"{states} TK" if " K " in f" {states} " else states


#: Class of listed word -> (follows, leaves). Classes are those of the data files.
_CONTENT = {
    "noun": (f"{_ANY} N TK H NAME RENTAI PRE REN", "N SURU"),
    "term": (f"{_ANY} N K NAME RENTAI PRE", "N SURU"),
    "measured": (f"{_ANY} N T K H NAME PR PRE", "T N"),
    "noun1": (f"{_ANY} RENTAI NAME".replace(" T ", " "), "K"),
    "nounh": (f"{_ANY} TK RENTAI PRE NAME", "H SURU"),
    "formal": ("GEN V NAME RENTAI", "N"),
    "time": (f"{_ANY} N TK NAME RENTAI PRE", "T N"),
    "time1": (f"{_ANY} N TK NAME RENTAI PRE", "TK"),
    "pronoun": (f"{_ANY} NAME", "PR"),
    "adverb": (f"{_ANY} N H K NAME PR", "ADV"),
    "conjunction": ("OPEN TE T TK", "OPEN"),
    "interjection": ("OPEN V N", "OPEN V"),
    "rentai": (f"{_ANY} NAME", "RENTAI GEN"),
    "counter": ("NUM", "T N"),
    "suffix": ("N T NAME", "N SURU"),
    "suffix_a": ("N T K H ADV V", "ADJ"),
    "prefix": (f"{_ANY} N RENTAI", "PRE"),
    "adj": (f"{_ANY} N K H NAME PR", "ADJ"),
    "v1": (f"{_ANY} N K H NAME PR REN", _I),
    "vk": (f"{_ANY} N K H NAME PR REN", "RK"),
    "vg": (f"{_ANY} N K H NAME PR REN", "RG"),
    "vs": (f"{_ANY} N K H NAME PR REN", "RS"),
    "vt": (f"{_ANY} N K H NAME PR REN", "RT"),
    "vn": (f"{_ANY} N K H NAME PR REN", "RN"),
    "vb": (f"{_ANY} N K H NAME PR REN", "RB"),
    "vm": (f"{_ANY} N K H NAME PR REN", "RM"),
    "vr": (f"{_ANY} N K H NAME PR REN", "RR"),
    "vu": (f"{_ANY} N K H NAME PR REN", "RU"),
    "viku": (f"{_ANY} N K H NAME PR REN", "RIKU"),
    "predicate": (f"{_ANY} N K H NAME PR", "V"),
    "te": (f"{_ANY} N K H NAME PR", "TE OPEN"),
}

CONTENT = {name: (_with_one_kanji(follows), leaves) for name, (follows, leaves) in _CONTENT.items()}

#: The same where the word begins in hiragana: it must be clear that a new word begins.
HIRAGANA_FIRST = {
    **dict.fromkeys(("adj", "v1", "vk", "vg", "vs", "vt", "vn", "vb", "vm", "vr", "vu", "viku", "predicate", "te"),
                    "OPEN GEN T TK TE KU ADV N"),
    "noun": "OPEN GEN T TK V TE ADV RENTAI PRE",
    "adverb": "OPEN GEN T TK TE KU ADV N V",
    "rentai": "OPEN GEN T TK TE ADV N V",
}  # fmt: skip


@cache
def arcs() -> tuple[tuple[str, str, str], ...]:
    """(follows, word, leaves) of every particle, ending and helping word. Data: `data/japanese_rules.tsv`."""
    text = files(__package__).joinpath("data", "japanese_rules.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(
        (_with_one_kanji(_spread(follows)), word, _spread(leaves))
        for follows, words, leaves in rows[1:]
        for word in words.split()
    )


def _spread(states: str) -> str:
    return states.replace("*any", _ANY).replace("*noun", _NOUNLIKE)


#: A placeholder stands as one private character while a sentence is looked at.
NAME_SIGN, DATE_SIGN, OTHER_SIGN = "\ue000", "\ue001", "\ue002"
PLACEHOLDER_ARCS = {
    NAME_SIGN: (f"{_ANY} N K TK H NAME PR RENTAI PRE", "NAME N"),
    DATE_SIGN: (f"{_ANY} N K TK H NAME PR RENTAI PRE", "T N NAME"),
    OTHER_SIGN: (f"{_ANY} N K TK H NAME PR RENTAI PRE", "NAME N T"),
}
