"""What the cloud sends is hostile (G7): fixed codes, and never a word of it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.server.running import META, MODERN, RECORD_CANARY, Running, background, code, messages, sample_case, serving

CANARY = "Canary7Qx カナリヤ"
TOOL = "get_patient_background"


def silent_about(response: httpx2.Response, *words: str) -> None:
    """No word of what was sent is in the answer, in any spelling that JSON has for it."""
    seen = response.text + str(response.headers)
    for word in (*CANARY.split(), *words):
        assert word not in seen
        assert json.dumps(word)[1:-1] not in seen


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"symptoms": CANARY, "patient_id": CANARY}, "bad_arguments"),
        ({"symptoms": CANARY, CANARY: 1}, "bad_arguments"),
        ({CANARY: CANARY}, "bad_arguments"),
        ({}, "bad_arguments"),
        ({"symptoms": {CANARY: CANARY}}, "bad_arguments"),
        ({"symptoms": [CANARY]}, "bad_arguments"),
        ({"symptoms": 5}, "bad_arguments"),
        ({"symptoms": None}, "bad_arguments"),
        ({"symptoms": True}, "bad_arguments"),
        ({"symptoms": CANARY, "case": 5}, "bad_arguments"),
        ({"symptoms": CANARY, "case": [CANARY]}, "bad_arguments"),
        ({"symptoms": ""}, "bad_symptoms"),
        ({"symptoms": " \n\t　"}, "bad_symptoms"),
        ({"symptoms": (CANARY * 200)[:2001]}, "bad_symptoms"),
        ({"symptoms": CANARY, "case": CANARY}, "case_unknown"),
        ({"symptoms": CANARY, "case": "case-aaaaaaaaaa"}, "case_unknown"),
        ({"symptoms": CANARY, "case": "../../etc/passwd"}, "case_unknown"),
        ({"symptoms": CANARY, "case": "a.json"}, "case_unknown"),
    ],
    ids=lambda value: None,
)
@pytest.mark.guarantee("G7")
def test_wrong_arguments_get_a_fixed_code_and_no_echo(server: Running, arguments: Any, expected: str) -> None:
    response = server.call(arguments)
    assert response.status_code == 200
    assert code(response) == expected
    silent_about(response)


def test_two_thousand_characters_are_answered(server: Running) -> None:
    assert "structuredContent" in messages(server.call({"symptoms": "動悸" * 1000}))[-1]["result"]


def test_a_case_must_be_named_where_there_are_several(cases: Path, tmp_path: Path) -> None:
    sample_case(cases, "b.json")
    with serving(background(cases, tmp_path / "state")) as server:
        response = server.call({"symptoms": CANARY})
        assert code(response) == "case_required"
        silent_about(response, "a.json", "b.json", "case-")


@pytest.mark.guarantee("G4")
def test_a_record_that_cannot_be_read_is_told_by_its_code_only(cases: Path, tmp_path: Path) -> None:
    (cases / "a.json").write_text(f'{{"patient": {{"full_name": "{CANARY}', "utf-8")
    with serving(background(cases, tmp_path / "state")) as server:
        response = server.call({"symptoms": "x"})
        assert code(response) == "bad_json"
        silent_about(response, "a.json", str(tmp_path))


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize(
    "params",
    [
        {"name": f"read_file{CANARY.split()[0]}", "arguments": {"path": CANARY}},
        {"name": TOOL, "arguments": [CANARY]},
        {"name": TOOL, "arguments": CANARY},
        {"name": "", "arguments": {}},
        {"arguments": {"symptoms": CANARY}},
    ],
    ids=lambda value: None,
)
@pytest.mark.guarantee("G7")
def test_a_malformed_call_gets_a_fixed_sentence(server: Running, params: dict[str, Any], legacy: bool) -> None:
    response = server.legacy("tools/call", params) if legacy else server.send("tools/call", params)
    error = messages(response)[-1]["error"]
    # -32020: the name in the body is not that of the header, which an empty or missing name cannot be.
    assert error["code"] in (-32602, -32020)
    assert not error.get("data")
    silent_about(response)
    assert not server.ledger.entries


@pytest.mark.parametrize(
    "body",
    [
        f'{{"{CANARY}',
        f'["{CANARY}"]',
        f'"{CANARY}"',
        "[" * 60_000,
        "9" * 60_000,
        json.dumps({"jsonrpc": "2.0", "id": {CANARY: 1}, "method": "tools/list"}),
        json.dumps({"jsonrpc": CANARY, "id": 1, "method": "tools/list"}),
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": [CANARY]}),
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"_meta": CANARY}}),
        b"\xff\xfe" + CANARY.encode("utf-16-le"),
        b"",
    ],
    ids=lambda value: None,
)
@pytest.mark.parametrize("version", [MODERN, "2025-06-18"])
@pytest.mark.guarantee("G7")
def test_a_malformed_body_gets_a_fixed_sentence(server: Running, body: str | bytes, version: str) -> None:
    headers = server.headers("tools/call", TOOL, version) | {"Content-Type": "application/json"}
    with server.client() as client:
        response = client.post(server.url, content=body, headers=headers)
    assert response.status_code in (200, 202, 400)
    assert RECORD_CANARY not in response.text
    if version == MODERN:  # at older revisions the SDK tells a sender what was wrong with the envelope, in its words
        silent_about(response)
    assert server.send("tools/list", {}).status_code == 200


@pytest.mark.parametrize("where", ["symptoms", "case"])
@pytest.mark.guarantee("G7")
def test_half_a_character_does_not_break_anything(server: Running, where: str) -> None:
    arguments = '"symptoms":"x","case":"\\ud800"' if where == "case" else '"symptoms":"\\udc00\\ud800"'
    body = f'{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{TOOL}","arguments":{{{arguments}}},'
    headers = server.headers("tools/call", TOOL) | {"Content-Type": "application/json"}
    with server.client() as client:
        response = client.post(server.url, content=f'{body}"_meta":{json.dumps(META)}}}}}', headers=headers)
    assert response.status_code == 200
    assert len(server.ledger.entries) == 1


@pytest.mark.parametrize(
    "method", ["resources/list", "resources/read", "prompts/list", "completion/complete", "logging/setLevel"]
)
@pytest.mark.guarantee("G7")
def test_what_is_not_offered_does_not_exist(server: Running, method: str) -> None:
    ask: list[Callable[[str, dict[str, Any]], httpx2.Response]] = [server.send, server.legacy]
    for way in ask:
        error = messages(way(method, {"uri": CANARY, "level": "debug"}))[-1]["error"]
        assert error["code"] in (-32601, -32602, -32020)  # no such method; or the envelope is wrong already
        assert CANARY not in json.dumps(error, ensure_ascii=False)
