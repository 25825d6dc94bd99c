"""The app in a real browser, over real processes: what a doctor, an engineer and a security officer do in it.

The tests go one after the other in one tab (`WITH_A_BROWSER` in tests/conftest.py). `bench/ui.py` says how fast it is.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator

import psutil
import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from tests.server.running import RECORD_CANARY, SYMPTOMS_CANARY, until
from tests.ui.app_process import App, running_app
from tests.ui.tab import PATIENCE_MS, Tab, chromium, new_tab

from sekisho.wording import wording

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("app"), "--lang", "en") as app:
        yield app


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium(playwright) as opened:
        yield opened


@pytest.fixture(scope="module")
def tab(opened: Browser, app: App) -> Tab:
    """One tab for all tests: what it asked for is looked at in the end."""
    return new_tab(opened, app.url, "en")


def run_and_wait(tab: Tab) -> None:
    """Press Run and wait for the guidance of this run."""
    tab.button("run").click()
    tab.guided("not medical advice")
    expect(tab.button("run")).to_be_enabled()


def choose_asking(tab: Tab, when: str) -> None:
    tab.go_to("approve")
    tab.page.get_by_text(tab.words.text(f"app.asked_{when}"), exact=True).click()
    expect(
        tab.page.get_by_text(tab.words.text(f"app.{'never_asked' if when == 'never' else 'nothing_waits'}"))
    ).to_be_visible()
    tab.go_to("ask")


def test_the_first_view_is_ready_to_run_and_the_first_click_gives_guidance(tab: Tab) -> None:
    tab.open()
    expect(tab.button("run")).to_be_enabled()
    expect(tab.page.locator(".leaves")).to_contain_text("palpitations")
    run_and_wait(tab)
    steps = tab.page.locator("ol.steps li")
    expect(steps.filter(has_text="reads the record")).to_be_visible()
    expect(steps.filter(has_text=re.compile(r"releases \d+ bytes"))).to_be_visible()
    tab.guided("penicillin")


def test_the_steps_are_seen_while_they_happen_and_not_all_at_the_end(tab: Tab) -> None:
    seen: list[list[float]] = tab.page.evaluate("window.seen")
    assert len(seen) >= 10
    assert len({when for when, _ in seen}) >= 3  # so many times something new was drawn


def test_a_reload_and_a_second_tab_see_the_same_run_and_nothing_is_asked_twice(tab: Tab, opened: Browser) -> None:
    choose_asking(tab, "always")
    tab.button("run").click()
    tab.page.get_by_text(tab.words.text("app.waits_for_you")).wait_for()
    title = tab.page.get_by_role("heading", name="Steps of run").inner_text()
    tab.open()  # in the middle
    expect(tab.page.get_by_role("heading", name="Steps of run")).to_have_text(title)
    expect(tab.button("run")).to_be_disabled()
    other = new_tab(opened, tab.url, "en").open()
    expect(other.page.get_by_role("heading", name="Steps of run")).to_have_text(title)
    expect(other.button("run")).to_be_disabled()
    other.go_to("approve")
    other.page.get_by_text("Allergies: penicillin", exact=False).first.wait_for()
    other.page.get_by_text("Conditions: migraine", exact=False).first.click()
    other.page.get_by_role("button", name="Release without 1").click()
    tab.guided("not medical advice")
    tab.go_to("stays")
    expect(tab.page.locator("pre").nth(1)).to_contain_text("Graves disease")
    expect(tab.page.get_by_text("you took it out: 1")).to_be_visible()
    tab.go_to("ledger")
    expect(tab.page.get_by_role("cell", name="reduced")).to_be_visible()
    tab.requests += other.requests
    other.page.context.close()


def test_lines_lead_from_a_released_value_to_its_fact_and_a_click_brings_it_into_sight(tab: Tab) -> None:
    tab.go_to("stays")
    lines = tab.page.locator("#sk-lines line")
    expect(lines).to_have_count(0)
    record, released = tab.page.locator("pre").first, tab.page.locator("pre").nth(1)
    released.get_by_text("penicillin", exact=False).first.hover()
    expect(lines).to_have_count(2)  # to the word in the record, and to the row of the fact
    word = record.locator("mark", has_text="ペニシリン")
    expect(word).to_have_class(re.compile("sk-on"))
    released.get_by_text("penicillin", exact=False).first.click()
    expect(word).to_be_in_viewport()
    tab.page.get_by_role("heading", name=tab.words.text("app.page_stays"), exact=True).first.hover()
    expect(lines).to_have_count(0)


def test_a_fact_is_taken_out_with_every_line_about_it(tab: Tab) -> None:
    tab.go_to("ask")
    tab.button("run").click()
    tab.page.get_by_text(tab.words.text("app.waits_for_you")).wait_for()
    tab.go_to("approve")
    tab.page.get_by_role("combobox", name=tab.words.text("app.take_fact_out"), exact=True).click()
    tab.page.get_by_role("option", name="Graves").click()
    tab.page.keyboard.press("Escape")
    about = tab.page.get_by_role("checkbox", name="Graves")
    expect(about.first).to_be_disabled()
    count = about.count()
    assert count >= 2
    tab.page.get_by_role("button", name=tab.words.text("app.release_some", count=count), exact=True).click()
    expect(tab.page.get_by_text(tab.words.text("app.nothing_waits"))).to_be_visible()
    tab.go_to("stays")
    released = tab.page.locator("pre").nth(1)
    expect(released).to_contain_text("penicillin")
    expect(released).not_to_contain_text("Graves")


def test_the_operator_refuses_and_the_person_is_told(tab: Tab) -> None:
    tab.go_to("ask")
    tab.button("run").click()
    tab.page.get_by_text(tab.words.text("app.waits_for_you")).wait_for()
    tab.go_to("approve")
    tab.button("refuse").click()
    expect(tab.page.get_by_text(tab.words.text("app.nothing_waits"))).to_be_visible()
    tab.go_to("ask")
    expect(tab.page.get_by_text(tab.words.text("codes.not_approved"))).to_be_visible()


def test_a_run_that_waits_is_cancelled(tab: Tab) -> None:
    expect(tab.button("run")).to_be_enabled()
    tab.button("run").click()
    tab.page.get_by_text(tab.words.text("app.waits_for_you")).wait_for()
    tab.button("cancel").click()
    expect(tab.page.get_by_text(tab.words.text("app.cancelled"))).to_be_visible()
    choose_asking(tab, "never")


def test_a_name_that_is_typed_is_shown_not_to_leave(tab: Tab) -> None:
    box = tab.page.get_by_label(tab.words.text("app.typed"), exact=True)
    box.fill(f"I am {RECORD_CANARY} {SYMPTOMS_CANARY}. I have palpitations.")
    box.press("Control+Enter")
    expect(tab.page.locator(".leaves")).not_to_contain_text("dizziness")
    expect(tab.page.locator(".leaves")).not_to_contain_text(RECORD_CANARY)
    expect(tab.page.locator(".leaves")).not_to_contain_text(SYMPTOMS_CANARY)


def test_the_zone_is_started_checked_stopped_and_started_again(tab: Tab) -> None:
    tab.button("start").click()
    expect(tab.page.get_by_text("running", exact=True)).to_be_visible()
    tab.button("check").click()
    expect(tab.page.get_by_text("It answers:")).to_be_visible()
    tab.button("stop").click()
    expect(tab.page.get_by_text("stopped", exact=True)).to_be_visible()
    tab.button("start").click()
    expect(tab.page.get_by_text("running", exact=True)).to_be_visible()


@pytest.mark.skipif(os.name != "posix", reason="signals and modes of POSIX")
def test_a_killed_server_and_a_token_that_cannot_be_used_are_told_with_the_fix(tab: Tab, app: App) -> None:
    children = psutil.Process(app.process.pid).children()
    server = next(child for child in children if "serve" in child.cmdline())
    server.send_signal(signal.SIGKILL)
    expect(tab.page.get_by_text("The local server cannot be reached", exact=False)).to_be_visible()
    token = app.state / "token"
    token.chmod(0o644)
    tab.button("start").click()
    expect(tab.page.get_by_text("The token file cannot be used", exact=False)).to_be_visible()
    token.chmod(0o600)
    tab.button("start").click()
    expect(tab.page.get_by_text("running", exact=True)).to_be_visible()


def test_the_language_is_switched_and_every_view_speaks_it(tab: Tab) -> None:
    tab.page.get_by_label("言語 / Language").click()
    tab.page.get_by_role("option", name="日本語").click()
    japanese = Tab(tab.page, tab.url, wording("ja"))
    japanese.button("run").wait_for()
    for view in ("stays", "approve", "log", "ledger", "health", "charts", "ask"):
        japanese.go_to(view)
        expect(tab.page.get_by_test_id("stException")).to_have_count(0)
    assert tab.page.evaluate("document.documentElement.lang") == "ja"


def test_a_page_that_has_gone_empty_is_drawn_anew(tab: Tab, opened: Browser) -> None:
    other = new_tab(opened, tab.url, "en").open("ledger")
    other.page.locator("#sk-say").wait_for(state="attached")
    other.page.evaluate("document.getElementById('root').replaceChildren()")
    other.page.get_by_role("heading", name=tab.words.text("app.page_ledger"), exact=True).wait_for()
    other.page.context.close()


def test_on_a_phone_nothing_sticks_out(tab: Tab, opened: Browser) -> None:
    phone = new_tab(opened, tab.url, "en", width=390)
    for view in ("", "stays", "ledger"):
        phone.open(view)
        expect(phone.page.get_by_test_id("stMainBlockContainer")).to_be_visible()
        width: int = phone.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390
    tab.requests += phone.requests
    phone.page.context.close()


def test_the_page_itself_never_failed(tab: Tab) -> None:
    assert tab.failures == []


@pytest.mark.guarantee("G13")
def test_no_request_left_this_machine_while_the_app_was_used(tab: Tab, app: App) -> None:
    assert tab.hosts == {"127.0.0.1"}
    foreign = [
        connection.raddr.ip
        for connection in psutil.Process(app.process.pid).net_connections("inet")
        if connection.raddr and connection.raddr.ip not in ("127.0.0.1", "::1")
    ]
    assert foreign == []


@pytest.mark.guarantee("G4")
def test_nothing_private_is_written_by_the_app_or_kept_by_the_browser(tab: Tab, app: App) -> None:
    folder = app.state.parent
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "cases"]
    assert files
    kept = tab.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])")
    written = [path.read_bytes() for path in files] + [kept.encode(), *(url.encode() for url in tab.requests)]
    for private in (RECORD_CANARY, SYMPTOMS_CANARY, "palpitations since"):
        assert [part for part in written if private.encode() in part] == []


def test_when_nobody_does_anything_the_app_sleeps(tab: Tab, app: App) -> None:
    process = psutil.Process(app.process.pid)

    def busy() -> float:
        before = process.cpu_times()
        tab.page.wait_for_timeout(2000)
        after = process.cpu_times()
        return (after.user + after.system - before.user - before.system) / 2.0

    shares: list[float] = []

    def is_asleep() -> bool:
        shares.append(busy())
        return shares[-1] < 0.02

    until(is_asleep, 30.0)
