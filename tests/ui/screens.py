"""`python -m tests.ui.screens [FOLDER]`: makes the pictures of docs/screens anew, from the real app.

Look at them before they are kept: nobody else does.
"""

from __future__ import annotations

import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
from tests.ui.app_process import running_app
from tests.ui.tab import Tab, chromium, new_tab

SCREENS = Path(__file__).parents[2] / "docs" / "screens"
VIEWS = ("ask", "stays", "log", "ledger", "health", "charts")
#: Milliseconds for what is drawn on a canvas or moves.
_SETTLE_MS = 1200
_COLOURS = 96
#: Pixels of a phone's width.
PHONE = 390


#: Where this machine keeps things is nobody's business.
_SHORTEN = """
places => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode())
    for (const place of places) walk.currentNode.data = walk.currentNode.data.replaceAll(place, "…");
}
"""


def main(folder: Path = SCREENS) -> None:
    """Every view in both languages and both widths, and one in the dark."""
    folder.mkdir(exist_ok=True)
    began = time.monotonic()
    with sync_playwright() as playwright, chromium(playwright) as opened:
        for language in ("ja", "en"):
            with (
                tempfile.TemporaryDirectory() as home,
                running_app(Path(home), "--lang", language, has_cases=False) as app,
            ):
                desk = new_tab(opened, app.url, language).open()
                phone = new_tab(opened, app.url, language, width=PHONE)
                _run(desk)
                _over_a_link(desk)
                for view in VIEWS:
                    _both(desk, phone, view, folder)
                dark = new_tab(opened, app.url, language, scheme="dark").open("stays")
                _keep(dark, "dark", folder)
                _wait_for_approval(desk)
                _both(desk, phone, "approve", folder)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}, {time.monotonic() - began:.0f} s")


def _run(tab: Tab) -> None:
    tab.button("run").click()
    tab.page.get_by_text(tab.words.text("app.took"), exact=True).wait_for()


def _over_a_link(tab: Tab) -> None:
    """A second run, so that the log has frames and the charts have something to compare."""
    tab.page.get_by_text(tab.words.text("app.way_link"), exact=True).click()
    tab.page.get_by_text(tab.words.text("app.zone_stopped"), exact=True).wait_for()
    tab.button("run").click()
    tab.page.get_by_role("heading", name=tab.words.text("app.timeline", number=2)).wait_for()
    tab.page.get_by_text(tab.words.text("app.took"), exact=True).wait_for()
    tab.page.get_by_text(tab.words.text("app.zone_running"), exact=True).wait_for()


def _wait_for_approval(tab: Tab) -> None:
    tab.go_to("approve")
    tab.page.get_by_text(tab.words.text("app.asked_always"), exact=True).click()
    tab.page.get_by_text(tab.words.text("app.nothing_waits")).wait_for()
    tab.go_to("ask")
    tab.button("run").click()
    tab.page.get_by_text(tab.words.text("app.waits_for_you")).wait_for()


def _both(desk: Tab, phone: Tab, view: str, folder: Path) -> None:
    """A view at both widths."""
    desk.go_to(view)
    phone.open("" if view == "ask" else view)
    for tab in (desk, phone):
        if view == "approve":
            tab.page.get_by_role("checkbox").nth(1).wait_for(state="attached")
        _keep(tab, view, folder)


def _keep(tab: Tab, view: str, folder: Path) -> None:
    """`ask-en.png` at 1280 px, `phone-ask-en.png` on a phone."""
    size = tab.page.viewport_size
    name = f"{'phone-' if size and size['width'] == PHONE else ''}{view}-{tab.words.language}.png"
    if view == "charts":
        tab.page.get_by_test_id("stVegaLiteChart").nth(2).locator("canvas, svg").first.wait_for()
    tab.page.wait_for_timeout(_SETTLE_MS)
    tab.page.evaluate(_SHORTEN, [str(files("sekisho.samples")), f"{tempfile.gettempdir()}/{tempfile.gettempprefix()}"])
    path = folder / name
    tab.shot(path)
    with Image.open(path) as picture:  # a page has few colours; so it takes a third of the bytes
        small = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
