"""The app for whoever has no mouse, does not see well, or hears it read aloud: in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect, sync_playwright
from tests.ui.app_process import App, running_app
from tests.ui.tab import PATIENCE_MS, Tab, chromium, new_tab

expect.set_options(timeout=PATIENCE_MS)

VIEWS = ("ask", "stays", "approve", "log", "ledger", "health", "charts")
_CONTRAST = (Path(__file__).parent / "contrast.js").read_text("utf-8")
#: A line of Playwright's accessibility tree with a control that has no name.
_NAMELESS = re.compile(
    r"^\s*- (button|checkbox|combobox|link|radio|radiogroup|region|searchbox|slider|switch|tab|textbox)\b(?! \")", re.M
)
#: More than any view has.
_MOST_STOPS = 120
_HEARD = """
window.heard = [];
new MutationObserver(() => {
  const said = document.querySelector('#sk-say[aria-live=polite]')?.textContent ?? '';
  if (said && window.heard.at(-1) !== said) window.heard.push(said);
}).observe(document, {childList: true, subtree: true, characterData: true});
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("access"), "--lang", "en") as app:
        yield app


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium(playwright) as opened:
        yield opened


@pytest.fixture(scope="module")
def tab(opened: Browser, app: App) -> Tab:
    tab = new_tab(opened, app.url, "en")
    tab.page.context.add_init_script(_HEARD)
    return tab


def tab_to(tab: Tab, wanted: Locator) -> int:
    """Press Tab until this has the focus; how often that was."""
    for stops in range(1, _MOST_STOPS):
        tab.page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return stops
    raise AssertionError(f"Tab never comes to {wanted}")


def radio(tab: Tab, key: str) -> Locator:
    return tab.page.get_by_role("radio", name=tab.words.text(f"app.{key}"), exact=True)


def test_tab_comes_to_every_control_of_ask_in_the_order_of_the_page(tab: Tab) -> None:
    tab.open()
    expect(tab.button("run")).to_be_enabled()
    say = tab.words.text
    order = [
        tab.page.get_by_role("combobox", name="言語 / Language"),
        tab.page.get_by_role("combobox", name=say("app.case"), exact=True),
        radio(tab, "way_direct"),
        tab.button("start"),
        tab.page.get_by_role("link", name=say("app.page_approve"), exact=True),
        tab.page.get_by_role("combobox", name=say("app.sample"), exact=True),
        tab.page.get_by_role("textbox", name=say("app.typed"), exact=True),
        tab.page.get_by_role("region", name=say("app.leaves"), exact=True),
        tab.button("run"),
    ]
    assert sum(tab_to(tab, control) for control in order) < _MOST_STOPS


_LOOKS = """
element => {
  const marks = [];
  for (let e = element, up = 0; e && up < 4; e = e.parentElement, up++) {
    const style = getComputedStyle(e);
    marks.push(style.outlineStyle + style.outlineColor + style.outlineWidth, style.boxShadow, style.borderColor);
  }
  return marks.join();
}
"""


def test_the_focus_can_be_seen_wherever_it_is(tab: Tab) -> None:
    tab.open()
    expect(tab.button("run")).to_be_enabled()
    page, say = tab.page, tab.words.text
    for wanted in (
        page.get_by_role("combobox", name=say("app.case"), exact=True),
        radio(tab, "way_direct"),
        tab.button("start"),
        page.get_by_role("link", name=say("app.page_log"), exact=True),
        page.get_by_role("textbox", name=say("app.typed"), exact=True),
        page.get_by_role("region", name=say("app.leaves"), exact=True),
        tab.button("run"),
    ):
        tab_to(tab, wanted)
        with_focus = wanted.evaluate(_LOOKS)
        page.keyboard.press("Tab")
        expect(wanted).not_to_be_focused()
        page.wait_for_function(
            f"([element, was]) => ({_LOOKS})(element) !== was", arg=[wanted.element_handle(), with_focus]
        )


