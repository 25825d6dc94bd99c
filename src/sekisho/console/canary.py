"""Healthy means that a canary came back: a real request goes to the zone, over the link where there is one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from sekisho.bearer import Bearer
from sekisho.cli.linked_zone import LinkedZone
from sekisho.cli.zones import RunningZone
from sekisho.console.tunnel_keeper import TunnelStatus
from sekisho.errors import Code
from sekisho.offered_tool import TOOL

_SECONDS = 12.0
_VERSION = "2026-07-28"
_LIST = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/list",
    "params": {
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": _VERSION,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "sekisho", "version": "1"},
        }
    },
}


#: What a tunnel answers somebody whom it asks to sign in first: it sends them elsewhere, or refuses.
_SIGN_IN = (301, 302, 303, 307, 308, 401, 403)


@dataclass(frozen=True, slots=True)
class Beat:
    """What a canary found. `code` is None when it came back. `signs_in`: the tunnel let it through to nobody, for it
    asks who calls to sign in first."""

    code: Code | None
    ms: float
    signs_in: bool = False


def send_canary(zone: RunningZone) -> Beat:
    """Send one and wait for it."""
    began = time.monotonic()
    try:
        # The app's own servers speak plain http on this machine: there is no certificate to look at.
        with httpx2.Client(trust_env=False, follow_redirects=False, timeout=_SECONDS, verify=False) as client:
            code = _over_link(client, zone) if isinstance(zone, LinkedZone) else _asked(client, zone.url, zone.bearer)
    except (httpx2.HTTPError, OSError):
        code = Code.SERVER_UNREACHABLE
    return Beat(code, (time.monotonic() - began) * 1000)


def send_canary_through(tunnel: TunnelStatus, bearer: Bearer, client: httpx2.Client | None = None) -> Beat:
    """Send one from outside, through the tunnel. Where the tunnel asks callers to sign in, nobody here can; then its
    refusal is what is to be seen, and the token is not shown to it."""
    began = time.monotonic()
    signs_in = False
    try:
        with client or httpx2.Client(follow_redirects=False, timeout=_SECONDS) as client:
            if tunnel.anonymous:
                code = _asked(client, f"{tunnel.url}/mcp", bearer)
            else:
                signs_in = client.post(f"{tunnel.url}/mcp", json=_LIST).status_code in _SIGN_IN
                code = None if signs_in else Code.TUNNEL_FAILED
    except (httpx2.HTTPError, OSError):
        code = Code.SERVER_UNREACHABLE
    return Beat(code, (time.monotonic() - began) * 1000, signs_in)


def _asked(client: httpx2.Client, url: str, bearer: Bearer) -> Code | None:
    headers = {
        "Authorization": f"Bearer {bearer.reveal()}",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": _VERSION,
        "Mcp-Method": "tools/list",
    }
    answer = client.post(url, json=_LIST, headers=headers)
    if answer.status_code == httpx2.codes.UNAUTHORIZED:
        return Code.SERVER_DENIED
    return None if answer.status_code == httpx2.codes.OK and TOOL in answer.text else Code.TOOL_MISSING


def _over_link(client: httpx2.Client, zone: RunningZone) -> Code | None:
    """The gateway sends a canary through the link and back."""
    parts = urlsplit(zone.url)
    answer = client.get(f"{parts.scheme}://{parts.netloc}/health")
    if answer.status_code == httpx2.codes.OK:
        return None
    return next((code for code in Code if code.value == answer.text), Code.LINK_DOWN)
