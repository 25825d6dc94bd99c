"""How much of one case may leave over many questions: each summary alone can be harmless, and all of them too much.

Lines that left before cost nothing. A new line is said only while the case is below its ceiling. And only so many
uncommon diseases are said by their names: together they point at few people, as one rare disease does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.catalog import LANGUAGES, Catalog
from sekisho.checkpoint.evidence import Evidence
from sekisho.checkpoint.grammar import Grammar
from sekisho.checkpoint.policy import Policy, by_importance
from sekisho.checkpoint.render import line_of


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The ceiling of one case at one moment. `said` are the lines that left in the period, constant ones included."""

    catalog: Catalog
    policy: Policy
    language: str
    said: frozenset[str]
    #: By language.
    grammars: Mapping[str, Grammar]

    def below(
        self, statements: Sequence[Statement], evidence: Mapping[str, Evidence]
    ) -> tuple[list[Statement], dict[str, int]]:
        """What of these statements may be said, and how many were kept back for which reason.

        Uncommon diseases beyond those that may be named become their broader terms; what a line then says is checked
        for support again by the caller. New lines go in the order of importance.
        """
        withheld = {"combination": 0, "ceiling": 0}
        ordered = by_importance(statements, self.catalog, evidence)
        named = self._named(ordered, evidence)
        kept: dict[Statement, None] = {}
        lines: set[str] = set(self.about_the_record)
        for statement in ordered:
            broader = self._generalised(statement, named)
            if broader is None:
                withheld["combination"] += 1
                continue
            if broader in kept:
                continue
            line = line_of(broader, self.catalog, self.language)
            if broader.facts and line not in lines:
                if len(lines) >= self.policy.ceiling:
                    withheld["ceiling"] += 1
                    continue
                lines.add(line)
            kept[broader] = None
        return list(kept), withheld

    def is_kept_by(self, statements: Sequence[Statement]) -> bool:
        """Whether these statements stay below the ceiling, or say nothing new."""
        new = {line_of(s, self.catalog, self.language) for s in statements if s.facts} - self.said
        return not new or len(self.about_the_record | new) <= self.policy.ceiling

    @property
    def about_the_record(self) -> frozenset[str]:
        """The lines that left and say something of the record; not those that are the same for everybody."""
        return self.said - self.catalog.constant_lines

    def _named(self, ordered: Sequence[Statement], evidence: Mapping[str, Evidence]) -> frozenset[str]:
        """The uncommon terms that are said by their names: those that were before, then the most important."""
        before = {code for fact in evidence.values() if self._is_uncommon(code := fact.code) and self._was_said(code)}
        named = set(before)
        for statement in ordered:
            for code in self._of_record(statement):
                if self._is_uncommon(code) and (code in before or len(named) < self.policy.uncommon):
                    named.add(code)
        return frozenset(named)

    def _generalised(self, statement: Statement, named: Collection[str]) -> Statement | None:
        template = self.catalog.templates[statement.template]
        for place in template.of_record:
            code = statement.terms[place]
            if self._is_uncommon(code) and code not in named:
                # A relation is true of the term itself; of a broader one it may not be.
                broader = None if template.relation else self._common(code)
                if broader is None:
                    return None
                statement = statement._replace(terms=(*statement.terms[:place], broader, *statement.terms[place + 1 :]))
        return statement

    def _of_record(self, statement: Statement) -> list[str]:
        return [statement.terms[place] for place in self.catalog.templates[statement.template].of_record]

    def _is_uncommon(self, code: str) -> bool:
        term = self.catalog.terms.get(code)
        return term is not None and term.uncommon

    def _common(self, code: str) -> str | None:
        terms = self.catalog.terms
        return next((c for c in self.catalog.ancestors(code) if not (terms[c].uncommon or terms[c].rare)), None)

    def _was_said(self, code: str) -> bool:
        """Whether a line that left names it, and not only a term that its name is a piece of (心筋症, 肥大型心筋症).

        In a line that this vocabulary cannot read, because an earlier one said it, a piece is enough.
        """
        names = {self.catalog.terms[code].display(language) for language in LANGUAGES}
        for line in self.said:
            if any(name in line for name in names):
                segments = next((read for one in self.grammars.values() if (read := one.read(line))), ())
                if not segments or not names.isdisjoint(segments):
                    return True
        return False
