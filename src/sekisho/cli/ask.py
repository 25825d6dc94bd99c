"""`sekisho ask`: one question through both zones."""

from __future__ import annotations

import json

from sekisho.cli.asking import asking
from sekisho.cli.before_sending import is_interactive
from sekisho.cli.cloud_zone import cloud_zone
from sekisho.cli.context import Context
from sekisho.cli.costs import costs_of
from sekisho.cli.timeline import Timeline
from sekisho.cli.zone_on_link import asked_zone
from sekisho.cli.zones import stop_on_terminate


def run(context: Context) -> int:
    """Inspect the question, let the cloud agent answer it, show the guidance."""
    stop_on_terminate()
    settings = context.settings
    ready = asking(context)
    text = ready.agreed(context.options.text, context.words, asks=is_interactive() and not context.options.json)
    if text is None:
        return 0
    restorer = ready.memory.restorer()
    timeline = Timeline(context.words, show=not context.options.json, model=ready.model, restorer=restorer)
    with (
        ready.noting_stops(),
        asked_zone(context) as private,
        cloud_zone(
            text, settings.lang, ready.case.token, private, cloud=ready.cloud, passes=ready.lookout.passes
        ) as cloud,
    ):
        timeline.follow(cloud.events)
    costs = costs_of(timeline.answer, ready.cloud.model, ready.case.path, ready.prices)
    if context.options.json:
        plain: dict[str, object] = {
            "guidance": timeline.guidance,
            "disclosed": [json.loads(summary) for summary in timeline.disclosed],
        }
        if costs.usage.requests:
            plain["usage"] = costs.as_plain()
        print(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        print("\n".join(costs.lines(context.words)), end="\n" if costs.usage.requests else "")
    return 0
