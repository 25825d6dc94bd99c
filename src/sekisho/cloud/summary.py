"""What a tool result may look like: a summary in the article's shape, or one fixed error code. Nothing else.

This is the cloud zone's own, coarse look at the form. That the words are right is decided at the checkpoint,
in the private zone, before the bytes leave it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sekisho.checkpoint.canonical import canonical_bytes, read_canonical
from sekisho.errors import Code, Refused

#: The most bytes of one disclosure.
MAX_BYTES: Final = 16 * 1024

_CONTEXT: Final = {"age_group", "chronic_conditions", "allergies", "current_medications"}
_RELEVANCE: Final = {"related_history", "potential_interactions", "risk_factors"}


@dataclass(frozen=True, slots=True)
class Summary:
    """A disclosure read back."""

    age_group: str
    chronic_conditions: tuple[str, ...]
    allergies: tuple[str, ...]
    current_medications: tuple[str, ...]
    related_history: tuple[str, ...]
    potential_interactions: tuple[str, ...]
    risk_factors: tuple[str, ...]
    recommendations: tuple[str, ...]


def read_summary(text: str) -> Summary | None:
    """Read a disclosure; None when it is not canonical, too large, or not of exactly the expected form."""
    value = _read(text)
    if value is None or set(value) != {"patient_context", "symptom_relevance", "recommendations"}:
        return None
    context, relevance = value["patient_context"], value["symptom_relevance"]
    if not isinstance(context, dict) or set(context) != _CONTEXT:
        return None
    if not isinstance(relevance, dict) or set(relevance) != _RELEVANCE:
        return None
    age_group = context.pop("age_group")
    lists = {**context, **relevance, "recommendations": value["recommendations"]}
    if not isinstance(age_group, str) or not all(_is_list_of_text(item) for item in lists.values()):
        return None
    return Summary(age_group=age_group, **{key: tuple(item) for key, item in lists.items()})


def read_error(text: str) -> Code | None:
    """Read a fixed error object, `{"error":"busy"}`; None for anything else."""
    value = _read(text)
    if value is None or set(value) != {"error"}:
        return None
    return next((code for code in Code if code.value == value["error"]), None)


def write_error(code: Code) -> str:
    """The fixed error object of a code."""
    return canonical_bytes({"error": code.value}).decode()


def is_releasable(text: str) -> bool:
    """Whether a tool result is of one of the two forms."""
    return read_summary(text) is not None or read_error(text) is not None


def _read(text: str) -> dict[str, object] | None:
    try:
        data = text.encode()
        value = read_canonical(data) if len(data) <= MAX_BYTES else None
    except (UnicodeEncodeError, Refused):
        return None
    return value if isinstance(value, dict) else None


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
