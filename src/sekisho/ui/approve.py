"""Approve before release: what would leave, a countdown, and the operator's word. A person can only take away."""

from __future__ import annotations

import streamlit as st

from sekisho.console.reviews import Review
from sekisho.local.desk import ASKING
from sekisho.ui import html
from sekisho.ui.shared import View

#: Seconds between two drawings of the countdown.
BEAT = 1.0


def draw(view: View) -> None:
    """The page."""
    console = view.console
    st.header(view.say("page_approve"))
    asking = st.radio(
        view.say("when_asked"),
        ASKING,
        index=ASKING.index(console.asking),
        format_func=lambda when: view.say(f"asked_{when}"),
        horizontal=True,
        disabled=console.is_at_work,
        help=view.say("asked_help"),
    )
    if asking != console.asking:
        console.choose(asking=asking)
        st.rerun()
    reviews = console.reviews.waiting()
    if not reviews:
        st.info(view.say("nothing_waits" if asking != "never" else "never_asked"))
    for review in reviews:
        _review(view, review)


def _review(view: View, review: Review) -> None:
    with st.container(border=True):
        st.subheader(view.say("review", number=review.number, case=review.case))
        _countdown(view, review)
        html.put(html.quiet(view.say("take_out")), view.language)
        taken = {line.number for line in review.lines if not _is_kept(view, review, line.number)}
        release, refuse, _ = st.columns([2, 1, 2])
        label = view.say("release_some", count=len(taken)) if taken else view.say("release_all")
        if release.button(label, type="primary", key=f"release_{review.number}", width="stretch"):
            _tell(view, view.console.reviews.release(review.number, frozenset(taken)))
        if refuse.button(view.say("refuse"), key=f"refuse_{review.number}", width="stretch"):
            _tell(view, view.console.reviews.refuse(review.number))


def _is_kept(view: View, review: Review, number: int) -> bool:
    line = next(line for line in review.lines if line.number == number)
    key = view.say("key_" + line.key.rpartition(".")[2])
    facts = f" [{', '.join(line.facts)}]" if line.facts else ""
    return st.checkbox(f"{key}: {line.text}{facts}", value=True, key=f"line_{review.number}_{number}")


def _countdown(view: View, review: Review) -> None:
    whole = view.console.reviews.seconds_left(review)
    if whole is None:
        return

    @st.fragment(run_every=BEAT)
    def tick() -> None:
        left = view.console.reviews.seconds_left(review) or 0.0
        if left <= 0 or review not in view.console.reviews.waiting():
            st.rerun()
        st.progress(min(1.0, left / max(whole, 1.0)), text=view.say("seconds_left", seconds=f"{left:.0f}"))

    tick()


def _tell(view: View, is_in_time: bool) -> None:
    if not is_in_time:
        st.toast(view.say("too_late"))
    st.rerun()
