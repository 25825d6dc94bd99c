"""A Service Bus namespace in one process, for tests: AMQP 1.0 that the real azure-servicebus SDK speaks to.

It is ours, not Azure's: what it does follows Microsoft's documents and what the SDK expects, and it was never compared
with the service itself. Memory only; `keep` carries the messages over a restart.
"""

from __future__ import annotations

import base64
import json
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proton import Condition, Connection, Delivery, Endpoint, Event, Handler, Link, Terminus, symbol
from tests.engines.links.service_bus.entity import Entity, Options, QuotaError, SessionLock, Stored
from tests.engines.links.service_bus.management import Management
from tests.engines.links.service_bus.tokens import Claim, Key, path_of
from tests.engines.links.service_bus.wire import messages_in, outgoing, parsed, scheduled_of

SERVICE = "com.microsoft:"
#: Ticks of .NET at 1970.
EPOCH_TICKS = 621355968000000000

_TICK = 0.02
_CREDIT = 1000


def problem_of(condition: str, text: str) -> Condition:
    """An error as the service says it: the SDK fails over one that has no third field."""
    return Condition(condition, text, {symbol("tracking-id"): "none"})


@dataclass(frozen=True)
class Namespace:
    """What is in the namespace: entities, topics with their subscriptions, keys."""

    entities: dict[str, Entity]
    topics: dict[str, tuple[Entity, ...]]
    keys: Mapping[str, Key]
    bearers: Mapping[str, Mapping[str, tuple[str, ...]]]
    largest_message: int
    templates: Mapping[str, Options]

    def every(self) -> Iterable[Entity]:
        """Queues, subscriptions, and the dead letters of each."""
        for entity in self.entities.values():
            yield entity
            if entity.dead is not None:
                yield entity.dead

    def find(self, path: str) -> Entity | None:
        """A queue, a subscription or a dead-letter queue by its path."""
        self._make(path)
        return next((entity for entity in self.every() if entity.name.lower() == path), None)

    def _make(self, path: str) -> None:
        """Make what a template describes, where it is not there."""
        name = path.partition("/")[0]
        options = next((found for end, found in self.templates.items() if name.endswith(end)), None)
        if options is None or name in self.entities or name in self.topics:
            return
        if not name.startswith("topic"):
            self.entities[name] = Entity(name, options, time.time)
            return
        subscription = Entity(f"{name}/Subscriptions/workers", options, time.time)
        self.entities[subscription.name] = subscription
        self.topics[name] = (subscription,)


@dataclass(eq=False)
class Receiver:
    """A link that takes messages from an entity."""

    link: Link
    entity: Entity
    session: str | None
    wait_until: float = 0.0  # while it waits for any session


