"""Why a cloud model gave no answer, as one of our codes. Its own words are read here and nowhere else."""

from __future__ import annotations

import json
from typing import Any, Final

from sekisho.errors import Code

_UNKNOWN_MODEL: Final = ("deploymentnotfound", "model_not_found", "unknown_model", "deployment", "model")
_FILTER: Final = ("content_filter", "responsibleaipolicyviolation", "content_policy_violation")
_BY_STATUS: Final = {
    401: Code.CLOUD_KEY_WRONG,
    403: Code.CLOUD_DENIED,
    405: Code.CLOUD_ENDPOINT_WRONG,
    408: Code.CLOUD_TIMEOUT,
    413: Code.CLOUD_REJECTED,
    429: Code.CLOUD_QUOTA,
    504: Code.CLOUD_TIMEOUT,
}


def code_of_answer(status: int, body: bytes) -> Code:
    """The code for an HTTP status and the error body that came with it."""
    words = _words(body)
    if any(word in words for word in _FILTER):
        return Code.CLOUD_FILTERED
    if status == 404:
        return Code.CLOUD_MODEL_UNKNOWN if any(word in words for word in _UNKNOWN_MODEL) else Code.CLOUD_ENDPOINT_WRONG
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400:
        return Code.CLOUD_ENDPOINT_WRONG
    return Code.CLOUD_REJECTED if 400 <= status < 500 else Code.CLOUD_FAILED


def code_of_failure(word: str) -> Code:
    """The code for the service's own word in an answer that failed while it was given."""
    folded = word.lower()
    if folded in _FILTER:
        return Code.CLOUD_FILTERED
    return Code.CLOUD_QUOTA if "rate_limit" in folded or "quota" in folded else Code.CLOUD_FAILED


def _words(body: bytes) -> set[str]:
    """The short machine words of an error body, in lower case: codes and types, not the message."""
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return set()
    found: set[str] = set()
    while isinstance(value, dict):
        inner = value.get("error", value.get("innererror"))
        for name in ("code", "type", "param"):
            if isinstance(value.get(name), str):
                found.add(value[name].lower())
        value = inner
    return found
