"""What the app starts from: the options of `sekisho ui`, in the language of whoever looks."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from sekisho.cli.context import Context
from sekisho.cli.parser import build_parser, language_from
from sekisho.settings import LANGUAGES

#: Where the shipped samples are used, their ledger and tokens are kept apart from those of real cases.
DEMO_FOLDER = "demo"


@dataclass(frozen=True)
class Setup:
    """One start of the app."""

    options: argparse.Namespace

    @cached_property
    def is_demo(self) -> bool:
        """Whether no folder of cases is set, so that the fictitious samples are open."""
        return Context(self.options).settings.cases is None

    @cached_property
    def language(self) -> str:
        """The language to begin with."""
        return Context(self.options).settings.lang

    @cached_property
    def _contexts(self) -> dict[str, Context]:
        return {language: self.context_of(language, None) for language in LANGUAGES}

    def context(self, language: str) -> Context:
        """Settings and wording in this language."""
        return self._contexts[language]

    def context_of(self, language: str, case: str | None) -> Context:
        """The same about one case."""
        given = {**vars(self.options), "lang": language, "case": case}
        if self.is_demo:
            given["cases"] = str(Path(str(files("sekisho.samples"))))
            given["state"] = str(Context(self.options).settings.state / DEMO_FOLDER)
        return Context(argparse.Namespace(**given))


def setup_from(arguments: Sequence[str]) -> Setup:
    """Read the arguments that stand behind `sekisho ui`."""
    given = ["ui", *arguments]
    return Setup(build_parser(language_from(given)).parse_args(given))