class Broker(Handler):
    """Connections, links and what goes over them."""

    def __init__(self, namespace: Namespace, port: int, keep: Path | None) -> None:
        super().__init__()
        self.namespace = namespace
        self._port = port
        self._keep = keep
        self._claims: dict[Connection, list[Claim]] = {}
        self._receivers: deque[Receiver] = deque()
        self._waiting: deque[Receiver] = deque()
        self._connections: set[Connection] = set()
        self._management = Management(self)
        self._cut = self._stop = False
        if keep is not None and keep.exists():
            self._recall(keep)

    # --- from outside, by signals

    def cut(self, *_: object) -> None:
        """Close every connection, as the service does when it moves a namespace. Messages stay."""
        self._cut = True

    def stop(self, *_: object) -> None:
        """Keep what is there, and end."""
        self._stop = True

    # --- the reactor

    def on_reactor_init(self, event: Event) -> None:
        event.container.listen(f"127.0.0.1:{self._port}")
        event.container.schedule(_TICK, self)
        print("listening", flush=True)

    def on_timer_task(self, event: Event) -> None:
        if self._stop:
            self._remember()
            event.container.stop()
            return
        if self._cut:
            self._cut = False
            for connection in list(self._connections):
                connection.condition = problem_of("amqp:connection:forced", "The namespace is being moved.")
                connection.close()
        for entity in self.namespace.entities.values():
            for link in entity.tick():
                self.detach(link, SERVICE + "session-lock-lost", "The session lock has expired.")
        for receiver in [one for one in self._waiting if one.wait_until <= time.time()]:
            self._waiting.remove(receiver)
            self._refuse(receiver.link, SERVICE + "timeout", "No session became available.")
        self.pump()
        event.container.schedule(_TICK, self)

    def on_connection_remote_open(self, event: Event) -> None:
        connection = event.connection
        connection.container = "service-bus-test-server"
        self._connections.add(connection)
        if connection.state & Endpoint.LOCAL_UNINIT:
            connection.open()

    def on_session_remote_open(self, event: Event) -> None:
        if event.session.state & Endpoint.LOCAL_UNINIT:
            event.session.open()

    def on_session_remote_close(self, event: Event) -> None:
        event.session.close()

    def on_connection_remote_close(self, event: Event) -> None:
        self._gone(event.connection)
        event.connection.close()

    def on_transport_tail_closed(self, event: Event) -> None:
        if event.connection is not None:
            self._gone(event.connection)

    on_transport_closed = on_transport_tail_closed

    def on_link_remote_open(self, event: Event) -> None:
        link = event.link
        if not link.state & Endpoint.LOCAL_UNINIT:
            return
        link.source.copy(link.remote_source)
        link.target.copy(link.remote_target)
        link.snd_settle_mode, link.rcv_settle_mode = link.remote_snd_settle_mode, link.remote_rcv_settle_mode
        path = path_of((link.remote_source if link.is_sender else link.remote_target).address or "")
        entity_path = path.removesuffix("/$management")
        if path != "$cbs" and not self._allowed(link, path, entity_path):
            self._refuse(link, "amqp:unauthorized-access", "Unauthorized access. The claim for it is missing.")
        elif path == "$cbs" or path.endswith("/$management"):
            link.open()
            if link.is_sender:
                self._management.answers_to(link, path)
            else:
                link.flow(100)
        elif link.is_receiver:
            self._open_for_sending(link, path)
        else:
            self._open_for_receiving(link, path)

    def on_link_remote_close(self, event: Event) -> None:
        self._leave([one for one in (*self._receivers, *self._waiting) if one.link == event.link])
        event.link.close()

    on_link_remote_detach = on_link_remote_close

    def on_link_flow(self, event: Event) -> None:
        link = event.link
        if link.is_sender:
            self.pump()
        elif link.credit < _CREDIT // 5 and link.state & Endpoint.LOCAL_ACTIVE:
            link.flow(_CREDIT)

    def on_delivery(self, event: Event) -> None:
        delivery = event.delivery
        link = delivery.link
        if not link.is_receiver:
            if delivery.updated:
                self._settle(delivery)
            return
        if delivery.partial or not delivery.readable:
            return
        transfer = link.recv(delivery.pending)
        link.advance()
        path = path_of(link.remote_target.address)
        if path == "$cbs" or path.endswith("/$management"):
            delivery.update(Delivery.ACCEPTED)
            delivery.settle()
            self._management.answer(link, path, parsed(transfer))
            return
        problem = self._take(path, transfer)
        if problem is not None:
            delivery.local.condition = problem
        delivery.update(Delivery.ACCEPTED if problem is None else Delivery.REJECTED)
        delivery.settle()
        self.pump()

    # --- what is let in

    def grant(self, connection: Connection, claim: Claim) -> None:
        """A token was put on this connection."""
        self._claims.setdefault(connection, []).append(claim)

    def _allowed(self, link: Link, path: str, entity: str) -> bool:
        claims = self._claims.get(link.connection, [])
        wanted = ("Send", "Listen") if path != entity else ("Listen",) if link.is_sender else ("Send",)
        return any(claim.allows(entity, right) for claim in claims for right in wanted)

    def _open_for_sending(self, link: Link, path: str) -> None:
        if self.namespace.find(path) is None and path not in self.namespace.topics:
            self._refuse(link, "amqp:not-found", f"The messaging entity '{path}' could not be found.")
            return
        link.max_message_size = self.namespace.largest_message
        link.open()
        link.flow(_CREDIT)

    def _open_for_receiving(self, link: Link, path: str) -> None:
        entity = self.namespace.find(path)
        if entity is None:
            self._refuse(link, "amqp:not-found", f"The messaging entity '{path}' could not be found.")
            return
        filters = _filters(link)
        asked = SERVICE + "session-filter" in filters
        if entity.options.sessions != asked:
            self._refuse(link, "amqp:not-allowed", "This entity needs a session, or has none.")
        elif not asked:
            link.open()
            self._receivers.append(Receiver(link, entity, None))
            self.pump()
        else:
            self._open_session(link, entity, filters[SERVICE + "session-filter"])

    def _open_session(self, link: Link, entity: Entity, wanted: str | None) -> None:
        session = wanted if wanted is not None else entity.free_session()
        if session is None:
            asked = (link.remote_properties or {}).get(symbol(SERVICE + "timeout"), 65_000)
            self._waiting.append(Receiver(link, entity, None, time.time() + int(asked) / 1000))
        elif session in entity.sessions:
            text = "The requested session cannot be accepted. It may be locked by another receiver."
            self._refuse(link, SERVICE + "session-cannot-be-locked", text)
        else:
            until = time.time() + entity.options.lock
            entity.sessions[session] = SessionLock(link, until)
            chosen = link.source.filter
            chosen.clear()
            chosen.put_object({symbol(SERVICE + "session-filter"): session})
            chosen.rewind()
            link.properties = {symbol(SERVICE + "locked-until-utc"): int(until * 10**7) + EPOCH_TICKS}
            link.open()
            self._receivers.append(Receiver(link, entity, session))
            self.pump()

    def _refuse(self, link: Link, condition: str, text: str) -> None:
        link.source.type = link.target.type = Terminus.UNSPECIFIED
        link.condition = problem_of(condition, text)
        link.open()
        link.close()

    def detach(self, link: Link, condition: str, text: str) -> None:
        """Close a link from this side."""
        self._leave([one for one in self._receivers if one.link == link])
        link.condition = problem_of(condition, text)
        link.close()

    def _gone(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._claims.pop(connection, None)
        self._management.forget(connection)
        self._leave([one for one in (*self._receivers, *self._waiting) if one.link.connection == connection])

    def _leave(self, receivers: list[Receiver]) -> None:
        for receiver in receivers:
            if receiver in self._waiting:
                self._waiting.remove(receiver)
                continue
            self._receivers.remove(receiver)
            # A message stays locked until its lock ends; only a session is given back with its link.
            for stored in receiver.entity.locked.values():
                if stored.delivery is not None and stored.delivery.link == receiver.link:
                    stored.delivery = None
            held = receiver.entity.sessions.get(receiver.session or "")
            if receiver.session is not None and held is not None and held.holder == receiver.link:
                receiver.entity.release_session(receiver.session, counts=False)
        if receivers:
            self.pump()

    # --- messages

    def _take(self, path: str, transfer: bytes) -> Condition | None:
        if len(transfer) > self.namespace.largest_message:
            return problem_of("amqp:link:message-size-exceeded", "The received message exceeds the limit.")
        try:
            for encoded in messages_in(transfer):
                self.put(path, encoded)
        except QuotaError:
            return problem_of("amqp:resource-limit-exceeded", "The maximum entity size has been reached or exceeded.")
        return None

    def put(self, path: str, encoded: bytes) -> None:
        """A message for a queue, or for every subscription of a topic."""
        message = parsed(encoded)
        entity = self.namespace.find(path)
        for one in (entity,) if entity is not None else self.namespace.topics[path]:
            scheduled = scheduled_of(message)
            one.put(encoded, str(message.id or ""), message.group_id or "", message.ttl or 0.0, scheduled)

    def pump(self) -> None:
        """Give every message that can go to a receiver that asks."""
        for receiver in list(self._waiting):
            if (session := receiver.entity.free_session()) is not None:
                self._waiting.remove(receiver)
                self._open_session(receiver.link, receiver.entity, session)
        moved = True
        while moved:
            moved = False
            for _ in range(len(self._receivers)):
                receiver = self._receivers[0]
                self._receivers.rotate(-1)
                link = receiver.link
                if link.credit <= 0 or link.state & Endpoint.REMOTE_CLOSED:
                    continue
                stored = receiver.entity.ready(receiver.session)
                if stored is not None:
                    self._deliver(receiver, stored)
                    moved = True
                elif link.drain_mode:
                    link.drained()

    def _deliver(self, receiver: Receiver, stored: Stored) -> None:
        link, entity = receiver.link, receiver.entity
        token = entity.lock(stored)
        delete = link.remote_snd_settle_mode == Link.SND_SETTLED
        delivery = link.delivery(token.bytes_le)
        link.stream(outgoing(stored, locked=not delete))
        link.advance()
        if delete:
            delivery.settle()
            entity.remove(stored)
        else:
            stored.delivery = delivery

    def _settle(self, delivery: Delivery) -> None:
        if not delivery.remote_state and not delivery.settled:
            return
        entity = self.namespace.find(path_of(delivery.link.remote_source.address))
        stored = next((one for one in entity.locked.values() if one.delivery == delivery), None) if entity else None
        if entity is None or stored is None:
            if not delivery.settled:
                text = "The lock supplied is invalid. Either the lock expired, or the message has been removed."
                delivery.local.condition = problem_of(SERVICE + "message-lock-lost", text)
                delivery.update(Delivery.REJECTED)
            delivery.settle()
            return
        state = delivery.remote_state
        _apply(entity, stored, delivery)
        if not delivery.settled:
            delivery.update(state)
        delivery.settle()
        self.pump()

    # --- over a restart

    def _remember(self) -> None:
        if self._keep is None:
            return
        lines = [
            {
                "entity": entity.name,
                "encoded": base64.b64encode(one.encoded).decode(),
                "deliveries": one.deliveries,
                "expires": one.expires,
                "dead": [one.dead_source, one.reason, one.description],
            }
            for entity in self.namespace.every()
            for one in entity.messages.values()
        ]
        self._keep.write_text(json.dumps(lines), "utf-8")

    def _recall(self, keep: Path) -> None:
        for line in json.loads(keep.read_text("utf-8")):
            entity = self.namespace.find(line["entity"].lower())
            assert entity is not None
            encoded = base64.b64decode(line["encoded"])
            message = parsed(encoded)
            stored = entity.put(encoded, str(message.id or ""), message.group_id or "", 0.0, scheduled_of(message))
            assert stored is not None
            stored.deliveries, stored.expires = line["deliveries"], line["expires"]
            stored.dead_source, stored.reason, stored.description = line["dead"]


def _filters(link: Link) -> dict[str, Any]:
    given = link.remote_source.filter
    given.rewind()
    found = given.get_object() if given.next() else None
    return {str(name): getattr(value, "value", value) for name, value in (found or {}).items()}


def _apply(entity: Entity, stored: Stored, delivery: Delivery) -> None:
    """What the receiver decided."""
    state = delivery.remote_state
    if state == Delivery.ACCEPTED:
        entity.remove(stored)
    elif state == Delivery.REJECTED:
        condition = delivery.remote.condition
        info = {str(name): str(value) for name, value in ((condition.info if condition else None) or {}).items()}
        entity.dead_letter(stored, info.get("DeadLetterReason", ""), info.get("DeadLetterErrorDescription", ""))
    else:
        entity.unlock(stored, counts=state != Delivery.RELEASED)
