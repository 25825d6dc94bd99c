"""What a note says of each term, judged from all its mentions by learned weights; where it is not sure, it says so.

Sure that it is the person's and of its state: a fact with that status. Sure only that it is the person's: a fact with
the status `unknown`. Sure of neither: nothing, but it is counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sekisho.local.facts import Fact, Span
from sekisho.local.medical.note_features import NoteFeatures
from sekisho.local.medical.note_mentions import Mention
from sekisho.local.medical.note_weights import OUTCOMES, Thresholds, Weights, thresholds, weights_for

#: The status of what is the person's, without a word or with contradicting words on its present state.
UNKNOWN = "unknown"
_PRESENT = ("active", "suspected")
#: An allergy that the rules read is released with this chance already: leaving it out does more harm than doubting it.
_TOLD_ALLERGY = 0.05
#: What a chance is taken for at least when several are multiplied.
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Judged:
    """One term of a note.

    Attributes:
        kind: Kind of fact.
        code: The term.
        chances: The chance of each outcome for this person; what is a relative's is no part of `none`.
        family: The chance that a relative has it.
        mentions: Where it stands.
    """

    kind: str
    code: str
    chances: dict[str, float]
    family: float
    mentions: tuple[Mention, ...]

    @property
    def over(self) -> float:
        """The chance that it is past or stopped."""
        return self.chances.get("past", 0.0) + self.chances.get("stopped", 0.0)

    def status(self, at: Thresholds) -> str:
        """Its status, `unknown`, or empty where too little is sure."""
        if self.kind != "condition" and all(map(_is_of_another, self.mentions)):
            return ""
        present = {outcome: self.chances.get(outcome, 0.0) for outcome in _PRESENT}
        if sum(present.values()) >= at.present:
            return max(present, key=lambda outcome: present[outcome])
        if self.over >= at.over:
            healed = any(mention.status == "remission" for mention in self.mentions)
            return "stopped" if self.kind == "medicine" else "remission" if healed else "past"
        told = self.kind == "allergy" and any(mention.status in _PRESENT for mention in self.mentions)
        return UNKNOWN if 1 - self.chances["none"] >= (_TOLD_ALLERGY if told else at.known) else ""

    def spans(self, path: str) -> tuple[Span, ...]:
        """Where it stands in the record."""
        return tuple(Span(path, mention.start, mention.end) for mention in self.mentions)


def _is_of_another(mention: Mention) -> bool:
    """Whether the words around it name somebody else; of 22 such medicines in records new to the rules one was hers."""
    return mention.topic in ("family", "other_person") or bool({"family", "someone_else"}.intersection(mention.signs))


def judge(
    mentions: Sequence[Mention], features: NoteFeatures, weights: Callable[[str], Weights] = weights_for
) -> list[Judged]:
    """Each term once, in the order of first mention. `weights` gives those for a kind of fact."""
    chances: dict[tuple[str, str], list[tuple[Mention, list[float]]]] = {}
    for at, mention in enumerate(mentions):
        learned = weights(mention.kind)
        found = learned.chances(features.of(at, learned.runs))
        chances.setdefault((mention.kind, mention.code), []).append((mention, found))
    return [judged(kind, code, told) for (kind, code), told in chances.items()]


def judged(kind: str, code: str, told: Sequence[tuple[Mention, Sequence[float]]]) -> Judged:
    """One term from the chances of its mentions: their geometric mean, and for a relative the greatest.

    A mention counts by the chance that it tells of the person: that the mother has it too takes nothing away.
    """
    outcomes = OUTCOMES[kind]
    mentions = tuple([mention for mention, _ in told])
    if len(told) == 1 and "family" not in outcomes:
        return Judged(kind, code, dict(zip(outcomes, told[0][1], strict=True)), 0.0, mentions)
    relatives = [found[outcomes.index("family")] for _, found in told] if "family" in outcomes else [0.0] * len(told)
    shares = [max(1 - of_family, _LEAST) for of_family in relatives]
    logs = [
        sum([share * math.log(max(found[i], _LEAST) / share) for share, (_, found) in zip(shares, told, strict=True)])
        for i in range(len(outcomes))
    ]
    means = {o: math.exp(log / sum(shares)) for o, log in zip(outcomes, logs, strict=True) if o != "family"}
    own = max(shares) / sum(means.values())
    chances = {outcome: own * mean for outcome, mean in means.items()}
    chances["none"] += 1 - max(shares)
    return Judged(kind, code, chances, max(relatives), mentions)


def facts_of(terms: Iterable[Judged], path: str) -> Iterator[Fact]:
    """The facts that the terms of a note give. A relative's illness is one that the rules read so, too."""
    for term in terms:
        at = thresholds(term.kind)
        if status := term.status(at):
            yield Fact(term.kind, term.code, status, term.spans(path))
        if term.family >= at.family and any(mention.status == "family" for mention in term.mentions):
            yield Fact(term.kind, term.code, "family", term.spans(path))


def is_left_out(term: Judged) -> bool:
    """Whether nothing is said of a term although it may well be the person's."""
    at = thresholds(term.kind)
    return not term.status(at) and term.family < at.family and term.chances["none"] < at.known
