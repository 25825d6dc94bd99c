"""The sidebar: the language, the open case, the private zone, its tunnel, the models."""

from __future__ import annotations

import streamlit as st

from sekisho.console.model_watch import ModelState
from sekisho.console.zone_keeper import Condition, Way
from sekisho.settings import LANGUAGES
from sekisho.ui import html
from sekisho.ui.models import models
from sekisho.ui.shared import View, beating
from sekisho.ui.tunnel import tunnel

#: Seconds between two looks at whether another tab, or a caller from outside, has changed something: while a run is at
#: work, while a caller may come who waits for the operator, and otherwise.
BEATS = (2.0, 5.0, 15.0)
#: The page that shows each request and frame as it comes.
LOG = "log"
_NAMES = {"ja": "日本語", "en": "English"}


def sidebar(view: View) -> None:
    """Draw it."""
    with st.sidebar:
        _language(view)
        _case(view)
        _zone(view)
        tunnel(view)
        models(view)


def watch(view: View, page: str, drawn: tuple[object, ...]) -> None:
    """Draw the page again when something has changed since `drawn`, the state with which the drawing began."""
    if state(view, page) != drawn:  # it changed halfway: one part of the page may say otherwise than the next
        st.rerun()

    def look() -> None:
        if state(view, page) != drawn:
            st.rerun()

    beating(look, _beat(view, page))


def _beat(view: View, page: str) -> float:
    """A look costs some milliseconds, so an app in which nothing happens looks seldom."""
    console = view.console
    if console.is_at_work or console.reviews.waiting() or console.model.status().state is ModelState.ASKING:
        return BEATS[0]
    is_awaited = (console.asking != "never" or page == LOG) and console.zone().condition is Condition.RUNNING
    return BEATS[1] if is_awaited else BEATS[2]


def state(view: View, page: str) -> tuple[object, ...]:
    """What a page depends on that another tab, a run, a caller or a model can change."""
    console = view.console
    picture = console.picture()
    reviews = tuple(review.number for review in console.reviews.waiting())
    run = picture and (picture.number, picture.is_over)
    seen = console.traffic.count if page == LOG else 0
    return console.zone(), console.way, console.asking, console.tunnel(), console.model.status(), run, reviews, seen


def _language(view: View) -> None:
    def changed() -> None:
        st.session_state["language"] = st.session_state["language_chosen"]

    st.selectbox(
        "言語 / Language",
        LANGUAGES,
        index=LANGUAGES.index(view.language),
        format_func=_NAMES.__getitem__,
        key="language_chosen",
        on_change=changed,
    )


def _case(view: View) -> None:
    cases = view.console.look.cases()
    if not cases:
        st.warning(view.say("no_cases"))
        return
    chosen = st.session_state.get("case")
    tokens = list(cases)
    st.selectbox(
        view.say("case"),
        tokens,
        index=tokens.index(chosen) if chosen in cases else 0,
        format_func=lambda token: html.sendable(f"{cases[token]} · {token}"),
        key="case",
        help=view.say("case_help"),
    )
    if view.console.setup.is_demo:
        html.put(html.tag(view.say("fictitious")), view.language)
    purpose = view.console.setup.context(view.language).policy.purpose
    html.put(html.pairs([(view.say("purpose"), view.say(f"purpose_{purpose}"))]), view.language)


def _zone(view: View) -> None:
    console, zone = view.console, view.console.zone()
    st.subheader(view.say("zone"), divider="gray", anchor=False)
    mood = {Condition.RUNNING: "good", Condition.FAILED: "bad"}.get(zone.condition, "")
    html.put(html.tag(view.say(f"zone_{zone.condition.value}"), mood), view.language)
    if zone.code is not None:
        st.error(f"{view.tell(zone.code, zone.place)} {view.say('zone_again')}")
    if zone.url:
        # Over a link the address is the gateway's, on the cloud's side: the private zone has none.
        label = view.say("gateway_address" if zone.link else "address")
        rows = [(label, zone.url), (view.say("process"), str(zone.pid))]
        html.put(html.pairs([*rows, *([(view.say("link"), zone.link)] if zone.link else [])]), view.language)
    ways = list(Way)
    st.session_state["way"] = console.way  # another tab may have changed it
    st.radio(
        view.say("way"),
        ways,
        key="way",
        on_change=lambda: console.choose(way=st.session_state["way"]),
        format_func=lambda way: view.say(f"way_{way.value}"),
        disabled=console.is_at_work,
        help=view.say("way_help"),
    )
    start, stop, check = st.columns(3)
    is_running = zone.condition is Condition.RUNNING
    if start.button(view.say("start"), disabled=is_running or console.is_at_work, width="stretch"):
        with st.spinner(view.say("zone_starting")):
            console.start_zone(view.language)
        st.rerun()
    if stop.button(view.say("stop"), disabled=not is_running, width="stretch"):
        console.stop_zone()
        st.rerun()
    if check.button(view.say("check"), disabled=not is_running, width="stretch", help=view.say("check_help")):
        beat = console.canary()
        if beat.code is None:
            st.success(view.say("canary_back", ms=f"{beat.ms:.0f}"))
        else:
            st.error(view.tell(beat.code))
