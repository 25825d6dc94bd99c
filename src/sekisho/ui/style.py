"""How the app looks beside Streamlit's own: marks, timeline, Japanese line breaking. Dark and light, from one sheet."""

from __future__ import annotations

from importlib.resources import files

import streamlit as st

#: Colours are told by custom properties, so that both schemes have enough contrast (4.5:1 and more).
_SHEET = """
<style>
:root { color-scheme: light dark; }
.sk { font-family: "Source Sans", "Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic UI", Meiryo,
      sans-serif; line-height: 1.65; line-break: strict; overflow-wrap: anywhere; }
.sk:lang(ja), .sk:lang(ja) * { word-break: auto-phrase; }
[data-testid="stMarkdownContainer"], label, button { line-break: strict; }
.sk code, .sk pre { font-family: "Source Code Pro", "Noto Sans Mono CJK JP", monospace; font-size: .86rem;
      white-space: pre-wrap; overflow-wrap: anywhere; word-break: normal; background: none; color: inherit; }
.sk pre { margin: 0; padding: .8rem; border: 1px solid light-dark(#c9ced6, #4a5160); border-radius: .5rem;
      max-height: 34rem; overflow: auto; }
.sk mark { border-radius: .25rem; padding: .05em .2em; color: inherit; }
.sk mark.who { background: light-dark(#ffd9d6, #6b1f1c); text-decoration: line-through;
      text-decoration-color: light-dark(#b3261e, #ff9d96); }
.sk mark.left { background: light-dark(#cdebd3, #1d4d2a); }
.sk mark.kept { background: light-dark(#e6e8ec, #3a404b); }
.sk sup { font-size: .68rem; font-weight: 700; margin-left: .12em; }
.sk ol.steps { list-style: none; margin: 0; padding: 0; }
.sk ol.steps li { display: grid; grid-template-columns: 4.2rem 7.5rem 1fr auto; gap: .2rem .7rem; padding: .3rem .2rem;
      border-bottom: 1px solid light-dark(#e3e6ea, #3a404b); align-items: baseline; }
.sk ol.steps .at, .sk ol.steps .took { font-variant-numeric: tabular-nums; opacity: .8; }
.sk ol.steps .zone { font-weight: 600; font-size: .85rem; }
.sk ol.steps .zone.own { color: light-dark(#146c2e, #7ddc95); }
.sk ol.steps .zone.sky { color: light-dark(#0b57a4, #9ccaff); }
.sk ol.steps li.now .text::after { content: " …"; }
.sk .said { white-space: pre-wrap; padding: .9rem 1rem; border-left: .3rem solid light-dark(#0b57a4, #9ccaff);
      background: light-dark(#f2f6fb, #1b2430); border-radius: .3rem; }
.sk .leaves { white-space: pre-wrap; min-height: 8.6rem; padding: .7rem .8rem; border-radius: .5rem;
      border: 1px solid light-dark(#146c2e, #7ddc95); }
.sk .leaves.none { border-color: light-dark(#b3261e, #ff9d96); }
.sk .tag { display: inline-block; font-size: .8rem; font-weight: 600; border-radius: 1rem; padding: .05rem .6rem;
      border: 1px solid currentColor; }
.sk .good { color: light-dark(#146c2e, #7ddc95); } .sk .bad { color: light-dark(#b3261e, #ff9d96); }
.sk .quiet { opacity: .82; font-size: .88rem; }
.sk dl { display: grid; grid-template-columns: minmax(6rem, 10rem) 1fr; gap: .4rem 1rem; margin: 0; }
.stHtml .sk dl, .stHtml .sk dl dt, .stHtml .sk dl dd { margin: 0; padding: 0; } .sk dt { font-weight: 600; }
[data-testid="stSidebar"] .sk dl { grid-template-columns: 1fr; gap: .1rem; font-size: .9rem; }
[data-testid="stSidebar"] .sk dl dd { margin-bottom: .35rem; }
.sk .wide { overflow-x: auto; max-height: 38rem; }
.sk table { border-collapse: collapse; width: 100%; font-size: .88rem; margin: 0; }
.sk th, .sk td { text-align: left; vertical-align: top; padding: .35rem .6rem; border: 0;
      border-bottom: 1px solid light-dark(#e3e6ea, #3a404b); }
.sk th { position: sticky; top: 0; background: light-dark(#f4f5f7, #262b34); white-space: nowrap; }
.sk td.short { white-space: nowrap; } .sk td .long { max-height: 5.4rem; overflow: auto; min-width: 15rem; }
.sk ul.findings { list-style: none; padding: 0; } .sk ul.findings li { margin: 0 0 .45rem; }
.sk td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
[data-testid="stTab"][aria-selected="true"] :is(p, span) { color: light-dark(#a3242f, #ffb3ad); }
:is(a, button, summary, pre, [role="region"], .long):focus-visible {
      outline: .16rem solid light-dark(#0b57a4, #9ccaff); outline-offset: .12rem; }
.sk-on { outline: .13rem solid light-dark(#146c2e, #7ddc95); }
#sk-lines { position: fixed; inset: 0; width: 100vw; height: 100vh; pointer-events: none; z-index: 999990; }
#sk-lines line { stroke: light-dark(#146c2e, #7ddc95); stroke-width: 2; }
#sk-say { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[data-testid="stMainBlockContainer"] { padding-top: 4rem; }
.sk ul { margin: 0; padding-left: 1.2rem; }
@media (max-width: 640px) {
  .sk ol.steps li { grid-template-columns: 3.6rem 1fr auto; }
  .sk ol.steps .took { grid-area: 1 / 3; }
  .sk ol.steps .text { grid-area: 2 / 1 / 3 / -1; }
  .sk dl { grid-template-columns: 1fr; }
  .sk pre { max-height: 20rem; }
}
</style>
"""
_SCRIPT = "<script>" + files("sekisho.ui").joinpath("page.js").read_text("utf-8") + "</script>"


def dress(language: str) -> None:
    """Put the sheet and the script into the page; a screen reader speaks the page's language."""
    st.html(_SHEET)
    st.html(_SCRIPT.replace("LANGUAGE", language), unsafe_allow_javascript=True)
