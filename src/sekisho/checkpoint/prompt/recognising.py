"""All recognisers, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sekisho.checkpoint.prompt.recognisers import (
    accounts,
    addresses_en,
    addresses_ja,
    birth,
    cards,
    dates,
    documents,
    emails,
    family_names,
    full_names_en,
    handles,
    listed_names,
    long_numbers,
    lookalikes,
    my_number,
    name_places,
    organisations_en,
    organisations_ja,
    phones,
    postal_codes,
    stated_names,
    stations,
    titled_names,
    urls,
)
from sekisho.checkpoint.prompt.spans import Span, Typed

Recogniser = Callable[[Typed], Iterator[Span]]

RECOGNISERS: tuple[Recogniser, ...] = tuple(
    module.find
    for module in (
        lookalikes, emails, urls, handles, cards, my_number, phones, postal_codes, accounts, documents, dates, birth,
        addresses_ja, stations, organisations_ja, titled_names, stated_names, family_names, name_places, listed_names,
        addresses_en, organisations_en, full_names_en, long_numbers,
    )
)  # fmt: skip
