"""What stands before the tool: the token, the addresses, the size, and a health endpoint that tells nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from tests.server.running import TOKEN, Running, serving

from sekisho.bearer import Bearer
from sekisho.local.server import MAX_BODY_BYTES
from sekisho.serving import Gate

DENIED_HEADERS = {"www-authenticate", "content-length", "date"}


@pytest.mark.parametrize(
    "given",
    [
        [],
        [("Authorization", "Bearer wrong")],
        [("Authorization", "Bearer")],
        [("Authorization", TOKEN)],
        [("Authorization", f"Basic {TOKEN}")],
        [("Authorization", f"Bearer {TOKEN}x")],
        [("Authorization", f"Bearer {TOKEN[:-1]}")],
        [("Authorization", f"Bearer {TOKEN.upper()}")],
        [("Authorization", f"Bearer {TOKEN}, Bearer {TOKEN}")],
        [("Authorization", f"Bearer {TOKEN}"), ("Authorization", f"Bearer {TOKEN}")],
        [("Authorization", "Bearer wrong"), ("Authorization", f"Bearer {TOKEN}")],
        [("Authorization", b"Bearer \xff\xfe\xed\xa0\x80")],
        [("X-Authorization", f"Bearer {TOKEN}")],
        [("Cookie", f"token={TOKEN}")],
    ],
    ids=lambda value: None,
)
@pytest.mark.parametrize("path", ["/mcp", "/", "/mcp/", "/nothing", f"/mcp?token={TOKEN}"])
def test_without_the_token_there_is_a_401_and_not_a_word_more(server: Running, given: Any, path: str) -> None:
    with server.client() as client:
        response = client.post(server.url.removesuffix("/mcp") + path, headers=given, json={"jsonrpc": "2.0"})
    assert response.status_code == 401
    assert response.content == b""
    assert response.headers["www-authenticate"] == "Bearer"
    assert set(response.headers) == DENIED_HEADERS


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_token_opens(server: Running, scheme: str) -> None:
    headers = server.headers("tools/list") | {"Authorization": f"{scheme} {TOKEN}"}
    with server.client() as client:
        assert client.post(server.url, headers=headers, json=LIST).status_code == 200


LIST = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/list",
    "params": {
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        }
    },
}


@pytest.mark.parametrize("version", ["2026-07-28", "2025-06-18"])
@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("Host", "evil.example", 421),
        ("Host", "evil.example:{port}", 421),
        ("Host", "127.0.0.1.evil.example:{port}", 421),
        ("Host", "127.0.0.1:1", 421),
        ("Host", "127.0.0.1", 421),
        ("Host", "", 421),
        ("Origin", "http://evil.example", 403),
        ("Origin", "https://127.0.0.1:{port}", 403),
        ("Origin", "http://127.0.0.1:1", 403),
        ("Origin", "http://127.0.0.1:{port}.evil.example", 403),
        ("Origin", "null", 403),
    ],
)
def test_another_host_or_origin_is_refused(server: Running, name: str, value: str, status: int, version: str) -> None:
    headers = server.headers("tools/list", version=version) | {name: value.format(port=server.port)}
    with server.client() as client:
        response = client.post(server.url, headers=headers, json=LIST)
    assert response.status_code == status
    assert "evil" not in response.text


@pytest.mark.parametrize(
    ("name", "value"),
    [("Host", "localhost:{port}"), ("Origin", "http://127.0.0.1:{port}"), ("Origin", "http://localhost:{port}")],
)
def test_its_own_addresses_are_welcome(server: Running, name: str, value: str) -> None:
    headers = server.headers("tools/list") | {name: value.format(port=server.port)}
    with server.client() as client:
        response = client.post(server.url, headers=headers, json=LIST)
    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers


def test_no_redirect_repeats_the_host_that_was_sent(server: Running) -> None:
    with server.client() as client:
        response = client.post(server.url + "/", headers=server.headers("tools/list") | {"Host": "evil.example"})
    assert response.status_code == 404
    assert "evil" not in response.text + str(response.headers)


@pytest.mark.parametrize("version", ["2026-07-28", "2025-06-18"])
@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.guarantee("G7")
def test_a_body_over_the_limit_is_refused(server: Running, version: str, streamed: bool) -> None:
    body = b'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"x":"' + b"x" * MAX_BODY_BYTES + b'"}}'
    headers = server.headers("tools/list", version=version) | {"Content-Type": "application/json"}

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 4096):
            yield body[start : start + 4096]

    with server.client() as client:
        response = client.post(server.url, headers=headers, content=pieces() if streamed else body)
    assert response.status_code == 413
    assert "xxx" not in response.text
    assert server.send("tools/list", {}).status_code == 200


def test_a_body_just_under_the_limit_is_read(server: Running) -> None:
    assert server.call({"symptoms": "x" * (MAX_BODY_BYTES - 1000)}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "OPTIONS", "PATCH"])
def test_no_other_method_does_anything(server: Running, method: str) -> None:
    with server.client() as client:
        response = client.request(method, server.url, headers=server.headers("tools/list"))
    assert response.status_code == 405
    assert response.content == b""


def test_health_says_ok_to_anyone_and_nothing_else(server: Running) -> None:
    with server.client() as client:
        response = client.get(server.url.removesuffix("/mcp") + "/health")
        posted = client.post(server.url.removesuffix("/mcp") + "/health")
    assert (response.status_code, response.content) == (200, b"ok")
    assert set(response.headers) == {"date", "content-length", "content-type"}
    assert posted.status_code == 401


@pytest.mark.anyio
async def test_a_web_socket_does_not_go_round_the_gate() -> None:
    reached, sent = [], []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["type"])

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    await Gate(app, Bearer(TOKEN))({"type": "websocket", "path": "/mcp", "headers": []}, receive, send)
    assert reached == []
    assert sent == ["websocket.close"]


def test_a_request_to_switch_to_a_web_socket_is_not_followed(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        raw.sendall(
            b"GET /mcp HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert raw.recv(12) == b"HTTP/1.1 401"


def test_the_server_does_not_tell_what_it_is_made_of(server: Running) -> None:
    response = server.call({"symptoms": "x"})
    assert "server" not in response.headers


def test_it_listens_on_the_loopback_address_only(server: Running) -> None:
    host = socket.gethostname()
    try:
        others = {info[4][0] for info in socket.getaddrinfo(host, None, socket.AF_INET)} - {"127.0.0.1"}
    except OSError:
        others = set()
    for address in others:
        with pytest.raises(OSError), socket.create_connection((str(address), server.port), timeout=2):
            pass
    assert httpx2.URL(server.url).host == "127.0.0.1"


@pytest.mark.guarantee("G4")
def test_a_broken_tool_ends_in_a_code_and_not_in_a_message() -> None:
    class Broken:
        seconds, takes_time, signer = 90.0, False, None

        def answer(self, *_: object) -> None:
            raise RuntimeError("Canary7Qx: what the record says")

    broken: Any = Broken()
    with serving(broken) as server:
        response = server.call({"symptoms": "x"})
        assert "Canary7Qx" not in response.text
        assert '{\\"error\\":\\"internal\\"}' in response.text
