"""The WebSocket link's fallback: the same hub by plain HTTP requests."""

from __future__ import annotations

from functools import partial

from tests.link.adapters.station import Adapter
from tests.link.adapters.websocket import EXCEPTIONS, station

from sekisho.link.exchange import CAPABILITIES

ADAPTER = Adapter("polling", CAPABILITIES, partial(station, "http"), EXCEPTIONS)
