"""`sekisho ask` and `sekisho chat` with `--link`: the agent is the caller on the link itself, without a gateway."""

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
from sekisho.link.keyring import Keyring, load_keyring, save_keyring

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


def over_link(
    zone: tuple[LinkedZone, Path], home: Path, *command: str, keyring: Path | None = None, typed: str = ""
) -> tuple[int, str, str]:
    running, state = zone
    gateway, cases = state / "gateway", state / "cases"
    token = ["--link-token-file", str(gateway / "token")] if running.link.startswith("ws") else []
    keys = ["--keyring", str(keyring or gateway / "keyring.json")]
    flags = ["--link", running.link, *token, *keys, "--cases", str(cases)]
    said = sekisho("--lang", "en", "--state", str(state), *command, *flags, home=home, typed=typed)
    return said.returncode, said.stdout, said.stderr


def stranger(zone: tuple[LinkedZone, Path], folder: Path) -> Path:
    """Keys that know the worker, and that the worker does not know."""
    theirs = load_keyring(zone[1] / "keyring.json").current.public
    save_keyring(Keyring.new([theirs]), folder / "stranger.json")
    return folder / "stranger.json"


def disclosures(state: Path) -> int:
    return (state / "ledger.jsonl").read_text("utf-8").count('"kind":"disclosure"')


def test_a_question_goes_over_the_link_and_brings_a_disclosure_back(
    zone: tuple[LinkedZone, Path], tmp_path: Path
) -> None:
    status, out, err = over_link(zone, tmp_path, "ask", QUESTION, "--json")
    assert (status, err) == (0, "")
    plain = json.loads(out)
    assert len(plain["disclosed"]) == 1
    assert "patient_context" in plain["disclosed"][0]
    assert disclosures(zone[1]) >= 1, "it was the worker's checkpoint that let it out"


def test_a_conversation_goes_over_the_link_and_asks_the_worker_once(
    zone: tuple[LinkedZone, Path], tmp_path: Path
) -> None:
    before = disclosures(zone[1]) if (zone[1] / "ledger.jsonl").exists() else 0
    typed = f"{QUESTION}\nShould I stop my medicine?\n/history\n/exit\nnever asked\n"
    status, out, err = over_link(zone, tmp_path, "chat", typed=typed)
    assert (status, err) == (0, "")
    assert out.count("decides to ask for the background") == 1
    assert out.count(f"> {QUESTION}\n- Background") == 1
    assert "never asked" not in out
    assert disclosures(zone[1]) == before + 1


def test_a_conversation_goes_on_after_a_question_that_the_worker_did_not_trust(
    zone: tuple[LinkedZone, Path], tmp_path: Path
) -> None:
    status, out, err = over_link(zone, tmp_path, "chat", keyring=stranger(zone, tmp_path), typed=f"{QUESTION}\n/exit\n")
    assert status == 0
    assert "- Background" not in out
    assert "not_trusted" in out + err


def test_keys_that_the_worker_does_not_trust_are_told_as_that(zone: tuple[LinkedZone, Path], tmp_path: Path) -> None:
    status, out, err = over_link(zone, tmp_path, "ask", QUESTION, "--json", keyring=stranger(zone, tmp_path))
    assert (status, out) == (3, "")
    assert err.startswith("sekisho: not_trusted")
