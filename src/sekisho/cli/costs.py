"""What a question used and cost, and about what sending the whole record would have used instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sekisho.cloud.usage import Prices, Usage, counts_of, tokens_of, tokens_of_counts
from sekisho.wording import Wording

#: Characters that are read at once.
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Costs:
    """The counters of one question, priced."""

    usage: Usage
    cost: Decimal | None
    #: About how many tokens the whole record has, beside those of the summaries that left.
    record_tokens: int
    summary_tokens: int
    prices: Prices

    def as_plain(self) -> dict[str, object]:
        """As JSON data."""
        return {
            "requests": self.usage.requests,
            "sent_again": self.usage.again,
            "tokens_in": self.usage.given,
            "tokens_in_cached": self.usage.cached,
            "tokens_out": self.usage.made,
            "cost": None if self.cost is None else float(self.cost),
            "currency": self.prices.currency,
            "prices_of": self.prices.as_of,
            "estimated_tokens_of_the_record": self.record_tokens,
            "estimated_tokens_of_the_summary": self.summary_tokens,
        }

    def lines(self, words: Wording) -> list[str]:
        """For a person; nothing where no request was sent."""
        if not self.usage.requests:
            return []
        used = words.text("costs.used", given=f"{self.usage.given:,}", made=f"{self.usage.made:,}")
        if self.cost is None:
            price = words.text("costs.unknown")
        else:
            price = words.text(
                "costs.price", cost=f"{self.cost:.4f}", currency=self.prices.currency, as_of=self.prices.as_of
            )
        record = words.text("costs.record", record=f"{self.record_tokens:,}", summary=f"{self.summary_tokens:,}")
        return [f"{used} {price}", record]


def costs_of(answer: Mapping[str, Any], model: str, case: Path, prices: Prices) -> Costs:
    """Price the counters of a finished question. Of the record only its number of characters is used."""
    usage = Usage(**answer.get("usage", {}))
    summary = sum(tokens_of(text) for text in answer["disclosed"])
    return Costs(usage, prices.cost(model, usage), tokens_of_record(case), summary, prices)


def tokens_of_record(case: Path) -> int:
    """About how many tokens the whole file has; 0 where it cannot be read. Never held whole: a bundle may be large."""
    plain = others = 0
    try:
        with case.open(encoding="utf-8", errors="replace") as file:
            while piece := file.read(_PIECE):
                counts = counts_of(piece)
                plain, others = plain + counts[0], others + counts[1]
    except OSError:
        return 0
    return tokens_of_counts(plain, others)
