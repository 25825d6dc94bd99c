"""What one question used: requests, tokens, and what they cost where the price is known."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path

from sekisho.errors import Code, InputError

_MILLION = Decimal(1_000_000)
_KEYS = frozenset({"given", "cached", "made"})


@dataclass(frozen=True, slots=True)
class Usage:
    """Counters of one question. `again` counts requests that were sent once more."""

    requests: int = 0
    again: int = 0
    given: int = 0
    cached: int = 0
    made: int = 0


@dataclass(frozen=True, slots=True)
class Price:
    """Per million tokens: given, given from the cache, made."""

    given: Decimal
    cached: Decimal
    made: Decimal


@dataclass(frozen=True, slots=True)
class Prices:
    """A table of prices with its date."""

    currency: str
    as_of: str
    models: dict[str, Price]

    def cost(self, model: str, usage: Usage) -> Decimal | None:
        """What this cost, or None for a model that is not in the table."""
        price = self.models.get(model.lower())
        if price is None:
            return None
        fresh = max(usage.given - usage.cached, 0)
        return (fresh * price.given + usage.cached * price.cached + usage.made * price.made) / _MILLION


def load_prices(own: Path | None) -> Prices:
    """The operator's table, or the one that comes with the package.

    Raises:
        InputError: `bad_setting`: the operator's table has another form.
    """
    if own is None:
        return _read(files("sekisho.cloud").joinpath("prices.toml").read_text(encoding="utf-8"))
    try:
        return _read(own.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, InvalidOperation, KeyError, TypeError, AttributeError):
        raise InputError(Code.BAD_SETTING, f"cloud_prices: {own.name}") from None


def _read(text: str) -> Prices:
    table = tomllib.loads(text, parse_float=Decimal)
    models = {}
    for name, row in table["models"].items():
        if not row.keys() <= _KEYS:
            raise ValueError
        given, made = Decimal(row["given"]), Decimal(row["made"])
        cached = Decimal(row.get("cached", given))
        if not all(price.is_finite() and price >= 0 for price in (given, cached, made)):
            raise ValueError
        models[str(name).lower()] = Price(given, cached, made)
    return Prices(str(table["currency"]), str(table["as_of"]), models)


def tokens_of(text: str) -> int:
    """About how many tokens a text has: four letters of the Latin alphabet make one, one kana or kanji makes one.

    An estimate from counts alone: no tokeniser, and nothing of the text leaves this function.
    """
    return tokens_of_counts(*counts_of(text))


def counts_of(text: str) -> tuple[int, int]:
    """How many characters of it are ASCII, and how many are others."""
    plain = len(text.encode("ascii", "ignore"))
    return plain, len(text) - plain


def tokens_of_counts(plain: int, others: int) -> int:
    """About how many tokens so many characters are; see `tokens_of`."""
    return (plain + 3) // 4 + others
