"""The cloud endpoint behind a proxy and under a private authority: a tunnel, and nothing readable in it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cloud.toy_server import Toy
from tests.cloud.wired import ASKED, choice_of, wired
from tests.engines import certificates
from tests.engines.certificates import Certificates
from tests.engines.cloud_wire import GUIDANCE, KEY, Wire, serving_wire
from tests.engines.tunnel_proxy import TunnelProxy, serving_proxy

from sekisho.cli.cloud_choice import cloud_choice
from sekisho.cloud.choice import CloudChoice
from sekisho.cloud.way_out import proxy_of
from sekisho.errors import Code, InputError, SetupError
from sekisho.settings import Settings

asynchronous = pytest.mark.anyio


@pytest.fixture
def authority(tmp_path: Path) -> Certificates:
    return certificates.make(tmp_path)


@pytest.fixture
def secure_wire(authority: Certificates) -> Iterator[Wire]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate, authority.key)
    with serving_wire(Wire(), context) as served:
        yield served


@pytest.fixture
def proxy() -> Iterator[TunnelProxy]:
    with serving_proxy(TunnelProxy()) as served:
        yield served


@asynchronous
@pytest.mark.guarantee("G13")
@pytest.mark.parametrize("kind", ["openai-chat", "foundry"])
async def test_through_a_proxy_goes_a_tunnel_and_nothing_readable(
    toy: Toy, secure_wire: Wire, proxy: TunnelProxy, authority: Certificates, kind: str
) -> None:
    choice = choice_of(kind, secure_wire, proxy=proxy.url, ca=str(authority.authority))
    async with wired(toy, choice) as asked:
        answer = await asked.ask()
    assert GUIDANCE[-1] in answer.guidance
    assert len(secure_wire.requests) == 2
    host = secure_wire.url.removeprefix("https://")
    for head in proxy.heads:
        line, *headers = head.decode().rstrip("\r\n").split("\r\n")
        assert line == f"CONNECT {host} HTTP/1.1"
        assert {header.partition(":")[0].lower() for header in headers} <= {"host", "accept"}
    assert proxy.heads
    assert len(proxy.carried) > 1000
    assert KEY.encode() not in proxy.carried
    assert ASKED.encode() not in proxy.carried


@asynchronous
async def test_without_the_private_authority_nothing_is_sent(toy: Toy, secure_wire: Wire, proxy: TunnelProxy) -> None:
    async with wired(toy, choice_of("openai-chat", secure_wire, proxy=proxy.url)) as asked:
        with pytest.raises(SetupError) as error:
            await asked.ask()
    assert error.value.code is Code.CLOUD_UNREACHABLE
    assert secure_wire.requests == []


@asynchronous
async def test_a_proxy_that_opens_no_tunnel_is_told_as_unreachable(
    toy: Toy, secure_wire: Wire, proxy: TunnelProxy, authority: Certificates
) -> None:
    proxy.refuses_with = "403 Forbidden"
    choice = choice_of("openai-chat", secure_wire, proxy=proxy.url, ca=str(authority.authority))
    async with wired(toy, choice) as asked:
        with pytest.raises(SetupError) as error:
            await asked.ask()
    assert error.value.code is Code.CLOUD_UNREACHABLE
    assert secure_wire.requests == []


@asynchronous
async def test_an_endpoint_on_this_machine_in_plain_text_is_not_shown_to_a_proxy(
    toy: Toy, wire: Wire, proxy: TunnelProxy
) -> None:
    async with wired(toy, choice_of("openai-chat", wire, proxy=proxy.url)) as asked:
        answer = await asked.ask()
    assert GUIDANCE[-1] in answer.guidance
    assert proxy.heads == []


@asynchronous
@pytest.mark.guarantee("G13")
async def test_a_proxy_of_the_environment_is_not_taken_by_itself(
    toy: Toy, secure_wire: Wire, proxy: TunnelProxy, authority: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    async with wired(toy, choice_of("openai-chat", secure_wire, ca=str(authority.authority))) as asked:
        await asked.ask()
    assert secure_wire.requests
    assert proxy.heads == []


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HTTPS_PROXY": "http://proxy:3128"}, "http://proxy:3128"),
        ({"https_proxy": "proxy:3128"}, "http://proxy:3128"),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "example.com"}, ""),
        ({"HTTPS_PROXY": "http://proxy:3128", "no_proxy": "other.com"}, "http://proxy:3128"),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "localhost, .example.com"}, ""),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "*"}, ""),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "ample.com"}, "http://proxy:3128"),
        ({}, ""),
    ],
)
def test_the_environment_is_asked_where_the_settings_say_so(environment: dict[str, str], expected: str) -> None:
    assert proxy_of(environment, "api.example.com") == expected
    given = {"cloud": "openai", "cloud_model": "m", "cloud_endpoint": "https://api.example.com/v1"}
    settings = Settings({**given, "cloud_proxy": "environment"}, {}, Path("/nowhere"))
    assert cloud_choice(settings, environment).proxy == expected


@pytest.mark.parametrize(
    "proxy", ["socks5://a:1", "http://", "proxy:3128", "http://a:1/path", "http://a:port", "http://a b:1"]
)
def test_what_is_no_address_of_a_proxy_is_refused(proxy: str) -> None:
    with pytest.raises(InputError) as error:
        CloudChoice(proxy=proxy)
    assert (error.value.code, error.value.place) == (Code.BAD_SETTING, "cloud_proxy")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cloud_proxy", "http://user:secret@proxy:1"),
        ("cloud_ca", "nothing-there.pem"),
        ("cloud_ca", "~nobody-of-that-name/ca.pem"),
    ],
)
def test_a_password_in_the_settings_and_a_file_that_is_not_there_are_refused(name: str, value: str) -> None:
    with pytest.raises(InputError) as error:
        cloud_choice(Settings({name: value}, {}, Path("/nowhere")))
    assert (error.value.code, error.value.place) == (Code.BAD_SETTING, name)


def test_a_password_of_the_environment_does_not_show() -> None:
    assert "secret" not in repr(CloudChoice(proxy="http://user:secret@proxy:1"))
