"""`sekisho chat` and `sekisho ask` on a cloud model that is a local wire server, as real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.running import DIZZY, PATIENCE, THYROID, clean_environment, command, run, session_of
from tests.engines.cloud_wire import GUIDANCE, KEY, MODEL, Wire, serving_wire

from sekisho.checkpoint.prompt import Placeholders
from sekisho.cli.chat import _Chat
from sekisho.wording import wording

NAME = json.loads(THYROID.read_text(encoding="utf-8"))["patient"]["full_name"]


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving_wire(Wire()) as served:
        yield served


def cloud(wire: Wire) -> list[str]:
    return ["--cloud", "openai-compatible", "--cloud-endpoint", f"{wire.url}/v1", "--cloud-model", MODEL]


@contextmanager
def chatting(home: Path, *more: str, language: str = "ja", **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    arguments = command("--lang", language, "--state", "s", "chat", "--case", str(THYROID), *more)
    pipe = subprocess.PIPE
    with subprocess.Popen(
        arguments,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        cwd=home,
        env=clean_environment(home, **{"SEKISHO_CLOUD_KEY": KEY, "PYTHONUNBUFFERED": "1", **environment}),
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[bytes], typed: str) -> tuple[int, str, str]:
    out, err = process.communicate(typed.encode(), timeout=PATIENCE)
    return process.returncode, out.decode(), err.decode()


def test_follow_up_questions_keep_the_case_and_what_was_disclosed(tmp_path: Path) -> None:
    with chatting(tmp_path, language="en") as process:
        status, out, err = ended(process, "I feel dizzy\nShould I stop my medicine?\n/history\n/exit\nnever asked\n")
        assert session_of(process.pid) == []
    assert (status, err) == (0, "")
    assert out.count("decides to ask for the background") == 1
    assert out.count("> I feel dizzy\n- Background") == 1
    assert "never asked" not in out
    ledger = (tmp_path / "s" / "ledger.jsonl").read_bytes().splitlines()
    assert len(ledger) == 1


def test_a_question_of_which_nothing_may_leave_is_refused_and_the_conversation_goes_on(
    tmp_path: Path, wire: Wire
) -> None:
    with chatting(tmp_path, *cloud(wire)) as process:
        status, out, err = ended(process, f"ゑゐ\n{DIZZY}\n")
    assert status == 0
    assert "identifier_found" in err
    assert "".join(GUIDANCE) in out
    assert "トークン: 入力 2,000、出力 100。" in out
    assert len(wire.requests) == 2


def test_a_cloud_model_that_is_not_ready_is_told_at_each_question_by_its_code(tmp_path: Path, wire: Wire) -> None:
    with chatting(tmp_path, *cloud(wire), SEKISHO_CLOUD_KEY="with a space") as process:
        status, _, err = ended(process, f"{DIZZY}\n{DIZZY}\n")
    assert status == 0
    assert [line.split(" ")[1] for line in err.splitlines()] == ["cloud_key_wrong"] * 2
    assert wire.requests == []


def test_ctrl_c_at_the_question_whether_to_send_is_a_no_and_the_conversation_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Ready:
        model, memory = "", Placeholders("en")

        def agreed(self, *_: object, **__: object) -> str | None:
            raise KeyboardInterrupt

    asked: list[str] = []
    chat = _Chat(Ready(), None, wording("en"), "en")  # type: ignore[arg-type]
    monkeypatch.setattr(chat, "_asked", asked.append)
    try:
        chat._ask("I feel dizzy")
    except KeyboardInterrupt:  # uncaught it would end the run of the tests
        pytest.fail("it ended the conversation")
    assert asked == []


def test_one_name_has_one_placeholder_in_all_questions(tmp_path: Path, wire: Wire) -> None:
    wire.guidance = ("〔氏名1〕さんは休んでください。",)
    with chatting(tmp_path, *cloud(wire)) as process:
        status, out, _ = ended(process, f"{NAME}です。めまいがします\n{NAME}は薬を飲み続けてよいですか\n")
    assert status == 0
    assert out.count(f"{NAME}さんは休んでください。") == 2
    assert not [request for request in wire.requests if NAME in request.raw.decode()]
    asked = [m["content"] for m in wire.requests[-1].body["messages"] if m["role"] == "user"]
    assert [text.partition("\n\n")[0] for text in asked] == [
        "〔氏名1〕です。めまいがします",
        "〔氏名1〕は薬を飲み続けてよいですか",
    ]


def test_ctrl_c_gives_up_the_question_and_not_the_conversation(tmp_path: Path, wire: Wire) -> None:
    wire.hangs = True
    with chatting(tmp_path, *cloud(wire)) as process:
        assert process.stdin is not None
        process.stdin.write(f"{DIZZY}\n".encode())
        process.stdin.flush()
        assert wire.arrived.wait(PATIENCE)
        os.kill(process.pid, signal.SIGINT)
        assert process.stderr is not None
        assert process.stderr.readline().startswith(b"sekisho: cancelled")
        wire.hangs = False
        status, out, _ = ended(process, "動悸だけです\n/exit\n")
        assert session_of(process.pid) == []
    assert status == 0
    assert "".join(GUIDANCE) in out
    assert len(wire.requests) == 3


def test_being_told_to_end_stops_both_zones(tmp_path: Path, wire: Wire) -> None:
    wire.hangs = True
    with chatting(tmp_path, *cloud(wire)) as process:
        assert process.stdin is not None
        process.stdin.write(f"{DIZZY}\n".encode())
        process.stdin.flush()
        assert wire.arrived.wait(PATIENCE)
        import psutil

        zones = psutil.Process(process.pid).children(recursive=True)
        assert len(zones) == 2
        process.terminate()
        assert process.wait(PATIENCE) == 130
        _, alive = psutil.wait_procs(zones, timeout=10)
        assert alive == []


def test_ask_tells_what_was_used_and_what_the_whole_record_would_have_been(tmp_path: Path, wire: Wire) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text(
        'currency = "JPY"\nas_of = "2026-11"\n[models]\n"WIRE-model" = { given = 100, cached = 50, made = 1000 }\n'
    )
    ask = ["--lang", "en", "--state", "s", "ask", DIZZY, "--case", str(THYROID), *cloud(wire)]
    status, out, err = run(tmp_path, *ask, "--json", SEKISHO_CLOUD_KEY=KEY, SEKISHO_CLOUD_PRICES=str(prices))
    assert (status, err) == (0, "")
    usage = json.loads(out)["usage"]
    assert (usage["requests"], usage["tokens_in"], usage["tokens_in_cached"], usage["tokens_out"]) == (
        2,
        2000,
        400,
        100,
    )
    assert usage["cost"] == pytest.approx((1600 * 100 + 400 * 50 + 100 * 1000) / 1e6)
    assert (usage["currency"], usage["prices_of"]) == ("JPY", "2026-11")
    assert usage["estimated_tokens_of_the_record"] > usage["estimated_tokens_of_the_summary"] > 0


@pytest.mark.parametrize("text", ["cloud_key = 'k'", "api_key = 'k'", "password = 'k'", "CLOUD_SECRET = 'k'"])
def test_a_key_in_the_settings_file_is_refused_with_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "sekisho.toml").write_text(text)
    status, out, err = run(tmp_path, "--lang", "en", "ask", DIZZY, "--case", str(THYROID))
    assert (status, out) == (2, "")
    assert "key_in_file [sekisho.toml]" in err
    assert "SEKISHO_CLOUD_KEY" in err


def test_a_failure_of_the_cloud_model_is_said_with_the_host_and_the_fix(tmp_path: Path, wire: Wire) -> None:
    wire.error = "unknown_deployment"
    ask = ["--lang", "ja", "--state", "s", "ask", DIZZY, "--case", str(THYROID), *cloud(wire)]
    status, _, err = run(tmp_path, *ask, SEKISHO_CLOUD_KEY=KEY)
    assert status == 4
    assert "cloud_model_unknown [127.0.0.1]" in err
    assert "SEKISHO_CLOUD_MODEL" in err


def test_a_setting_of_the_cloud_that_cannot_be_is_named_before_anything_starts(tmp_path: Path) -> None:
    status, out, err = run(tmp_path, "ask", DIZZY, "--case", str(THYROID), "--cloud", "openai")
    assert (status, out) == (2, "")
    assert "bad_setting [cloud_model]" in err
