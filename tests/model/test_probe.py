"""What a probe finds out, against a server that does and one that does not do what it should; and where it looks."""

from __future__ import annotations

import json
import os
import stat
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from tests.model.chat_server import MODEL, ChatServer, obedient, raw, schema_of, serving, until_gone

from sekisho.errors import Code, SetupError
from sekisho.local.model.discovery import FOUNDRY, find_servers, foundry_service
from sekisho.local.model.found import FoundModel
from sekisho.local.model.openai import OpenAICompatible
from sekisho.local.model.probe import Findings, Prefix, full_probe, probe
from sekisho.local.model.runtime import Cancellation, Dialect, Message, ModelInfo

on_posix = pytest.mark.skipif(os.name != "posix", reason="a script as a command")


def probed(server: ChatServer, full: bool = False) -> Findings:
    runtime = OpenAICompatible(server.url, MODEL)
    try:
        return (full_probe if full else probe)(runtime, time.monotonic() + 20, Cancellation())
    finally:
        runtime.close()


def test_a_server_that_enforces_the_schema_is_seen_to_do_so() -> None:
    with serving() as server:
        found = probed(server)
        assert (found.dialect, found.enforced) == (Dialect.MERGED, True)
        (asked,) = (request.body for request in server.received if request.raw)
        nonce = schema_of(asked)["properties"]["word"]["enum"][0]
        assert nonce not in json.dumps(asked["messages"])


def test_every_probe_asks_for_another_word() -> None:
    with serving() as server:
        probed(server)
        probed(server)
        words = {json.dumps(schema_of(r.body)["properties"]["word"]["enum"]) for r in server.received if r.raw}
        assert len(words) == 2


@pytest.mark.parametrize("text", ['{"word": "cat"}', "Which word do you choose?", ""])
def test_a_server_that_ignores_the_schema_is_seen_to_do_so(text: str) -> None:
    with serving(brain=lambda _: text) as server:
        found = probed(server)
        assert (found.dialect, found.enforced) == (Dialect.MERGED, False)


def test_the_dialect_that_works_is_found() -> None:
    def standard_only(body: dict[str, Any]) -> Any:
        form = body.get("response_format", {}).get("json_schema", {})
        return raw(b'{"error": "no"}', 400) if "properties" in form else obedient(body)

    with serving(brain=standard_only) as server:
        found = probed(server)
        assert (found.dialect, found.enforced) == (Dialect.STANDARD, True)


def test_a_server_that_refuses_every_schema_is_asked_without() -> None:
    def refusing(body: dict[str, Any]) -> Any:
        return raw(b"{}", 400) if "response_format" in body else "x"

    with serving(brain=refusing) as server:
        found = probed(server)
        assert (found.dialect, found.enforced) == (Dialect.NONE, False)


def test_speed_and_reuse_of_the_prefix_are_measured() -> None:
    seen: list[str] = []

    def counting(body: dict[str, Any]) -> Any:
        prompt = body["messages"][-1]["content"]
        head = prompt.rpartition("\n")[0]
        cached = len(head) if any(old.startswith(head) for old in seen) else 0
        seen.append(prompt)
        usage = {
            "prompt_tokens": len(prompt),
            "completion_tokens": body["max_tokens"],
            "prompt_tokens_details": {"cached_tokens": cached},
        }
        text = obedient(body)
        return raw(json.dumps({"choices": [{"message": {"content": text}}], "usage": usage}).encode())

    with serving(brain=counting) as server:
        found = probed(server, full=True)
    assert found.tokens_per_second
    assert found.prefix is not None
    assert found.prefix.is_reused
    assert found.prefix.cached_tokens


def test_reuse_is_told_by_the_counts_or_else_by_the_clock() -> None:
    assert Prefix(1.0, 1.0, 1000, 900).is_reused
    assert not Prefix(1.0, 0.01, 1000, 0).is_reused
    assert Prefix(1.0, 0.1, None, None).is_reused
    assert not Prefix(1.0, 0.9, 1000, None).is_reused


def test_a_model_that_is_not_there_is_a_code() -> None:
    with serving(models=["other"]) as server, pytest.raises(SetupError) as caught:
        probed(server)
    assert (caught.value.code, caught.value.place) == (Code.MODEL_MISSING, MODEL)


# What the servers tell of their models

TOLD: dict[str, tuple[dict[str, Any], ModelInfo]] = {
    "Ollama": (
        {
            "/api/tags": {"models": [{"name": MODEL, "size": 2_000}]},
            "/api/ps": {"models": [{"name": MODEL, "size": 1_000, "size_vram": 400, "context_length": 4096}]},
        },
        ModelInfo(MODEL, loaded=True, context=4096, device="GPU 40 % / CPU", size=1_000),
    ),
    "Ollama, not loaded": (
        {"/api/tags": {"models": [{"name": MODEL, "size": 2_000}]}, "/api/ps": {"models": []}},
        ModelInfo(MODEL, loaded=False, size=2_000),
    ),
    "llama-server": (
        {
            "/v1/models": {"data": [{"id": MODEL, "meta": {"n_ctx_train": 131072, "size": 7}}]},
            "/props": {"default_generation_settings": {"n_ctx": 8192}},
        },
        ModelInfo(MODEL, context=8192),
    ),
    "LM Studio": (
        {"/api/v0/models": {"data": [{"id": MODEL, "state": "loaded", "max_context_length": 32768}]}},
        ModelInfo(MODEL, loaded=True, context=32768),
    ),
    "vLLM": ({"/v1/models": {"data": [{"id": MODEL, "max_model_len": 2048}]}}, ModelInfo(MODEL, context=2048)),
    "nothing more": ({}, ModelInfo(MODEL)),
    "nonsense": (
        {"/api/tags": [1], "/api/ps": {"models": [7, {"name": 7}]}, "/props": "x", "/api/v0/models": {"data": None}},
        ModelInfo(MODEL),
    ),
}


