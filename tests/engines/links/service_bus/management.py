"""Requests and responses beside the messages: tokens, renewed locks, peeking, settling by token."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from proton import UNDESCRIBED, Array, Connection, Data, Link, Message, int32, symbol, timestamp
from tests.engines.links.service_bus.entity import Entity
from tests.engines.links.service_bus.tokens import BadTokenError, claim_of
from tests.engines.links.service_bus.wire import outgoing

if TYPE_CHECKING:
    from tests.engines.links.service_bus.broker import Broker

_SERVICE = "com.microsoft:"


class _Problem(Exception):
    """An answer that is not 200."""

    def __init__(self, status: int, condition: str, text: str) -> None:
        super().__init__(text)
        self.status, self.condition, self.text = status, condition, text


_LOCK_LOST = _Problem(410, _SERVICE + "message-lock-lost", "The lock supplied is invalid.")


class Management:
    """`$cbs` and every `$management`."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._links: dict[tuple[Connection, str], Link] = {}

    def answers_to(self, link: Link, path: str) -> None:
        """The link on which a connection hears the answers."""
        self._links[link.connection, path] = link

    def forget(self, connection: Connection) -> None:
        """The connection is gone."""
        self._links = {key: link for key, link in self._links.items() if key[0] != connection}

    def answer(self, link: Link, path: str, request: Message) -> None:
        """Do what is asked and say what came of it."""
        asked = {str(name): value for name, value in (request.properties or {}).items()}
        status, body, condition, text = 200, None, "", "OK"
        try:
            if path == "$cbs":
                self._put_token(link.connection, request.body)
                status, text = 202, "Accepted"
            else:
                body = self._do(path.removesuffix("/$management"), str(asked.get("operation")), request.body)
        except _Problem as problem:
            status, condition, text = problem.status, problem.condition, problem.text
        names = ("status-code", "status-description") if path == "$cbs" else ("statusCode", "statusDescription")
        properties: dict[str, Any] = {names[0]: int32(status), names[1]: text}
        if condition:
            properties["errorCondition"] = symbol(condition)
        response = Message(body=body, properties=properties)
        response.correlation_id = request.id
        out = self._links[link.connection, path]
        delivery = out.delivery(uuid.uuid4().bytes)
        out.stream(response.encode())
        out.advance()
        delivery.settle()
        self._broker.pump()

    def _put_token(self, connection: Connection, token: object) -> None:
        text = bytes(token).decode() if isinstance(token, bytes | bytearray | memoryview) else str(token)
        namespace = self._broker.namespace
        try:
            self._broker.grant(connection, claim_of(text, namespace.keys, namespace.bearers))
        except (BadTokenError, ValueError, KeyError) as bad:
            raise _Problem(401, _SERVICE + "auth-failed", str(bad)) from None

    def _do(self, path: str, operation: str, body: object) -> dict[str, Any]:
        entity = self._broker.namespace.find(path)
        if entity is None:
            raise _Problem(404, "amqp:not-found", "The entity could not be found.")
        given = {str(name): value for name, value in body.items()} if isinstance(body, Mapping) else {}
        match operation.removeprefix(_SERVICE):
            case "renew-lock":
                return {"expirations": Array(UNDESCRIBED, Data.TIMESTAMP, *_renewed(entity, given))}
            case "renew-session-lock":
                return {"expiration": _renewed_session(entity, str(given["session-id"]))}
            case "peek-message":
                return {"messages": _peeked(entity, given)}
            case "update-disposition":
                _settled(entity, given)
                return {}
        raise _Problem(501, "amqp:not-implemented", f"{operation} is not implemented by this test server.")


def _tokens(given: Mapping[str, Any]) -> list[uuid.UUID]:
    tokens = given["lock-tokens"]
    return [uuid.UUID(str(token)) for token in (tokens.elements if isinstance(tokens, Array) else tokens)]


def _renewed(entity: Entity, given: Mapping[str, Any]) -> list[timestamp]:
    ends = [entity.renew(token) for token in _tokens(given)]
    if None in ends:
        raise _LOCK_LOST
    return [timestamp(int(end * 1000)) for end in ends if end is not None]


def _renewed_session(entity: Entity, session: str) -> timestamp:
    held = entity.sessions.get(session)
    if held is None:
        raise _Problem(410, _SERVICE + "session-lock-lost", "The session lock has expired.")
    held.until = time.time() + entity.options.lock
    for stored in entity.locked.values():
        if stored.session == session:
            stored.locked_until = held.until
    return timestamp(int(held.until * 1000))


def _peeked(entity: Entity, given: Mapping[str, Any]) -> list[dict[str, bytes]]:
    first, count, session = int(given["from-sequence-number"]), int(given["message-count"]), given.get("session-id")
    found = [one for one in entity.messages.values() if one.sequence >= first and session in (None, one.session)]
    if not found:
        raise _Problem(204, _SERVICE + "message-not-found", "No content")
    return [{"message": outgoing(one, locked=False)} for one in found[:count]]


def _settled(entity: Entity, given: Mapping[str, Any]) -> None:
    for token in _tokens(given):
        stored = entity.locked.get(token)
        if stored is None:
            raise _LOCK_LOST
        match given["disposition-status"]:
            case "completed":
                entity.remove(stored)
            case "suspended":
                reason, text = given.get("deadletter-reason"), given.get("deadletter-description")
                entity.dead_letter(stored, str(reason or ""), str(text or ""))
            case _:
                entity.unlock(stored, counts=True)
