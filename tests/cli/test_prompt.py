"""`sekisho prompt`: shows what of a text would leave, and says by its exit status where nothing may."""

from __future__ import annotations

import io
import json
import sys

import pytest
from tests.cli.conftest import Cli
from tests.cli.running import THYROID


def test_the_answer_as_json(cli: Cli) -> None:
    said = cli("prompt", "田中花子です。昨日から頭痛がします。", "--json", "--lang", "ja")
    assert (said.status, said.err) == (0, "")
    assert json.loads(said.out) == {
        "text": "〔氏名1〕です。昨日から頭痛がします。",
        "treatment": "mask",
        "masked": 1,
        "as_codes": 0,
    }


def test_for_a_person_both_sides_are_shown(cli: Cli) -> None:
    said = cli("prompt", "Zorblat has a fever. My head hurts.", "--lang", "en")
    assert said.status == 0
    assert all(word in said.out for word in ("Zorblat", "[Word 1] has a fever.", "My head hurts."))


@pytest.mark.parametrize("text", ["ゾルブラト", "090-1234-5678"])
def test_where_nothing_may_leave_the_status_is_three(cli: Cli, text: str) -> None:
    said = cli("prompt", text, "--json")
    assert said.status == 3
    assert json.loads(said.out)["text"] == ""


def test_standard_input_is_read_for_a_dash(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("頭痛がします。\n".encode()), encoding="utf-8"))
    assert json.loads(cli("prompt", "-", "--json").out)["text"] == "頭痛がします。"


@pytest.mark.parametrize(
    ("data", "code"), [(b"a" * 70_000, "bad_symptoms"), (b"\xff\xfe\xff", "bad_encoding"), (b"", "bad_symptoms")]
)
def test_input_that_cannot_be_used_is_said(cli: Cli, monkeypatch: pytest.MonkeyPatch, data: bytes, code: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    said = cli("prompt", "-")
    assert (said.status, said.err.split(":")[1].strip()) == (2, code)


@pytest.mark.guarantee("G6")
def test_the_identifiers_of_a_case_are_looked_for(cli: Cli) -> None:
    name = json.loads(THYROID.read_text(encoding="utf-8"))["patient"]["full_name"]
    said = cli("prompt", f"{name}です。めまいがします。", "--case", THYROID, "--json")
    assert said.status == 0
    assert name not in said.out
    assert "めまいがします" in said.out
