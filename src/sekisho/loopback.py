"""Whether an address leads to this machine only."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a host is a literal loopback address: 127.0.0.0/8 or ::1. A name is not: who knows where it leads.

    An IPv4 address written as IPv6 (`::ffff:127.0.0.1`) is not either: Python's versions differ over it.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None


def is_this_machine(host: str) -> bool:
    """Whether a host is a literal loopback address, or the name that every system gives it."""
    return host == "localhost" or is_loopback(host)
