"""The app: the door, the sidebar, the pages. Views only; what they show and do is in `console`."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from sekisho.errors import Code, SekishoError
from sekisho.ui.approve import draw as draw_approve
from sekisho.ui.ask import draw as draw_ask
from sekisho.ui.charts import draw as draw_charts
from sekisho.ui.door import passed_door
from sekisho.ui.health import draw as draw_health
from sekisho.ui.ledger import draw as draw_ledger
from sekisho.ui.log import draw as draw_log
from sekisho.ui.quiet import do_not_look_for_a_terminal, leave_no_page_behind, look_nothing_up, spare_what_is_loaded
from sekisho.ui.shared import View, open_view
from sekisho.ui.sidebar import sidebar, state, watch
from sekisho.ui.stays import draw as draw_stays
from sekisho.ui.style import dress

#: Address and drawing of each page; the words are `app.page_<address>`. No icons: one would be fetched from elsewhere.
PAGES: tuple[tuple[str, Callable[[View], None]], ...] = (
    ("ask", draw_ask),
    ("stays", draw_stays),
    ("approve", draw_approve),
    ("log", draw_log),
    ("ledger", draw_ledger),
    ("health", draw_health),
    ("charts", draw_charts),
)


def main() -> None:
    """Draw the app once."""
    look_nothing_up()
    do_not_look_for_a_terminal()
    leave_no_page_behind()
    st.set_page_config(page_title="Sekisho 関所", layout="wide", initial_sidebar_state="auto")
    view = open_view()
    dress(view.language)
    _guarded(_draw, view)()


def _draw(view: View) -> None:
    if not passed_door(view):
        return
    pages = [
        st.Page(
            _guarded(draw, view),
            title=view.say(f"page_{address}"),
            url_path=address,
            default=address == "ask",
        )
        for address, draw in PAGES
    ]
    page = st.navigation(pages, position="top")
    drawn = state(view, page.url_path)
    _guarded(sidebar, view)()
    page.run()
    spare_what_is_loaded(page.url_path)
    watch(view, page.url_path, drawn)


def _guarded(draw: Callable[[View], None], view: View) -> Callable[[], None]:
    """A failure is a code in words: the text of an exception could show what is in a record."""

    def guarded() -> None:
        try:
            draw(view)
        except SekishoError as error:
            st.error(view.tell(error.code, getattr(error, "place", "")))
        except Exception:  # noqa: BLE001 - see above
            st.error(view.tell(Code.INTERNAL))

    return guarded