@pytest.mark.parametrize("server", TOLD)
def test_what_a_server_tells_of_its_models_is_read(server: str) -> None:
    pages, info = TOLD[server]
    with serving(pages=pages) as running:
        runtime = OpenAICompatible(running.url, MODEL)
        assert runtime.models(time.monotonic() + 10) == (info,)
        runtime.close()


def test_a_name_that_could_do_something_to_a_screen_is_left_out() -> None:
    with serving(models=["a\x1b[31m", "b" * 300, "ok"]) as server:
        runtime = OpenAICompatible(server.url, "ok")
        assert [model.name for model in runtime.models(time.monotonic() + 10)] == ["ok"]
        runtime.close()


# Where it looks


def port(server: ChatServer) -> int:
    return int(server.url.rpartition(":")[2])


@pytest.fixture
def no_foundry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_foundry")
def test_servers_are_found_where_they_usually_listen() -> None:
    with serving(models=["a"]) as one, serving(models=["b", "c"]) as two, serving() as silent:
        silent.pages["/v1/models"] = until_gone
        usual = (("One", port(one)), ("Two", port(two)), ("Silent", port(silent)), ("Nobody", 9))
        start = time.monotonic()
        found = find_servers(usual, seconds=0.5)
        assert time.monotonic() - start < 5
        assert [(s.label, [m.name for m in s.models]) for s in found] == [("One", ["a"]), ("Two", ["b", "c"])]
        assert not any(request.raw for request in one.received + two.received)


@pytest.mark.usefixtures("no_foundry")
def test_something_else_that_listens_there_is_no_server() -> None:
    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"SSH-2.0-x\r\n")
        handler.close_connection = True

    with serving(pages={"/v1/models": page}) as server:
        assert find_servers((("One", port(server)),)) == []


def command(folder: Path, script: str) -> None:
    path = folder / "foundry"
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


NEWER = """case "$*" in
  "server status --output json") echo '{"running": true, "urls": ["http://127.0.0.1:PORT/"]}';;
  *) echo "unknown command: http://127.0.0.1:9" >&2; exit 1;;
esac"""
OLDER = """case "$*" in
  "service status") echo "Model management service is running on http://127.0.0.1:PORT/openai/status";;
  *) echo "Unrecognized command"; exit 1;;
esac"""


@on_posix
@pytest.mark.parametrize("script", [NEWER, OLDER], ids=["newer", "older"])
def test_the_service_of_foundry_local_is_found_by_either_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with serving(models=["phi-4-mini"]) as server:
        command(tmp_path, script.replace("PORT", str(port(server))))
        assert foundry_service() == server.url
        (found,) = find_servers(())
        assert (found.label, found.models[0].name) == (FOUNDRY, "phi-4-mini")


@on_posix
@pytest.mark.guarantee("G8")
@pytest.mark.parametrize("told", ["http://example.com:80/", "http://10.0.0.5:80", "not running", ""])
def test_an_address_elsewhere_that_a_command_tells_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    command(tmp_path, f"echo '{told}'")
    assert foundry_service() == ""


@on_posix
@pytest.mark.parametrize("told", ["http://127.0.0.1:99999", "http://127.0.0.999:80"])
def test_an_address_that_is_none_hides_no_other_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    command(tmp_path, f"echo '{told}'")
    with serving(models=["a"]) as server:
        assert [found.label for found in find_servers((("One", port(server)),))] == ["One"]


def test_a_model_is_found_on_the_server_that_offers_it_and_again_when_it_has_moved() -> None:
    with serving(models=["other"]) as other, serving(models=[MODEL]) as first, serving(models=[MODEL]) as second:
        running = [other, first]

        def find() -> list[Any]:
            return find_servers(tuple((str(i), port(s)) for i, s in enumerate(running)), seconds=2)

        runtime = FoundModel(MODEL, find)
        assert runtime.address == ""
        ask = ([Message("user", "x")], None, 5)
        assert runtime.complete(*ask, time.monotonic() + 10, Cancellation()).text
        assert runtime.address == first.url
        running[1] = second
        first.models[:] = ["other"]
        first.brain = lambda _: raw(b"{}", 404)
        with pytest.raises(SetupError, match="model_missing"):
            runtime.complete(*ask, time.monotonic() + 10, Cancellation())
        assert runtime.complete(*ask, time.monotonic() + 10, Cancellation()).text
        assert runtime.address == second.url
        running[1] = other
        with pytest.raises(SetupError, match="model_missing"):
            runtime.models(time.monotonic() + 10)
        running.clear()
        with pytest.raises(SetupError, match="model_unreachable"):
            runtime.models(time.monotonic() + 10)
        runtime.close()


def test_looking_for_a_model_ends_at_the_deadline() -> None:
    let_go = threading.Event()

    def find() -> list[Any]:
        let_go.wait(30)
        return []

    runtime = FoundModel(MODEL, find)
    start = time.monotonic()
    with pytest.raises(SetupError, match="model_timeout"):
        runtime.models(start + 0.2)
    assert time.monotonic() - start < 5
    let_go.set()
