"""What the gateway offers, as plain data: exactly what the private zone's own server offers. A test holds them equal.

The gateway answers `tools/list` from this, so that it needs no worker for it, and no worker can say anything in it.
"""

from __future__ import annotations

from typing import Any, Final

_LINES: Final[dict[str, Any]] = {"type": "array", "items": {"type": "string"}}


def _object(**properties: object) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


CATALOGUE: Final[dict[str, Any]] = {
    "name": "get_patient_background",
    "title": "Patient background (minimised, de-identified)",
    "description": (
        "Asks the person's own machine for a minimised, de-identified summary of the medical background that "
        "matters for the reported symptoms. The record stays on that machine. Not a diagnosis."
    ),
    "inputSchema": {
        "type": "object",
        "properties": {
            "symptoms": {
                "type": "string",
                "minLength": 1,
                "maxLength": 2000,
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
