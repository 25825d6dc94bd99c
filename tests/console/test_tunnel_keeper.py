"""The app's tunnel, by a stand-in for Microsoft's command: one, to the app's own server, and never without it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.console.opening import setup_in
from tests.engines.devtunnel import stand_in

from sekisho.bearer import Bearer
from sekisho.console.canary import send_canary_through
from sekisho.console.supervisor import Supervisor
from sekisho.console.tunnel_keeper import TunnelCondition, TunnelStatus
from sekisho.console.zone_keeper import Way
from sekisho.errors import Code
from sekisho.link import tunnel

TOKEN = Bearer("t" * 43)


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Supervisor]:
    console = Supervisor(setup_in(tmp_path))
    yield console
    console.close()


def install(folder: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{stand_in(folder / 'bin', how)}{os.pathsep}{os.environ['PATH']}")


def test_it_opens_to_the_apps_own_server_and_ends_with_it(
    console: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "in", monkeypatch)
    assert console.tunnel().condition is TunnelCondition.STOPPED
    console.start_tunnel(anonymous=False)
    assert console.tunnel().condition is TunnelCondition.STOPPED  # there is no server to lead to
    console.start_zone("ja")
    console.start_tunnel(anonymous=False)
    opened = console.tunnel()
    assert (opened.condition, opened.is_ours, opened.anonymous) == (TunnelCondition.RUNNING, True, False)
    assert console.zone().url == f"http://127.0.0.1:{opened.port}/mcp"
    console.start_tunnel(anonymous=False)
    assert console.tunnel() == opened  # it is not started twice
    console.stop_zone()
    assert console.tunnel().condition is TunnelCondition.STOPPED
    assert tunnel.status(console.setup.context("ja").settings.state) is None


def test_over_a_link_there_is_no_server_to_lead_to(
    console: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "in", monkeypatch)
    console.choose(way=Way.LINK)
    console.start_zone("ja")
    console.start_tunnel(anonymous=True)
    assert console.tunnel().condition is TunnelCondition.STOPPED


@pytest.mark.parametrize(("how", "code"), [("out", Code.TUNNEL_NOT_SIGNED_IN), ("broken", Code.TUNNEL_FAILED)])
def test_what_is_wrong_is_in_its_status(
    how: str, code: Code, console: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, how, monkeypatch)
    console.start_zone("ja")
    console.start_tunnel(anonymous=False)
    assert (console.tunnel().condition, console.tunnel().code) == (TunnelCondition.FAILED, code)


def test_without_the_command_it_says_that_it_is_not_installed(
    console: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (console.tunnel().condition, console.tunnel().code) == (TunnelCondition.MISSING, Code.TUNNEL_MISSING)


def through(anonymous: bool, status: int, text: str = "") -> tuple[list[httpx2.Request], Code | None, bool]:
    """What a canary sends to a tunnel that answers like this, and what it finds."""
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(status, text=text)

    client = httpx2.Client(transport=httpx2.MockTransport(answer))
    there = TunnelStatus(TunnelCondition.RUNNING, "https://abc-1.usw2.devtunnels.ms", 1, anonymous, True)
    beat = send_canary_through(there, TOKEN, client)
    return asked, beat.code, beat.signs_in


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [(200, "get_patient_background", None), (200, "a page", Code.TOOL_MISSING), (401, "", Code.SERVER_DENIED)],
)
def test_a_canary_through_an_open_tunnel_comes_to_the_server_with_the_token(
    status: int, text: str, code: Code | None
) -> None:
    asked, found, signs_in = through(True, status, text)
    assert (found, signs_in) == (code, False)
    assert asked[0].headers["Authorization"] == f"Bearer {TOKEN.reveal()}"
    assert str(asked[0].url) == "https://abc-1.usw2.devtunnels.ms/mcp"


@pytest.mark.parametrize(
    ("status", "code"), [(302, None), (401, None), (200, Code.TUNNEL_FAILED), (502, Code.TUNNEL_FAILED)]
)
def test_a_tunnel_that_asks_to_sign_in_is_seen_to_do_so_and_is_not_shown_the_token(
    status: int, code: Code | None
) -> None:
    asked, found, signs_in = through(False, status)
    assert (found, signs_in) == (code, code is None)
    assert "Authorization" not in asked[0].headers
