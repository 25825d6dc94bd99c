"""What goes wrong on the operator's machine, in a real browser: said in plain words, with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from tests.cli.running import run, start
from tests.engines.devtunnel import stand_in
from tests.ui.app_process import running_app
from tests.ui.tab import PATIENCE_MS, chromium, new_tab

expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def served_gateway(folder: Path) -> Iterator[str]:
    """Somebody else's gateway; its address."""
    folder.mkdir()
    assert run(folder, "keys", "init", "--state", str(folder))[0] == 0
    with start(folder, ["gateway", "--state", str(folder), "--port", "0"]) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().decode().strip()
        finally:
            process.terminate()
            process.communicate(timeout=30)


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium(playwright) as opened:
        yield opened


def test_a_local_model_that_is_down_is_told_with_the_fix_and_the_rules_answer(opened: Browser, tmp_path: Path) -> None:
    down = ["--model", "openai", "--model-name", "a-model", "--model-url", "http://127.0.0.1:9"]
    with running_app(tmp_path, "--lang", "en", *down) as app:
        tab = new_tab(opened, app.url, "en").open()
        expect(tab.page.get_by_text("No local model answers there. Start its server", exact=False)).to_be_visible()
        expect(tab.page.get_by_text(tab.words.text("app.rules_meanwhile"))).to_be_visible()
        expect(tab.page.get_by_text("OpenAI-compatible server", exact=True)).to_be_visible()
        tab.button("model_check").click()
        tab.button("run").click()
        tab.guided("not medical advice")
        tab.go_to("ledger")
        expect(tab.page.get_by_role("cell", name="rules (fallback: model_unreachable)")).to_be_visible()
        tab.page.context.close()


def test_a_wrong_token_for_the_link_is_told_with_the_fix(opened: Browser, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong-token"
    wrong.write_text("w" * 43)
    wrong.chmod(0o600)
    with served_gateway(tmp_path / "gateway") as url:
        link = url.replace("http", "ws", 1).removesuffix("/mcp") + "/link"
        given = {"SEKISHO_LINK": link, "SEKISHO_LINK_TOKEN_FILE": str(wrong)}
        with running_app(tmp_path, "--lang", "en", **given) as app:
            tab = new_tab(opened, app.url, "en").open()
            tab.page.get_by_text(tab.words.text("app.way_link"), exact=True).click()
            expect(tab.page.get_by_role("radio", name=tab.words.text("app.way_link"))).to_be_checked()
            tab.button("start").click()
            expect(tab.page.get_by_text("The link does not accept the token", exact=False)).to_be_visible()
            expect(tab.page.get_by_text("--link-token-file", exact=False)).to_be_visible()
            expect(tab.page.get_by_text(tab.words.text("app.zone_failed"), exact=True)).to_be_visible()
            tab.page.context.close()


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script with a first line of POSIX")
def test_a_tunnel_is_opened_seen_and_closed(opened: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{stand_in(tmp_path / 'bin', 'in')}{os.pathsep}{os.environ['PATH']}")
    with running_app(tmp_path, "--lang", "en") as app:
        tab = new_tab(opened, app.url, "en").open()
        tab.button("start").click()
        expect(tab.page.get_by_text("running", exact=True)).to_be_visible()
        tab.page.get_by_text(f"{tab.words.text('app.tunnel')} · ", exact=False).click()
        tab.button("tunnel_open").click()
        expect(tab.page.get_by_text(".usw2.devtunnels.ms/mcp", exact=False)).to_be_visible()
        expect(tab.page.get_by_text(tab.words.text("tunnel.signed_in"))).to_be_visible()
        tab.button("stop").click()
        expect(tab.page.get_by_text(tab.words.text("app.zone_stopped"), exact=True)).to_be_visible()
        expect(tab.page.get_by_text(".usw2.devtunnels.ms/mcp", exact=False)).to_have_count(0)
        tab.page.context.close()


def test_without_the_command_of_the_tunnel_it_says_how_to_install_it(opened: Browser, tmp_path: Path) -> None:
    with running_app(tmp_path, "--lang", "en") as app:
        tab = new_tab(opened, app.url, "en").open()
        tab.page.get_by_text("Dev Tunnel · not installed", exact=True).click()
        expect(tab.page.get_by_text(tab.words.text("app.tunnel_install"))).to_be_visible()
        tab.page.context.close()
