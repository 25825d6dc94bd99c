"""`sekisho ask --link`: the agent is the caller on the link itself; there is no gateway between it and the worker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from tests.engines.links import nats_server
from tests.engines.shared import shared
from tests.link.test_commands import sekisho

from sekisho.cli.linked_zone import LinkedZone, linked_zone

QUESTION = "I have had dizziness since yesterday."


@pytest.fixture(scope="module", params=["ws", "nats"])
def zone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LinkedZone, Path]]:
    """A worker on a link, and the keys of a caller in `gateway`, as after `sekisho keys`."""
    state, link = tmp_path_factory.mktemp("asked"), ""
    if request.param == "nats":
        server = shared("nats-server", lambda folder: nats_server.nats_server(nats_server.any_version(), folder))
        link = f"nats://127.0.0.1:{server.port}/asked"
    cases = state / "cases"
    cases.mkdir()
    (cases / "01-thyroid.json").write_bytes((files("sekisho.samples") / "01-thyroid.json").read_bytes())
    with linked_zone(cases, state, "en", None, link, []) as running:
        yield running, state


def ask(zone: tuple[LinkedZone, Path], home: Path, *more: str) -> tuple[int, str, str]:
    running, state = zone
    gateway, cases = state / "gateway", state / "cases"
    token = ["--link-token-file", str(gateway / "token")] if running.link.startswith("ws") else []
    keys = ["--keyring", str(gateway / "keyring.json")]
    flags = ["--link", running.link, *token, *keys, "--cases", str(cases), *more]
    said = sekisho("--lang", "en", "--state", str(state), "ask", QUESTION, "--json", *flags, home=home)
    return said.returncode, said.stdout, said.stderr


def test_a_question_goes_over_the_link_and_brings_a_disclosure_back(
    zone: tuple[LinkedZone, Path], tmp_path: Path
) -> None:
    status, out, err = ask(zone, tmp_path)
    assert (status, err) == (0, "")
    plain = json.loads(out)
    assert len(plain["disclosed"]) == 1
    assert "patient_context" in plain["disclosed"][0]
    ledger = (zone[1] / "ledger.jsonl").read_text("utf-8")
    assert ledger.count('"kind":"disclosure"') >= 1, "it was the worker's checkpoint that let it out"


def test_keys_that_the_worker_does_not_trust_are_told_as_that(zone: tuple[LinkedZone, Path], tmp_path: Path) -> None:
    from sekisho.link.keyring import Keyring, load_keyring, save_keyring

    theirs = load_keyring(zone[1] / "keyring.json").current.public
    save_keyring(Keyring.new([theirs]), tmp_path / "stranger.json")
    status, out, err = ask(zone, tmp_path, "--keyring", str(tmp_path / "stranger.json"))
    assert (status, out) == (3, "")
    assert err.startswith("sekisho: not_trusted")
