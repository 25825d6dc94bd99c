"""One builder for every cloud model. What it builds sends through the guarded transport, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx2
from agent_framework import SupportsChatGetResponse as ChatClient

from sekisho.cloud.approvals import Approvals, Fixed
from sekisho.cloud.choice import STAND_IN, CloudChoice
from sekisho.cloud.guarded_transport import GuardedTransport, Look
from sekisho.cloud.way_out import wire_to
from sekisho.errors import Code, SetupError

#: Seconds: to connect, and between two pieces of an answer.
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 90.0


@dataclass(frozen=True, slots=True)
class Cloud:
    """A chat client ready for one conversation, and the one way out that it has (none for the stand-in)."""

    client: ChatClient[Any]
    transport: GuardedTransport | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self.transport is not None:
            await self.transport.aclose()


def fixed_parts(choice: CloudChoice, instructions: str) -> Fixed:
    """What stands beside every conversation with this model."""
    if choice.kind == STAND_IN:
        from sekisho.cloud.stand_in import NAME

        return Fixed(instructions, NAME)
    agent = (choice.agent, choice.agent_version) if choice.kind == "foundry-agent" else None
    return Fixed(instructions, None if agent else choice.model, choice.store, agent)


def build(choice: CloudChoice, approvals: Approvals, environment: Mapping[str, str], look: Look | None = None) -> Cloud:
    """Build the client that the settings name.

    Raises:
        SetupError: `extra_missing`, `cloud_key_missing`, `cloud_key_wrong`.
        InputError: `bad_setting` for a proxy or a file of certificates that cannot be used.
    """
    if choice.kind == STAND_IN:
        from sekisho.cloud.stand_in import StandIn

        return Cloud(StandIn())
    from sekisho.cloud.sign_in import credential_for

    route = choice.route()
    wire = wire_to(route.origin, choice.proxy, choice.ca)
    transport = GuardedTransport(route, credential_for(choice, environment), approvals, look=look, wire=wire)
    http = httpx2.AsyncClient(
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
    )
    try:
        if choice.is_foundry:
            from sekisho.cloud.clients.foundry import foundry_client

            return Cloud(foundry_client(choice, http), transport)
        from sekisho.cloud.clients.openai import openai_client

        return Cloud(openai_client(choice, http), transport)
    except ImportError:
        raise SetupError(Code.EXTRA_MISSING, "foundry" if choice.is_foundry else "openai") from None
