"""The one tool, as the cloud model is shown it: our own words, whatever the server says about itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from agent_framework import FunctionTool

from sekisho.cloud.question import MAX_CHARACTERS
from sekisho.errors import Code, SetupError

TOOL: Final = "get_patient_background"
DESCRIPTION: Final = (
    "Asks the person's own machine for a minimised, de-identified summary of their medical background that "
    "matters for the reported symptoms. Call it once per question."
)
PARAMETERS: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "symptoms": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_CHARACTERS,
            "description": "The symptoms, in the words of the question.",
        },
        "case": {"type": "string", "description": "The case token, if the question names one."},
    },
    "required": ["symptoms"],
    "additionalProperties": False,
}
SPECIFICATION: Final[dict[str, Any]] = {
    "type": "function",
    "function": {"name": TOOL, "description": DESCRIPTION, "parameters": PARAMETERS},
}


def present(loaded: Sequence[FunctionTool]) -> FunctionTool:
    """The server's tool under our name, description and parameters.

    A description is text too: were the server's own passed on, a private machine could say anything in it.

    Raises:
        SetupError: `tool_missing` when the server does not offer this tool with these parameters.
    """
    for function in loaded:
        if function.name == TOOL and set(function.parameters().get("properties", {})) == {"symptoms", "case"}:
            return FunctionTool(
                name=TOOL,
                description=DESCRIPTION,
                approval_mode="never_require",
                func=function.func,
                input_model=PARAMETERS,
            )
    raise SetupError(Code.TOOL_MISSING)
