"""Many calls at once, and clients that go away: bounded work, every call answered, a healthy server afterwards."""

from __future__ import annotations

import json
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import anyio
import httpx2
import pytest
from tests.server.running import META, PATIENCE, Held, Running, code, result, until

from sekisho.checkpoint.outcome import Outcome, Refusal
from sekisho.errors import Code
from sekisho.local.tool import AT_WORK, WAITING
from sekisho.local.turnstile import Turnstile

CALLS = 40


def outcome(response: httpx2.Response) -> str:
    assert response.status_code == 200
    return code(response) if result(response).get("isError") else "released"


@contextmanager
def crowd(held: Held) -> Iterator[ThreadPoolExecutor]:
    """Callers of their own threads; whatever happens, the calls are let go at the end."""
    with ThreadPoolExecutor(CALLS) as pool:
        try:
            yield pool
        finally:
            held.go.set()


def test_of_forty_calls_at_once_four_work_sixteen_wait_and_the_rest_are_told(holding: Running, held: Held) -> None:
    with crowd(held) as pool:
        calls = [pool.submit(holding.call, {"symptoms": "動悸"}) for _ in range(CALLS)]
        turned_away = CALLS - AT_WORK - WAITING
        # The surplus is answered while nothing moves: nobody waits who has no place in the queue.
        until(lambda: sum(call.done() for call in calls) == turned_away)
        until(lambda: held.inside == AT_WORK)
        assert held.calls == AT_WORK
        held.go.set()
        assert not wait(calls, PATIENCE).not_done
    assert Counter(outcome(call.result()) for call in calls) == {"busy": turned_away, "released": AT_WORK + WAITING}
    assert held.most == AT_WORK
    assert len(holding.ledger.entries) == AT_WORK + WAITING
    assert outcome(holding.call({"symptoms": "動悸"})) == "released"


@contextmanager
def half_a_call(server: Running, progress: bool) -> Iterator[socket.socket]:
    """A call whose client is free to hang up."""
    meta = {**META, "progressToken": "p"} if progress else META
    params = {"name": "get_patient_background", "arguments": {"symptoms": "動悸"}, "_meta": meta}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
    headers = server.headers("tools/call", "get_patient_background") | {
        "Host": f"127.0.0.1:{server.port}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    head = "POST /mcp HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as raw:
        raw.sendall(head.encode() + body)
        yield raw


@pytest.mark.parametrize("progress", [False, True])
@pytest.mark.parametrize("working", [False, True])
def test_clients_that_hang_up_leave_the_server_healthy(
    holding: Running, held: Held, progress: bool, working: bool
) -> None:
    for _ in range(AT_WORK):
        with half_a_call(holding, progress):
            assert held.entered.acquire(timeout=PATIENCE)
    if working:  # the calls go on while their clients have gone
        with crowd(held) as pool:
            calls = [pool.submit(holding.call, {"symptoms": "動悸"}) for _ in range(AT_WORK)]
            held.go.set()
            assert not wait(calls, PATIENCE).not_done
    held.go.set()
    until(lambda: held.inside == 0)
    # All places are free again, those of the ones who hung up too.
    with crowd(held) as pool:
        calls = [pool.submit(holding.call, {"symptoms": "動悸"}) for _ in range(AT_WORK + WAITING)]
        assert {outcome(call.result(PATIENCE)) for call in calls} == {"released"}


def test_clients_that_hang_up_while_they_queue_give_their_place_back(holding: Running, held: Held) -> None:
    with crowd(held) as pool:
        working = [pool.submit(holding.call, {"symptoms": "動悸"}) for _ in range(AT_WORK)]
        until(lambda: held.inside == AT_WORK)
        for _ in range(WAITING * 2):
            with half_a_call(holding, progress=False):
                pass
        held.go.set()
        assert {outcome(call.result(PATIENCE)) for call in working} == {"released"}
    until(lambda: outcome(holding.call({"symptoms": "動悸"})) == "released")


def test_a_client_that_sends_half_a_request_is_in_nobody_s_way(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as raw:
        raw.sendall(b"POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        assert outcome(server.call({"symptoms": "動悸"})) == "released"


@pytest.mark.anyio
async def test_a_place_is_given_back_whatever_happens_to_the_work() -> None:
    turnstile = Turnstile(1, 0)

    async def fails() -> Outcome:
        raise ValueError

    async def hangs() -> Outcome:
        await anyio.sleep_forever()
        raise AssertionError

    async def works() -> Outcome:
        return Refusal(Code.POLICY)

    with pytest.raises(ValueError):
        await turnstile.through(fails)
    with anyio.move_on_after(0):
        await turnstile.through(hangs)
    async with anyio.create_task_group() as group:
        group.start_soon(turnstile.through, hangs)
        await anyio.wait_all_tasks_blocked()
        assert await turnstile.through(works) == Refusal(Code.BUSY)
        group.cancel_scope.cancel()
    assert await turnstile.through(works) == Refusal(Code.POLICY)
