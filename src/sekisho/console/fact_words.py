"""Where in a record's file the words of each fact stand: the extractor's evidence, found again in the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from sekisho.local.facts import Fact, Span
from sekisho.local.records.record import Item, Record

_PART = re.compile(r"\[\d+\]|[^.\[]+")


@dataclass(frozen=True)
class FactWords:
    """The words of all facts of one record. `is_named` says whether a text is a name of the fact (for results)."""

    record: Record
    facts: tuple[Fact, ...]
    is_named: Callable[[str, Fact], bool]

    def at(self, place: tuple[str, ...], text: str) -> list[tuple[str, str]]:
        """Fact and word for what stands at this place of the file (keys and `[n]`)."""
        found = []
        for fact, path, word in self._words:
            if not _leads_to(path, place):
                continue
            for form in (word, *reversed(word.split(": ", 1))) if ": " in word else (word,):
                if form and form in text:
                    found.append((fact, form))
                    break
        return found

    def words(self, fact: str) -> list[str]:
        """The words that became this fact."""
        return list(dict.fromkeys(word for name, _, word in self._words if name == fact))

    @cached_property
    def _words(self) -> list[tuple[str, tuple[str, ...], str]]:
        return [
            (fact.id, tuple(_PART.findall(span.path)), word)
            for fact in self.facts
            for span in fact.spans
            for word in self._of(fact, span)
        ]

    def _of(self, fact: Fact, span: Span) -> list[str]:
        items = [item for item in self.record.items if item.path == span.path and len(item.text) >= span.end]
        if fact.kind in ("lab", "vital") and len(items) > 1:
            items = [item for item in items if self.is_named(item.text, fact)] or items[:1]
        return [word for item in items[:1] if (word := self._word(item, span))]

    @staticmethod
    def _word(item: Item, span: Span) -> str:
        return item.text[span.start : span.end].strip() or item.text.strip()


def _leads_to(path: tuple[str, ...], place: tuple[str, ...]) -> bool:
    """Whether the place lies under the path. `?` stands for a key that is not told."""
    return len(path) <= len(place) and all(part in ("?", key) for part, key in zip(path, place, strict=False))
