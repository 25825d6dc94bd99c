"""Health: everything that `sekisho doctor` says, with what to do about it."""

from __future__ import annotations

import streamlit as st

from sekisho.cli.doctor import findings, settings_told
from sekisho.model_setting import RULES
from sekisho.ui import html
from sekisho.ui.shared import View


def draw(view: View) -> None:
    """The page."""
    st.header(view.say("page_health"), anchor=False)
    context = view.console.setup.context(view.language)
    if context.settings.model.kind != RULES and not st.button(view.say("probe")):
        html.put(html.quiet(view.say("probe_help")), view.language)
        return
    found = list(findings(context))
    bad = [finding for finding in found if finding.code is not None]
    if bad:
        st.error(view.say("not_sound", count=len(bad)))
    else:
        st.success(view.say("sound"))
    lines = []
    for finding in found:
        is_good = finding.code is None
        word = html.tag(view.words.text("doctor.ok" if is_good else "doctor.bad"), "good" if is_good else "bad")
        lines.append(f"<li>{word} {html.text(finding.text)}</li>")
    html.put(f'<ul class="findings">{"".join(lines)}</ul>', view.language)
    beat = view.console.zone()
    html.put(html.pairs([(view.say("zone"), view.say(f"zone_{beat.condition.value}"))]), view.language)
    with st.expander(view.say("settings")):
        rows = [
            {view.say("setting"): told.name, view.say("value"): told.value, view.say("origin"): told.origin}
            for told in settings_told(context)
        ]
        html.put(html.table(rows, view.say("settings")), view.language)
