"""Sample prompts, the door of the app, the log, the figures, the setup."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.console.access import PAUSE, Access, Door
from sekisho.console.history import KEPT, Figures, History
from sekisho.console.sample_prompts import read_sample, samples
from sekisho.console.setup import setup_from
from sekisho.console.traffic import Traffic
from sekisho.errors import InputError

CALL = {
    "case": "case-1", "verdict": "disclosure", "model": "rules", "size": 900, "sequence": 3, "seconds": 0.5,
    "steps": {"record": 0.0, "facts": 100.0, "model": 300.0, "checkpoint": 400.0}, "withheld": {"rare": 1},
}  # fmt: skip


def test_both_languages_have_the_same_shipped_prompts(tmp_path: Path) -> None:
    ja, en = (samples(language, tmp_path) for language in ("ja", "en"))
    assert [sample.name for sample in ja] == [sample.name for sample in en]
    assert len(ja) >= 3
    assert all(sample.title and sample.description and sample.text for sample in (*ja, *en))


def test_a_user_adds_prompts_as_files_and_a_file_of_another_form_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "mine.md").write_text("---\ntitle: 'Mine'\n---\nHow are you?\n", "utf-8")
    (folder / "broken.md").write_text("no head", "utf-8")
    (folder / "other.md").write_bytes(b"\xff\xfe")
    (folder / "long.md").write_text("---\ntitle: Long\n---\n" + "a" * 2001, "utf-8")
    (own,) = (sample for sample in samples("en", tmp_path) if sample.is_own)
    assert (own.name, own.title, own.text) == ("own/mine", "Mine", "How are you?")
    assert "How" not in repr(own)


@pytest.mark.parametrize("text", ["", "---\ntitle: A", "---\n---\nx", "---\ntitle: A\n---\n  "])
def test_what_has_no_title_or_no_text_is_no_prompt(text: str) -> None:
    assert read_sample("x", text) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "127.5.5.5"])
def test_on_this_machine_the_door_is_open(host: str) -> None:
    access = Access(host)
    assert access.is_kept
    assert access.door({}) is Door.OPEN


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "localhost", "", "evil.example"])
def test_from_elsewhere_nobody_comes_in_without_a_password_or_the_proxys_word(host: str, tmp_path: Path) -> None:
    bare = Access(host)
    assert not bare.is_kept
    assert bare.door({"X-Forwarded-User": "eve"}) is Door.CLOSED
    assert Access(host, tmp_path / "password").door({}) is Door.PASSWORD
    proxied = Access(host, header="X-Forwarded-User")
    assert proxied.door({}) is Door.CLOSED
    assert proxied.door({"x-forwarded-user": " "}) is Door.CLOSED
    assert proxied.door({"x-forwarded-user": "ann@example.jp"}) is Door.OPEN


@pytest.mark.guarantee("G4")
def test_a_keeper_that_is_set_is_asked_on_this_machine_too_for_a_proxy_brings_people_from_elsewhere(
    tmp_path: Path,
) -> None:
    assert Access("127.0.0.1", tmp_path / "password").door({}) is Door.PASSWORD
    assert Access("127.0.0.1", header="X-Forwarded-User").door({}) is Door.CLOSED
    assert Access("127.0.0.1", header="X-Forwarded-User").door({"x-forwarded-user": "ann"}) is Door.OPEN


def test_the_password_is_made_private_and_nobody_may_try_quickly(tmp_path: Path) -> None:
    now = 100.0
    file = tmp_path / "password"
    access = Access("0.0.0.0", file, clock=lambda: now)
    assert not access.admits("guess")
    assert file.stat().st_mode & 0o077 == 0
    right = file.read_text("ascii")
    assert not access.admits(right)  # too soon, even for the right one
    now += PAUSE
    assert access.admits(right)
    file.chmod(0o644)
    now += PAUSE
    with pytest.raises(InputError):
        access.admits(right)


def test_the_log_tells_the_envelope_and_how_long_each_step_took() -> None:
    traffic = Traffic(clock=lambda: 0.0)
    traffic.call(CALL, "link")
    traffic.canary("mcp", "ok", 12.0)
    canary, call = traffic.all()
    assert (canary.method, call.method, call.way, call.ms) == ("canary", "tools/call", "link", 500.0)
    assert call.durations() == {"record": 100.0, "facts": 200.0, "model": 100.0, "checkpoint": 100.0}
    assert traffic.all(method="canary") == [canary]
    assert traffic.all(case="case-1", verdict="disclosure") == [call]
    assert traffic.all(case="case-2") == []


def test_frames_of_the_link_stand_beside_the_requests_and_push_none_of_them_out() -> None:
    times = iter(range(10_000))
    traffic = Traffic(clock=lambda: float(next(times)))
    traffic.call(CALL, "link")
    for _ in range(1_500):
        traffic.frame({"direction": "out", "kind": "event", "size": 1145, "ms": 2.5, "verdict": "ok"})
    assert traffic.count == 1_501
    everything = traffic.all()
    assert (everything[0].way, everything[0].method, everything[0].size) == ("out", "event", 1145)
    assert everything[-1].method == "tools/call"
    assert [passed.way for passed in traffic.all(way="link")] == ["link"]
    assert {passed.way for passed in traffic.all(way="out", verdict="ok", method="event")} == {"out"}
    assert traffic.all(way="in") == []


def test_only_so_many_runs_are_remembered() -> None:
    history = History()
    for number in range(KEPT + 5):
        history.add(Figures(number, {}, {}, {}, 0, 0))
    assert [figures.number for figures in history.all()] == list(range(5, KEPT + 5))


def test_without_cases_the_fictitious_samples_are_open_in_a_state_folder_of_their_own(tmp_path: Path) -> None:
    setup = setup_from(["--state", str(tmp_path), "--lang=en"])
    assert setup.is_demo
    assert setup.language == "en"
    assert setup.context("ja").settings.state == tmp_path / "demo"
    assert setup.context("ja").words.language == "ja"
    own = setup_from(["--state", str(tmp_path), "--cases", str(tmp_path)])
    assert not own.is_demo
    assert own.context("en").settings.state == tmp_path
