"""Approve before release: what would leave, a countdown, and the operator's word. A person can only take away."""

from __future__ import annotations

import streamlit as st

from sekisho.console.reviews import Review, ReviewLine
from sekisho.local.desk import ASKING
from sekisho.ui import html
from sekisho.ui.shared import View, beating
from sekisho.ui.stays import why

#: Seconds between two drawings of the countdown.
BEAT = 1.0


def draw(view: View) -> None:
    """The page."""
    console = view.console
    st.header(view.say("page_approve"), anchor=False)
    st.session_state["asking"] = console.asking  # another tab may have changed it
    st.radio(
        view.say("when_asked"),
        ASKING,
        key="asking",
        # Not after the widget: who goes to another page at once would take the choice for made, and it was not.
        on_change=lambda: console.choose(asking=st.session_state["asking"]),
        format_func=lambda when: view.say(f"asked_{when}"),
        horizontal=True,
        disabled=console.is_at_work,
        help=view.say("asked_help"),
    )
    reviews = console.reviews.waiting()
    if not reviews:
        st.info(view.say("nothing_waits" if console.asking != "never" else "never_asked"))
    for review in reviews:
        _review(view, review)


def _review(view: View, review: Review) -> None:
    with st.container(border=True):
        st.subheader(view.say("review", number=review.number, case=review.case), anchor=False)
        _countdown(view, review)
        if review.withheld:
            kept = ", ".join(f"{why(view, reason)}: {count}" for reason, count in review.withheld.items())
            html.put(html.quiet(f"{view.say('already_kept')} {kept}"), view.language)
        facts = _facts_out(view, review)
        html.put(html.quiet(view.say("take_out")), view.language)
        taken = {line.number for line in review.lines if not _stays_in(view, review, line, facts)}
        release, refuse, _ = st.columns([2, 1, 2])
        label = view.say("release_some", count=len(taken)) if taken else view.say("release_all")
        if release.button(label, type="primary", key=f"release_{review.number}", width="stretch"):
            _tell(view, view.console.reviews.release(review.number, frozenset(taken)))
        if refuse.button(view.say("refuse"), key=f"refuse_{review.number}", width="stretch"):
            _tell(view, view.console.reviews.refuse(review.number))


def _facts_out(view: View, review: Review) -> frozenset[str]:
    """Facts to take out altogether: one fact may stand in several lines, and a forgotten one would let it leave."""
    says = {fact: line.text for line in reversed(review.lines) for fact in line.facts}
    facts = sorted(says, key=lambda fact: int(fact.removeprefix("F")))
    chosen: list[str] = st.multiselect(
        view.say("take_fact_out"),
        facts,
        format_func=lambda fact: f"{fact}: {says[fact]}",
        key=f"facts_{review.number}",
        placeholder="",
    )
    return frozenset(chosen)


def _stays_in(view: View, review: Review, line: ReviewLine, facts_out: frozenset[str]) -> bool:
    """Whether a line may leave: its box, or that of a fact behind it."""
    key = view.say("key_" + line.key.rpartition(".")[2])
    facts = f" [{', '.join(line.facts)}]" if line.facts else ""
    is_out = not facts_out.isdisjoint(line.facts)
    name = f"line_{review.number}_{line.number}"
    return st.checkbox(
        f"{key}: {line.text}{facts}", value=not is_out, disabled=is_out, key=f"{name}_out" if is_out else name
    )


def _countdown(view: View, review: Review) -> None:
    whole = view.console.reviews.seconds_left(review)
    if whole is None:
        return

    def tick() -> None:
        left = view.console.reviews.seconds_left(review) or 0.0
        if left <= 0 or review not in view.console.reviews.waiting():
            st.rerun()
        st.progress(min(1.0, left / max(whole, 1.0)), text=view.say("seconds_left", seconds=f"{left:.0f}"))

    beating(tick, BEAT)


def _tell(view: View, is_in_time: bool) -> None:
    if not is_in_time:
        st.toast(view.say("too_late"))
    st.rerun()
