"""Keeps the libraries of this zone from writing down what passes through them: no log lines, no telemetry."""

from __future__ import annotations

from typing import Final

from sekisho.quiet import silence

#: At DEBUG some of these print tool arguments and results; `client` is the logger of mcp's client session.
LOGGERS: Final = (
    "agent_framework",
    "mcp",
    "client",
    "httpx2",
    "httpcore2",
    "openai",
    "azure",
    "msal",
    "urllib3",
    "opentelemetry",
)


def keep_quiet() -> None:
    """Detach the libraries' loggers from every handler, and switch Agent Framework's telemetry off for good."""
    silence(*LOGGERS)
    from agent_framework.observability import disable_instrumentation

    disable_instrumentation()