def test_a_run_is_asked_for_approved_and_refused_with_the_keyboard_alone(tab: Tab) -> None:
    keys = tab.page.keyboard
    tab.open("approve")
    tab_to(tab, radio(tab, "asked_never"))
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    expect(radio(tab, "asked_always")).to_be_checked()
    expect(tab.page.get_by_text(tab.words.text("app.nothing_waits"))).to_be_visible()
    for decide in ("release", "refuse"):
        tab_to(tab, tab.page.get_by_role("link", name=tab.words.text("app.page_ask"), exact=True))
        keys.press("Enter")
        expect(tab.button("run")).to_be_enabled()
        tab_to(tab, tab.button("run"))
        keys.press("Enter")
        expect(tab.page.get_by_text(tab.words.text("app.waits_for_you"))).to_be_visible()
        tab_to(tab, tab.page.get_by_role("link", name=tab.words.text("app.page_approve"), exact=True))
        keys.press("Enter")
        box = tab.page.get_by_role("checkbox").first
        expect(box).to_be_checked()
        if decide == "release":
            tab_to(tab, box)
            keys.press("Space")
            expect(box).not_to_be_checked()
            button = tab.page.get_by_role("button", name=tab.words.text("app.release_some", count=1), exact=True)
            expect(button).to_be_enabled()
        else:
            button = tab.button("refuse")
        tab_to(tab, button)
        keys.press("Enter")
        expect(tab.page.get_by_text(tab.words.text("app.nothing_waits"))).to_be_visible()
    tab.go_to("ledger")
    expect(tab.page.get_by_role("cell", name="reduced", exact=True)).to_be_visible()
    expect(tab.page.get_by_role("cell", name="not_approved", exact=True)).to_be_visible()


def test_the_newest_step_is_said_aloud_once_when_it_is_drawn(tab: Tab) -> None:
    tab.go_to("approve")
    tab.page.get_by_text(tab.words.text("app.asked_never"), exact=True).click()
    expect(tab.page.get_by_text(tab.words.text("app.never_asked"))).to_be_visible()
    tab.go_to("ask")
    title = tab.page.get_by_role("heading", name="Steps of run")
    before = title.inner_text()
    last = tab.page.locator("ol.steps li .text").last
    expect(tab.page.locator("#sk-say")).to_have_text(last.inner_text())  # what the page shows again was said before
    tab.page.evaluate("window.heard = [document.getElementById('sk-say').textContent]")
    tab.button("run").click()
    expect(title).not_to_have_text(before)
    tab.guided("not medical advice")
    expect(tab.button("run")).to_be_enabled()
    heard: list[str] = tab.page.evaluate("window.heard.slice(1)")
    assert len(heard) == len(set(heard)) >= 3, heard
    assert heard[-1] == last.inner_text()


@pytest.mark.parametrize("view", VIEWS)
def test_every_control_has_a_name_for_a_screen_reader(tab: Tab, view: str) -> None:
    tab.go_to(view)
    tree = tab.page.locator("body").aria_snapshot()
    assert 'heading "' in tree
    assert [tree[m.start() : m.start() + 80] for m in _NAMELESS.finditer(tree)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(opened: Browser, tab: Tab, scheme: str) -> None:
    seen = new_tab(opened, tab.url, "en", scheme=scheme).open()
    seen.button("run").click()  # so that there is something to draw
    expect(seen.page.locator(".said").last).to_be_visible()
    for view in VIEWS:
        seen.go_to(view)
        expect(seen.page.get_by_test_id("stSkeleton")).to_have_count(0)
        if view == "charts":
            expect(seen.page.locator("svg .role-axis-title text").first).to_be_visible()
        found = seen.page.evaluate(_CONTRAST)
        assert found["count"] > 20, view
        assert found["low"] == [], view
    seen.page.context.close()
