"""A candidate: a summary that someone proposes to release, as codes. Read with suspicion, whoever made it.

The form is `{"language": "ja", "statements": [{"template": id, "terms": [code, ...], "facts": ["F1", ...]}]}`.
There is no place in it for free text, so a text that a model wrote cannot even be proposed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sekisho.checkpoint.catalog import LANGUAGES
from sekisho.errors import Code, Refused

MAX_STATEMENTS = 400
MAX_PARTS = 8
MAX_CODE_LENGTH = 100
_KEYS = frozenset({"language", "statements"})
_STATEMENT_KEYS = frozenset({"template", "terms", "facts"})


class Statement(NamedTuple):
    """One proposed line: a template, the terms that fill it, and the facts it rests on."""

    template: str
    terms: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal of known form. That it is true and allowed is still to be checked."""

    language: str
    statements: tuple[Statement, ...]

    def as_plain(self) -> dict[str, object]:
        """The plain form that `read_candidate` reads."""
        return {
            "language": self.language,
            "statements": [
                {"template": s.template, "terms": list(s.terms), "facts": list(s.facts)} for s in self.statements
            ],
        }


def read_candidate(proposed: object) -> Candidate:
    """Read a proposal of exactly the expected form.

    Exact types only: a subclass of `str`, `list` or `dict` could answer one thing when checked and another when
    written.

    Raises:
        Refused: `bad_shape` for any other form, `too_large` for too many statements or too long codes.
    """
    if type(proposed) is not dict or proposed.keys() != _KEYS:
        raise Refused(Code.BAD_SHAPE)
    language, statements = proposed["language"], proposed["statements"]
    if type(language) is not str or language not in LANGUAGES or type(statements) is not list:
        raise Refused(Code.BAD_SHAPE)
    if len(statements) > MAX_STATEMENTS:
        raise Refused(Code.TOO_LARGE)
    return Candidate(language, tuple([_read_statement(s) for s in statements]))


def _read_statement(proposed: object) -> Statement:
    if type(proposed) is not dict or proposed.keys() != _STATEMENT_KEYS:
        raise Refused(Code.BAD_SHAPE)
    return Statement(
        template=_read_code(proposed["template"]),
        terms=_read_codes(proposed["terms"]),
        facts=_read_codes(proposed["facts"]),
    )


def _read_codes(proposed: object) -> tuple[str, ...]:
    if type(proposed) is not list:
        raise Refused(Code.BAD_SHAPE)
    if len(proposed) > MAX_PARTS:
        raise Refused(Code.TOO_LARGE)
    codes = tuple(proposed)
    for code in codes:
        if type(code) is not str or len(code) > MAX_CODE_LENGTH:
            _read_code(code)  # says which
    return codes


def _read_code(proposed: object) -> str:
    if type(proposed) is not str:
        raise Refused(Code.BAD_SHAPE)
    if len(proposed) > MAX_CODE_LENGTH:
        raise Refused(Code.TOO_LARGE)
    return proposed
