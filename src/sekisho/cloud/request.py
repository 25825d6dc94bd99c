"""The first line that a cloud zone reads: what to ask, whom, and what may recognise its answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

from sekisho.cloud.choice import CloudChoice, choice_from
from sekisho.cloud.instructions import Language
from sekisho.errors import Code, InputError

#: The most bytes of the line.
MAX_INPUT_BYTES: Final = 64 * 1024

_NEEDED: Final = {"text", "language", "case", "url", "token", "key"}
_OPTIONAL: Final = {"cloud", "watched", "more", "link"}
_LINK: Final = {"url", "secret", "ca", "proxy", "keyring"}


@dataclass(frozen=True, slots=True)
class Request:
    """One conversation to have.

    Attributes:
        text: The first question, inspected.
        language: `ja` or `en`.
        case: The random case token, or None.
        url, token: Where the private zone answers, and what it asks for.
        key: The public key of the private zone's signatures.
        cloud: Which model answers.
        is_watched: Whether the private side looks at every request before it leaves.
        has_more: Whether further questions follow.
    """

    text: str
    language: Language
    case: str | None
    url: str
    token: str = field(repr=False)
    key: str
    cloud: CloudChoice
    is_watched: bool
    has_more: bool
    #: The link that the private zone is on, with what gets us in; None where it answers at `url`.
    link: dict[str, str] | None = field(default=None, repr=False)


def read_request(data: bytes) -> Request:
    """Read the one JSON object.

    Raises:
        InputError: `too_large`, `bad_json`, `bad_arguments` or `bad_setting`.
    """
    if len(data) > MAX_INPUT_BYTES:
        raise InputError(Code.TOO_LARGE)
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        raise InputError(Code.BAD_JSON) from None
    if not isinstance(given, dict) or not _NEEDED <= given.keys() <= _NEEDED | _OPTIONAL:
        raise InputError(Code.BAD_ARGUMENTS)
    texts = {name: given[name] for name in _NEEDED if not (name == "case" and given[name] is None)}
    flags = [given.get(name, False) for name in ("watched", "more")]
    if not all(isinstance(value, str) for value in texts.values()) or any(type(flag) is not bool for flag in flags):
        raise InputError(Code.BAD_ARGUMENTS)
    language = given["language"]
    if language not in ("ja", "en"):
        raise InputError(Code.BAD_SETTING, "language")
    return Request(
        given["text"],
        language,
        given["case"],
        given["url"],
        given["token"],
        given["key"],
        choice_from(given.get("cloud", {})),
        flags[0],
        flags[1],
        _link(given.get("link")),
    )


def _link(given: object) -> dict[str, str] | None:
    if given is None:
        return None
    if not isinstance(given, dict) or given.keys() != _LINK or not all(isinstance(it, str) for it in given.values()):
        raise InputError(Code.BAD_ARGUMENTS)
    return given
