"""The sidebar's models: which local one, on what, and whether its schema is enforced; and the cloud's."""

from __future__ import annotations

import streamlit as st

from sekisho.cloud.choice import STAND_IN
from sekisho.console.model_watch import ModelState, ModelStatus
from sekisho.ui import html
from sekisho.ui.shared import View


def models(view: View) -> None:
    """Draw them."""
    st.subheader(view.say("models"), divider="gray", anchor=False)
    _local(view, view.console.model.status())
    settings = view.console.setup.context(view.language).settings
    cloud = settings.all["cloud"].value
    name = settings.all["cloud_model"].value or settings.all["cloud_agent"].value
    said = view.say("cloud_stand_in") if cloud == STAND_IN else f"{name} ({cloud})"
    html.put(html.pairs([(view.say("cloud_model"), said)]), view.language)


def _local(view: View, now: ModelStatus) -> None:
    setting = view.console.setup.context(view.language).settings.model
    if now.state is ModelState.RULES:
        html.put(html.pairs([(view.say("local_model"), view.say("model_rules"))]), view.language)
        return
    unknown = view.words.text("model.unknown")
    rows = [
        (view.say("local_model"), f"{setting.name} ({view.say('mode')}: {setting.mode})"),
        (view.say("runtime"), view.say(f"runtime_{setting.kind.replace('-', '_')}")),
    ]
    if now.state is ModelState.ANSWERS:
        rows += [
            (view.say("address"), now.address or unknown),
            (view.say("device"), now.device or unknown),
            (view.say("schema"), view.say("schema_enforced" if now.enforced else "schema_not_enforced")),
        ]
    html.put(html.pairs(rows), view.language)
    if now.code is not None:
        st.error(view.tell(now.code, now.address))
        html.put(html.quiet(view.say("rules_meanwhile")), view.language)
    if now.state is ModelState.UNKNOWN:
        html.put(html.quiet(view.say("model_unasked")), view.language)
    if now.state is ModelState.ASKING:
        html.put(html.quiet(view.say("model_asking")), view.language)
    elif st.button(view.say("model_check"), width="stretch"):
        view.console.model.ask_again()
        st.rerun()
