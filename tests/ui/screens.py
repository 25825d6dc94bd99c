"""`python -m tests.ui.screens`: makes the pictures of docs/screens anew, in both languages, from the real app.

Look at them before they are kept: nobody else does.
"""

from __future__ import annotations

import tempfile
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


#: Where this machine keeps things is nobody's business.
_SHORTEN = """
places => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode())
    for (const place of places) walk.currentNode.data = walk.currentNode.data.replaceAll(place, "…");
}
"""


def main() -> None:
    """Every view at 1280 px in both languages; two views on a phone, one in the dark."""
    SCREENS.mkdir(exist_ok=True)
    with sync_playwright() as playwright, chromium(playwright) as opened:
        for language in ("ja", "en"):
            with (
                tempfile.TemporaryDirectory() as folder,
                running_app(Path(folder), "--lang", language, has_cases=False) as app,
            ):
                tab = new_tab(opened, app.url, language).open()
                tab.button("run").click()
                tab.page.locator(".said").wait_for()
                for view in VIEWS:
                    tab.go_to(view)
                    _keep(tab, f"{view}-{language}.png")
                dark = new_tab(opened, app.url, language, scheme="dark").open("stays")
                _keep(dark, f"dark-{language}.png")
                phone = new_tab(opened, app.url, language, width=390).open()
                _keep(phone, f"phone-{language}.png")
                _approve(tab, language)


def _approve(tab: Tab, language: str) -> None:
    tab.go_to("approve")
    tab.page.get_by_text(tab.words.text("app.asked_always"), exact=True).click()
    tab.page.get_by_text(tab.words.text("app.nothing_waits")).wait_for()
    tab.go_to("ask")
    tab.button("run").click()
    tab.page.get_by_text(tab.words.text("app.waits_for_you")).wait_for()
    tab.go_to("approve")
    tab.page.get_by_role("checkbox").nth(1).wait_for(state="attached")
    _keep(tab, f"approve-{language}.png")


def _keep(tab: Tab, name: str) -> None:
    if name.startswith("charts"):
        tab.page.get_by_test_id("stVegaLiteChart").nth(2).locator("canvas, svg").first.wait_for()
    tab.page.wait_for_timeout(_SETTLE_MS)
    tab.page.evaluate(_SHORTEN, [str(files("sekisho.samples")), tempfile.gettempdir()])
    path = SCREENS / name
    tab.shot(path)
    with Image.open(path) as picture:  # a page has few colours; so it takes a third of the bytes
        small = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main()
