"""Log: what went through the zone, as facts of the envelope. No content."""

from __future__ import annotations

import streamlit as st

from sekisho.ui import html
from sekisho.ui.shared import View


def draw(view: View) -> None:
    """The page."""
    st.header(view.say("page_log"))
    html.put(html.quiet(view.say("log_help")), view.language)
    everything = view.console.traffic.all()
    methods = list(dict.fromkeys(passed.method for passed in everything))
    verdicts = list(dict.fromkeys(passed.verdict for passed in everything))
    first, second, third = st.columns([1, 1, 1])
    method = first.selectbox(view.say("method"), ["", *methods], format_func=lambda m: m or view.say("all"))
    verdict = second.selectbox(view.say("verdict"), ["", *verdicts], format_func=lambda v: v or view.say("all"))
    cases = list(dict.fromkeys(passed.case for passed in everything if passed.case))
    case = third.selectbox(view.say("case"), ["", *cases], format_func=lambda c: c or view.say("all"), key="log_case")
    rows = [
        {
            view.say("when"): passed.when.astimezone().strftime("%H:%M:%S"),
            view.say("way"): view.say(f"by_{passed.way}"),
            view.say("method"): passed.method,
            view.say("tool"): passed.tool,
            view.say("case"): passed.case,
            view.say("verdict"): passed.verdict,
            view.say("bytes"): passed.size,
            "ms": round(passed.ms, 1),
            view.say("entry"): passed.sequence or "",
        }
        for passed in view.console.traffic.all(case, verdict, method)
    ]
    if rows:
        html.put(html.table(rows, view.say("page_log")), view.language)
    else:
        st.info(view.say("log_empty"))
