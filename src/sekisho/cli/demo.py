"""`sekisho demo`: the main job on fictitious records, with both zones as real processes."""

from __future__ import annotations

import hashlib
import json
import os
import textwrap
from importlib.resources import as_file, files
from pathlib import Path

from sekisho.checkpoint.ledger_check import read_ledger, verify
from sekisho.checkpoint.ledger_entry import Entry
from sekisho.checkpoint.policy import Policy
from sekisho.checkpoint.user_text import inspect_text
from sekisho.cli.context import Context
from sekisho.cli.timeline import Timeline
from sekisho.cli.zones import RunningZone, cloud_zone, private_zone
from sekisho.local.background import OpenCase
from sekisho.local.records.cases import Case
from sekisho.local.zone import LEDGER_NAME, open_zone
from sekisho.wording import Wording

QUESTIONS = {
    "ja": "昨日からめまいと動悸があります。少し休むと落ち着きますが、どうしたらよいでしょうか。",
    "en": "I have had dizziness and palpitations since yesterday. It settles when I rest. What should I do?",
}
SAMPLE = "01-thyroid.json"


def run(context: Context) -> int:
    """Run it; exit 0 when guidance came and the ledger is sound."""
    words, state = context.words, context.settings.state / "demo"
    with as_file(files("sekisho.samples")) as samples:
        zone = open_zone(samples, state, Policy(), context.settings.lang)
        token = next(t for t, name in zone.cases.tokens().items() if name == SAMPLE)
        case = zone.cases.find(token)
        opened = zone.background.open(case)
        question = inspect_text(QUESTIONS[context.settings.lang], opened.wall)
        timeline = Timeline(words)
        with private_zone(samples, state, context.settings.lang, None) as private:
            with cloud_zone(question, context.settings.lang, token, private) as cloud:
                _introduce(words, private, cloud.pid, case, question)
                timeline.follow(cloud.events)
    _show_stayed(words, opened, case)
    same = _show_left(words, timeline.disclosed, state)
    return 0 if _show_ledger(words, state) and same else 1


def _introduce(words: Wording, private: RunningZone, cloud: int, case: Case, question: str) -> None:
    print(words.text("demo.title"))
    print(words.text("demo.zones", private=private.pid, url=private.url, cloud=cloud))
    print(words.text("demo.cloud_model"))
    print(words.text("demo.case", token=case.token, file=case.path.name))
    print(words.text("demo.question", text=question))
    print(f"\n{words.text('demo.timeline')}", flush=True)


def _heading(text: str) -> None:
    print(f"\n{text}\n{'─' * 60}")


def _show_stayed(words: Wording, opened: OpenCase, case: Case) -> None:
    """Local eyes only: this is printed on the machine that holds the record."""
    _heading(words.text("demo.stayed"))
    print(words.text("demo.stayed_identifiers", count=len(opened.record.identifiers)))
    for identifier in opened.record.identifiers[:8]:
        print(f"  {words.text(f'kinds.{identifier.kind.value}')}: {identifier.value}")
    print(words.text("demo.stayed_unlisted", count=len(opened.sheet.unlisted) + opened.sheet.unread))
    print(f"  {case.path.name}: {case.path.stat().st_size} B")


def _show_left(words: Wording, disclosed: list[str], state: Path) -> bool:
    """The exact text that left, and whether it is what the ledger has."""
    _heading(words.text("demo.left"))
    if not disclosed:
        print(words.text("demo.no_disclosure"))
        return False
    entries = [e for _, e in read_ledger(state / LEDGER_NAME) if e is not None and e.kind == "disclosure"]
    return all([_show_one(words, text, entries) for text in disclosed])


def _show_one(words: Wording, text: str, entries: list[Entry]) -> bool:
    data = text.encode()
    digest = hashlib.sha256(data).hexdigest()
    print(words.text("demo.bytes", size=len(data), digest=digest))
    for line in textwrap.wrap(text, _width(), break_on_hyphens=False):
        print(f"  {line}")
    print(json.dumps(json.loads(text), ensure_ascii=False, indent=2))
    same = [e.sequence for e in entries if e.summary == text and e.sha256 == digest]
    print(words.text("demo.same", sequence=same[-1]) if same else words.text("demo.different"))
    return bool(same)


def _width() -> int:
    try:
        return max(40, os.get_terminal_size().columns - 4)
    except OSError:
        return 96


def _show_ledger(words: Wording, state: Path) -> bool:
    path = state / LEDGER_NAME
    verdict = verify(path)
    print()
    if not verdict.intact:
        print(words.text("demo.damaged"))
        return False
    print(words.text("demo.verified", entries=verdict.entries, path=path))
    print(words.text("demo.next", state=state))
    return True
