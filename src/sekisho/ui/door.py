"""The door of the app: nothing is shown before it is passed."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from sekisho.console.access import Access, Door
from sekisho.errors import Code
from sekisho.ui.shared import View


def passed_door(view: View) -> bool:
    """Whether this tab may see the app. Draws what it has to do, where it may not yet."""
    if st.session_state.get("has_passed"):
        return True
    settings = view.console.setup.context(view.language).settings
    host = st.get_option("server.address") or ""
    door = _access(host, settings.ui_password_file, settings.ui_identity_header)
    state = door.door(st.context.headers)
    if state is Door.OPEN:
        st.session_state["has_passed"] = True
        return True
    if state is Door.CLOSED:
        st.error(view.tell(Code.APP_EXPOSED))
        return False
    with st.form("door"):
        given = st.text_input(view.say("password"), type="password")
        if st.form_submit_button(view.say("enter"), type="primary"):
            if door.admits(given):
                st.session_state["has_passed"] = True
                st.rerun()
            st.error(view.say("password_wrong"))
    return False


@st.cache_resource(show_spinner=False)
def _access(host: str, password_file: Path | None, header: str) -> Access:
    """One for all tabs: it counts attempts."""
    return Access(host, password_file, header)
