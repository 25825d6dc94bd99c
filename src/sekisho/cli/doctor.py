"""`sekisho doctor`: the state of this machine, and each setting with its origin."""

from __future__ import annotations

import os
import platform
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

from sekisho import __version__
from sekisho.bearer import bearer_from
from sekisho.checkpoint.ledger_check import verify
from sekisho.cli.context import Context
from sekisho.cli.doctor_model import check_model, check_queue
from sekisho.errors import Code, InputError, Refused, SekishoError
from sekisho.local.medical.local_terms.extended import vocabulary_with_imports
from sekisho.local.zone import LEDGER_NAME
from sekisho.private_file import private_folder

#: What stands before the host of an address. Most commands refuse it; the doctor is asked why.
_PASSWORD = re.compile(r"(?<=//)[^/]+(?=@)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's. `code` is what is wrong, or None."""

    text: str
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class ToldSetting:
    """A setting as it is told."""

    name: str
    value: str
    origin: str


def run(context: Context) -> int:
    """Print every finding; exit 1 if one is not as it should be."""
    words = context.words
    for told in settings_told(context):
        print(words.text("doctor.setting", name=told.name, value=told.value, origin=told.origin))
    print()
    sound = True
    for finding in findings(context):
        print(f"[{words.text('doctor.ok' if finding.code is None else 'doctor.bad')}] {finding.text}")
        sound &= finding.code is None
    return 0 if sound else 1


def settings_told(context: Context) -> Iterator[ToldSetting]:
    """Each setting with its value and origin; what may be a password in an address is not told."""
    for name, setting in context.settings.all.items():
        origin = context.words.text("doctor.default") if setting.origin == "default" else setting.origin
        value = _PASSWORD.sub("…", setting.value)
        yield ToldSetting(name, value or _worked_out(context, name), origin)


def findings(context: Context) -> Iterator[Finding]:
    """What each check finds, with the fix where something is not as it should be."""
    for check in _CHECKS:
        try:
            for line in check(context):
                yield Finding(line)
        except SekishoError as error:
            yield Finding(context.words.told(error), error.code)
        except Exception:  # noqa: BLE001 - the others are wanted all the more; its text could show anything
            yield Finding(context.words.told(Refused(Code.INTERNAL)), Code.INTERNAL)


def _worked_out(context: Context, name: str) -> str:
    value = getattr(context.settings, name, None)
    return context.words.text("doctor.worked_out", value=value) if value else context.words.text("doctor.unset")


def _versions(context: Context) -> Iterator[str]:
    yield context.words.text("doctor.version", version=__version__)
    yield context.words.text("doctor.python", version=platform.python_version(), platform=platform.platform())


def _vocabulary(context: Context) -> Iterator[str]:
    vocabulary = vocabulary_with_imports(context.settings.state)
    yield context.words.text("doctor.vocabulary", version=vocabulary.version, terms=len(vocabulary.terms))


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


_CHECKS: tuple[Callable[[Context], Iterator[str]], ...] = (
    _versions,
    _vocabulary,
    check_model,
    check_queue,
    _state,
    _token,
    _ledger,
    _cases,
    _policy,
    _agent,
)
