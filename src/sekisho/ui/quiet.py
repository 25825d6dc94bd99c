"""Streamlit asks a host of its own which address this machine has, for an origin that it does not know. Not here."""

from __future__ import annotations

from typing import Any

from streamlit import net_util


def look_nothing_up() -> None:
    """An unknown origin is refused without asking anybody."""
    module: Any = net_util
    module.get_external_ip = _unknown
    module.get_internal_ip = _unknown


def _unknown() -> None:
    return None
