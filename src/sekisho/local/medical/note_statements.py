"""What a note says of the same thing in several places, weighed: the last firm word holds.

A bare name under 「病名」 gives way to 「肺炎は治癒と判断し退院」 further down; a suspicion to 「橋本病は否定」.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sekisho.local.facts import Fact, Span
from sekisho.local.medical.vocabulary import Vocabulary

#: What is said not to be so. It gives no fact, and takes back what was only supposed elsewhere.
DENIED = "denied"
#: Of words that are not firm the first of these holds.
_ORDER = ("active", "suspected", "remission", "past", "stopped")


class Statement(NamedTuple):
    """One sentence about one term. `status` may also be `denied`; `firmly`: words say so, it is not only usual."""

    kind: str
    code: str
    status: str
    span: Span
    firmly: bool = False


@dataclass(slots=True)
class Statements:
    """All statements of one note, in its order."""

    vocabulary: Vocabulary
    _all: dict[tuple[str, str, bool], list[Statement]] = field(default_factory=dict)

    def take(self, statement: Statement) -> None:
        """Add one. Family history stands beside what is said of the person."""
        key = (statement.kind, statement.code, statement.status == "family")
        self._all.setdefault(key, []).append(statement)

    def facts(self, left_out: Container[str] = ()) -> Iterator[Fact]:
        """One fact a term, where anything holds. `left_out`: kinds of fact that somebody else judges."""
        for (kind, code, _), said in self._all.items():
            if kind in left_out:
                continue
            status = self._weighed(kind, code, said)
            if status and status != DENIED:
                yield Fact(kind, code, status, tuple(s.span for s in said if s.status == status) or (said[-1].span,))

    def weighed(self) -> dict[tuple[str, str], str]:
        """What holds of each term for the person, by kind and code."""
        return {(kind, code): self._weighed(kind, code, said) for (kind, code, of), said in self._all.items() if not of}

    def taken_back(self, left_out: Container[str] = ()) -> Iterator[Fact]:
        """What the note says in so many words to be over, for entries that a list still holds."""
        for (kind, code, of_family), said in self._all.items():
            if of_family or kind in left_out:
                continue
            status = self._weighed(kind, code, said)
            over = [s for s in said if s.firmly and s.status == status]
            if over and ((kind, status) in _TAKES_BACK):
                yield Fact(kind, code, status, (over[-1].span,))

    def _weighed(self, kind: str, code: str, said: list[Statement]) -> str:
        if kind == "allergy":
            return self._allergy(said)
        firm = [s.status for s in said if s.firmly]
        if kind == "condition":
            return self._condition(code, said, firm)
        if firm:
            return firm[-1]
        return min((s.status for s in said), key=_rank)

    def _allergy(self, said: list[Statement]) -> str:
        """A reaction that is told holds, unless a later sentence says that it was no allergy after all."""
        if said[-1].status == DENIED:
            return DENIED
        told = [s for s in said if s.status != DENIED]
        if any(s.status == DENIED and s.firmly for s in said) and not any(s.firmly for s in told):
            return DENIED
        return min((s.status for s in told), key=_rank)

    def _condition(self, code: str, said: list[Statement], firm: list[str]) -> str:
        if any(status in ("past", "remission") for status in self._ends_elsewhere(code)) and "past" not in firm:
            return "past"
        if not firm:
            return min((s.status for s in said), key=_rank)
        if firm[-1] == "suspected" and "active" in [s.status for s in said]:
            return "active"
        return firm[-1]

    def _ends_elsewhere(self, code: str) -> list[str]:
        """How the note ends for a broader or narrower name of the same acute illness."""
        if self.vocabulary.course_of(code) != "acute":
            return []
        own = self._all.get(("condition", code, False), [])
        ends = []
        for (kind, other, of_family), said in self._all.items():
            if kind != "condition" or of_family or other == code or self.vocabulary.course.get(other) == "group":
                continue
            related = other in self.vocabulary.ancestors(code) or code in self.vocabulary.ancestors(other)
            if related and said[-1].firmly and own and said[-1].span.start > own[-1].span.start:
                ends.append(said[-1].status)
        return ends


#: Kinds and statuses with which a note overrules a list: the list was not yet brought up to date. Never an allergy: one
#: that is listed stays, because the harm of leaving it out is greater than that of saying it.
_TAKES_BACK = frozenset({("medicine", "stopped"), ("condition", "remission")})


def _rank(status: str) -> int:
    return _ORDER.index(status) if status in _ORDER else len(_ORDER)
