"""What the gateway lets in, what it passes on, and what it does when somebody goes away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from tests.link.asking import SYMPTOMS, TOOL, agent, answer_text, ask, until_healthy
from tests.link.ends import Ends, ends
from tests.link.gateways import RunningGateway, gateway
from tests.server.running import background, sample_case

from sekisho.bearer import Bearer
from sekisho.checkpoint.signature import NONCE_NAME, SIGNATURE_NAME
from sekisho.cloud.gateway import GatewaySettings, serve_gateway
from sekisho.errors import Code, InputError, Refused
from sekisho.link.envelope import Header
from sekisho.link.mcp_server import answering
from sekisho.link.open import Access, open_caller, open_worker
from sekisho.link.protocol import Result, ResultKind, Task, WorkerLink
from sekisho.link.work import Emit
from sekisho.local.tool import CATALOGUE as PRIVATE_CATALOGUE
from sekisho.local.tool import build_tool_server
from sekisho.offered_tool import OFFERED

Handler = Callable[[bytes, Emit, Header], Awaitable[bytes]]
Story = Callable[[RunningGateway, Ends], Awaitable[None]]


def play(story: Story, handler: Handler | None = None) -> None:
    """Run a story on a gateway with one worker."""

    async def run() -> None:
        with ends() as both:
            if handler is not None:
                both._answer = handler  # type: ignore[method-assign]
            async with asyncio.timeout(40), gateway(both) as running, both.worker(running):  # type: ignore[arg-type]
                await story(running, both)

    asyncio.run(run())


async def result_of(body: bytes, result: dict[str, object]) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": json.loads(body)["id"], "result": result}).encode()


def text_result(text: str, **more: object) -> dict[str, object]:
    return {"content": [{"type": "text", "text": text}], "isError": True, **more}  # an error needs no other form


async def echo(body: bytes, _: Emit, __: Header) -> bytes:
    asked = json.loads(body)["params"]
    return await result_of(
        body, text_result(asked["arguments"]["symptoms"], _meta={SIGNATURE_NAME: str(asked["_meta"])})
    )


@pytest.mark.guarantee("G7")
def test_it_offers_exactly_what_the_private_zone_offers() -> None:
    private = PRIVATE_CATALOGUE.model_dump(by_alias=True, exclude_none=True, mode="json")
    assert private == OFFERED


def test_a_call_goes_through_and_comes_back() -> None:
    async def story(running: RunningGateway, _: Ends) -> None:
        assert answer_text(await ask(running.url, running.agents.reveal(), None)) == SYMPTOMS

    play(story, echo)


def test_the_nonce_goes_with_the_call_and_the_signature_comes_back() -> None:
    async def story(running: RunningGateway, _: Ends) -> None:
        async with agent(running.url, running.agents.reveal()) as client:
            result = await client.call_tool(TOOL, {"symptoms": "x"}, meta={NONCE_NAME: "n" * 20, "other": "y"})
        assert result.meta is not None
        passed = str(result.meta[SIGNATURE_NAME])
        assert "n" * 20 in passed
        assert "other" not in passed

    play(story, echo)


def test_progress_comes_while_the_call_is_at_work() -> None:
    heard = asyncio.Event()

    async def handler(body: bytes, emit: Emit, _: Header) -> bytes:
        progress = {"progressToken": "p", "progress": 1, "total": 4, "message": "record"}
        await emit(json.dumps({"jsonrpc": "2.0", "method": "notifications/progress", "params": progress}).encode())
        await heard.wait()  # the answer waits until the agent has heard of it
        return await result_of(body, text_result("done"))

    async def story(running: RunningGateway, _: Ends) -> None:
        steps: list[tuple[float, float | None, str | None]] = []

        async def on_progress(progress: float, total: float | None, message: str | None) -> None:
            steps.append((progress, total, message))
            heard.set()

        async with agent(running.url, running.agents.reveal()) as client:
            result = await client.call_tool(TOOL, {"symptoms": "x"}, progress_callback=on_progress)
        assert answer_text(result) == "done"
        assert steps == [(1.0, 4.0, "record")]

    play(story, handler)


def test_an_agent_that_goes_away_ends_the_work() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def handler(body: bytes, _: Emit, __: Header) -> bytes:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return body

    async def story(running: RunningGateway, both: Ends) -> None:
        asking = asyncio.create_task(ask(running.url, running.agents.reveal(), None))
        await begun.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await ended.wait()
        assert both.released == []

    play(story, handler)


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize(
    "answer", [b"", b"{", b"[]", b'{"id": 1}', b'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"secret"}}']
)
def test_an_answer_of_another_form_becomes_a_code(answer: bytes) -> None:
    async def handler(_: bytes, __: Emit, ___: Header) -> bytes:
        return answer

    async def story(running: RunningGateway, _: Ends) -> None:
        result = await ask(running.url, running.agents.reveal(), None)
        assert result.is_error
        assert answer_text(result) == '{"error":"internal"}'

    play(story, handler)


def test_without_a_worker_an_agent_is_told_so_and_the_health_is_what_the_canary_says() -> None:
    async def run() -> None:
        with ends() as both:
            async with asyncio.timeout(40), gateway(both) as running, httpx2.AsyncClient(trust_env=False) as http:
                result = await ask(running.url, running.agents.reveal(), None)
                assert answer_text(result) == '{"error":"no_worker"}'
                health = running.url.removesuffix("/mcp") + "/health"
                found = await http.get(health, timeout=20)
                assert (found.status_code, found.text) == (503, "no_worker")
                async with both.worker(running):  # type: ignore[arg-type]
                    await until_healthy(running.url)

    asyncio.run(run())


def test_nobody_comes_in_without_the_right_token() -> None:
    async def story(running: RunningGateway, _: Ends) -> None:
        base = running.url.removesuffix("/mcp")
        session = {"X-Sekisho-Session": "00" * 16}
        async with httpx2.AsyncClient(trust_env=False, timeout=10) as http:
            for token in ("x", "wrong", running.workers.reveal()):
                found = await http.post(running.url, json={}, headers={"Authorization": f"Bearer {token}"})
                assert found.status_code == 401
                assert found.content == b""
            for token in ("x", "wrong"):
                headers = {"Authorization": f"Bearer {token}", **session}
                assert (await http.post(f"{base}/link", content=b"\x14\0\0\0\1", headers=headers)).status_code == 401
            assert (await http.get(f"{base}/elsewhere")).status_code == 401

    play(story)


@pytest.mark.guarantee("G10")
def test_a_token_is_good_for_its_role_only() -> None:
    """Who has the agents' token cannot answer for a worker, and a worker cannot ask."""

    async def story(running: RunningGateway, _: Ends) -> None:
        url = running.url.replace("http", "ws", 1).removesuffix("/mcp") + "/link"
        as_worker = open_worker(url, Access(secret=running.agents.reveal()))
        as_caller = open_caller(url, Access(secret=running.workers.reveal()))
        for attempt in (
            as_worker.receive(1, 0),
            as_worker.publish(Result(bytes(16), bytes(16), ResultKind.ANSWER, b"x")),
            as_caller.submit(Task(bytes(16), bytes(16), 10, b"x")),
        ):
            with pytest.raises(Refused) as refused:
                await attempt
            assert refused.value.code is Code.POLICY
        await as_worker.close()
        await as_caller.close()

    play(story)


