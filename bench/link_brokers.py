"""Brokers for measurements, and the floor of each: what the broker's own client needs for the simplest exchange."""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.link_engines import Opener, over_broker
from sekisho.link.open import Access

#: Answers core requests of NATS with what they hold; and what comes by one stored stream, by another stored stream.
_ECHO = """
import asyncio, sys, nats
async def main():
    there = await nats.connect(sys.argv[1])
    js = there.jetstream()
    async def echo(message): await message.respond(message.data)
    async def stored(message):
        await js.publish("floor.back", message.data)
        await message.ack()
    for name in ("there", "back"):
        await js.add_stream(name=f"floor-{name}", subjects=[f"floor.{name}"], retention="workqueue", storage="file")
    await there.subscribe("floor", cb=echo)
    await js.subscribe("floor.there", durable="echo", cb=stored, manual_ack=True)
    await there.flush()
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@asynccontextmanager
async def nats_broker() -> AsyncIterator[Opener]:
    """The real nats-server. The floor is a core request, which another process answers. A second one is the same
    exchange as the link's, stored there and back, by the official client alone.

    Raises:
        EngineMissingError: It is not on this machine.
    """
    import nats
    from tests.engines.links import nats_server

    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        server = nats_server.nats_server(nats_server.any_version(), Path(folder))
        server.start()
        address = f"nats://127.0.0.1:{server.port}"
        echo = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _ECHO, address, stdout=asyncio.subprocess.PIPE
        )
        try:
            assert echo.stdout is not None
            await echo.stdout.readline()
            there = await nats.connect(address)

            async def floor(body: bytes) -> object:
                return await there.request("floor", body, timeout=10)

            came: asyncio.Queue[object] = asyncio.Queue()
            js = there.jetstream()
            await js.subscribe("floor.back", durable="asker", cb=came.put)

            async def stored(body: bytes) -> object:
                await js.publish("floor.there", body)
                return await came.get()

            yield lambda at_once: over_broker(
                f"{address}/{secrets.token_hex(6)}",
                Access(),
                at_once,
                floor,
                "NATS core request",
                (stored, "bare client over two stored streams"),
            )
            await there.close()
        finally:
            echo.kill()
            await echo.wait()
            await asyncio.to_thread(server.stop)


@asynccontextmanager
async def service_bus_broker() -> AsyncIterator[Opener]:
    """The test server of the tests, not Azure. The floor: the SDK sends, receives and completes one message."""
    from azure.servicebus import ServiceBusMessage
    from azure.servicebus.aio import ServiceBusClient
    from tests.engines.links.service_bus.server import ServiceBus, Setup

    lasting = {"lock": 30, "max_deliveries": 20, "duplicate_window": 600}
    setup = Setup(
        queues={"floor": {"lock": 30}},
        templates={"-tasks": lasting, "-results": {**lasting, "max_deliveries": 2000, "sessions": True}},
    )
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        server = ServiceBus(Path(folder), setup)
        server.start()
        access = Access(secret=server.connection_string())
        try:
            async with (
                ServiceBusClient.from_connection_string(server.connection_string()) as client,
                client.get_queue_sender("floor") as sender,
                client.get_queue_receiver("floor") as receiver,
            ):

                async def floor(body: bytes) -> object:
                    await sender.send_messages(ServiceBusMessage(body))
                    (message,) = await receiver.receive_messages(max_message_count=1, max_wait_time=10)
                    return await receiver.complete_message(message)

                yield lambda at_once: over_broker(
                    f"servicebus://127.0.0.1:{server.port}/{secrets.token_hex(6)}",
                    access,
                    at_once,
                    floor,
                    "bare SDK: send, receive, complete",
                )
        finally:
            await asyncio.to_thread(server.stop)


@asynccontextmanager
async def azurite_broker() -> AsyncIterator[Opener]:
    """Azurite, not Azure. The floor: the SDK sends, receives and deletes one message.

    Raises:
        EngineMissingError: It is not on this machine.
    """
    from azure.storage.queue.aio import QueueClient
    from tests.engines.links.azurite import ACCOUNT, azurite, connection_string

    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        server = azurite(Path(folder))
        server.start()
        string = connection_string(server.port)
        try:
            async with QueueClient.from_connection_string(string, "floor") as queue:
                await queue.create_queue()

                async def floor(body: bytes) -> object:
                    await queue.send_message(body.hex())
                    message = await queue.receive_message()
                    assert message is not None
                    return await queue.delete_message(message)

                yield lambda at_once: over_broker(
                    f"azurequeue://{ACCOUNT}/{secrets.token_hex(6)}",
                    Access(secret=string),
                    at_once,
                    floor,
                    "bare SDK: send, receive, delete",
                )
        finally:
            await asyncio.to_thread(server.stop)
