"""What every view starts from: the one supervisor of this process, and the language of this tab."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import streamlit as st

from sekisho.console.setup import setup_from
from sekisho.console.supervisor import Supervisor
from sekisho.errors import Code
from sekisho.ui.html import sendable
from sekisho.wording import Wording, wording


@st.cache_resource(show_spinner=False)
def supervisor(arguments: tuple[str, ...]) -> Supervisor:
    """The supervisor, made once a process; every tab and every reload gets the same."""
    return Supervisor(setup_from(arguments))


@dataclass(frozen=True, slots=True)
class View:
    """One drawing of one tab."""

    console: Supervisor
    words: Wording

    @property
    def language(self) -> str:
        """`ja` or `en`."""
        return self.words.language

    def say(self, key: str, **values: object) -> str:
        """A sentence of the app."""
        return self.words.text(f"app.{key}", **values)

    def tell(self, code: Code, place: str = "") -> str:
        """What went wrong, and how to mend it."""
        where = f" (`{sendable(place).replace('`', '')}`)" if place else ""
        return f"{self.words.code(code)}{where}"

    @property
    def case(self) -> str:
        """The token of the open case, or empty."""
        chosen: str = st.session_state.get("case") or ""
        return chosen


def open_view() -> View:
    """The view of this tab."""
    console = supervisor(tuple(sys.argv[1:]))
    language = st.session_state.setdefault("language", console.setup.language)
    return View(console, wording(language))


_drawings = count()


def beating(draw: Callable[[], None], seconds: float | None) -> None:
    """Draw a part of the page now, and again every so many seconds; once, where that is None.

    The part has a box to itself. Streamlit throws away what it has not sent of a part that is to be drawn again, and
    its page goes down when a neighbour's drawing then comes to a place that is not there yet.

    And it has another name in each drawing of the page. Where the browser asks for a part at the moment in which a
    whole drawing has ended, Streamlit throws that drawing away, unless the part is unknown by then.
    """
    if seconds is None:
        draw()
        return

    def part() -> None:
        draw()

    part.__qualname__ = f"part_{next(_drawings)}"
    with st.container():
        st.fragment(part, run_every=seconds)()
