"""`sekisho doctor`: the state of this machine, and each setting with its origin."""

from __future__ import annotations

import os
import platform
import stat
from collections.abc import Callable, Iterator
from importlib import metadata

from sekisho import __version__
from sekisho.checkpoint.ledger_check import verify
from sekisho.cli.context import Context
from sekisho.errors import Code, InputError, SekishoError
from sekisho.local.bearer import bearer_from
from sekisho.local.medical.local_terms.extended import vocabulary_with_imports
from sekisho.local.private_file import private_folder
from sekisho.local.zone import LEDGER_NAME


def run(context: Context) -> int:
    """Print every finding; exit 1 if one is not as it should be."""
    words, settings = context.words, context.settings
    for name, setting in settings.all.items():
        origin = words.text("doctor.default") if setting.origin == "default" else setting.origin
        print(words.text("doctor.setting", name=name, value=setting.value or _worked_out(context, name), origin=origin))
    print()
    sound = True
    for check in (_versions, _vocabulary, _state, _token, _ledger, _cases, _policy, _agent):
        sound &= _report(context, check)
    return 0 if sound else 1


def _report(context: Context, check: Callable[[Context], Iterator[str]]) -> bool:
    words = context.words
    try:
        for line in check(context):
            print(f"[{words.text('doctor.ok')}] {line}")
    except SekishoError as error:
        place = f" [{error.place}]" if isinstance(error, InputError) and error.place else ""
        print(f"[{words.text('doctor.bad')}] {error.code.value}{place}: {words.code(error.code)}")
        return False
    return True


def _worked_out(context: Context, name: str) -> str:
    value = getattr(context.settings, name, None)
    return context.words.text("doctor.unset") if value is None else context.words.text("doctor.worked_out", value=value)


def _versions(context: Context) -> Iterator[str]:
    yield context.words.text("doctor.version", version=__version__)
    yield context.words.text("doctor.python", version=platform.python_version(), platform=platform.platform())


def _vocabulary(context: Context) -> Iterator[str]:
    vocabulary = vocabulary_with_imports(context.settings.state)
    yield context.words.text("doctor.vocabulary", version=vocabulary.version, terms=len(vocabulary.terms))
    yield context.words.text("doctor.model")


def _state(context: Context) -> Iterator[str]:
    folder = private_folder(context.settings.state)
    mode = stat.filemode(folder.stat().st_mode) if os.name == "posix" else ""
    yield f"{context.words.text('doctor.state', path=folder)} {mode}".rstrip()


def _token(context: Context) -> Iterator[str]:
    path = context.settings.token_file
    if not path.exists():
        yield context.words.text("doctor.token_none")
        return
    bearer_from(path)
    yield context.words.text("doctor.token", path=path)


def _ledger(context: Context) -> Iterator[str]:
    verdict = verify(context.settings.state / LEDGER_NAME)
    if verdict.damaged:
        raise InputError(Code.LEDGER_DAMAGED, ", ".join(map(str, verdict.damaged)))
    yield context.words.text("doctor.ledger", entries=verdict.entries)


def _cases(context: Context) -> Iterator[str]:
    if context.settings.cases is None:
        yield context.words.text("doctor.cases_unset")
        return
    yield context.words.text("doctor.cases", count=len(context.cases().tokens()), place=context.settings.cases)


def _policy(context: Context) -> Iterator[str]:
    policy = context.policy
    yield context.words.text(
        "doctor.policy",
        digest=policy.digest,
        purpose=policy.purpose,
        context=policy.context,
        age=policy.age_band,
        sex=context.words.text("doctor.yes" if policy.sex else "doctor.no"),
        rare=policy.rare,
        facts=policy.max_facts,
    )


def _agent(context: Context) -> Iterator[str]:
    try:
        yield context.words.text("doctor.agent", version=metadata.version("agent-framework-core"))
    except metadata.PackageNotFoundError:
        yield context.words.text("doctor.agent_missing")
