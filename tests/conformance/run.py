"""`make conformance`: the public MCP conformance suite against the real `sekisho serve`.

First run: the product as it is. What does not fit a server that offers tools only is listed, check by check, in
`baseline.yml`; the suite fails for a failure that is not listed and for a listed check that passes.
Second run: the same HTTP server with the suite's demonstration tools, for the scenarios that need them; no exceptions.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import urlsplit

from tests.conformance.demonstration_server import SCENARIOS
from tests.conformance.suite import BASELINE, REVISIONS, Run, Suite, SuiteMissingError, baseline, installed_suite
from tests.conformance.token_proxy import token_proxy

_STOP_SECONDS = 10


@contextmanager
def _served(command: list[str], token_file: Path) -> Iterator[str]:
    """Start a server and give an address at which the suite reaches it with the token."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    with subprocess.Popen(
        [sys.executable, "-m", *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            url = urlsplit(process.stdout.readline().strip())
            if url.port is None:
                raise RuntimeError(f"{command[0]} did not start")
            with token_proxy(url.port, token_file.read_text("ascii")) as port:
                yield f"http://127.0.0.1:{port}{url.path}"
        finally:
            process.terminate()
            process.wait(_STOP_SECONDS)


def product(suite: Suite, folder: Path) -> list[Run]:
    """Every server scenario against `sekisho serve`, judged by the suite itself with the baseline."""
    with as_file(files("sekisho.samples") / "01-thyroid.json") as case:
        command = ["sekisho", "serve", "--cases", str(case), "--state", str(folder), "--port", "0"]
        token_file = folder / "token"
        with _served([*command, "--token-file", str(token_file)], token_file) as url:
            more = ("--suite", "all", "--expected-failures", str(BASELINE))
            return [suite.run(url, revision, folder / "results", *more) for revision in REVISIONS]


def demonstration(suite: Suite, folder: Path) -> list[Run]:
    """Every server scenario against the same HTTP server with the suite's tools; only `SCENARIOS` count."""
    token_file = folder / "demonstration-token"
    with _served(["tests.conformance.demonstration_server", str(token_file)], token_file) as url:
        return [suite.run(url, revision, folder / "results", "--suite", "all") for revision in REVISIONS]


def table(runs: list[Run]) -> list[str]:
    """One line a scenario, one column a revision: `ok 3` passed checks, `listed 2` expected failures, `FAILED`."""
    listed = {check for check, _ in baseline()}
    names = sorted({name for run in runs for name in run.scenarios})
    lines = [f"{'scenario':<46}" + "".join(f"{run.revision:<20}" for run in runs)]
    lines += [f"{name:<46}" + "".join(f"{_cell(run, name, listed):<20}" for run in runs) for name in names]
    return [line.rstrip() for line in lines]


def _cell(run: Run, scenario: str, listed: set[str]) -> str:
    if scenario not in run.scenarios:
        return "-"
    failed = {f"{scenario}:{check}" for check in run.failures(scenario)}
    if failed - listed:
        return f"FAILED {len(failed - listed)}"
    passed = f"ok {run.passes(scenario)}" if run.passes(scenario) else ""
    return ", ".join(filter(None, [passed, f"listed {len(failed)}" if failed else ""])) or "nothing to check"


def problems(products: list[Run], demonstrations: list[Run]) -> list[str]:
    """What makes this a failure, in words."""
    found = []
    for run in products:
        if run.status != 0 or not run.scenarios:
            verdict = run.said[run.said.rfind("Total:") :]
            found.append(f"{run.revision}: the suite ended with {run.status}\n{verdict}")
    seen = {f"{name}:{check}" for run in products for name in run.scenarios for check in run.failures(name)}
    found += [
        f"listed in baseline.yml, but no revision fails it: {check}" for check, _ in baseline() if check not in seen
    ]
    for run in demonstrations:
        for name in SCENARIOS:
            if name in run.scenarios and (run.failures(name) or not run.passes(name)):
                found.append(f"{run.revision}: {name} fails with the suite's own tool: {sorted(run.failures(name))}")
    found += [f"never ran: {name}" for name in SCENARIOS if not any(name in run.scenarios for run in demonstrations)]
    return found


def run_everything(suite: Suite) -> tuple[list[str], list[str]]:
    """The report, and what is wrong (nothing, if all is well)."""
    with tempfile.TemporaryDirectory() as folder:
        products, demonstrations = product(suite, Path(folder)), demonstration(suite, Path(folder))
    passed = sum(run.passes(name) for run in products for name in run.scenarios)
    failed = sum(len(run.failures(name)) for run in products for name in run.scenarios)
    report = [f"@modelcontextprotocol/conformance {suite.version} against sekisho serve", "", *table(products), ""]
    report.append(f"{passed} checks passed, {failed} are listed in baseline.yml or wrong.")
    shown = [
        (run.revision, [n for n in SCENARIOS if n in run.scenarios and not run.failures(n)]) for run in demonstrations
    ]
    report.append("With the suite's demonstration tools on the same HTTP server:")
    report += [f"  {revision}: {len(names)} passed ({', '.join(names)})" for revision, names in shown]
    return report, problems(products, demonstrations)


def main() -> int:
    """Print the report; 0 if everything is as the baseline says, 1 if not, 2 if the suite cannot be installed."""
    try:
        suite = installed_suite()
    except SuiteMissingError as missing:
        print(f"conformance: {missing}", file=sys.stderr)
        return 2
    report, wrong = run_everything(suite)
    print("\n".join(report))
    for problem in wrong:
        print(f"\nPROBLEM {problem}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
