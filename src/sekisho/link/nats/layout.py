"""What a link is made of on the server: names of subjects, streams and the consumer, and how they are set.

They are made on first use, where they are not there. What is there already is taken as it is: whoever runs the
server may set other limits.
"""

from __future__ import annotations

from dataclasses import dataclass

from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import APIError, NotFoundError

#: Tasks that may be on the link, waiting or leased; the next one is told `busy`.
MOST_TASKS = 4096
#: Seconds for which an id is remembered, so that it is not accepted twice.
REMEMBERED = 300.0
_TASKS_KEPT = 3600.0
_RESULTS_KEPT = 3600.0
_DEAD_KEPT = 14 * 86400.0
_MOST_DEAD = 1000
_CLOCK_KEPT = 60.0

CONSUMER = "workers"
#: JetStream's word for "somebody made it at the same moment, with other settings".
_NAME_IN_USE = (10058, 10148)


@dataclass(frozen=True, slots=True)
class Layout:
    """The names of one link."""

    name: str

    @property
    def tasks(self) -> str:
        """The work queue."""
        return f"{self.name}-tasks"

    @property
    def results(self) -> str:
        """Answers, until they are confirmed."""
        return f"{self.name}-results"

    @property
    def dead(self) -> str:
        """Dead letters."""
        return f"{self.name}-dead"

    @property
    def clock(self) -> str:
        """Messages to oneself, to learn the server's time."""
        return f"{self.name}-clock"

    @property
    def task_subject(self) -> str:
        """Where a task is published."""
        return f"{self.name}.task"

    def result_subject(self, client: bytes) -> str:
        """Where a client's answers are published."""
        return f"{self.name}.result.{client.hex()}"

    def event_subject(self, client: bytes) -> str:
        """Where a client's events are published; nothing keeps them."""
        return f"{self.name}.event.{client.hex()}"

    def dead_subject(self, task_id: bytes) -> str:
        """Where a dead letter is published."""
        return f"{self.name}.dead.{task_id.hex()}"

    @property
    def any_dead(self) -> str:
        """Every dead letter."""
        return f"{self.name}.dead.*"

    @property
    def cancel_subject(self) -> str:
        """Where cancellations are published; nothing keeps them."""
        return f"{self.name}.cancel"

    @property
    def roll_call_subject(self) -> str:
        """Where a caller asks who is there. The server says at once when nobody listens."""
        return f"{self.name}.who"

    @property
    def clock_subject(self) -> str:
        """Where a message to oneself is published."""
        return f"{self.name}.clock"

    async def make_streams(self, js: JetStreamContext) -> None:
        """Make the streams that are not there."""
        for config in self._streams():
            assert config.name is not None
            try:
                await js.stream_info(config.name)
            except NotFoundError:
                try:
                    await js.add_stream(config)
                except APIError as error:
                    if error.err_code not in _NAME_IN_USE:
                        raise

    async def lease_seconds(self, js: JetStreamContext, wished: float) -> float:
        """How long a lease lasts by the consumer, which is made where it is not there."""
        try:
            info = await js.consumer_info(self.tasks, CONSUMER)
        except NotFoundError:
            config = ConsumerConfig(
                durable_name=CONSUMER,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=wished,
                # A message that the server has delivered too often stays where it is, and in the way: `receive` counts.
                max_deliver=-1,
                max_ack_pending=MOST_TASKS,
            )
            try:
                info = await js.add_consumer(self.tasks, config)
            except APIError as error:
                if error.err_code not in _NAME_IN_USE:
                    raise
                info = await js.consumer_info(self.tasks, CONSUMER)
        return info.config.ack_wait or wished

    def _streams(self) -> list[StreamConfig]:
        return [
            StreamConfig(
                name=self.tasks,
                subjects=[self.task_subject],
                retention=RetentionPolicy.WORK_QUEUE,
                storage=StorageType.FILE,
                discard=DiscardPolicy.NEW,
                max_msgs=MOST_TASKS,
                max_age=_TASKS_KEPT,
                duplicate_window=REMEMBERED,
            ),
            StreamConfig(
                name=self.results,
                subjects=[f"{self.name}.result.*"],
                retention=RetentionPolicy.WORK_QUEUE,
                storage=StorageType.FILE,
                max_age=_RESULTS_KEPT,
                duplicate_window=REMEMBERED,
            ),
            StreamConfig(
                name=self.dead,
                subjects=[self.any_dead],
                retention=RetentionPolicy.LIMITS,
                storage=StorageType.FILE,
                max_msgs=_MOST_DEAD,
                max_age=_DEAD_KEPT,
                max_msgs_per_subject=1,
                duplicate_window=REMEMBERED,
            ),
            StreamConfig(
                name=self.clock,
                subjects=[self.clock_subject],
                retention=RetentionPolicy.LIMITS,
                storage=StorageType.MEMORY,
                max_msgs=64,
                max_age=_CLOCK_KEPT,
            ),
        ]