@pytest.mark.guarantee("G7")
def test_large_and_malformed_requests_are_refused_before_the_link() -> None:
    async def story(running: RunningGateway, both: Ends) -> None:
        headers = {
            "Authorization": f"Bearer {running.agents.reveal()}",
            "Accept": "application/json, text/event-stream",
        }
        base = running.url.removesuffix("/mcp")
        worker = {"Authorization": f"Bearer {running.workers.reveal()}", "X-Sekisho-Session": "00" * 16}
        async with httpx2.AsyncClient(trust_env=False, timeout=20) as http:
            assert (await http.post(running.url, content=b"x" * 10_000_000, headers=headers)).status_code == 413
            assert (await http.post(running.url, content=b"{", headers=headers)).status_code in (400, 406, 415)
            assert (
                await http.post(running.url, json={}, headers={**headers, "Host": "evil.example"})
            ).status_code == 421
            assert (await http.post(f"{base}/link", content=b"x" * 3_000_000, headers=worker)).status_code == 413
            for junk in (b"\x01", b"\x0c\0\0\0\1junk", b"\xff\0\0\0\1", b"\x0a\0\0\0\1"):
                found = await http.post(f"{base}/link", content=junk, headers=worker)
                assert found.status_code in (200, 413)
                assert found.content[:1] != b"\0"
        assert both.ran == []

    play(story)


