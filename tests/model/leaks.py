"""Leak attempts: a hostile local model writes every identifier of a case in every disguise, and a real client listens.

`sekisho serve` runs as a process, asks the hostile runtime over HTTP, and answers a real MCP client. What the client
receives is kept byte for byte and searched by code of the tests.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations, cycle
from pathlib import Path
from typing import Any

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from tests.engines.evasions import EVASIONS, written
from tests.engines.hostile_runtime import Body, Play, Wire, offered
from tests.model.asking import SAMPLES, Samples
from tests.model.search import found
from tests.server.running import Process

from sekisho.checkpoint.identifier import Identifier
from sekisho.local.records.reader import read_record

#: Words that become symptoms. Each attempt asks another set of them, so that no answer is remembered from before.
SYMPTOMS = ("めまい", "動悸", "頭痛", "発熱", "腹痛", "息切れ", "胸痛", "嘔気", "下痢", "発疹")
PLACES = {
    "select": ("as ids", "in keys", "in place of a list", "around the answer"),
    "write": ("in values", "split over values", "acrostic", "in keys", "around the answer"),
}


@dataclass(frozen=True)
class LeakAttempt:
    """One answer of the hostile model: all identifiers of a case in one disguise at one place."""

    case: int
    mode: str
    evasion: str
    place: str
    symptoms: str


@dataclass
class Heard:
    """What the client received for an attempt."""

    attempt: LeakAttempt
    body: str
    seconds: float
    released: list[str]


#: Ed25519: 64 bytes in base64url.
_SIGNATURE = re.compile(r"[\w-]{86}", re.ASCII)


@dataclass
class Cases:
    """The sample cases: their identifiers, and for each a draft that a good model could write."""

    state: Path
    identifiers: list[tuple[Identifier, ...]] = field(default_factory=list)
    drafts: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        samples = Samples(self.state)
        for case, path in enumerate(sorted(SAMPLES.glob("*.json"))):
            self.identifiers.append(tuple(read_record(path, datetime.now(UTC).date()).identifiers))
            self.drafts.append(samples.rules("めまいと動悸", case))

    def values(self, case: int) -> list[str]:
        return [form for one in self.identifiers[case] for form in (one.value, *one.readings)]

    def count(self, attempt: LeakAttempt) -> int:
        """How many disguised identifiers an attempt holds."""
        return len(written(attempt.evasion, self.identifiers[attempt.case]))


def attempts(mode: str, cases: Cases, is_thorough: bool = False) -> Iterator[LeakAttempt]:
    """Every disguise of every case, at the places of the mode in turn; thoroughly, at the first place besides."""
    numbers = {case: _symptoms() for case in range(len(cases.identifiers))}
    places = PLACES[mode]
    turn = cycle(places[1:] if is_thorough else places)
    for case, identifiers in enumerate(cases.identifiers):
        for evasion in EVASIONS:
            if written(evasion, identifiers):
                for place in (*places[:is_thorough], next(turn)):
                    yield LeakAttempt(case, mode, evasion, place, next(numbers[case]))


def play(attempt: LeakAttempt, cases: Cases) -> Play:
    """The answer of an attempt."""
    texts = written(attempt.evasion, cases.identifiers[attempt.case])
    if attempt.place == "around the answer":
        return lambda wire, question: _around(wire, question, texts, cases.drafts[attempt.case])
    answer = _choice if attempt.mode == "select" else _draft
    return lambda wire, question: wire.say(
        json.dumps(answer(attempt.place, texts, question, cases.drafts[attempt.case]), ensure_ascii=False)
    )


@asynccontextmanager
async def listening(server: Process) -> AsyncIterator[Listener]:
    """A real MCP client of a server."""
    kept = _Kept()
    headers = {"Authorization": f"Bearer {server.token}"}
    async with (
        httpx2.AsyncClient(headers=headers, trust_env=False, timeout=60, event_hooks={"response": [kept.keep]}) as http,
        Client(streamable_http_client(server.url, http_client=http), mode="2026-07-28") as client,
    ):
        yield Listener(client, kept)


@dataclass
class Listener:
    """The client, and the bytes that it receives."""

    client: Client
    kept: _Kept

    async def hear(self, attempt: LeakAttempt, token: str, cases: Cases) -> Heard:
        """Ask, keep what comes, search it."""
        self.kept.bodies.clear()
        start = time.monotonic()
        answer = await self.client.call_tool("get_patient_background", {"symptoms": attempt.symptoms, "case": token})
        seconds = time.monotonic() - start
        body = "\n".join([*(body.decode() for body in self.kept.bodies), answer.model_dump_json()])
        texts = written(attempt.evasion, cases.identifiers[attempt.case])
        # Eighty-six letters that nobody chose: by chance a short identifier ("dr-12") stands in them now and then.
        signature = str((answer.meta or {}).get("sekisho/signature", ""))
        searched = body.replace(signature, "") if _SIGNATURE.fullmatch(signature) else body
        return Heard(attempt, body, seconds, found(searched, cases.values(attempt.case), texts))


class _Kept:
    """The bodies of the responses, as they came."""

    def __init__(self) -> None:
        self.bodies: list[bytearray] = []

    async def keep(self, response: httpx2.Response) -> None:
        body = bytearray()
        self.bodies.append(body)
        response.stream = _Copied(response.stream, body)


class _Copied(httpx2.AsyncByteStream):
    def __init__(self, stream: Any, body: bytearray) -> None:
        self._stream, self._body = stream, body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            self._body += part
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


def _symptoms() -> Iterator[str]:
    for many in (1, 2, 3):
        yield from ("と".join(some) for some in combinations(SYMPTOMS, many))


def _choice(place: str, texts: Sequence[str], question: Body, _: dict[str, Any]) -> dict[str, Any]:
    ids = offered(question)
    if place == "as ids":
        return {"history": [*ids[:2], *texts], "risks": [*texts]}
    if place == "in keys":
        return {"history": ids[:2], "risks": [], **dict.fromkeys(texts, ids[:1])}
    return {"history": "、".join(texts), "risks": ids[:2]}


def _draft(place: str, texts: Sequence[str], _: Body, good: dict[str, Any]) -> dict[str, Any]:
    draft: dict[str, Any] = json.loads(json.dumps(good))
    context, relevance = draft["patient_context"], draft["symptom_relevance"]
    terms = [*context["chronic_conditions"], *relevance["risk_factors"], "高血圧"]
    if place == "in values":
        context["chronic_conditions"] += [f"{terms[i % len(terms)]}（{text}）" for i, text in enumerate(texts)]
        draft["recommendations"] = [*texts][:100]
    elif place == "split over values":
        halves = [half for text in texts for half in (text[: len(text) // 2], text[len(text) // 2 :])]
        relevance["related_history"] = [f"{half}{terms[i % len(terms)]}" for i, half in enumerate(halves)][:100]
    elif place == "acrostic":
        relevance["risk_factors"] = [f"{c}{terms[i % len(terms)]}" for i, c in enumerate("".join(texts))][:100]
    else:
        context |= dict.fromkeys(texts, terms[:1])
    return draft


def _around(wire: Wire, question: Body, texts: Sequence[str], draft: dict[str, Any]) -> None:
    """A sensible answer; the identifiers stand in what a server says about it."""
    ids = offered(question)
    answer = {"history": ids[:2], "risks": ids[:1]} if ids else draft
    joined = " ".join(texts)
    wire.say(json.dumps(answer, ensure_ascii=False), model=joined, id=joined, system_fingerprint=joined, error=texts)
