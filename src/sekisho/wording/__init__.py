"""What people see, in Japanese and English. A test keeps both files the same in keys and placeholders."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sekisho.errors import Code, SekishoError


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one language."""

    language: str
    _texts: dict[str, dict[str, str]]

    def text(self, key: str, **values: object) -> str:
        """The sentence `group.name`, filled in."""
        group, _, name = key.partition(".")
        return self._texts[group][name].format(**values)

    def code(self, code: Code) -> str:
        """What a code means and how to mend it."""
        return self._texts["codes"][code.value]

    def told(self, error: SekishoError) -> str:
        """An error as a person is told it: its code, its place, what it means and how to mend it."""
        where = f" [{error.place}]" if error.place else ""
        return f"{error.code.value}{where}: {self.code(error.code)}"


@cache
def wording(language: str) -> Wording:
    """The wording in `ja` or `en`."""
    text = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return Wording(language, tomllib.loads(text))
