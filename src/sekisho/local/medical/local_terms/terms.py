"""The shipped terms and those of imports as one read-only mapping; a local term is made when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import lru_cache

from sekisho.checkpoint.catalog import Term
from sekisho.local.medical.fold import key_of
from sekisho.local.medical.local_terms.imported import Imported

#: English display of a term without an English name, after the display of its nearest broader term.
LOCAL_SUFFIX = " (local term)"
#: The broader terms of what is recognised as nothing. They are there only where there are imports.
ROOTS = {
    root.code: root
    for root in (
        Term("condition:import_other", "condition", "施設で定めた病名", "condition from the hospital's own list"),
        Term("class:import_other", "class", "施設で定めた医薬品", "medicine from the hospital's own list"),
        Term("lab:import_other", "lab", "施設で定めた検査", "test from the hospital's own list"),
    )
}
_CODE = re.compile(r"([a-z]+):import_([0-9a-f]{12})_([1-9][0-9]{0,9})")


def code_of(imported: Imported, number: int) -> str:
    """The term code of a local term."""
    return f"{imported.entry.kind}:import_{imported.entry.id}_{number}"


def is_local(code: str) -> bool:
    """Whether a term code is one of an import."""
    return ":import_" in code


class TermsWithImports(Mapping[str, Term]):
    """Term by code. A `LargeTerms` of the checkpoint: iterating goes through every import."""

    def __init__(self, shipped: Mapping[str, Term], imports: Sequence[Imported]) -> None:
        self._near = {**shipped, **ROOTS}
        self._imports = {(i.entry.kind, i.entry.id): i for i in imports}
        self._made = lru_cache(maxsize=4096)(self._make)

    def __getitem__(self, code: str) -> Term:
        found = self._near.get(code) or self._made(code)
        if found is None:
            raise KeyError(code)
        return found

    def __iter__(self) -> Iterator[str]:
        yield from self._near
        for imported in self._imports.values():
            yield from (code_of(imported, number) for number in range(1, imported.entry.taken + 1))

    def __len__(self) -> int:
        return len(self._near) + sum(i.entry.taken for i in self._imports.values())

    def at_hand(self) -> Mapping[str, Term]:
        """The shipped terms, and the roots of the local ones."""
        return self._near

    def kinds_displayed(self, text: str, language: str) -> frozenset[str]:
        """The kinds of local terms that are displayed so."""
        return frozenset(
            kind
            for (kind, _), imported in self._imports.items()
            if (_is_name if language == "ja" else self._is_english)(imported, text)
        )

    def _is_english(self, imported: Imported, text: str) -> bool:
        if text.endswith(LOCAL_SUFFIX):
            broader = text.removesuffix(LOCAL_SUFFIX)
            if any(self._near[code].en == broader for code in imported.parents_of_nameless):
                return True
        return _is_encodable(text) and imported.has_english(text)

    def _make(self, code: str) -> Term | None:
        parts = _CODE.fullmatch(code)
        imported = self._imports.get((parts[1], parts[2])) if parts else None
        stored = imported.term(int(parts[3])) if parts and imported else None
        if stored is None:
            return None
        en = stored.en or f"{self._near[stored.parents[0]].en}{LOCAL_SUFFIX}"
        return Term(code, code.partition(":")[0], stored.ja, en, stored.parents, stored.rare)


def _is_name(imported: Imported, text: str) -> bool:
    number = imported.number(key_of(text))
    stored = imported.term(number) if number is not None else None
    return stored is not None and stored.ja == text


def _is_encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


class NamesOfImport(Mapping[str, str]):
    """Folded name -> term code, for the lexicon."""

    def __init__(self, imported: Imported) -> None:
        self._imported = imported

    def __getitem__(self, key: str) -> str:
        number = self._imported.number(key)
        if number is None:
            raise KeyError(key)
        return code_of(self._imported, number)

    def __iter__(self) -> Iterator[str]:
        return self._imported.names()

    def __len__(self) -> int:
        return sum(1 for _ in self._imported.names())


class Abbreviations(Container[str]):
    """Folded names that count in capitals only, of the shipped vocabulary and of imports."""

    def __init__(self, shipped: Container[str], imports: Sequence[Imported]) -> None:
        self._shipped = shipped
        self._imports = imports

    def __contains__(self, key: object) -> bool:
        if key in self._shipped:
            return True
        is_short = isinstance(key, str) and len(key) <= 5 and key.isascii()
        return is_short and any(imported.is_abbreviation(str(key)) for imported in self._imports)
