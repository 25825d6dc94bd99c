"""`sekisho link`: whether a link works, and its dead letters."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict

from sekisho.cli.context import Context
from sekisho.cli.link_access import access_from
from sekisho.cli.on_screen import shown
from sekisho.errors import Code, InputError
from sekisho.link.call import Caller
from sekisho.link.canary import Canary, send_canary
from sekisho.link.envelope import Envelopes
from sekisho.link.keyring import KeyringFile
from sekisho.link.open import open_caller
from sekisho.wording import Wording


def run(context: Context) -> int:
    """Do it; exit 1 when the canary did not come back, or there is no such dead letter."""
    actions = {"status": _status, "dead": _dead, "redrive": _redrive}
    return asyncio.run(actions[context.options.action](context))


async def _status(context: Context) -> int:
    caller = Caller(
        open_caller(context.options.url, access_from(context)), Envelopes(KeyringFile(context.settings.keyring))
    )
    async with caller:
        canary = await send_canary(caller)
    if context.options.json:
        print(json.dumps({**asdict(canary), "code": canary.code.value if canary.code else None}))
    else:
        print("\n".join(_legs(canary, context.words)))
    return 0 if canary.code is None else 1


def _legs(canary: Canary, words: Wording) -> list[str]:
    unknown = words.text("link.unknown")
    lines = []
    if canary.presence is not None:
        workers = unknown if canary.presence.workers is None else canary.presence.workers
        waiting = unknown if canary.presence.waiting is None else canary.presence.waiting
        lines.append(words.text("link.reached", workers=workers, waiting=waiting))
    if canary.worker is not None:
        lines.append(words.text("link.worker", **{name: canary.worker.get(name) for name in _WORKER}))
        lines.append(words.text("link.back", ms=f"{canary.there_and_back_ms:.1f}"))
    if canary.code is not None:
        lines.append(f"{canary.code.value}: {words.code(canary.code)}")
    return lines


_WORKER = ("version", "at_work", "at_once", "clock_ms")


async def _dead(context: Context) -> int:
    link = open_caller(context.options.url, access_from(context))
    try:
        letters = await link.dead(max(context.options.last, 1))
    finally:
        await link.close()
    for letter in letters:
        print(
            context.words.text(
                "link.letter",
                id=letter.id.hex(),
                reason=shown(letter.reason),  # it may be the engine's own word
                attempts=letter.attempts,
                size=letter.size,
                age=round(letter.age),
            )
        )
    if not letters:
        print(context.words.text("link.none_dead"))
    return 0


async def _redrive(context: Context) -> int:
    try:
        task_id = bytes.fromhex(context.options.id)
    except ValueError:
        raise InputError(Code.BAD_ARGUMENTS, "ID") from None
    link = open_caller(context.options.url, access_from(context))
    try:
        driven = await link.redrive(task_id)
    finally:
        await link.close()
    print(context.words.text("link.driven" if driven else "link.no_such"))
    return 0 if driven else 1
