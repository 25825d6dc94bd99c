"""Ways to the gateway: TLS with a private authority, a proxy that was asked for, and none that was not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.types import Message, Scope
from tests.engines.certificates import make
from tests.engines.tunnel_proxy import TunnelProxy, serving_proxy
from tests.link.hub_server import CALLERS, WORKERS, hub, url_of

from sekisho.errors import Code, InputError, SetupError
from sekisho.link import hub_app, polling, websocket
from sekisho.link.exchange import Exchange, Limits
from sekisho.link.hub_app import PATH, HubApp
from sekisho.link.open import Access, open_caller, open_worker
from sekisho.link.protocol import Result, ResultKind
from sekisho.link.rpc import HEAD, Op

BOTH = pytest.mark.parametrize("scheme", ["ws", "http"])
SECURE = {"ws": "wss", "http": "https"}


def give_up_after(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """For what is awaited in vain. What is to be reached gets the whole patience: a busy machine is slow."""
    monkeypatch.setattr(websocket, "PATIENCE", seconds)
    monkeypatch.setattr(polling, "PATIENCE", seconds)


async def reached(url: str, access: Access) -> Code | None:
    """Why a caller does not get there; None where it does."""
    caller = open_caller(url, access)
    try:
        assert (await caller.presence()).workers == 0
    except SetupError as error:
        return error.code
    finally:
        await caller.close()
    return None


@BOTH
def test_a_private_authority_is_trusted_when_it_is_named_and_only_then(
    tmp_path: Path, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = make(tmp_path)

    async def run() -> None:
        async with hub(Limits(), certificates) as (port, _):
            url = url_of(SECURE[scheme], port).replace("127.0.0.1", "localhost")
            secret = CALLERS.reveal()
            assert await reached(url, Access(secret=secret, ca_file=certificates.authority)) is None
            assert await reached(url, Access(secret=secret)) is Code.LINK_UNTRUSTED
            give_up_after(monkeypatch, 1)
            assert await reached(url_of(scheme, port), Access(secret=secret)) is Code.LINK_DOWN, (
                "not without TLS either"
            )

    asyncio.run(run())


@BOTH
def test_a_proxy_is_used_when_it_is_named_and_only_then(
    tmp_path: Path, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = make(tmp_path)

    async def run() -> None:
        async with hub(Limits(), certificates) as (port, _):
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
                monkeypatch.setenv(name, proxy.url)
            url = url_of(SECURE[scheme], port)
            known = {"secret": CALLERS.reveal(), "ca_file": certificates.authority}
            assert await reached(url, Access(**known)) is None  # type: ignore[arg-type]
            assert proxy.asked == []
            assert await reached(url, Access(**known, proxy=proxy.url)) is None  # type: ignore[arg-type]
            assert set(proxy.asked) == {f"CONNECT 127.0.0.1:{port}"}

    with serving_proxy(TunnelProxy()) as proxy:
        asyncio.run(run())


@BOTH
@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("407 Proxy Authentication Required", Code.LINK_PROXY_REFUSED),
        ("403 Forbidden", Code.LINK_PROXY_REFUSED),
        ("502 Bad Gateway", Code.LINK_DOWN),
    ],
)
def test_a_proxy_that_lets_nothing_through_is_told_as_that(
    tmp_path: Path, scheme: str, status: str, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = make(tmp_path)
    if code is Code.LINK_DOWN:
        give_up_after(monkeypatch, 3)

    async def run() -> None:
        access = Access("secret", certificates.authority, proxy.url)
        assert await reached(url_of(SECURE[scheme], 9), access) is code
        assert proxy.asked

    with serving_proxy(TunnelProxy(status)) as proxy:
        asyncio.run(run())


@BOTH
def test_without_tls_it_goes_to_this_machine_only(scheme: str) -> None:
    for host in ("example.org", "10.0.0.1", "127.0.0.1.example.org"):
        with pytest.raises(InputError) as error:
            open_caller(f"{scheme}://{host}/link", Access())
        assert error.value.code is Code.BAD_LINK


@BOTH
def test_a_wrong_token_is_told_at_once(scheme: str) -> None:
    async def run() -> None:
        async with hub(Limits()) as (port, _):
            caller = open_caller(url_of(scheme, port), Access(secret="wrong"))
            with pytest.raises(SetupError) as error:
                await caller.presence()
            assert error.value.code is Code.LINK_DENIED
            with pytest.raises(SetupError) as again:
                await anext(caller.results(bytes(16)))
            assert again.value.code is Code.LINK_DENIED
            await caller.close()

    asyncio.run(run())


@BOTH
def test_a_link_that_is_not_there_is_told(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    give_up_after(monkeypatch, 1)
    assert asyncio.run(reached(f"{scheme}://127.0.0.1:1/link", Access())) is Code.LINK_DOWN


def test_a_connection_that_breaks_under_every_request_does_not_hold_up_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give_up_after(monkeypatch, 1)

    class Broken:
        async def send(self, _: bytes) -> None:
            raise ConnectionError

    async def run() -> None:
        wire = websocket.WebSocketWire("ws://127.0.0.1:1/link", Access())

        async def broken() -> object:
            return Broken()

        wire._connect = broken  # type: ignore[method-assign, assignment]
        asking = asyncio.create_task(wire.ask(Op.PRESENCE, b""))
        async with asyncio.timeout(5):
            for _ in range(20):
                await asyncio.sleep(0.01)
        await wire.close()
        with pytest.raises(SetupError):
            await asking

    asyncio.run(run())


@BOTH
def test_where_it_is_sent_elsewhere_it_does_not_go(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    give_up_after(monkeypatch, 1)

    async def run() -> None:
        reached_elsewhere: list[bytes] = []

        async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            reached_elsewhere.append(await reader.read(64))
            writer.close()

        async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            place = f"{scheme}://127.0.0.1:{other.sockets[0].getsockname()[1]}/link"
            writer.write(f"HTTP/1.1 307 Gone there\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            writer.close()

        async with (
            await asyncio.start_server(elsewhere, "127.0.0.1", 0) as other,
            await asyncio.start_server(redirect, "127.0.0.1", 0) as hub_,
        ):
            url = url_of(scheme, hub_.sockets[0].getsockname()[1])
            assert await reached(url, Access(secret="secret")) is Code.LINK_DOWN
        assert reached_elsewhere == []

    asyncio.run(run())


@pytest.mark.parametrize("scheme", ["ws", "http", "wss", "https"])
@pytest.mark.parametrize("place", ["", "127.0.0.1:99999", "127.0.0.1:0", "127.0.0.1:door", ":80"])
def test_an_address_without_a_host_or_with_no_such_port_is_refused(scheme: str, place: str) -> None:
    for opened in (open_caller, open_worker):
        with pytest.raises(InputError) as error:
            opened(f"{scheme}://{place}/link", Access())
        assert error.value.code is Code.BAD_LINK


@pytest.mark.parametrize(
    "url", ["wss://h/link", "https://h/link", "servicebus://space/name", "azurequeue://account/name", "nats://h/name"]
)
@pytest.mark.parametrize(
    "proxy", ["garbage", "socks5://p:1", "http://p:99999", "http://[::1", "http://p/a", "http:///"]
)
def test_what_is_no_address_of_a_proxy_is_refused_by_the_name_of_its_setting(url: str, proxy: str) -> None:
    for opened in (open_caller, open_worker):
        with pytest.raises(InputError) as error:
            opened(url, Access(proxy=proxy))
        assert error.value.code is Code.BAD_SETTING
        assert "link_proxy" in error.value.place
        assert proxy not in str(error.value)


@BOTH
@pytest.mark.parametrize("token", ["one\ntwo", "one\r\nX-Other: two", "合言葉"])
def test_a_token_that_no_header_can_hold_is_refused_and_not_shown(scheme: str, token: str) -> None:
    with pytest.raises(InputError) as error:
        open_caller(url_of(scheme, 1), Access(secret=token))
    assert error.value.code is Code.BAD_TOKEN
    assert token not in f"{error.value} {error.value!r}"


@BOTH
def test_progress_that_is_not_taken_is_no_error(scheme: str) -> None:
    event = Result(bytes(16), bytes(16), ResultKind.EVENT, b"sealed")

    async def run() -> None:
        async with hub(Limits()) as (port, _):
            worker = open_worker(url_of(scheme, port), Access(secret="wrong"))
            await worker.publish(event)
            await worker.close()
            await worker.publish(event)

    asyncio.run(run())


def test_a_client_that_goes_in_the_middle_of_a_request_is_nobodys_error() -> None:
    coming: list[Message] = [
        {"type": "http.request", "body": b"\x01", "more_body": True},
        {"type": "http.disconnect"},
    ]
    headers = [(b"authorization", f"Bearer {CALLERS.reveal()}".encode()), (b"x-sekisho-session", b"00" * 16)]
    scope: Scope = {"type": "http", "method": "POST", "path": PATH, "headers": headers}

    async def receive() -> Message:
        return coming.pop(0)

    async def send(_: Message) -> None:
        pytest.fail("nobody is there")

    async def run() -> None:
        await HubApp(Exchange(Limits()), CALLERS, WORKERS)(scope, receive, send)

    asyncio.run(run())
    assert coming == []


def test_a_client_whose_request_comes_slowly_is_not_taken_for_one_that_went(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_app, "_SILENCE", -1.0)
    whole = asyncio.Event()
    app = HubApp(Exchange(Limits()), CALLERS, WORKERS)

    async def ask(name: bytes, begun: asyncio.Event) -> None:
        headers = [
            (b"authorization", f"Bearer {CALLERS.reveal()}".encode()),
            (b"x-sekisho-session", name.hex().encode()),
        ]
        scope: Scope = {"type": "http", "method": "POST", "path": PATH, "headers": headers}
        bodies = [HEAD.pack(Op.PRESENCE, 1)]

        async def receive() -> Message:
            begun.set()
            await whole.wait()
            if bodies:
                return {"type": "http.request", "body": bodies.pop()}
            return await asyncio.Future()  # type: ignore[no-any-return]

        async def send(_: Message) -> None:
            return None

        await app(scope, receive, send)

    async def run() -> None:
        async with asyncio.timeout(5):
            asking = []
            for name in (b"a" * 16, b"b" * 16):
                asking.append(asyncio.create_task(ask(name, begun := asyncio.Event())))
                await begun.wait()
            assert len(app._polling) == 2
            whole.set()
            await asyncio.gather(*asking)

    asyncio.run(run())
