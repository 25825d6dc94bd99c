"""Who is let in by a NATS server, what each role may do, and where a password is shown. On the real nats-server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.engines import certificates
from tests.engines.links import nats_jwt, nats_server
from tests.engines.process import Server, free_port
from tests.engines.shared import engine
from tests.link.conformance import SOON, a_task, an_answer, first, one

from sekisho.errors import Code, SetupError
from sekisho.link.nats import open_caller, open_worker
from sekisho.link.open import Access
from sekisho.link.protocol import Cancel, ResultKind

pytestmark = pytest.mark.anyio

EXAMPLE = Path(__file__).parents[2] / "deploy" / "nats.conf"
Start = Callable[[str], Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a server with this configuration."""
    started: list[Server] = []

    def start(config: str) -> Server:
        server = engine("nats-server", lambda: nats_server.nats_server(nats_server.any_version(), tmp_path, config))
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()


async def denied(url: str, access: Access) -> str:
    caller = open_caller(url, access)
    async with asyncio.timeout(SOON):
        with pytest.raises(SetupError) as refused:
            await caller.presence()
        await caller.close()
    assert "hunter2" not in repr(caller) + repr(refused.value) + str(refused.value)
    return refused.value.code.value


async def goes_through(url: str, access: Access, worker_url: str = "", worker_access: Access | None = None) -> None:
    caller, worker = open_caller(url, access), open_worker(worker_url or url, worker_access or access)
    await worker.presence()
    task = a_task()
    results = caller.results(task.client)
    await caller.submit(task)
    await worker.complete(await one(worker), an_answer(task))
    await caller.confirm(await first(results))
    await caller.close()
    await worker.close()


async def test_a_wrong_token_is_told_as_denied_and_not_as_down(start: Start) -> None:
    url = f"nats://127.0.0.1:{start('authorization { token: hunter2 }').port}"
    assert await denied(url, Access(secret="wrong")) == Code.LINK_DENIED
    assert await denied(url, Access()) == Code.LINK_DENIED
    await goes_through(url, Access(secret="hunter2"))


async def test_a_reader_that_is_denied_is_told(start: Start) -> None:
    url = f"nats://127.0.0.1:{start('authorization { token: hunter2 }').port}"
    caller = open_caller(url, Access(secret="wrong"))
    async with asyncio.timeout(SOON):
        with pytest.raises(SetupError) as refused:
            await anext(caller.results(b"c" * 16))
    assert refused.value.code is Code.LINK_DENIED
    await caller.close()


async def test_a_credentials_file_lets_in_and_one_of_somebody_else_does_not(start: Start) -> None:
    ours, theirs = nats_jwt.issue(), nats_jwt.issue()
    url = f"nats://127.0.0.1:{start(ours.config).port}"
    assert await denied(url, Access(secret=theirs.credentials)) == Code.LINK_DENIED
    await goes_through(url, Access(secret=ours.credentials))


def test_credentials_that_are_broken_are_denied_before_anything_is_sent() -> None:
    whole = nats_jwt.issue().credentials
    for broken in (whole.replace("SEED", "SEAD"), whole.replace("SU", "SUA"), "-----BEGIN CERTIFICATE-----"):
        with pytest.raises(SetupError) as refused:
            open_caller("nats://127.0.0.1", Access(secret=broken))
        assert refused.value.code is Code.LINK_DENIED


async def test_over_tls_only_a_server_whose_certificate_is_trusted_is_spoken_to(start: Start, tmp_path: Path) -> None:
    made = certificates.make(tmp_path)
    tls = f'tls {{ cert_file: "{made.certificate}", key_file: "{made.key}" }}\nauthorization {{ token: hunter2 }}'
    url = f"tls://localhost:{start(tls).port}"
    assert await denied(url, Access(secret="hunter2")) == Code.LINK_UNTRUSTED
    await goes_through(url, Access(secret="hunter2", ca_file=made.authority))


# The official client tells aiohttp how long to wait in a way that aiohttp no longer likes.
@pytest.mark.filterwarnings("ignore:parameter 'timeout' of type:DeprecationWarning")
async def test_through_websockets_too(start: Start, tmp_path: Path) -> None:
    pytest.importorskip("aiohttp")
    made, port = certificates.make(tmp_path), free_port()
    tls = f'tls {{ cert_file: "{made.certificate}", key_file: "{made.key}" }}'
    start(f'websocket {{ listen: "127.0.0.1:{port}", {tls} }}\nauthorization {{ token: hunter2 }}')
    await goes_through(f"nats+wss://localhost:{port}", Access(secret="hunter2", ca_file=made.authority))


