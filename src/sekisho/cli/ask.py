"""`sekisho ask`: one question through both zones."""

from __future__ import annotations

import json

from sekisho.checkpoint.user_text import inspect_text
from sekisho.cli.context import Context
from sekisho.cli.timeline import Timeline
from sekisho.cli.zones import cloud_zone, private_zone, stop_on_terminate
from sekisho.errors import Refused


def run(context: Context) -> int:
    """Inspect the question, let the cloud agent answer it, show the guidance."""
    stop_on_terminate()
    settings = context.settings
    zone = context.zone()
    case = context.chosen_case(zone.cases)
    wall = zone.background.open(case).wall
    try:
        text = inspect_text(context.options.text, wall)
    except Refused as refused:
        zone.background.note_refusal(refused.code, case.token)
        raise
    timeline = Timeline(context.words, show=not context.options.json)
    with (
        private_zone(context.cases_place(), settings.state, settings.lang, settings.policy) as private,
        cloud_zone(text, settings.lang, case.token, private) as cloud,
    ):
        timeline.follow(cloud.events)
    if context.options.json:
        summaries = [json.loads(summary) for summary in timeline.disclosed]
        print(json.dumps({"guidance": timeline.guidance, "disclosed": summaries}, ensure_ascii=False, indent=2))
    return 0
