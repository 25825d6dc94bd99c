"""The vocabulary of one state folder: the shipped one, and what was imported there.

A shipped term always goes first. Without imports it is the shipped vocabulary itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from sekisho.checkpoint.catalog import Catalog
from sekisho.local.medical.catalog import ALLERGIC_REACTION, medical_catalog
from sekisho.local.medical.lexicon import Lexicon, NamesOfKind
from sekisho.local.medical.local_terms.imported import Imported
from sekisho.local.medical.local_terms.store import Imports
from sekisho.local.medical.local_terms.terms import (
    Abbreviations,
    NamesOfImport,
    TermsWithImports,
    code_of,
    is_local,
)
from sekisho.local.medical.vocabulary import Vocabulary, load_vocabulary

#: Coding systems of the world. A code of theirs is never taken for one of a hospital's master.
_OF_THE_WORLD = re.compile(
    r"loinc|snomed|sct|icd|rxnorm|rxcui|whocc|atc|ndc|unii|cvx|umls|hl7\.org|unitsofmeasure", re.I
)
_LOCALLY_APPLIED = re.compile(
    r"軟膏|クリーム|ローション|ゲル|ジェル|外用|テープ|パップ|貼付|点眼|点鼻|点耳|眼軟膏|スプレー|うがい|含嗽|洗口"
)


@dataclass(eq=False)
class VocabularyWithImports(Vocabulary):
    """A vocabulary with local terms. `imports` are the open imports, oldest first."""

    imports: tuple[Imported, ...] = ()

    def lexicon(self, *kinds: str) -> Lexicon:
        """Names of these kinds; shipped names go before imported ones."""
        known = self._lexicons.get(kinds)
        if known is None:
            local = [imported for kind in kinds for imported in self.imports if imported.entry.kind == kind]
            parts = [NamesOfKind(self.names[kind], self.heads[kind]) for kind in kinds]
            parts += [NamesOfKind(NamesOfImport(imported), imported.heads) for imported in local]
            known = self._lexicons[kinds] = Lexicon(parts, Abbreviations(self.abbreviations, local))
        return known

    @property
    def local_kinds(self) -> frozenset[str]:
        """The kinds of the imports."""
        return frozenset(imported.entry.kind for imported in self.imports)

    def by_code(self, code: str, *kinds: str) -> str | None:
        """As of the shipped vocabulary; then what the masters say, if they all say the same."""
        system, _, value = code.rpartition("|")
        found = super().by_code(code, *kinds)
        if found is not None or _OF_THE_WORLD.search(system):
            return found
        meant = {term for imported in self.imports if (term := _meant(imported, value)) is not None}
        meant = {term for term in meant if term.partition(":")[0] in kinds}
        return meant.pop() if len({self.terms[term].ja for term in meant}) == 1 else None

    def course_of(self, code: str) -> str:
        """As of the nearest shipped term; a local term that says it is acute is acute."""
        return "acute" if is_local(code) and "急性" in self.terms[code].ja else super().course_of(code)

    def is_systemic(self, code: str) -> bool:
        """A local medicine is as its ingredient, unless its name says that it is only applied somewhere."""
        if not is_local(code):
            return super().is_systemic(code)
        term = self.terms[code]
        return not _LOCALLY_APPLIED.search(term.ja) and all(map(super().is_systemic, term.parents))


def vocabulary_with_imports(state: Path) -> Vocabulary:
    """The vocabulary of a state folder.

    Raises:
        SetupError: `vocabulary_broken`, or `import_damaged` with the import's id.
    """
    store = Imports(state)
    entries = store.entries()
    for entry in entries:
        store.check(entry)
    return with_imports(load_vocabulary(), [Imported(entry, store.path(entry)) for entry in entries])


def with_imports(shipped: Vocabulary, imports: Sequence[Imported]) -> Vocabulary:
    """The shipped vocabulary with these imports; its version tells of them."""
    if not imports:
        return shipped
    parts: dict[str, Any] = {f.name: getattr(shipped, f.name) for f in fields(Vocabulary) if not f.name.startswith("_")}
    digests = "\n".join(sorted(imported.entry.digest for imported in imports))
    parts["version"] = f"{shipped.version}+{hashlib.sha256(digests.encode()).hexdigest()[:12]}"
    parts["terms"] = TermsWithImports(shipped.terms, imports)
    return VocabularyWithImports(**parts, imports=tuple(imports))


def catalog_of(vocabulary: Vocabulary) -> Catalog:
    """The catalog of a vocabulary, for the checkpoint."""
    shipped = medical_catalog()
    if vocabulary.version == shipped.version:
        return shipped
    return replace(
        shipped,
        version=vocabulary.version,
        terms=vocabulary.terms,
        reflexive={"allergy_medicine": ALLERGIC_REACTION},
        _ancestors={},
    )


def _meant(imported: Imported, value: str) -> str | None:
    target = imported.coded(value)
    return code_of(imported, int(target[1:])) if target is not None and target.startswith("#") else target
