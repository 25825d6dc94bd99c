"""Charts: time by step over the runs, facts that left and stayed by kind, tokens saved. The same as tables below."""

from __future__ import annotations

import streamlit as st

from sekisho.console.history import TIMED, Figures
from sekisho.ui import html
from sekisho.ui.shared import View

_STEPS = (
    "inspect",
    "zone",
    "question_sent",
    "tool_requested",
    "record",
    "facts",
    "model",
    "checkpoint",
    "tool_result",
    "guidance",
)


def draw(view: View) -> None:
    """The page."""
    st.header(view.say("page_charts"))
    runs = view.console.history.all()
    if not runs:
        st.info(view.say("no_runs"))
        return
    _times(view, runs)
    left, right = st.columns(2, gap="medium")
    with left:
        _kinds(view, runs)
    with right:
        _tokens(view, runs)


def _times(view: View, runs: list[Figures]) -> None:
    st.subheader(view.say("time_by_step"), divider="gray")
    run, seconds, step = view.say("run_number"), view.say("seconds"), view.say("step")
    names = {name: view.say(f"step_{name}") for name in TIMED}
    rows: list[dict[str, object]] = [
        {run: str(figures.number), step: names[name], seconds: round(figures.steps[name], 3), "order": order}
        for figures in runs
        for order, name in enumerate(TIMED)
        if name in figures.steps
    ]
    import altair as alt

    # The legend has the steps in their order, in rows that fit a phone too.
    colour = alt.Color(field=step, type="nominal", sort=list(names.values()), legend=alt.Legend(columns=3))
    chart = alt.Chart(alt.InlineData(values=rows)).mark_bar(size=26)
    st.altair_chart(
        chart.encode(
            x=alt.X(field=seconds, type="quantitative"),
            y=alt.Y(field=run, type="ordinal", sort=None),
            color=colour.title(None),
            order=alt.Order(field="order", type="quantitative"),
        ).configure_legend(orient="bottom", labelLimit=160),
        width="stretch",
    )
    _as_table(view, [{name: value for name, value in row.items() if name != "order"} for row in rows])


def _kinds(view: View, runs: list[Figures]) -> None:
    st.subheader(view.say("facts_by_kind"), divider="gray")
    kind, count, what = view.say("kind"), view.say("facts"), view.say("leaves_or_stays")
    newest = runs[-1]
    rows = [
        {kind: view.say(f"kind_{name}"), what: view.say(word), count: counts[name]}
        for word, counts in (("mark_left", newest.disclosed), ("mark_kept", newest.withheld))
        for name in counts
    ]
    _chart(view, rows, x=kind, y=count, color=what)


def _tokens(view: View, runs: list[Figures]) -> None:
    st.subheader(view.say("tokens"), divider="gray")
    run, count, what = view.say("run_number"), view.say("tokens"), view.say("leaves_or_stays")
    rows = [
        {run: f"{figures.number}", what: view.say(word), count: tokens}
        for figures in runs
        if figures.record_tokens
        for word, tokens in (
            ("tokens_left", figures.summary_tokens),
            ("tokens_stayed", max(0, figures.record_tokens - figures.summary_tokens)),
        )
    ]
    _chart(view, rows, x=run, y=count, color=what)


def _chart(view: View, rows: list[dict[str, object]], x: str, y: str, color: str) -> None:
    """A stacked chart and its numbers."""
    if not rows:
        st.info(view.say("no_runs"))
        return
    st.bar_chart(rows, x=x, y=y, color=color, stack=True)
    _as_table(view, rows)


def _as_table(view: View, rows: list[dict[str, object]]) -> None:
    """The numbers for whoever does not see the chart."""
    with st.expander(view.say("as_table")):
        html.put(html.table(rows, view.say("as_table")), view.language)
