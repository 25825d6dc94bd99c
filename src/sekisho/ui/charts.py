"""Charts: time by step over the runs, facts that left and stayed by kind, tokens saved. The same as tables below."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import streamlit as st

from sekisho.console.history import TIMED, Figures
from sekisho.ui import html
from sekisho.ui.shared import View

_Rows = list[dict[str, object]]
#: Colours of the steps, and of what left and what stayed: each 3:1 and more against both backgrounds (WCAG 1.4.11).
_STEP_COLOURS = (
    "#4477aa", "#d1495b", "#228833", "#a8741a", "#7a5fb5", "#aa3377", "#008b8b", "#b5541c", "#66709a", "#7a7a7a",
)  # fmt: skip
_LEFT, _STAYED = "#2e8b57", "#7a8290"
#: Drawn so that the words in a chart are text of the page, for who reads with other means than eyes.
_AS_TEXT = {"embedOptions": {"renderer": "svg"}}
#: Words of a chart, light and dark: Streamlit's own are too pale on white (WCAG 1.4.3).
_INK = {"light": "#31333f", "dark": "#fafafa"}
#: Pixels of one bar and of its row.
_BAR, _ROW = 20, 34


def draw(view: View) -> None:
    """The page."""
    st.header(view.say("page_charts"), anchor=False)
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
    st.subheader(view.say("time_by_step"), divider="gray", anchor=False)
    run, seconds, step = view.say("run_number"), view.say("seconds"), view.say("step")
    names = {name: view.say(f"step_{name}") for name in TIMED}
    rows: _Rows = [
        {run: str(figures.number), step: names[name], seconds: round(figures.steps[name], 3)}
        for figures in runs
        for name in TIMED
        if name in figures.steps
    ]
    _bars(rows, run, seconds, step, dict(zip(names.values(), _STEP_COLOURS, strict=True)))
    _as_table(view, rows)


def _kinds(view: View, runs: list[Figures]) -> None:
    st.subheader(view.say("facts_by_kind"), divider="gray", anchor=False)
    kind, count, what = view.say("kind"), view.say("facts"), view.say("leaves_or_stays")
    newest = runs[-1]
    rows: _Rows = [
        {kind: view.say(f"kind_{name}"), what: view.say(word), count: counts[name]}
        for word, counts in (("mark_left", newest.disclosed), ("mark_kept", newest.withheld))
        for name in counts
    ]
    colours = {view.say("mark_left"): _LEFT, view.say("mark_kept"): _STAYED}
    _chart(view, rows, kind, count, what, colours)


def _tokens(view: View, runs: list[Figures]) -> None:
    st.subheader(view.say("tokens"), divider="gray", anchor=False)
    run, count, what = view.say("run_number"), view.say("tokens"), view.say("leaves_or_stays")
    rows: _Rows = [
        {run: f"{figures.number}", what: view.say(word), count: tokens}
        for figures in runs
        if figures.record_tokens
        for word, tokens in (
            ("tokens_left", figures.summary_tokens),
            ("tokens_stayed", max(0, figures.record_tokens - figures.summary_tokens)),
        )
    ]
    colours = {view.say("tokens_left"): _LEFT, view.say("tokens_stayed"): _STAYED}
    _chart(view, rows, run, count, what, colours)


def _chart(view: View, rows: _Rows, rest_on: str, length: str, colour: str, colours: dict[str, str]) -> None:
    """A stacked chart and its numbers."""
    if not rows:
        st.info(view.say("no_runs"))
        return
    _bars(rows, rest_on, length, colour, colours)
    _as_table(view, rows)


def _altair() -> Any:
    """The library that draws, with all that it brings: not for who looks at no chart. It takes a Pandas that another
    tab's drawing is still loading for a whole one, and fails; so that is waited for."""
    import_module("pandas")
    return import_module("altair")


def _bars(rows: _Rows, rest_on: str, length: str, colour: str, colours: dict[str, str]) -> None:
    """Lying bars: their names can be read without turning one's head. The parts stand in the order of `colours`."""
    alt = _altair()
    order = list(colours)
    placed = [{**row, "order": order.index(str(row[colour]))} for row in rows]
    are_whole = all(isinstance(row[length], int) for row in rows)
    ink = _INK["dark" if st.context.theme.type == "dark" else "light"]
    words = {"labelColor": ink, "titleColor": ink}
    axis = alt.Axis(tickMinStep=1, **words) if are_whole else alt.Axis(**words)
    scale = alt.Scale(domain=order, range=list(colours.values()))
    # The legend has the parts in their order, in rows that fit a phone too.
    legend = alt.Legend(columns=2, orient="bottom", labelLimit=160, title=None, labelColor=ink)
    chart = alt.Chart(alt.InlineData(values=placed), height=alt.Step(_ROW), usermeta=_AS_TEXT).mark_bar(size=_BAR)
    st.altair_chart(
        chart.encode(
            x=alt.X(field=length, type="quantitative", stack="zero", axis=axis),
            y=alt.Y(field=rest_on, type="ordinal", sort=None, axis=alt.Axis(**words)),
            color=alt.Color(field=colour, type="nominal", scale=scale, legend=legend),
            order=alt.Order(field="order", type="quantitative"),
        ),
        width="stretch",
    )


def _as_table(view: View, rows: _Rows) -> None:
    """The numbers for whoever does not see the chart."""
    with st.expander(view.say("as_table")):
        html.put(html.table(rows, view.say("as_table")), view.language)
