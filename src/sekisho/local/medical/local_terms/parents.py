"""What a local term generalises to: what the shipped vocabulary recognises in its name, if that is surely broader.

A wrong parent would be a wrong statement, so doubt means the chapter of the ICD-10 code, or the root of local terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from sekisho.local.medical.fold import key_of
from sekisho.local.medical.lexicon import heads_of
from sekisho.local.medical.local_terms.names import shown
from sekisho.local.medical.tables import listed, rows
from sekisho.local.medical.vocabulary import Vocabulary

#: Kinds of term among which a name of this kind is looked for.
LOOKED_UP = {
    "condition": ("condition",),
    "medicine": ("medicine", "class"),
    "allergen": ("allergen", "medicine", "class"),
    "lab": ("lab", "vital"),
}
_ROOTS = {
    "condition": "condition:import_other",
    "medicine": "class:import_other",
    "allergen": "allergen:al_other",
    "lab": "lab:import_other",
}
_ICD = re.compile(r"([A-TZ]\d\d)(?:[.-]?[\dA-Z-]{0,3})?[†*+]?", re.I)
_CHAPTER = re.compile(r"icd10\|([A-Z]\d\d)-([A-Z]\d\d)")
#: Before these, what follows is not what the head word says (仮性近視 is not 近視).
_NOT_IT = re.compile(
    r"仮性|偽|疑|類|様|擬|非|未|恐怖|除外|検診|不使用|抜き|フリー|代替|風味"
    r"|\b(?:non|pseudo|of|due|with|without|rule|suspected|history|fear|like|anti|pre|free|from|for|after|by)\b"
)
#: 肺高血圧 is not 高血圧, 心臓喘息 is not 喘息.
_TRAPS = (
    (
        re.compile(r"高血圧(?:症)?$|hypertension$"),
        re.compile(r"肺|門脈|頭蓋|眼|静脈|妊娠|pulmon|portal|crani|ocular|venous|gestat"),
    ),
    (re.compile(r"喘息$|asthma$"), re.compile(r"心|cardiac")),
    (re.compile(r"貧血$"), re.compile(r"脳")),
    (re.compile(r"糖尿病?$|diabetes$"), re.compile(r"腎性|妊娠|境界|予備|renal|gestat|insipidus")),
)
#: Where a head word begins in a Japanese compound.
_BEFORE_HEAD = ("性", "型", "期", "の", "・", ")", "左", "右", "両側")


class Broader(NamedTuple):
    """Parents, the nearest first, and whether anything was recognised."""

    codes: tuple[str, ...]
    recognised: bool


class Recogniser:
    """Finds parents. Keep one an import."""

    def __init__(self, vocabulary: Vocabulary, kind: str) -> None:
        self._vocabulary = vocabulary
        self._kind = kind
        self._lexicon = vocabulary.lexicon(*LOOKED_UP[kind])
        self._names: dict[str, str] = {}
        for other in reversed(LOOKED_UP[kind]):
            self._names |= vocabulary.names[other]
        self._heads = self._displays() if kind == "condition" else {}
        self._ends = _ends_of(self._heads)
        self._traps = {name: trap for name in self._heads for head, trap in _TRAPS if head.search(name)}
        self._stems = _stems() if kind == "medicine" else []
        self._chapters = sorted(
            (m[1], m[2], code) for key, code in vocabulary.codes.items() if (m := _CHAPTER.match(key))
        )
        self.root = _ROOTS[kind]
        self._told = lru_cache(maxsize=1 << 16)(self._tell)

    def known(self, key: str) -> str | None:
        """The shipped term of exactly this folded name."""
        return self._names.get(key)

    def broader(self, name: str, key: str, given: str) -> Broader:
        """The parents of a name (and its folded form) that no shipped term has; `given` is the master's own parent."""
        told, chapter = self._told(given) if given else (None, None)
        if told:
            return Broader((told,), True)
        if self._kind == "condition":
            code = self._head(key) or chapter
            return Broader((code,), True) if code else Broader((self.root,), False)
        if self._kind == "medicine":
            codes = self._ingredients(name) or self._by_stem(key)
            return Broader(codes, True) if codes else Broader((self.root,), False)
        if self._kind == "allergen" and not _NOT_IT.search(key):
            hits = self._lexicon.scan(name)
            if hits and hits[-1].end == len(name):
                return Broader((hits[-1].code,), True)
        return Broader((self.root,), False)

    def _tell(self, given: str) -> tuple[str | None, str | None]:
        """The term that the master's own parent is, by name or code, and the chapter if it is an ICD-10 code."""
        given = shown(given)
        found = self._lexicon.exact(key_of(given))
        if found is None and given.partition(":")[0] in LOOKED_UP[self._kind] and given in self._vocabulary.terms:
            found = given
        return found, self._chapter(given)

    def _displays(self) -> dict[str, str]:
        """Conditions by their own names: a synonym may be too short to be a head word."""
        terms = (term for term in self._vocabulary.terms.values() if term.kind == "condition")
        return {key_of(name): term.code for term in terms for name in (term.ja, term.en)}

    def _head(self, key: str) -> str | None:
        """The longest name of a condition at the end of a name, where a word can begin."""
        for size in self._ends.get(key[-2:], ()):
            start = len(key) - size
            code = self._heads.get(key[start:]) if start > 0 else None
            if code is None:
                continue
            before = key[:start]
            if _begins_head(before) if not key[start].isascii() else before[-1] == " ":
                trap = self._traps.get(key[start:])
                trapped = trap is not None and trap.search(before)
                return None if trapped or _NOT_IT.search(before) else code
        return None

    def _chapter(self, given: str) -> str | None:
        """The chapter of an ICD-10 code."""
        found = _ICD.fullmatch(given.strip())
        if found is None:
            return None
        category = found[1].upper()
        if category[0] in "RZ":
            return "condition:ch_state"
        return next((code for first, last, code in self._chapters if first <= category <= last), None)

    def _ingredients(self, name: str) -> tuple[str, ...]:
        """All medicines that the name holds; a class only where it holds no medicine."""
        codes = dict.fromkeys(hit.code for hit in self._lexicon.scan(name))
        medicines = tuple(code for code in codes if code.startswith("medicine:"))
        return medicines or tuple(codes)

    def _by_stem(self, key: str) -> tuple[str, ...]:
        word = re.sub(r"[^ァ-ヶーa-z].*$", "", key)
        return next(((code,) for stem, at_end, code in self._stems if _matches(word, stem, at_end)), ())


def _begins_head(before: str) -> bool:
    last = before.rstrip(" ")[-1:]
    return before.endswith(_BEFORE_HEAD) or "ァ" <= last <= "ー" or (last.isascii() and last.isalnum())


def _ends_of(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The lengths of names by their last two characters, longest first."""
    return {end[::-1]: sizes for end, sizes in heads_of(name[::-1] for name in names if len(name) > 1).items()}


def _matches(word: str, stem: str, at_end: bool) -> bool:
    return len(word) >= len(stem) + 2 and (word.endswith(stem) if at_end else word.startswith(stem))


def _stems() -> list[tuple[str, bool, str]]:
    """Stem, whether it stands at the end, and class code; the longest stem first."""
    found = []
    for row in rows("medicine_classes"):
        for stem in (*listed(row["stems_ja"]), *listed(row["stems_en"])):
            found.append((key_of(stem.replace("..", "")), stem.startswith(".."), f"class:{row['id']}"))
    return sorted(found, key=lambda stem: -len(stem[0]))
