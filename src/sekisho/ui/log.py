"""Log: requests, and frames of the link, as facts of the envelope. No content."""

from __future__ import annotations

import streamlit as st

from sekisho.ui import html
from sekisho.ui.shared import View

#: Rows that are shown.
SHOWN = 200


def draw(view: View) -> None:
    """The page."""
    st.header(view.say("page_log"), anchor=False)
    html.put(html.quiet(view.say("log_help")), view.language)
    everything = view.console.traffic.all()
    ways, methods, verdicts, cases = (
        list(dict.fromkeys(filter(None, (getattr(passed, name) for passed in everything))))
        for name in ("way", "method", "verdict", "case")
    )
    first, second, third, fourth = st.columns(4)

    def named(way: str) -> str:
        return view.say(f"by_{way}") if way else view.say("all")

    def as_is(word: str) -> str:
        return word or view.say("all")

    way = first.selectbox(view.say("way_of"), ["", *ways], format_func=named)
    method = second.selectbox(view.say("method"), ["", *methods], format_func=as_is)
    verdict = third.selectbox(view.say("verdict"), ["", *verdicts], format_func=as_is)
    case = fourth.selectbox(view.say("case"), ["", *cases], format_func=as_is, key="log_case")
    found = view.console.traffic.all(case, verdict, method, way)
    rows = [
        {
            view.say("when"): passed.when.astimezone().strftime("%H:%M:%S"),
            view.say("way_of"): view.say(f"by_{passed.way}"),
            view.say("method"): passed.method,
            view.say("tool"): passed.tool,
            view.say("case"): passed.case,
            view.say("verdict"): passed.verdict,
            view.say("bytes"): passed.size,
            "ms": round(passed.ms, 1),
            view.say("entry"): passed.sequence or "",
        }
        for passed in found[:SHOWN]
    ]
    if rows:
        html.put(html.table(rows, view.say("page_log")), view.language)
        if len(found) > SHOWN:
            html.put(html.quiet(view.say("more_passed", shown=SHOWN, count=len(found))), view.language)
    else:
        st.info(view.say("log_empty"))