def test_over_http_and_over_a_link_the_same_server_says_the_same(tmp_path: Path) -> None:
    """What an agent sees must not depend on the way; it also notices when the SDK changes below us."""
    server = build_tool_server(background(sample_case(tmp_path / "cases"), tmp_path / "state"))

    async def run() -> None:
        with ends() as both:
            async with asyncio.timeout(40), answering(server) as handler:
                both._answer = handler  # type: ignore[method-assign]
                async with gateway(both) as running, both.worker(running), Client(server) as direct:  # type: ignore[arg-type]
                    for arguments in ({"symptoms": SYMPTOMS}, {"symptoms": ""}, {"symptoms": "x", "case": "none"}):
                        async with agent(running.url, running.agents.reveal()) as client:
                            over = await client.call_tool(TOOL, arguments)
                        there = await direct.call_tool(TOOL, arguments)
                        assert answer_text(over) == answer_text(there)
                        assert over.is_error == there.is_error
                        assert over.structured_content == there.structured_content
                    async with agent(running.url, running.agents.reveal()) as client:
                        listed = await client.list_tools()
                    assert [tool.model_dump() for tool in listed.tools] == [
                        tool.model_dump() for tool in (await direct.list_tools()).tools
                    ]

    asyncio.run(run())


def test_a_tool_that_does_not_exist_is_refused_by_the_gateway_itself() -> None:
    async def story(running: RunningGateway, both: Ends) -> None:
        async with agent(running.url, running.agents.reveal()) as client:
            with pytest.raises(Exception, match="unknown tool"):
                await client.call_tool("read_file", {"symptoms": "x"})
        assert both.ran == []

    play(story)


def test_it_answers_on_an_address_of_ipv6() -> None:
    async def run() -> None:
        with ends() as both:
            async with (
                asyncio.timeout(40),
                gateway(both, host="::1") as running,
                agent(running.url, running.agents.reveal()) as client,
            ):
                assert [tool.name for tool in (await client.list_tools()).tools] == [TOOL]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("certificate", "key"), [("nowhere.pem", "nowhere.pem"), ("no.pem", "no.pem"), (None, "no.pem")]
)
def test_a_certificate_that_cannot_be_used_is_told_before_anybody_hears_that_it_is_ready(
    tmp_path: Path, certificate: str | None, key: str
) -> None:
    (tmp_path / "no.pem").write_text("no certificate", "ascii")
    paths = (tmp_path / certificate if certificate else None, tmp_path / key)
    heard: list[str] = []
    settings = GatewaySettings("127.0.0.1", 0, (), Bearer("a" * 43), Bearer("w" * 43), "", Access(), *paths)
    with ends() as both, pytest.raises(InputError) as caught:
        serve_gateway(settings, both.cloud, heard.append)
    assert (caught.value.code, caught.value.place) == (Code.BAD_SETTING, "tls_certificate")
    assert heard == []


def test_it_can_go_over_a_link_elsewhere_and_is_none_itself_then() -> None:
    class Elsewhere:
        async def worker(self) -> WorkerLink:
            return open_worker("memory://elsewhere", Access())

    async def run() -> None:
        with ends() as both:
            both._answer = echo  # type: ignore[method-assign]
            async with (
                asyncio.timeout(40),
                gateway(both, "memory://elsewhere") as running,
                both.worker(Elsewhere()),  # type: ignore[arg-type]
                httpx2.AsyncClient(trust_env=False) as http,
            ):
                assert answer_text(await ask(running.url, running.agents.reveal(), None)) == SYMPTOMS
                headers = {"Authorization": f"Bearer {running.workers.reveal()}", "X-Sekisho-Session": "00" * 16}
                found = await http.post(running.url.replace("/mcp", "/link"), content=b"\x14\0\0\0\1", headers=headers)
                assert found.status_code == 401

    asyncio.run(run())
