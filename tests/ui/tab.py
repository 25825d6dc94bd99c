"""A tab of a real browser: what it asks for, how its script fails and when each step came to be seen is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, Playwright, expect
from tests.engines.needed import needed
from tests.ui.browser import browser

from sekisho.wording import Wording, wording

#: Milliseconds that anything may take before a test says that it hangs.
PATIENCE_MS = 40_000

#: Notes for each step when it was drawn first, and what it said of its own time.
_WATCH = """
window.seen = [];
new MutationObserver(() => {
  const steps = document.querySelectorAll('ol.steps li .at');
  for (let i = window.seen.length; i < steps.length; i++)
    window.seen.push([performance.now() / 1000, parseFloat(steps[i].textContent)]);
}).observe(document, {childList: true, subtree: true, characterData: true});
"""


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser of this machine. Nothing of its own goes anywhere."""
    path = needed(browser)
    flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
    opened = playwright.chromium.launch(executable_path=path, args=flags)
    yield opened
    opened.close()


@dataclass
class Tab:
    """One tab."""

    page: Page
    url: str
    words: Wording
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)

    def open(self, view: str = "") -> Tab:
        """Go to a view and wait until it is drawn."""
        self.page.goto(f"{self.url}/{view}")
        title = self.words.text(f"app.page_{view or 'ask'}")
        self.page.get_by_role("heading", name=title, exact=True).first.wait_for()
        return self

    def button(self, key: str) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=self.words.text(f"app.{key}"), exact=True)

    def go_to(self, view: str) -> None:
        """Use the navigation."""
        title = self.words.text(f"app.page_{view}")
        self.page.get_by_role("link", name=title, exact=True).click()
        self.page.get_by_role("heading", name=title, exact=True).first.wait_for()

    def guided(self, words: str) -> None:
        """The guidance holds these words, and stands there once.

        While a run is drawn, the guidance of the run before may stand beside it for a moment.
        """
        expect(self.page.locator(".said").last).to_contain_text(words)
        expect(self.page.locator(".said")).to_have_count(1)

    def shot(self, path: Path) -> None:
        """A picture of the whole view: it scrolls by itself, so the window grows for a moment."""
        size = self.page.viewport_size or {"width": 1280, "height": 900}
        height: int = self.page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(height + 40, 2600))})
        self.page.screenshot(path=path, animations="disabled")
        self.page.set_viewport_size(size)

    @property
    def hosts(self) -> set[str]:
        """Every host that was asked for anything."""
        return {urlsplit(url).hostname or "" for url in self.requests if not url.startswith(("data:", "blob:"))}


def new_tab(opened: Browser, url: str, language: str, width: int = 1280, scheme: str = "light") -> Tab:
    """A tab of its own, with a memory of its own."""
    context = opened.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(_WATCH)
    tab = Tab(context.new_page(), url, wording(language))
    tab.page.on("request", lambda request: tab.requests.append(request.url))
    tab.page.on("websocket", lambda socket: tab.requests.append(socket.url))
    tab.page.on("framenavigated", lambda frame: tab.visited.append(urlsplit(frame.url).path))
    tab.page.on("pageerror", lambda error: tab.failures.append(error.message))
    return tab
