"""The seam to a language model on this machine: messages and a schema go in, text and counts come out.

A runtime is never trusted. It is handed vocabulary terms or a record without its identifiers, its text is parsed by
`answers` and thrown away, and it fails with a code of `sekisho.errors`, never with words of its own:

    SetupError model_unreachable   nothing answers, or the connection broke
    SetupError model_missing       there is no such model
    SetupError model_timeout       the deadline has passed
    SetupError model_too_large     the answer is over its limit in bytes
    SetupError model_invalid       the answer is not of the runtime's own form (status, JSON, UTF-8, missing keys)
    SetupError model_not_local     it would send the request elsewhere: a redirect, another host, a cloud-backed name
    SetupError model_unsupported   this machine cannot run it
    Refused    cancelled           the caller has gone

The text itself is not judged here: a `Completion` may hold anything, and `finish_reason` says whether it was cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Any, Literal, Protocol

Schema = Mapping[str, Any]


class Dialect(StrEnum):
    """How a schema is handed over. The probe finds the first one that a server really enforces."""

    MERGED = "merged"  # {name, strict, schema: S, **S}: Foundry Local reads S beside, llama-server reads `schema`
    STANDARD = "standard"  # {name, strict, schema: S}, as OpenAI documents it
    NONE = "none"  # no schema is sent: the server refuses them all


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """One message. What it says is private: it shows nothing."""

    role: Literal["system", "user", "assistant"]
    content: str

    def __repr__(self) -> str:
        return f"<Message {self.role}>"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the runtime counts them; None where it does not say."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Completion:
    """What a model wrote. It is shown to nobody: `repr` is empty, and it goes to no log.

    `finish_reason` is `stop`, `length`, or what else the runtime says.
    """

    text: str
    finish_reason: str
    usage: Usage = field(default_factory=Usage)

    def __repr__(self) -> str:
        return "<Completion>"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a runtime can do, so that nobody asks which runtime it is.

    Attributes:
        dialects: Ways to hand over a schema, best first.
        reports_usage: It counts tokens.
        cancels: A generation stops when its call is cancelled.
        generations_at_once: How many generations the device is asked for at the same time.
    """

    dialects: tuple[Dialect, ...] = (Dialect.MERGED,)
    reports_usage: bool = True
    cancels: bool = True
    generations_at_once: int = 1


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that a runtime offers.

    Attributes:
        name: The name to ask for it by.
        loaded: Whether it is in memory; None where the runtime does not say.
        context: Tokens that fit into prompt and answer together; None where it does not say.
        device: Where it runs (`CPU`, `GPU`, `NPU`, an execution provider), or empty.
        size: Size in bytes, or None.
        is_elsewhere: Whether the runtime says that it hands the model's work on to another machine.
    """

    name: str
    loaded: bool | None = None
    context: int | None = None
    device: str = ""
    size: int | None = None
    is_elsewhere: bool = False


class Cancellation:
    """Says to a call in progress that nobody waits for it any more. Safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._cancelled = False
        self._callbacks: dict[object, Callable[[], object]] = {}

    @property
    def is_cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self._cancelled

    def cancel(self) -> None:
        """Cancel, once; whoever registered is told, in this thread."""
        with self._lock:
            if self._cancelled:
                return
            self._cancelled = True
            callbacks = list(self._callbacks.values())
            self._callbacks.clear()
        for callback in callbacks:
            callback()

    def when_cancelled(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Have a callback called at `cancel` (at once, if that was before). Gives the function that takes it back."""
        key = object()
        with self._lock:
            if not self._cancelled:
                self._callbacks[key] = callback
                return lambda: self._forget(key)
        callback()
        return lambda: None

    def _forget(self, key: object) -> None:
        with self._lock:
            self._callbacks.pop(key, None)


class Runtime(Protocol):
    """One model of one runtime. Safe to call from several threads."""

    @property
    def kind(self) -> str:
        """The adapter: `openai` or `foundry-local`."""
        ...

    @property
    def name(self) -> str:
        """The model's name, for the screen and the ledger."""
        ...

    @property
    def address(self) -> str:
        """Where it is: a loopback URL, or `in-process`."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    def models(self, deadline: float) -> tuple[ModelInfo, ...]:
        """The models that the runtime offers; this one among them, if it is there.

        Raises:
            SetupError: As above.
        """
        ...

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        max_tokens: int,
        deadline: float,
        cancelled: Cancellation,
        dialect: Dialect = Dialect.MERGED,
    ) -> Completion:
        """Generate, at temperature 0, once: nothing is sent a second time.

        Args:
            messages: System, then user.
            schema: JSON Schema for the answer; None for free text.
            max_tokens: The most tokens to generate.
            deadline: On the scale of `time.monotonic()`, for the whole call: connecting, prompt, last byte.
            cancelled: Ends the call with `cancelled`, from any thread, and the generation with it.
            dialect: How the schema is handed over.

        Raises:
            SetupError, Refused: As above.
        """
        ...

    def close(self) -> None:
        """Let go of connections, threads and memory."""
        ...