@pytest.mark.parametrize("scheme", ["tls", "nats"])
async def test_a_server_that_offers_no_encryption_is_shown_no_password(scheme: str) -> None:
    heard = bytearray()

    async def pretend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'INFO {"server_id":"x","version":"2.9.10","headers":true,"auth_required":true}\r\n')
        while data := await reader.read(1000):
            heard.extend(data)
            writer.write(b"PONG\r\n")
        writer.close()

    # 127.0.0.2 stands for another machine: it is not one of the addresses that count as this one.
    server = await asyncio.start_server(pretend, "127.0.0.2", 0)
    port = server.sockets[0].getsockname()[1]
    assert await denied(f"{scheme}://user@127.0.0.2:{port}", Access(secret="hunter2")) == Code.LINK_DENIED
    assert b"hunter2" not in heard
    if scheme == "tls":
        assert await denied(f"tls://127.0.0.2:{port}", Access()) == Code.LINK_DENIED, "without a password too"
    server.close()
    await server.wait_closed()


@pytest.fixture
def roles(start: Start, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[str, Access]]:
    """The example configuration, at a free port and in a folder of its own."""
    for role in ("OPERATOR", "CALLER", "WORKER"):
        monkeypatch.setenv(f"{role}_PASSWORD", f"hunter2-{role.lower()}")
    config = EXAMPLE.read_text("utf-8")
    authorization = config[config.index("authorization {") :]
    port = start(authorization).port
    return lambda role: (
        f"nats://{role}@127.0.0.1:{port}/sekisho",
        Access(secret=f"hunter2-{role}", lease_seconds=5.0),
    )


async def test_with_the_example_configuration_each_role_can_do_all_it_needs(
    roles: Callable[[str], tuple[str, Access]],
) -> None:
    operator = open_caller(*roles("operator"))
    await operator.presence()
    caller, worker = open_caller(*roles("caller")), open_worker(*roles("worker"))
    assert (await worker.presence()).workers is not None
    poison, task = a_task(), a_task()
    results, cancels = caller.results(task.client), worker.cancels()
    await caller.submit(poison)
    lease = await one(worker)
    await worker.abandon(lease, 0)
    await worker.dead_letter(await one(worker), "poison")
    assert [letter.id for letter in await operator.dead(10)] == [poison.id]
    assert await operator.redrive(poison.id)
    lease = await worker.extend(await one(worker))
    await worker.complete(lease, an_answer(poison))
    await caller.submit(task)
    lease = await one(worker)
    await worker.publish(an_answer(task, b"step", ResultKind.EVENT))
    assert (await first(results)).kind is ResultKind.EVENT
    await caller.cancel(Cancel(task.id, b"sealed"))
    async with asyncio.timeout(SOON):
        assert (await anext(cancels)).id == task.id
    await worker.complete(lease, an_answer(task))
    await caller.confirm(await first(results))
    for end in (operator, caller, worker):
        await end.close()


async def test_with_the_example_configuration_no_role_can_do_what_is_another_s(
    roles: Callable[[str], tuple[str, Access]],
) -> None:
    early = open_worker(*roles("worker"))
    async with asyncio.timeout(SOON):
        with pytest.raises(SetupError) as refused:
            await early.presence()
    assert refused.value.code is Code.LINK_DENIED, "a worker makes no streams"
    await early.close()
    operator = open_caller(*roles("operator"))
    await operator.presence()
    caller = open_caller(*roles("caller"))
    await caller.presence()
    async with asyncio.timeout(SOON):
        for forbidden in (caller.dead(10), caller.redrive(bytes(16))):
            with pytest.raises(SetupError) as refused:
                await forbidden
            assert refused.value.code is Code.LINK_DENIED
        thief = open_worker(*roles("caller"))
        with pytest.raises(SetupError) as refused:
            await thief.receive(1, 0.2)
    assert refused.value.code is Code.LINK_DENIED, "a caller takes no tasks"
    for end in (operator, caller, thief):
        await end.close()
