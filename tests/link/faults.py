"""A run with faults: many tasks, several worker processes, and everything that can be killed is killed on the way.

What is counted: tasks that the link accepted, answers, closed error codes, and releases. Every accepted task must end
as one or the other, and none may be released twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.engines.process import Server, free_port
from tests.engines.proxy import proxy

from sekisho.bearer import bearer_from
from sekisho.errors import SekishoError
from sekisho.link.call import Caller
from sekisho.link.envelope import Envelopes, FixedKeys
from sekisho.link.keyring import Keyring, save_keyring
from sekisho.link.open import Access, open_caller
from sekisho.link.protocol import Task


@dataclass
class Counts:
    """How a run went."""

    asked: int = 0
    accepted: int = 0
    answered: int = 0
    wrong: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    releases: int = 0
    second_releases: int = 0

    @property
    def lost(self) -> int:
        """Tasks that ended neither in an answer nor in a code."""
        return self.asked - self.answered - sum(self.errors.values())


@dataclass
class LinkUnderTest:
    """A link whose engine can be killed: the gateway, or a broker."""

    #: For callers, and for workers.
    url: str
    caller: Access
    worker: Access
    cut: Callable[[], Awaitable[None]]
    restart: Callable[[], None]


@asynccontextmanager
async def gateway_link(state: Path) -> AsyncIterator[LinkUnderTest]:
    """The WebSocket link of a real `sekisho gateway`, behind a proxy that cuts."""
    folder = state / "gateway"
    folder.mkdir(mode=0o700)
    agents, workers = bearer_from(folder / "token"), bearer_from(folder / "worker-token")
    save_keyring(Keyring.new([Keyring.new().current.public]), folder / "keyring.json")
    port = free_port()
    command: list[str | Path] = [sys.executable, "-m", "sekisho", "gateway", "--state", folder, "--port", str(port)]
    async with _hub(Server(command, port, state / "gateway.log"), agents.reveal(), workers.reveal()) as link:
        yield link


@asynccontextmanager
async def gateway_process(state: Path) -> AsyncIterator[tuple[LinkUnderTest, str]]:
    """The same, and the address that agents call; its keyring is in `gateway`."""
    async with gateway_link(state) as link:
        said = (state / "gateway.log").read_text("utf-8").splitlines()
        yield link, next(line for line in said if line.startswith("http://"))


@asynccontextmanager
async def hub_link(state: Path) -> AsyncIterator[LinkUnderTest]:
    """The same hub without the MCP endpoint: it starts sooner, so that more can happen in a short time."""
    port = free_port()
    tokens = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    command: list[str | Path] = [sys.executable, "-m", "tests.link.hub_process", str(port), *tokens]
    async with _hub(Server(command, port, state / "hub.log"), *tokens) as link:
        yield link


@asynccontextmanager
async def _hub(server: Server, callers: str, workers: str) -> AsyncIterator[LinkUnderTest]:
    server.start()
    try:
        async with proxy(server.port) as passing:
            yield LinkUnderTest(
                f"ws://127.0.0.1:{passing.port}/link",
                Access(secret=callers),
                Access(secret=workers),
                passing.cut,
                lambda: server.restart(signal.SIGKILL),
            )
    finally:
        server.stop()


class Workers:
    """Worker processes of one private zone: one state folder, one keyring, one file of releases."""

    def __init__(
        self,
        link: LinkUnderTest,
        state: Path,
        low: float,
        high: float,
        lease: float = 30,
        at_once: int = 4,
        keys: Path | None = None,
    ) -> None:
        """`keys`: the state folder of a gateway that is there already; it looks at its keyring by itself."""
        private = Keyring.new()
        cloud = Keyring.new([private.current.public])
        save_keyring(private.trusting(cloud.current.public), state / "keyring.json")
        if keys is not None:
            save_keyring(cloud, keys / "keyring.json")
        self.keys = FixedKeys(cloud)
        self.ledger = state / "releases"
        self._given = {
            "url": link.url,
            "secret": link.worker.secret,
            "state": str(state),
            "low": low,
            "high": high,
            "lease": lease,
            "at_once": at_once,
            "ledger": str(self.ledger),
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def without_ledger(self) -> Workers:
        """For measurements of the link alone: nothing is released."""
        self._given["ledger"] = ""
        return self

    def start(self) -> None:
        """One more."""
        command = [sys.executable, "-m", "tests.link.fault_worker", json.dumps(self._given)]
        self.running.append(subprocess.Popen(command, stdout=subprocess.PIPE))

    def wait_until_ready(self) -> None:
        """Until each has begun."""
        for process in self.running:
            _wait_for(process)

    def wait_for_the_last(self) -> None:
        """Until the one that was started last has begun."""
        _wait_for(self.running[-1])

    def kill_one(self) -> None:
        """Kill one (-9) and start another in its place."""
        victim = random.choice(self.running)
        self.running.remove(victim)
        victim.kill()
        victim.communicate()
        self.start()

    async def stop_one_for_a_while(self, seconds: float) -> None:
        """SIGSTOP, and later SIGCONT."""
        victim = random.choice(self.running)
        victim.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            victim.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """All of them."""
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self.running:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
            process.communicate()


def _wait_for(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"


async def run_with_faults(
    link: LinkUnderTest,
    state: Path,
    tasks: int,
    workers: int = 4,
    at_once: int = 32,
    every: tuple[float, float] = (0.2, 0.8),
    ttl: float = 60,
    rounds: int = 1_000_000,
) -> Counts:
    """Ask `tasks` questions while faults happen, and count."""
    counts = Counts()
    zone = Workers(link, state, 0.02, 0.25, lease=3)
    for _ in range(workers):
        zone.start()
    zone.wait_until_ready()
    try:
        async with Caller(open_caller(link.url, link.caller), Envelopes(zone.keys)) as caller:
            _count_accepted(caller, counts)
            chaos = asyncio.create_task(_chaos(link, zone, counts, every, rounds))
            room = asyncio.Semaphore(at_once)

            async def one(number: int) -> None:
                async with room:
                    counts.asked += 1
                    body = b"question %d" % number
                    try:
                        answer = await caller.call(body, ttl)
                    except SekishoError as error:
                        counts.errors[error.code.value] += 1
                    else:
                        counts.answered += 1
                        counts.wrong += answer != body

            await asyncio.gather(*(one(number) for number in range(tasks)))
            chaos.cancel()
            await asyncio.gather(chaos, return_exceptions=True)
    finally:
        await asyncio.to_thread(zone.end)
    released = Counter(zone.ledger.read_text("ascii").split())
    counts.releases = sum(released.values())
    counts.second_releases = counts.releases - len(released)
    return counts


def _count_accepted(caller: Caller, counts: Counts) -> None:
    """Count each task that the link took, once."""
    seen: set[bytes] = set()
    submit = caller.link.submit

    async def counted(task: Task) -> None:
        await submit(task)
        if task.id not in seen:
            seen.add(task.id)
            counts.accepted += 1

    caller.link.submit = counted  # type: ignore[method-assign]


async def _chaos(link: LinkUnderTest, zone: Workers, counts: Counts, every: tuple[float, float], rounds: int) -> None:
    stopped: set[asyncio.Task[None]] = set()
    kinds = ["killed", "stopped", "cut", "restarted"]
    for _ in range(rounds):
        for kind in random.sample(kinds, len(kinds)):
            await asyncio.sleep(random.uniform(*every))
            counts.faults[kind] += 1
            if kind == "killed":
                await asyncio.to_thread(zone.kill_one)
            elif kind == "stopped":
                task = asyncio.create_task(zone.stop_one_for_a_while(random.uniform(0.5, 4.5)))
                stopped.add(task)
                task.add_done_callback(stopped.discard)
            elif kind == "cut":
                await link.cut()
            else:
                await asyncio.to_thread(link.restart)
