"""Parts of a page that are drawn again by themselves: what Streamlit throws away of one never takes the page down."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.testing.v1 import AppTest, local_script_runner
from tests.console.opening import QUESTION, only_case, until
from tests.server.running import sample_case

from sekisho.ui.quiet import of_the_chosen_page, unless_a_page_waits
from sekisho.ui.shared import supervisor

SCRIPT = Path(__file__).parents[2] / "app.py"
LIMIT = 60


def drawing(patch: pytest.MonkeyPatch) -> list[ForwardMsg]:
    """What one drawing of the first view sends to the browser."""
    sent: list[ForwardMsg] = []
    tree_of = local_script_runner.parse_tree_from_messages

    def noted(messages: list[ForwardMsg]) -> object:
        sent[:] = messages
        return tree_of(messages)

    patch.setattr(local_script_runner, "parse_tree_from_messages", noted)
    page = AppTest.from_file(str(SCRIPT), default_timeout=LIMIT).run()
    assert not page.exception
    return sent


def parts_of(messages: Iterable[ForwardMsg]) -> set[str]:
    """The parts that draw themselves again, by Streamlit's names."""
    return {message.delta.fragment_id for message in messages if message.HasField("delta")} - {""}


def gap(messages: Iterable[ForwardMsg]) -> list[int] | None:
    """The first place that cannot be drawn, because the one before it is not there. Streamlit's page falls over it."""
    children: defaultdict[tuple[int, ...], int] = defaultdict(int)
    for message in messages:
        *box, place = path = list(message.metadata.delta_path)
        if place > children[tuple(box)]:
            return path
        children[tuple(box)] = max(children[tuple(box)], place + 1)
    return None


def test_a_part_that_is_thrown_away_before_it_was_sent_leaves_no_gap_in_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = sample_case(tmp_path / "cases")
    argv = ["app.py", "--state", str(tmp_path / "state"), "--cases", str(cases), "--lang", "en"]
    monkeypatch.setattr(sys, "argv", argv)
    console = supervisor(tuple(argv[1:]))
    try:
        console.choose(asking="always")
        assert console.ask(QUESTION, only_case(console), "en")
        until(lambda: bool(console.reviews.waiting()))
        sent = list(drawing(monkeypatch))
        assert hasattr(AppSession.request_rerun, "__wrapped__")  # see the test below
        parts = parts_of(sent)
        assert len(parts) >= 2  # the timeline, and the look-out for what other tabs do
        # A request for a part of an earlier drawing would make Streamlit throw this one away.
        assert not parts & parts_of(drawing(monkeypatch))
        for part in parts:
            queue = ForwardMsgQueue()
            for message in sent:
                queue.enqueue(message)
            queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=[part])
            kept = [message for message in queue.flush() if message.HasField("delta")]
            assert len(kept) > len(parts)
            assert gap(kept) is None
    finally:
        console.close()
        st.cache_resource.clear()


class Session:
    """A session of Streamlit's, as far as it is needed here."""


def test_a_page_that_was_left_does_not_draw_itself_again() -> None:
    asked: list[ClientState | None] = []
    ask = of_the_chosen_page(lambda _, state: asked.append(state))
    one, other = Session(), Session()
    beat = ClientState(fragment_id="timeline", page_script_hash="ask", is_auto_rerun=True)
    first, chosen = ClientState(page_script_hash=""), ClientState(page_script_hash="log")
    ask(one, first)
    ask(one, beat)  # the address bar chose the page: its hash is not known yet
    ask(one, chosen)
    ask(one, beat)  # dropped
    ask(other, beat)
    pressed = ClientState(fragment_id="timeline", page_script_hash="ask")
    ask(one, pressed)  # somebody's hand, not a clock
    ask(one, None)
    assert asked == [first, beat, chosen, beat, pressed, None]


@pytest.mark.parametrize(
    ("own", "waiting", "drawn"),
    [
        ("approve", "stays", "stays"),  # the page that was left asks last, and does not come back
        ("approve", "approve", "approve"),
        ("approve", "", "approve"),  # the address bar's: its page is not known
    ],
)
def test_a_page_that_was_asked_for_is_not_lost_to_the_one_that_is_left(
    monkeypatch: pytest.MonkeyPatch, own: str, waiting: str, drawn: str
) -> None:
    shipped = ScriptRequests._request_rerun_locked
    take = unless_a_page_waits(getattr(shipped, "__wrapped__", shipped))
    requests = ScriptRequests()
    assert take(requests, RerunData(page_script_hash=waiting))  # from the browser
    monkeypatch.setattr("sekisho.ui.quiet.get_script_run_ctx", lambda **_: object())
    assert take(requests, RerunData(page_script_hash=own))  # st.rerun of the script that still runs
    assert requests._rerun_data.page_script_hash == drawn


def test_whoever_chooses_another_page_meanwhile_gets_it() -> None:
    shipped = ScriptRequests._request_rerun_locked
    take = unless_a_page_waits(getattr(shipped, "__wrapped__", shipped))
    requests = ScriptRequests()
    for page in ("stays", "log"):
        assert take(requests, RerunData(page_script_hash=page))
    assert requests._rerun_data.page_script_hash == "log"
