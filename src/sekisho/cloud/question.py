"""One question as it leaves for the cloud: the text that the checkpoint passed, and a case token if any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sekisho.cloud.instructions import INSTRUCTIONS, Language
from sekisho.errors import Code, InputError
from sekisho.offered_tool import MAX_SYMPTOMS

#: The most characters of a question; the same as of the tool's argument `symptoms`.
MAX_CHARACTERS: Final = MAX_SYMPTOMS

_CASE_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_CASE_LINE: Final[dict[Language, str]] = {"ja": "\n\nケース番号: {}", "en": "\n\nCase: {}"}


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks. `text` is what the checkpoint passed; `case` is a random token, or None.

    Raises:
        InputError: `bad_symptoms` for a text of no or too many characters, `case_unknown` for what is no
            token, `bad_setting` for another language.
    """

    text: str
    language: Language
    case: str | None = None

    def __post_init__(self) -> None:
        if not self.text.strip() or len(self.text) > MAX_CHARACTERS:
            raise InputError(Code.BAD_SYMPTOMS)
        if self.case is not None and not _CASE_TOKEN.fullmatch(self.case):
            raise InputError(Code.CASE_UNKNOWN)
        if self.language not in INSTRUCTIONS:
            raise InputError(Code.BAD_SETTING, "language")

    def as_sent(self) -> str:
        """The whole message that goes up: the text, and our one fixed line when there is a case."""
        return self.text if self.case is None else self.text + _CASE_LINE[self.language].format(self.case)


def read_back(message: str) -> tuple[str, str | None]:
    """Split a message made by `Question.as_sent` into its text and its case token."""
    for line in _CASE_LINE.values():
        text, separator, case = message.rpartition(line.format(""))
        if separator and _CASE_TOKEN.fullmatch(case):
            return text, case
    return message, None
