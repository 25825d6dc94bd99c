"""Start, stop and cut the test server of Service Bus, and say how the SDK reaches it."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.engines.process import Server, free_port

ROOT_KEY = "RootManageSharedAccessKey"
ROOT_SECRET = "SAS_KEY_VALUE"


@dataclass
class Setup:
    """What is in the namespace. The options of a queue or subscription are those of `entity.Options`."""

    queues: dict[str, dict[str, Any]] = field(default_factory=dict)
    topics: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    #: Name of a shared access policy -> its secret, and its rights by entity.
    keys: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {ROOT_KEY: {"secret": ROOT_SECRET, "rights": {"*": ["Send", "Listen"]}}}
    )
    #: Tokens that stand for Entra identities, with their rights.
    bearers: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    largest_message: int = 262_144
    #: Options of entities that are made when they are first named, by the end of the name. What begins with `topic` is
    #: a topic with one subscription, `workers`.
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)


class ServiceBus(Server):
    """One namespace on one port. A restart keeps the messages, as the service does."""

    def __init__(self, folder: Path, setup: Setup) -> None:
        config = folder / "namespace.json"
        config.write_text(json.dumps(vars(setup)), "utf-8")
        port = free_port()
        command = [sys.executable, "-m", "tests.engines.links.service_bus", config, str(port), folder / "kept.json"]
        super().__init__(command, port, folder / "service-bus.log", Path(__file__).parents[4])

    def connection_string(self, name: str = ROOT_KEY, secret: str = ROOT_SECRET) -> str:
        """What a client is given, in the form of the development emulator: no TLS."""
        end = "UseDevelopmentEmulator=true;"
        return f"Endpoint=sb://127.0.0.1:{self.port};SharedAccessKeyName={name};SharedAccessKey={secret};{end}"

    def cut(self) -> None:
        """Close every connection. Messages stay."""
        self.signal(signal.SIGUSR1)
