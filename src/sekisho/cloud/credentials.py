"""What a request presents itself with. Only the transport asks; no client library ever holds a key or a token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class Credential(Protocol):
    """One way to present oneself."""

    async def header(self) -> tuple[str, str]:
        """Name and value of the header.

        Raises:
            SetupError: `cloud_not_signed_in`.
        """
        ...

    async def close(self) -> None:
        """Let go of what it holds open."""
        ...


@dataclass(frozen=True, slots=True)
class Key:
    """A key, as `Authorization: Bearer` or, for Azure OpenAI, as `api-key`."""

    value: str = field(repr=False)
    is_azure: bool = False

    async def header(self) -> tuple[str, str]:
        """The header."""
        return ("api-key", self.value) if self.is_azure else ("authorization", f"Bearer {self.value}")

    async def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """For a server of one's own that asks for nothing."""

    async def header(self) -> tuple[str, str]:
        """A header that says nothing."""
        return "accept", "application/json"

    async def close(self) -> None:
        """Nothing is open."""
