"""`--explain`: how a language model came to its choice, on standard error of this machine. None of it leaves."""

from __future__ import annotations

import sys

from sekisho.local.model.report import Attempt, Report
from sekisho.wording import Wording


def explain(report: Report, words: Wording) -> None:
    """Print it."""
    unknown = words.text("model.unknown")
    enforced = unknown if report.enforced is None else words.text("doctor.yes" if report.enforced else "doctor.no")
    lines = [
        words.text("explain.model", model=report.model, mode=report.mode, enforced=enforced),
        words.text("explain.symptoms", symptoms=", ".join(report.offer.symptoms) or unknown),
        words.text("explain.offered", count=len(report.offer.facts)),
    ]
    for fact in report.offer.facts:
        marks = ("H" if fact.id in report.choice.history else "-") + ("R" if fact.id in report.choice.risks else "-")
        lines.append(f"  {marks} {fact.id:<5} {fact.line}")
    lines += [_attempt(number, attempt, words) for number, attempt in enumerate(report.attempts, 1)]
    lines.append(words.text("explain.waited", seconds=f"{report.waited:.2f}"))
    if report.cached:
        lines.append(words.text("explain.cached"))
    if report.fallback is not None:
        code = report.fallback
        lines.append(words.text("explain.fallback", code=code.value, text=words.code(code)))
    lines.append(
        words.text("explain.withheld", untold=report.untold, unsupported=report.unsupported, unknown=report.unknown)
    )
    print("\n".join(lines), file=sys.stderr)


def _attempt(number: int, attempt: Attempt, words: Wording) -> str:
    unknown = words.text("model.unknown")
    usage = attempt.usage
    counts = [unknown if n is None else n for n in (usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens)]
    return words.text(
        "explain.attempt",
        number=number,
        seconds=f"{attempt.seconds:.2f}",
        prompt=counts[0],
        completion=counts[1],
        cached=counts[2],
        outcome=attempt.code.value if attempt.code else words.text("doctor.ok"),
    )
