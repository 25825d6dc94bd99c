"""An identifier -> everything to look for: one entry for each kind, in words of the wall's alphabet.

It never guesses a reading from kanji: readings come with the identifier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.characters import tight, words_of
from sekisho.checkpoint.dates import dates_in, ways_to_write
from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.checkpoint.names import name_forms
from sekisho.checkpoint.places import address_forms, organisation_forms

_DIGITS = re.compile(r"\d+")
#: Values that a form gives when it knows nothing. Looked for, they would only refuse harmless texts.
_NOTHING_SAID = frozenset(
    ["none", "null", "true", "false", "unknown", "notavailable", "notapplicable", "undefined", "notknown",
     "不明", "該当なし", "該当せず", "特になし", "未記入", "未入力"]
)  # fmt: skip


def variants_of(identifier: Identifier) -> frozenset[str]:
    """The needles of one identifier. Words are kept apart by spaces; the wall decides what is long enough to use."""
    forms = _FORMS[identifier.kind]
    found = {form.strip() for value in (identifier.value, *identifier.readings) for form in forms(value)}
    return frozenset(form.replace("\n", " ") for form in found if tight(form) not in _NOTHING_SAID) - {""}


def _phone(value: str) -> Iterator[str]:
    digits = "".join(_DIGITS.findall(words_of(value)))
    national = digits
    for abroad in ("0081", "81"):
        if digits.startswith(abroad) and len(digits) - len(abroad) in (9, 10, 11):
            national = "0" + digits[len(abroad) :].lstrip("0")
            break
    yield from (digits, national)
    bare = national.lstrip("0")
    if len(bare) > 6:
        yield bare
        if national.startswith("0"):
            yield from (f"81{bare}", f"810{bare}", f"0081{bare}", f"01081{bare}")
    if len(national) > 9:
        yield national[-8:]  # without the area or carrier code


def _email(value: str) -> Iterator[str]:
    yield words_of(value)
    local, _, domain = value.strip().rpartition("@")
    if not local:
        return
    for at, dot in ((" at ", " dot "), ("あっとまーく", "どっと"), ("あっと", "どっと")):
        yield words_of(local.replace(".", dot)) + at + words_of(domain.replace(".", dot))
        yield words_of(local) + at + words_of(domain.replace(".", dot))
        yield words_of(local) + at + words_of(domain)
    if len(tight(words_of(local))) > 4:
        yield words_of(local)


def _number(value: str) -> Iterator[str]:
    words = words_of(value)
    yield words
    digits = "".join(_DIGITS.findall(words))
    for form in (digits, digits.lstrip("0")):
        if len(form) > 4:
            yield form


def _date(value: str) -> Iterator[str]:
    yield words_of(value)
    for day in dates_in(value):
        yield from ways_to_write(day)


def _other(value: str) -> Iterator[str]:
    words = words_of(value)
    if len(tight(words)) > 3:
        yield words


_FORMS = {
    IdentifierKind.NAME: name_forms,
    IdentifierKind.ADDRESS: address_forms,
    IdentifierKind.PHONE: _phone,
    IdentifierKind.EMAIL: _email,
    IdentifierKind.NUMBER: _number,
    IdentifierKind.DATE: _date,
    IdentifierKind.ORGANISATION: organisation_forms,
    IdentifierKind.OTHER: _other,
}
