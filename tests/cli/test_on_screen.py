"""A cloud that is out of order, or hostile, does nothing to the terminal and ends in a code."""

from __future__ import annotations

import pytest

from sekisho.cli.cloud_zone import _as_error, _read_event
from sekisho.cli.timeline import Timeline
from sekisho.errors import Code, Refused, SetupError
from sekisho.wording import wording

ESCAPES = "\x1b]52;c;aGk=\x07\x1b[2J\x9b31m\r\x08\u202e"


def test_guidance_cannot_move_hide_or_copy_anything(capsys: pytest.CaptureFixture[str]) -> None:
    timeline = Timeline(wording("en"))
    texts = [*(f"rest{ESCAPES}\n\twell"), "done"]
    timeline.follow({"event": "guidance", "at_ms": 1.0, "text": text} for text in texts)
    timeline.follow([{"event": "failed", "at_ms": 1.0, "code": ESCAPES}])
    out = capsys.readouterr().out
    assert not set(ESCAPES) & set(out) - set("]52;caGk=[2J31m")
    assert "\n\twell" in timeline.guidance


def test_a_step_of_a_worker_of_another_version_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    timeline = Timeline(wording("en"))
    steps = ("record", "a_step_that_nobody_here_knows", "failed", "")
    timeline.follow({"event": "tool_progress", "at_ms": 1.0, "step": step} for step in steps)
    (line,) = capsys.readouterr().out.splitlines()
    assert "reads the record" in line


def test_a_timeline_shows_nothing_of_itself() -> None:
    timeline = Timeline(wording("en"))
    timeline.follow([{"event": "guidance", "at_ms": 1.0, "text": "Taro, rest."}])
    assert "Taro" not in repr(timeline)


@pytest.mark.parametrize("name", ["_init__", "line", "say", "in_guidance", "follow"])
def test_an_event_is_no_name_of_something_else(name: str) -> None:
    timeline = Timeline(wording("en"))
    with pytest.raises(KeyError):
        timeline.follow([{"event": name, "at_ms": 1.0}])
    assert timeline.words is wording("en")


@pytest.mark.parametrize("line", [b"{", b"[]", b"{}", b'{"event": 1}', b"\xff", b"[" * 100_000])
def test_what_is_no_event_ends_in_a_code(line: bytes) -> None:
    with pytest.raises(Refused) as refused:
        _read_event(line)
    assert refused.value.code is Code.INTERNAL


def test_a_failure_has_a_known_code_and_a_place_that_can_be_shown() -> None:
    assert _as_error({"event": "failed", "code": "nonsense", "status": 3}).code is Code.INTERNAL
    failure = _as_error({"event": "failed", "code": "cloud_timeout", "status": 4, "place": f"host{ESCAPES}"})
    assert isinstance(failure, SetupError)
    assert not any(ord(character) < 32 for character in failure.place)
