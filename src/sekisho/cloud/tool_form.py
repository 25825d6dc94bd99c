"""The one tool's name, description and parameters, as data: our own words, the same in every request."""

from __future__ import annotations

from typing import Any, Final

from sekisho.offered_tool import SYMPTOMS, TOOL

DESCRIPTION: Final = (
    "Asks the person's own machine for a minimised, de-identified summary of their medical background that "
    "matters for the reported symptoms. Call it once per question."
)
PARAMETERS: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "symptoms": {**SYMPTOMS, "description": "The symptoms, in the words of the question."},
        "case": {"type": "string", "description": "The case token, if the question names one."},
    },
    "required": ["symptoms"],
    "additionalProperties": False,
}
SPECIFICATION: Final[dict[str, Any]] = {
    "type": "function",
    "function": {"name": TOOL, "description": DESCRIPTION, "parameters": PARAMETERS},
}
