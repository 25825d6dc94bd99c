"""`python -m tests.engines.links.service_bus CONFIG PORT [KEEP]`: run the test server until SIGTERM."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

from proton.reactor import Container
from tests.engines.links.service_bus.broker import Broker, Namespace
from tests.engines.links.service_bus.entity import Entity, Options
from tests.engines.links.service_bus.tokens import Key


def namespace_of(config: dict[str, Any]) -> Namespace:
    """The namespace that a configuration describes (see `server.py`)."""
    entities = {name: Entity(name, Options(**options), time.time) for name, options in config["queues"].items()}
    topics: dict[str, tuple[Entity, ...]] = {}
    for topic, subscriptions in config["topics"].items():
        for name, options in subscriptions.items():
            entity = Entity(f"{topic}/Subscriptions/{name}", Options(**options), time.time)
            entities[entity.name] = entity
            topics[topic.lower()] = (*topics.get(topic.lower(), ()), entity)
    keys = {name: Key(key["secret"], _lower(key["rights"])) for name, key in config["keys"].items()}
    bearers = {token: _lower(rights) for token, rights in config["bearers"].items()}
    templates = {end: Options(**options) for end, options in config["templates"].items()}
    return Namespace(entities, topics, keys, bearers, config["largest_message"], templates)


def _lower(rights: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {entity.lower(): tuple(some) for entity, some in rights.items()}


def main() -> None:
    config = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    keep = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    broker = Broker(namespace_of(config), int(sys.argv[2]), keep)
    signal.signal(signal.SIGTERM, broker.stop)
    signal.signal(signal.SIGUSR1, broker.cut)
    Container(broker).run()


if __name__ == "__main__":
    main()
