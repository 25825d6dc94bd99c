"""`sekisho demo`: the main job on fictitious records, with both zones as real processes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from sekisho.checkpoint.ledger_check import read_ledger, verify
from sekisho.checkpoint.policy import Policy
from sekisho.checkpoint.prompt import Placeholders, inspect_text
from sekisho.cli.cloud_zone import cloud_zone
from sekisho.cli.columns import side_by_side, terminal_width, wrap
from sekisho.cli.context import Context
from sekisho.cli.linked_zone import LinkedZone, linked_zone, must_be_reached, way_of
from sekisho.cli.sockets import sockets_of
from sekisho.cli.timeline import Timeline
from sekisho.cli.zones import RunningZone, private_zone, stop_on_terminate
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
    stop_on_terminate()
    words, state = context.words, context.settings.state / "demo"
    with as_file(files("sekisho.samples")) as samples:
        zone = open_zone(samples, state, Policy(), context.settings.lang)
        token = next(t for t, name in zone.cases.tokens().items() if name == SAMPLE)
        case = zone.cases.find(token)
        opened = zone.background.open(case)
        language = context.settings.lang
        question = inspect_text(
            QUESTIONS[language],
            wall=opened.wall,
            words=zone.domain.prompt_words,
            language=language,
            memory=Placeholders(language),
        ).text
        timeline = Timeline(words)
        with (
            _private_side(context, samples, state) as private,
            cloud_zone(question, context.settings.lang, token, private) as cloud,
        ):
            _introduce(words, private, cloud.pid, case, question)
            timeline.follow(cloud.events)
            closed = not isinstance(private, LinkedZone) or _show_no_ports(words, private.pid)
    stayed = _stayed(words, opened, case)
    left = [line for text in timeline.disclosed for line in _pretty(text)] or [words.text("demo.no_disclosure")]
    print()
    print("\n".join(side_by_side(words.text("demo.stayed"), stayed, words.text("demo.left"), left)))
    same = _show_bytes(words, timeline.disclosed, state)
    return 0 if _show_ledger(words, state) and same and closed else 1


def _private_side(context: Context, samples: Path, state: Path) -> AbstractContextManager[RunningZone]:
    """The private zone behind gateway and link; or, when asked for, its server itself."""
    settings, options = context.settings, context.options
    if options.direct:
        return private_zone(samples, state, settings.lang, None)
    zone = linked_zone(samples, state, settings.lang, None, settings.link, way_of(settings))
    return _reached(zone, bool(settings.link))


@contextmanager
def _reached(zone: AbstractContextManager[LinkedZone], is_elsewhere: bool) -> Iterator[LinkedZone]:
    """The zone, once a broker that is somebody else's has been seen to carry something."""
    with zone as private:
        if is_elsewhere:
            must_be_reached(private)
        yield private


def _show_no_ports(words: Wording, pid: int) -> bool:
    """What the system says of the worker's sockets while it is at work; nothing where it does not say."""
    sockets = sockets_of(pid)
    if sockets is None:
        return True
    if sockets.listening:
        print(words.text("demo.ports"))
        return False
    print(f"\n{words.text('demo.no_ports', private=pid, outgoing=sockets.connected)}")
    return True


def _introduce(words: Wording, private: RunningZone, cloud: int, case: Case, question: str) -> None:
    print(words.text("demo.title"))
    if isinstance(private, LinkedZone):
        processes = {"cloud": cloud, "gateway": private.gateway, "private": private.pid}
        print(words.text("demo.linked", url=private.url, **processes))
        print(words.text("demo.over", link=private.link))
    else:
        print(words.text("demo.zones", private=private.pid, url=private.url, cloud=cloud))
    print(words.text("demo.cloud_model"))
    print(words.text("demo.case", token=case.token, file=case.path.name))
    print(words.text("demo.question", text=question))
    print(f"\n{words.text('demo.timeline')}", flush=True)


def _stayed(words: Wording, opened: OpenCase, case: Case) -> list[str]:
    """Local eyes only: this is printed on the machine that holds the record."""
    identifiers = opened.record.identifiers
    return [
        f"{case.path.name}: {case.path.stat().st_size} B",
        words.text("demo.stayed_unlisted", count=len(opened.sheet.unlisted) + opened.sheet.unread),
        words.text("demo.stayed_identifiers", count=len(identifiers)),
        *(f"  {words.text(f'kinds.{found.kind.value}')}: {found.value}" for found in identifiers),
    ]


def _pretty(text: str) -> list[str]:
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2).split("\n")


def _show_bytes(words: Wording, disclosed: list[str], state: Path) -> bool:
    """The exact bytes that left, and whether each is what the ledger has."""
    entries = {e.summary: e for _, e in read_ledger(state / LEDGER_NAME) if e is not None and e.kind == "disclosure"}
    for text in disclosed:
        data = text.encode()
        print(f"\n{words.text('demo.bytes', size=len(data), digest=hashlib.sha256(data).hexdigest())}")
        print("\n".join(wrap(text, terminal_width())))
        entry = entries.get(text)
        print(words.text("demo.same", sequence=entry.sequence) if entry else words.text("demo.different"))
    return bool(disclosed) and all(text in entries for text in disclosed)


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
