"""The one tool that a private zone offers, as plain data: for its own server, and for a gateway before it.

A gateway answers `tools/list` from this, so that it needs no worker for it, and no worker can say anything in it.
"""

from __future__ import annotations

from typing import Any, Final

TOOL: Final = "get_patient_background"
#: The most characters of its argument `symptoms`.
MAX_SYMPTOMS: Final = 2000

#: The form of that argument; each side describes it in its own words.
SYMPTOMS: Final[dict[str, Any]] = {"type": "string", "minLength": 1, "maxLength": MAX_SYMPTOMS}

_LINES: Final[dict[str, Any]] = {"type": "array", "items": {"type": "string"}}


def _object(**properties: object) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


#: As the protocol writes it.
OFFERED: Final[dict[str, Any]] = {
    "name": TOOL,
    "title": "Patient background (minimised, de-identified)",
    "description": (
        "Asks the person's own machine for a minimised, de-identified summary of the medical background that "
        "matters for the reported symptoms. The record stays on that machine. Not a diagnosis."
    ),
    "inputSchema": {
        "type": "object",
        "properties": {
            "symptoms": {
                **SYMPTOMS,
                "description": "The symptoms that were reported, in Japanese or English. No personal data.",
            },
            "case": {
                "type": "string",
                "maxLength": 40,
                "description": "The case token, where the question names one.",
            },
        },
        "required": ["symptoms"],
        "additionalProperties": False,
    },
    "outputSchema": _object(
        patient_context=_object(
            age_group={"type": "string"},
            chronic_conditions=_LINES,
            allergies=_LINES,
            current_medications=_LINES,
        ),
        symptom_relevance=_object(related_history=_LINES, potential_interactions=_LINES, risk_factors=_LINES),
        recommendations=_LINES,
    ),
    "annotations": {
        "readOnlyHint": True,
        "destructiveHint": False,
        "idempotentHint": True,
        "openWorldHint": False,
    },
}
