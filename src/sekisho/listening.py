"""Where a server listens: its socket, and how its address is written."""

from __future__ import annotations

import socket

from sekisho.errors import Code, SetupError


def authority(host: str, port: int) -> str:
    """Host and port as they stand in an address: an IPv6 address stands in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that is bound to this address and does not listen yet; port 0 lets the system choose.

    Raises:
        SetupError: `port_in_use`.
    """
    # With protocol 0 the server's small writes wait 44 ms for an acknowledgement; IPPROTO_TCP turns that off.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # On Windows SO_REUSEADDR lets two programs listen on one port, and either gets the other's callers.
    exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR if exclusive is None else exclusive, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise SetupError(Code.PORT_IN_USE, authority(host, port)) from None
    return listener
