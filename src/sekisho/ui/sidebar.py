"""The sidebar: the private zone, the models, the open case, the language."""

from __future__ import annotations

import streamlit as st

from sekisho.cloud.choice import STAND_IN
from sekisho.console.zone_keeper import Condition, Way
from sekisho.model_setting import RULES
from sekisho.settings import LANGUAGES
from sekisho.ui import html
from sekisho.ui.shared import View

#: Seconds between two looks at whether another tab, or a caller from outside, has changed something: while a run is at
#: work, while a caller may come who waits for the operator, and otherwise.
BEATS = (2.0, 5.0, 15.0)
_NAMES = {"ja": "日本語", "en": "English"}


def sidebar(view: View) -> None:
    """Draw it."""
    with st.sidebar:
        _language(view)
        _case(view)
        _zone(view)
        _models(view)


def watch(view: View, drawn: tuple[object, ...]) -> None:
    """Draw the page again when something has changed since `drawn`, the state with which the drawing began."""
    if state(view) != drawn:  # it changed halfway: one part of the page may say otherwise than the next
        st.rerun()

    @st.fragment(run_every=_beat(view))
    def look() -> None:
        if state(view) != drawn:
            st.rerun()

    look()


def _beat(view: View) -> float:
    """A look costs some milliseconds, so an app in which nothing happens looks seldom."""
    console = view.console
    if console.is_at_work or console.reviews.waiting():
        return BEATS[0]
    is_awaited = console.asking != "never" and console.zone().condition is Condition.RUNNING
    return BEATS[1] if is_awaited else BEATS[2]


def state(view: View) -> tuple[object, ...]:
    """What a page depends on that another tab, a run or a caller can change."""
    console = view.console
    picture = console.picture()
    reviews = tuple(review.number for review in console.reviews.waiting())
    return console.zone(), console.way, console.asking, picture and (picture.number, picture.is_over), reviews


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
        format_func=lambda token: f"{cases[token]} · {token}",
        key="case",
        help=view.say("case_help"),
    )
    if view.console.setup.is_demo:
        html.put(html.tag(view.say("fictitious")), view.language)
    purpose = view.console.setup.context(view.language).policy.purpose
    html.put(html.pairs([(view.say("purpose"), view.say(f"purpose_{purpose}"))]), view.language)


def _zone(view: View) -> None:
    console, zone = view.console, view.console.zone()
    st.subheader(view.say("zone"), divider="gray")
    mood = {Condition.RUNNING: "good", Condition.FAILED: "bad"}.get(zone.condition, "")
    html.put(html.tag(view.say(f"zone_{zone.condition.value}"), mood), view.language)
    if zone.code is not None:
        st.error(view.tell(zone.code, zone.place))
    if zone.url:
        rows = [(view.say("address"), zone.url), (view.say("process"), str(zone.pid))]
        html.put(html.pairs([*rows, *([(view.say("link"), zone.link)] if zone.link else [])]), view.language)
    ways = list(Way)
    way = st.radio(
        view.say("way"),
        ways,
        index=ways.index(console.way),
        format_func=lambda way: view.say(f"way_{way.value}"),
        disabled=console.is_at_work,
        help=view.say("way_help"),
    )
    if way is not console.way:
        console.choose(way=way)
        st.rerun()
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


def _models(view: View) -> None:
    settings = view.console.setup.context(view.language).settings
    st.subheader(view.say("models"), divider="gray")
    model = settings.model
    local = view.say("model_rules") if model.kind == RULES else f"{model.name} ({model.kind}, {model.mode})"
    cloud = settings.all["cloud"].value
    name = settings.all["cloud_model"].value or settings.all["cloud_agent"].value
    said = view.say("cloud_stand_in") if cloud == STAND_IN else f"{name} ({cloud})"
    html.put(html.pairs([(view.say("local_model"), local), (view.say("cloud_model"), said)]), view.language)
    if model.kind != RULES:
        html.put(html.quiet(view.say("model_more")), view.language)
