"""As in a closed network: worker -> HTTP proxy -> wss gateway whose certificate is of a private authority."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from tests.engines.certificates import Certificates, make
from tests.engines.tunnel_proxy import TunnelProxy, serving_proxy
from tests.link.asking import SYMPTOMS, TOOL, answer_text

from sekisho.bearer import bearer_from
from sekisho.cli.linked_zone import _introduce
from sekisho.local.records.cases import Cases

SAMPLES = Path(str(files("sekisho.samples")))


@asynccontextmanager
async def command(*arguments: str | Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A command of ours, and its first line."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sekisho", "--lang", "en", *map(str, arguments), stdout=pipe, stderr=pipe
    )
    try:
        assert process.stdout is not None
        yield process, (await process.stdout.readline()).decode().strip()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


@asynccontextmanager
async def gateway(state: Path, certificates: Certificates) -> AsyncIterator[str]:
    """The gateway's address."""
    (state / "gateway").mkdir(mode=0o700)
    _introduce(state, state / "gateway")
    tls = ["--tls-certificate", certificates.certificate, "--tls-key", certificates.key]
    async with command("--state", state / "gateway", "gateway", "--port", "0", *tls) as (_, url):
        yield url


def worker(state: Path, url: str, *more: str | Path) -> tuple[str | Path, ...]:
    token = state / "gateway" / "worker-token"
    link = url.replace("https", "wss", 1).removesuffix("/mcp") + "/link"
    return ("--state", state, "worker", "--cases", SAMPLES, "--link", link, "--link-token-file", token, *more)


async def asked(url: str, state: Path, trusted: ssl.SSLContext) -> str:
    """What an agent gets."""
    case = next(token for token, name in Cases(SAMPLES, state).tokens().items() if name == "01-thyroid.json")
    token = bearer_from(state / "gateway" / "token").reveal()
    async with (
        httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=60, verify=trusted
        ) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        return answer_text(await client.call_tool(TOOL, {"symptoms": SYMPTOMS, "case": case}))


def test_an_answer_comes_back_through_the_proxy_over_tls_of_a_private_authority(tmp_path: Path) -> None:
    certificates = make(tmp_path)

    async def run() -> None:
        async with (
            asyncio.timeout(90),
            gateway(tmp_path, certificates) as url,
            command(*worker(tmp_path, url, "--link-ca", certificates.authority, "--link-proxy", proxy.url)),
        ):
            trusted = ssl.create_default_context(cafile=str(certificates.authority))
            while (text := await asked(url, tmp_path, trusted)) == '{"error":"no_worker"}':
                pass  # it is still on its way through the proxy
            assert '"patient_context"' in text
            host = url.removeprefix("https://").removesuffix("/mcp")
            assert set(proxy.asked) == {f"CONNECT {host}"}, "the proxy was asked for a tunnel and for nothing else"

    with serving_proxy(TunnelProxy()) as proxy:
        asyncio.run(run())


@pytest.mark.parametrize(
    ("trusts", "refusal", "code"),
    [(False, "", "link_untrusted"), (True, "407 Proxy Authentication Required", "link_proxy_refused")],
)
def test_a_worker_that_cannot_get_there_ends_and_says_why(
    tmp_path: Path, trusts: bool, refusal: str, code: str
) -> None:
    certificates = make(tmp_path)

    async def run() -> None:
        async with asyncio.timeout(90), gateway(tmp_path, certificates) as url:
            flags: list[str | Path] = ["--link-proxy", proxy.url]
            flags += ["--link-ca", certificates.authority] if trusts else []
            async with command(*worker(tmp_path, url, *flags)) as (process, _):
                _, said = await process.communicate()
                assert process.returncode == 4
                assert f"sekisho: {code}: " in said.decode()

    with serving_proxy(TunnelProxy(refusal)) as proxy:
        asyncio.run(run())
