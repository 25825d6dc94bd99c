"""The private side's look at each request, a moment before it leaves for the cloud.

The cloud zone may not know an identifier, not even as a hash: names are few enough to try them all. So it shows the
exact text of a request, and this side, which knows the case, says yes or no. Every text of ours in it must be one that
was inspected here, with the case's identifiers in all their disguises, or a summary that the ledger has for this case.
"""

from __future__ import annotations

from pathlib import Path

from sekisho.checkpoint.ledger_check import read_ledger
from sekisho.cloud.question import read_back
from sekisho.cloud.summary import read_error, read_summary
from sekisho.cloud.wire_texts import our_texts


class Lookout:
    """Looks at the requests of one conversation about one case."""

    def __init__(self, ledger: Path, case: str, known: frozenset[str]) -> None:
        """`known` are the names of the model and of the agent, which the operator chose."""
        self._ledger = ledger
        self._case = case
        self._known = known
        self._inspected: set[str] = set()
        self._disclosed: set[str] = set()

    def expect(self, inspected: str) -> None:
        """This text was inspected, and may leave."""
        self._inspected.add(inspected)

    def passes(self, body: str) -> bool:
        """Whether this request may leave. Whatever goes wrong is a no."""
        try:
            return all(self._is_ours(text) for text in our_texts(body, known=self._known))
        except Exception:  # noqa: BLE001 - fail closed
            return False

    def _is_ours(self, text: str) -> bool:
        if read_error(text) is not None:
            return True
        if read_summary(text) is not None:
            return text in self._disclosed or self._is_in_the_ledger(text)
        question, case = read_back(text)
        return case in (None, self._case) and question in self._inspected

    def _is_in_the_ledger(self, text: str) -> bool:
        found = any(
            entry is not None and entry.kind == "disclosure" and entry.case == self._case and entry.summary == text
            for _, entry in read_ledger(self._ledger)
        )
        if found:
            self._disclosed.add(text)
        return found
