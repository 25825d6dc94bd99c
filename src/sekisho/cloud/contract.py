"""The one tool, as the cloud model is shown it: our own words, whatever the server says about itself."""

from __future__ import annotations

from collections.abc import Sequence

from agent_framework import FunctionTool

from sekisho.cloud.tool_form import DESCRIPTION, PARAMETERS
from sekisho.errors import Code, SetupError
from sekisho.offered_tool import TOOL


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
