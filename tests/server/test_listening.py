"""The socket of a server: nobody else may listen where it does."""

from __future__ import annotations

import socket

import pytest

from sekisho.errors import SetupError
from sekisho.listening import listening_socket


def test_a_port_where_somebody_listens_is_told() -> None:
    with listening_socket("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(SetupError, match="port_in_use"):
            listening_socket("127.0.0.1", first.getsockname()[1])


def test_on_windows_a_port_is_not_shared_with_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    options: list[int] = []

    class Recording(socket.socket):
        def setsockopt(self, *given: object) -> None:
            options.append(given[1])  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "socket", Recording)
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", ~socket.SO_REUSEADDR, raising=False)
    listening_socket("127.0.0.1", 0).close()
    assert options == [~socket.SO_REUSEADDR]
