"""The memory of one conversation: what each numbered placeholder stands for. It never leaves this process.

One value has one number, in every question of the conversation; a number never changes its value. What the user typed
in the form of a placeholder is replaced like an identifier, so that nobody gets a value by writing its number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, final

from sekisho.checkpoint.characters import tight, words_of
from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.placeholder_form import PLACEHOLDER, meaning_of

if TYPE_CHECKING:
    from sekisho.checkpoint.prompt.restorer import Restorer


def placeholder(kind: Kind, number: int, language: str) -> str:
    """How a placeholder is written in 'ja' or 'en'."""
    label = kind.label(language)
    return f"〔{label}{number}〕" if language == "ja" else f"[{label} {number}]"


@final
class Placeholders:
    """Numbers values, and puts them back. It holds private strings: it shows nothing and is never copied."""

    __slots__ = ("_language", "_numbers", "_values")

    def __init__(self, language: str = "ja") -> None:
        """`language`: of the labels, 'ja' or 'en'."""
        self._language = language
        self._numbers: dict[tuple[Kind, str], int] = {}
        self._values: dict[tuple[Kind, int], str] = {}

    def placeholder_for(self, kind: Kind, value: str) -> str:
        """The placeholder of a value; the same for the same value however it is spaced or wide."""
        same = (kind, tight(words_of(value)) or value)
        number = self._numbers.get(same)
        if number is None:
            number = self._numbers[same] = 1 + sum(1 for known, _ in self._values if known is kind)
            self._values[(kind, number)] = value
        return placeholder(kind, number, self._language)

    def restore(self, text: str) -> str:
        """The text with the values in it. A number that we did not give stays as it is."""
        return PLACEHOLDER.sub(lambda found: self._values.get(meaning_of(found), found[0]), text)

    def restorer(self) -> Restorer:
        """For an answer that comes in pieces."""
        from sekisho.checkpoint.prompt.restorer import Restorer

        return Restorer(self)

    def forget(self) -> None:
        """End of the conversation."""
        self._numbers.clear()
        self._values.clear()

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return "<Placeholders>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("placeholders hold private strings and are not copied")
