"""Creates a Foundry-hosted agent that calls our gateway as a remote MCP tool: `python -m sekisho.cloud.hosted_agent`.

It is set-up work, done once by an operator; nothing of a case or a question is in it. What the agent then sends and
gets goes through Foundry and the gateway, not through this process. docs/CLOUD.md has the steps before and after.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from sekisho.cloud.instructions import INSTRUCTIONS, Language
from sekisho.cloud.quiet import LOGGERS
from sekisho.cloud.route import checked_endpoint
from sekisho.errors import Code, InputError, SekishoError, SetupError
from sekisho.offered_tool import TOOL
from sekisho.quiet import silence
from sekisho.wording import wording

LABEL: Final = "sekisho"
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def definition(model: str, language: Language, gateway: str, connection: str, *, ask_first: bool) -> dict[str, Any]:
    """The agent as plain data: our instructions, and the one tool of the gateway.

    Args:
        model: The deployment that it thinks with.
        language: Of the instructions.
        gateway: The address of the gateway's MCP endpoint, https.
        connection: The name of the project connection that holds the gateway's bearer token.
        ask_first: Whether a person approves each call in Foundry.

    Raises:
        InputError: `bad_setting` with the name of the argument.
    """
    address = _address(gateway, "gateway")
    for name, value in (("model", model), ("connection", connection)):
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,128}", value):
            raise InputError(Code.BAD_SETTING, name)
    tool = {
        "type": "mcp",
        "server_label": LABEL,
        "server_url": address,
        "project_connection_id": connection,
        "allowed_tools": [TOOL],
        "require_approval": "always" if ask_first else "never",
    }
    return {"kind": "prompt", "model": model, "instructions": INSTRUCTIONS[language], "tools": [tool]}


def _address(given: str, name: str) -> str:
    """An https address, without a slash at its end.

    Raises:
        InputError: `bad_setting` with the name of the argument.
    """
    try:
        address = checked_endpoint(given)
    except InputError:
        address = ""
    if urlsplit(address).scheme != "https":
        raise InputError(Code.BAD_SETTING, name)
    return address


async def create(project: str, name: str, plain: dict[str, Any], **client: Any) -> str:
    """Create the agent, or its next version; the version's number. `client` goes to the library's client.

    Raises:
        SetupError: `extra_missing`, `cloud_not_signed_in`, `cloud_denied`, `cloud_unreachable` or `cloud_failed`.
    """
    try:
        from azure.ai.projects.aio import AIProjectClient
        from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
        from azure.identity.aio import AzureCliCredential
    except ImportError:
        raise SetupError(Code.EXTRA_MISSING, "foundry") from None
    credential = client.pop("credential", None) or AzureCliCredential()
    try:
        async with credential, AIProjectClient(project, credential, **client) as service:
            made = await service.agents.create_version(name, {"definition": plain})
            return str(made.version)
    except ClientAuthenticationError:
        failure = Code.CLOUD_NOT_SIGNED_IN
    except HttpResponseError as error:
        failure = Code.CLOUD_DENIED if error.status_code == 403 else Code.CLOUD_FAILED
    except AzureError:
        failure = Code.CLOUD_UNREACHABLE
    raise SetupError(failure, urlsplit(project).hostname or "")


def main(arguments: Sequence[str]) -> int:
    """Read the arguments, create the agent or only show it, and give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m sekisho.cloud.hosted_agent", description=__doc__)
    parser.add_argument("--project", required=True, help="the Foundry project endpoint")
    parser.add_argument("--name", default=LABEL, help="the agent's name")
    parser.add_argument("--model", required=True, help="the deployment that it thinks with")
    parser.add_argument("--gateway", required=True, help="the gateway's MCP endpoint, https")
    parser.add_argument("--connection", required=True, help="the project connection with the gateway's token")
    parser.add_argument("--language", choices=("ja", "en"), default="ja")
    parser.add_argument("--ask-first", action="store_true", help="a person approves each call in Foundry")
    parser.add_argument("--dry-run", action="store_true", help="print the definition and create nothing")
    given = parser.parse_args(arguments)
    silence(*LOGGERS)  # a library's own lines name accounts and tenants
    try:
        project = _address(given.project, "project")
        if not _NAME.fullmatch(given.name):
            raise InputError(Code.BAD_SETTING, "name")
        plain = definition(given.model, given.language, given.gateway, given.connection, ask_first=given.ask_first)
        if given.dry_run:
            print(json.dumps(plain, ensure_ascii=False, indent=2))
            return 0
        version = asyncio.run(create(project, given.name, plain))
    except SekishoError as error:
        print(f"sekisho: {wording(given.language).told(error)}", file=sys.stderr)
        return error.exit_status
    print(json.dumps({"agent": given.name, "version": version}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
