"""The sidebar's Dev Tunnel: whether there is one, where it leads, open, close, and a check from outside."""

from __future__ import annotations

import streamlit as st

from sekisho.console.tunnel_keeper import TunnelCondition, TunnelStatus
from sekisho.console.zone_keeper import Condition, Way
from sekisho.ui import html
from sekisho.ui.shared import View

_MOODS = {TunnelCondition.RUNNING: "good", TunnelCondition.FAILED: "bad"}
#: What needs the operator's eyes is not folded away.
_OPEN = (TunnelCondition.RUNNING, TunnelCondition.FAILED, TunnelCondition.STARTING)


def tunnel(view: View) -> None:
    """Draw it."""
    now = view.console.tunnel()
    state = view.say(f"tunnel_{now.condition.value}")
    with st.expander(f"{view.say('tunnel')} · {state}", expanded=now.condition in _OPEN):
        html.put(html.tag(state, _MOODS.get(now.condition, "")), view.language)
        if now.condition is TunnelCondition.MISSING:
            html.put(html.quiet(view.say("tunnel_install")), view.language)
            return
        if now.code is not None:
            st.error(view.tell(now.code))
        if now.condition is TunnelCondition.RUNNING:
            _running(view, now)
        else:
            _closed(view)


def _running(view: View, now: TunnelStatus) -> None:
    rows = [(view.say("address"), f"{now.url}/mcp"), (view.say("tunnel_leads"), f"127.0.0.1:{now.port}")]
    html.put(html.pairs(rows), view.language)
    if now.anonymous:
        st.warning(view.words.text("tunnel.anonymous"))
    else:
        html.put(html.quiet(view.words.text("tunnel.signed_in")), view.language)
    if not now.is_ours:
        st.warning(view.say("tunnel_elsewhere", port=now.port))
    close, check = st.columns(2)
    if close.button(view.say("tunnel_close"), width="stretch"):
        view.console.stop_tunnel()
        st.rerun()
    if check.button(
        view.say("tunnel_check"), disabled=not now.is_ours, width="stretch", help=view.say("tunnel_check_help")
    ):
        beat = view.console.tunnel_canary()
        ms = f"{beat.ms:.0f}"
        if beat.code is not None:
            st.error(view.tell(beat.code))
        else:
            st.success(view.say("tunnel_signs_in" if beat.signs_in else "canary_back", ms=ms))


def _closed(view: View) -> None:
    zone = view.console.zone()
    is_there = zone.condition is Condition.RUNNING and zone.way is Way.DIRECT
    if not is_there:
        html.put(html.quiet(view.say("tunnel_needs")), view.language)
    anonymous = st.checkbox(
        view.say("tunnel_anyone"), help=view.words.text("help.tunnel_anonymous"), disabled=not is_there
    )
    if st.button(view.say("tunnel_open"), disabled=not is_there, width="stretch"):
        with st.spinner(view.say("tunnel_starting")):
            view.console.start_tunnel(anonymous)
        st.rerun()
