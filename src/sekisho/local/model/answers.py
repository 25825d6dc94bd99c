"""Reading what a model wrote: strictly, and without ever repeating any of it.

An answer is a JSON object with exactly the expected keys, or it is nothing. What is taken from it is ids that were
offered (`select`) or strings that are read back into facts (`write`); the rest is thrown away here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sekisho.errors import Code, SetupError
from sekisho.local.model.protocol import Choice
from sekisho.local.model.runtime import Completion

#: More characters than any answer that was asked for can have.
MAX_CHARACTERS = 64 * 1024


def object_in(completion: Completion) -> dict[str, Any]:
    """The JSON object that an answer is.

    Raises:
        SetupError: `model_cut` for an answer that was cut off, `model_invalid` for anything that is no JSON object.
    """
    if completion.finish_reason == "length":
        raise SetupError(Code.MODEL_CUT)
    if len(completion.text) > MAX_CHARACTERS:
        raise SetupError(Code.MODEL_TOO_LARGE)
    try:
        value = json.loads(completion.text, object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError):
        raise SetupError(Code.MODEL_INVALID) from None
    if type(value) is not dict:
        raise SetupError(Code.MODEL_INVALID)
    return value


def choice_in(answer: Mapping[str, Any], offered: Collection[str]) -> Choice:
    """The ids that an answer names in each role. A repeated id counts once; one that was not offered spoils it all.

    Raises:
        SetupError: `model_invalid`.
    """
    if answer.keys() != {"history", "risks"}:
        raise SetupError(Code.MODEL_INVALID)
    return Choice(_ids(answer["history"], offered), _ids(answer["risks"], offered))


def strings_in(value: object) -> list[str]:
    """The strings of a draft, of a string or a list of strings.

    Raises:
        SetupError: `model_invalid` for anything else.
    """
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not all(type(text) is str for text in found):
        raise SetupError(Code.MODEL_INVALID)
    return found


def _ids(value: object, offered: Collection[str]) -> frozenset[str]:
    if not isinstance(value, list) or not all(type(item) is str and item in offered for item in value):
        raise SetupError(Code.MODEL_INVALID)
    return frozenset(value)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found
