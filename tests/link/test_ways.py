"""Ways to the gateway: TLS with a private authority, a proxy that was asked for, and none that was not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.engines.certificates import make
from tests.engines.tunnel_proxy import TunnelProxy, serving_proxy
from tests.link.hub_server import CALLERS, hub, url_of

from sekisho.errors import Code, InputError, SetupError
from sekisho.link import polling, websocket
from sekisho.link.exchange import Limits
from sekisho.link.open import Access, open_caller
from sekisho.link.rpc import Op

BOTH = pytest.mark.parametrize("scheme", ["ws", "http"])
SECURE = {"ws": "wss", "http": "https"}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "PATIENCE", 1.0)
    monkeypatch.setattr(polling, "PATIENCE", 1.0)


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
def test_a_private_authority_is_trusted_when_it_is_named_and_only_then(tmp_path: Path, scheme: str) -> None:
    certificates = make(tmp_path)

    async def run() -> None:
        async with hub(Limits(), certificates) as (port, _):
            url = url_of(SECURE[scheme], port).replace("127.0.0.1", "localhost")
            secret = CALLERS.reveal()
            assert await reached(url, Access(secret=secret, ca_file=certificates.authority)) is None
            assert await reached(url, Access(secret=secret)) is Code.LINK_UNTRUSTED
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
    tmp_path: Path, scheme: str, status: str, code: Code
) -> None:
    certificates = make(tmp_path)

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
def test_a_link_that_is_not_there_is_told(scheme: str) -> None:
    assert asyncio.run(reached(f"{scheme}://127.0.0.1:1/link", Access())) is Code.LINK_DOWN


def test_a_connection_that_breaks_under_every_request_does_not_hold_up_the_rest() -> None:
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
