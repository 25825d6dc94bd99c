"""Which fact each released value comes from: the released bytes are read back, value by value.

It works for any disclosure about a case that is still open, also for one of the ledger. It is for the operator's eyes;
that a value rests on a fact was decided at the checkpoint, not here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from string import Formatter

from sekisho.checkpoint.catalog import EFFECT, STATUS, Catalog, Template
from sekisho.local.facts import Fact


@dataclass(frozen=True, slots=True)
class Released:
    """One value that left: its key, its text, and the facts behind it (F1 ...). `is_broader`: said more broadly."""

    key: str
    text: str
    facts: tuple[str, ...] = ()
    is_broader: bool = False


@dataclass(frozen=True)
class Reader:
    """Reads summaries about one case back."""

    catalog: Catalog
    facts: tuple[Fact, ...]
    language: str

    def read(self, summary: str) -> list[Released]:
        """Every value of a released summary, in its order."""
        return [self._tied(key, text) for key, text in values_of(json.loads(summary))]

    def _tied(self, key: str, text: str) -> Released:
        for template in self.catalog.templates.values():
            if template.key != key:
                continue
            found = _pattern(template, self.language).fullmatch(text)
            tied = self._facts_of(template, found) if found else None
            if tied is not None:
                codes = {fact.code for fact, _ in tied}
                return Released(
                    key,
                    text,
                    tuple(fact.id for fact, _ in tied),
                    any(code not in codes for _, code in tied) if tied else False,
                )
        return Released(key, text)

    def _facts_of(self, template: Template, found: re.Match[str]) -> list[tuple[Fact, str]] | None:
        """The fact behind each slot and the code it was said with; None where a slot has none."""
        tied: list[tuple[Fact, str]] = []
        for number, slot in enumerate(template.slots):
            if slot in (STATUS, EFFECT, "symptom"):  # a symptom comes from the question
                continue
            said = found.group(f"s{number}")
            options = self._by_display.get((slot, said), ())
            allowed = [o for o in options if not template.statuses or o[0].status in template.statuses]
            status = self._status_after(template, number, found)
            allowed = [o for o in allowed if not status or self._status(o[0]) == status]
            if not allowed:
                return None
            tied.append(allowed[0])
        return tied

    def _status_after(self, template: Template, number: int, found: re.Match[str]) -> str:
        follows = number + 1 < len(template.slots) and template.slots[number + 1] == STATUS
        return found.group(f"s{number + 1}") if follows else ""

    def _status(self, fact: Fact) -> str:
        term = self.catalog.terms.get(f"{STATUS}:{fact.status}")
        return term.display(self.language) if term else ""

    @cached_property
    def _by_display(self) -> dict[tuple[str, str], list[tuple[Fact, str]]]:
        """Kind of fact and shown word -> facts that it may stand for, the nearest first."""
        found: dict[tuple[str, str], list[tuple[int, Fact, str]]] = {}
        for fact in self.facts:
            for distance, code in enumerate(self.catalog.ancestors(fact.code)):
                display = self.catalog.terms[code].display(self.language)
                found.setdefault((fact.kind, display), []).append((distance, fact, code))
        return {
            key: [(fact, code) for _, fact, code in sorted(options, key=lambda option: option[0])]
            for key, options in found.items()
        }


def values_of(summary: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Dotted key and text of every value."""
    if isinstance(summary, dict):
        for name, inner in summary.items():
            yield from values_of(inner, f"{key}.{name}" if key else name)
    elif isinstance(summary, list):
        for inner in summary:
            yield from values_of(inner, key)
    else:
        yield key, str(summary)


def facts_behind(released: Iterable[Released]) -> frozenset[str]:
    """All facts behind these values."""
    return frozenset(fact for value in released for fact in value.facts)


def _pattern(template: Template, language: str) -> re.Pattern[str]:
    parts = []
    for literal, number, _, _ in Formatter().parse(template.wording(language)):
        parts.append(re.escape(literal))
        if number is not None:
            parts.append(f"(?P<s{number}>.+?)")
    return re.compile("".join(parts))
