"""What every command starts from: parsed options, settings, wording."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.checkpoint.policy import Policy, load_policy
from sekisho.errors import Code, InputError
from sekisho.local.desk import Desk
from sekisho.local.records.cases import TOKEN, Case, Cases
from sekisho.private_file import private_folder
from sekisho.settings import Settings
from sekisho.wording import Wording, wording

if TYPE_CHECKING:
    from sekisho.local.zone import Zone


@dataclass(frozen=True)
class Context:
    """One run of the command line."""

    options: argparse.Namespace

    @cached_property
    def settings(self) -> Settings:
        """All settings with their origins."""
        return Settings(vars(self.options), os.environ, Path())

    @cached_property
    def words(self) -> Wording:
        """The sentences in the user's language."""
        return wording(self.settings.lang)

    @cached_property
    def policy(self) -> Policy:
        """The policy in force."""
        return load_policy(self.settings.policy)

    def cases_place(self) -> Path:
        """The folder of cases, or the file that `--case` names.

        Raises:
            InputError: `folder_missing` where neither is given.
        """
        given = getattr(self.options, "case", None)
        if given and not TOKEN.fullmatch(given):
            path = Path(given)
            if not path.is_file():
                raise InputError(Code.FILE_MISSING, path.name)
            return path
        if self.settings.cases is None:
            raise InputError(Code.FOLDER_MISSING)
        return self.settings.cases

    def cases(self) -> Cases:
        """The open cases."""
        return Cases(self.cases_place(), private_folder(self.settings.state))

    def zone(self) -> Zone:
        """The whole private zone."""
        from sekisho.local.zone import open_zone  # most of what there is to import: not for who needs no zone

        settings = self.settings
        place = self.cases_place()
        return open_zone(
            place, settings.state, self.policy, settings.lang, settings.model, settings.deadline, self._desk()
        )

    def _desk(self) -> Desk | None:
        asking = getattr(self.options, "desk", None)
        if asking is None:
            return None
        from sekisho.cli.desk import open_desk

        return open_desk(asking)

    def chosen_case(self, cases: Cases) -> Case:
        """The case that the options name, or the only one."""
        given = getattr(self.options, "case", None)
        return cases.find(given if given and TOKEN.fullmatch(given) else None)
