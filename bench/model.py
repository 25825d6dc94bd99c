"""Local models: tokens decoded, our own time over the bare call, and prompts that are not read twice.

The models have random weights, so they are made to give the answer that the rules would: the runtime's grammar decides
every token, and the runtime counts and times. Foundry Local in this process counts the tokens: one for each Japanese
character, each English word of a key, a few signs of JSON and each other byte. llama.cpp's server shows the reuse of a
prefix, with a model large enough that reading takes time.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from tests.engines.llama_cpp import NAME, llama_server
from tests.engines.tiny_gguf import Shape, write_gguf_model
from tests.engines.tiny_onnx import write_onnx_model

from bench.measure import Spread
from bench.model_cases import article_case, large_case
from bench.model_questions import Asker, Question
from bench.report import Row
from sekisho.local.model.chat_form import completion, question
from sekisho.local.model.foundry_local import FoundryLocal
from sekisho.local.model.foundry_models import closed_sdk, find
from sekisho.local.model.openai import OpenAICompatible
from sekisho.local.model.runtime import Runtime

_SYMPTOMS = ("めまい", "動悸", "頭痛", "発熱", "腹痛", "息切れ", "胸痛", "嘔気", "下痢", "発疹", "倦怠感", "不眠")
_TINY = "tiny"
_LARGER = Shape(hidden=256, layers=4)


def run() -> list[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        foundry = FoundryLocal(str(write_onnx_model(folder / _TINY)), folder / "sdk")
        rows = [*_tokens(foundry, folder), _overhead_in_process(foundry, folder)]
        bodies = _first_and_second(foundry, folder)
        foundry.close()
        with _llama(folder, Shape()) as url:
            rows.append(_overhead_over_http(url, folder))
        with _llama(folder, _LARGER) as url:
            rows += _prefix(url, bodies)
    return rows


def _tokens(runtime: Runtime, folder: Path) -> Iterator[Row]:
    for what, case in (("the article's case", article_case(folder)), ("a case of 60 facts", large_case(folder, 60))):
        counted = {}
        for mode in ("select", "write"):
            asked = Asker(runtime, case, folder, mode).ask("めまいと動悸")
            counted[mode] = asked.completion.usage.completion_tokens
        assert counted["select"]
        assert counted["write"]
        aim = "1/8 at most"
        yield Row(f"{what}: tokens decoded in `select`", counted["select"], "tokens", "`write`", counted["write"], aim)


def _overhead_in_process(runtime: FoundryLocal, folder: Path) -> Row:
    """The same prompt through us and given to the SDK by hand, in turns."""
    from foundry_local_sdk import ChatSession, Request, TextItem
    from foundry_local_sdk.items import TextItemType

    asker = Asker(runtime, article_case(folder), folder, "select")
    asker.ask("めまい")
    ours, bare = [], []
    with closed_sdk(folder / "sdk") as sdk:
        model = find(sdk, str(folder / _TINY))
    for asked in asker.many(_SYMPTOMS):
        ours.append(asked.seconds)
        start = time.perf_counter()
        with ChatSession(model) as session, Request() as request:
            request.add_item(TextItem(_body(asked), TextItemType.OPENAI_JSON))
            with session.process_request(request) as response:
                completion(json.loads(response.get_item(0).text))  # type: ignore[attr-defined]
        bare.append(time.perf_counter() - start)
    return _overhead("Foundry Local in this process", ours, bare)


def _overhead_over_http(url: str, folder: Path) -> Row:
    """The same prompt through us and posted by hand; another case before each, so that neither finds it in memory."""
    runtime = OpenAICompatible(url, NAME)
    asker, other = (Asker(runtime, case, folder, "select") for case in (article_case(folder), large_case(folder, 20)))
    ours, bare = [], []
    asker.ask("めまい")
    with httpx2.Client(trust_env=False, timeout=60) as http:
        flush = _body(other.ask("動悸"))
        for asked in asker.many(_SYMPTOMS[:6], before=lambda: _post(http, url, flush)):
            ours.append(asked.seconds)
            _post(http, url, flush)
            start = time.perf_counter()
            _post(http, url, _body(asked))
            bare.append(time.perf_counter() - start)
    runtime.close()
    return _overhead("llama.cpp's server", ours, bare)


def _first_and_second(runtime: Runtime, folder: Path) -> dict[str, list[str]]:
    """Two questions about a case, as they are sent; asked elsewhere, so that the server has seen neither."""
    cases = {"the article's case": article_case(folder), "60 facts": large_case(folder, 60)}
    askers = {what: Asker(runtime, case, folder, "select") for what, case in cases.items()}
    return {what: [_body(asker.ask(text)) for text in ("めまい", "動悸と頭痛")] for what, asker in askers.items()}


def _prefix(url: str, bodies: dict[str, list[str]]) -> Iterator[Row]:
    """What llama.cpp's server says that it took to read the prompt, for the first and for the second question."""
    with httpx2.Client(trust_env=False, timeout=60) as http:
        for what, questions in bodies.items():
            named = [body.replace(f'"model": "{_TINY}"', f'"model": "{NAME}"', 1) for body in questions]
            first, second = (_post(http, url, body)["timings"] for body in named)
            tokens = f"{first['prompt_n']} tokens, then {second['prompt_n']}"
            what = f"{what}: second question, reading the prompt ({tokens})"
            yield Row(what, second["prompt_ms"], "ms", "first question", first["prompt_ms"], "1/10 at most")


def _overhead(what: str, ours: list[float], bare: list[float]) -> Row:
    over = [(a - b) for a, b in zip(ours, bare, strict=True)]
    middle = Spread.of(over).p50
    floor = f"bare call {Spread.of(bare).p50:.1f} ms, ours {Spread.of(ours).p50:.1f} ms"
    return Row(f"{what}: our own time, ledger on disk", middle, "ms", floor, None, "under 5 ms")


def _body(asked: Question) -> str:
    given = question(asked.name, asked.messages, asked.schema, asked.max_tokens, asked.dialect)
    return json.dumps(given, ensure_ascii=False)


def _post(http: httpx2.Client, url: str, body: str) -> dict[str, Any]:
    answer = http.post(
        f"{url}/v1/chat/completions", content=body.encode(), headers={"content-type": "application/json"}
    )
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


@contextmanager
def _llama(folder: Path, shape: Shape) -> Iterator[str]:
    server = llama_server(write_gguf_model(folder / "tiny.gguf", shape), folder)
    server.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.stop()
