"""The supervisor with real processes: one run at a time, one zone, and nothing left when the app is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from tests.console.opening import QUESTION, answered, only_case, setup_in, until
from tests.server.running import RECORD_CANARY, SYMPTOMS_CANARY

from sekisho.console.run import Phase
from sekisho.console.supervisor import Supervisor
from sekisho.console.zone_keeper import Condition, Way
from sekisho.errors import Code

NEEDS_POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    console = Supervisor(setup_in(tmp_path_factory.mktemp("console")))
    yield console
    console.close()
    assert console.zone().condition is Condition.STOPPED


def test_one_question_goes_all_the_way_and_everything_about_it_is_there(console: Supervisor) -> None:
    picture = answered(console)
    assert (picture.phase, picture.code) == (Phase.DONE, None)
    assert [step.key for step in picture.steps][:3] == ["inspect", "zone", "question_sent"]
    assert "ペニシリン" in picture.guidance
    entry = console.look.ledger().entries[0]
    assert picture.disclosed == (entry.summary,)
    until(lambda: bool(console.traffic.all(verdict="disclosure")))
    (call,) = console.traffic.all(verdict="disclosure")
    assert (call.sequence, call.size, call.way) == (entry.sequence, len(entry.summary.encode()), "mcp")
    until(lambda: bool(console.history.all()))
    figures = console.history.all()[-1]
    assert figures.disclosed["allergy"] == 1
    assert 0 < figures.summary_tokens < figures.record_tokens


def test_a_canary_comes_back_and_the_log_remembers_it(console: Supervisor) -> None:
    console.start_zone("ja")
    pid = console.zone().pid
    console.start_zone("ja")
    assert console.zone().pid == pid  # it is not started twice
    assert console.canary().code is None
    assert console.traffic.all()[0].method == "canary"


def test_however_many_tabs_press_run_one_question_is_asked(console: Supervisor) -> None:
    case = only_case(console)
    before = len(console.look.ledger().entries)
    with ThreadPoolExecutor(8) as tabs:
        begun = list(tabs.map(lambda _: console.ask(QUESTION, case, "ja"), range(8)))
    assert begun.count(True) == 1
    until(lambda: not console.is_at_work)
    assert len(console.look.ledger().entries) == before + 1


@pytest.mark.guarantee("G6")
def test_a_question_that_holds_the_persons_name_leaves_without_it(console: Supervisor) -> None:
    case = only_case(console)
    seen = console.look.preview(f"{RECORD_CANARY}です。昨日から動悸がします。", case, "ja")
    assert seen.code is not None or RECORD_CANARY not in seen.leaves
    picture = answered(console, f"{RECORD_CANARY}です。昨日から動悸がします。")
    assert RECORD_CANARY not in picture.sent
    assert picture.sent == seen.leaves


def test_the_operator_takes_a_line_out_refuses_and_cancels(console: Supervisor) -> None:
    console.choose(asking="always")
    case = only_case(console)
    assert console.ask(QUESTION, case, "ja")
    until(lambda: bool(console.reviews.waiting()))
    (review,) = console.reviews.waiting()
    line = next(line for line in review.lines if line.key.endswith("chronic_conditions"))
    assert console.reviews.release(review.number, frozenset({line.number}))
    until(lambda: not console.is_at_work)
    assert console.look.ledger().entries[0].approval == "reduced"

    assert console.ask(QUESTION, case, "ja")
    until(lambda: bool(console.reviews.waiting()))
    assert console.reviews.refuse(console.reviews.waiting()[0].number)
    until(lambda: not console.is_at_work)
    picture = console.picture()
    assert picture is not None
    assert (picture.refusal, picture.disclosed) == (Code.NOT_APPROVED, ())

    assert console.ask(QUESTION, case, "ja")
    until(lambda: bool(console.reviews.waiting()))
    console.cancel()
    picture = console.picture()
    assert picture is not None
    assert picture.phase is Phase.CANCELLED
    assert console.reviews.waiting() == []
    until(lambda: console.look.ledger().entries[0].kind == "refusal")
    assert console.zone().condition is Condition.RUNNING
    console.choose(asking="never")


@NEEDS_POSIX
def test_a_zone_that_is_killed_is_told_and_the_next_question_starts_another(console: Supervisor) -> None:
    console.start_zone("ja")
    os.kill(console.zone().pid, signal.SIGKILL)
    until(lambda: console.zone().condition is Condition.FAILED)
    assert console.zone().code is Code.SERVER_UNREACHABLE
    assert console.canary().code is Code.SERVER_UNREACHABLE
    console.start_zone("ja")
    assert console.canary().code is None


@NEEDS_POSIX
def test_a_token_that_cannot_be_used_is_told_and_a_mended_one_is_taken(console: Supervisor) -> None:
    console.start_zone("ja")  # it makes the token
    console.stop_zone()
    token = console.setup.context("ja").settings.token_file
    token.chmod(0o644)
    console.start_zone("ja")
    assert (console.zone().condition, console.zone().code) == (Condition.FAILED, Code.BAD_TOKEN)
    picture = answered(console)
    assert (picture.phase, picture.code) == (Phase.FAILED, Code.BAD_TOKEN)
    token.chmod(0o600)
    console.start_zone("ja")
    assert console.zone().condition is Condition.RUNNING


@pytest.mark.guarantee("G9")
def test_over_a_link_the_zone_has_no_port_and_its_calls_are_seen_all_the_same(console: Supervisor) -> None:
    console.choose(way=Way.LINK)
    picture = answered(console)
    assert picture.phase is Phase.DONE
    until(lambda: bool(console.traffic.all(verdict="disclosure")))
    assert console.traffic.all(verdict="disclosure")[0].way == "link"
    assert console.canary().code is None
    said = {("in", "question", "ok"), ("out", "event", "ok"), ("out", "answer", "ok"), ("in", "canary", "ok")}
    # The zone tells of its frames by a pipe of its own: a canary may be back before its frame was told.
    until(lambda: said <= {(passed.way, passed.method, passed.verdict) for passed in console.traffic.all()})
    frames = [passed for passed in console.traffic.all() if passed.way in ("in", "out")]
    assert min(frame.size for frame in frames) > 1024  # sealed and padded
    assert {frame.case for frame in frames} == {""}
    worker = psutil.Process(console.zone().pid)
    assert [c for c in worker.net_connections("inet") if c.status == psutil.CONN_LISTEN] == []
    console.choose(way=Way.DIRECT)
    until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)


_APP = """
import sys
import time
from sekisho.console.setup import setup_from
from sekisho.console.supervisor import Supervisor
console = Supervisor(setup_from(sys.argv[1:]))
console.choose(asking="always")
(case,) = console.look.cases()
console.ask("昨日から動悸があります。", case, "ja")
while not console.reviews.waiting():
    time.sleep(0.02)
print(console.zone().pid, console._cloud.pid, flush=True)
sys.stdin.read()
"""


@NEEDS_POSIX
@pytest.mark.guarantee("G4")
def test_when_the_app_is_killed_its_processes_are_gone_and_nothing_private_is_on_the_disk(tmp_path: Path) -> None:
    setup = setup_in(tmp_path)
    options = ["--state", str(tmp_path / "state"), "--cases", str(tmp_path / "cases"), "--lang", "ja"]
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", _APP, *options], stdin=pipe, stdout=pipe, text=True) as app:
        assert app.stdout is not None
        children = [psutil.Process(int(pid)) for pid in app.stdout.readline().split()]
        app.kill()
        app.wait(30)
        _, alive = psutil.wait_procs(children, 30)
        assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    written = b"".join(path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file())
    for private in (RECORD_CANARY, "昨日から動悸", SYMPTOMS_CANARY):
        assert private.encode() not in written
    assert setup.context("ja").settings.state.is_dir()
