"""Links from the command line: keys, the canary, dead letters, and the demonstration over a link."""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from tests.engines.links import nats_server
from tests.engines.shared import shared

from sekisho.cli import main
from sekisho.cli.linked_zone import LinkedZone, linked_zone
from sekisho.errors import Code

SAMPLES = Path(str(files("sekisho.samples")))


def sekisho(*arguments: str, home: Path, seconds: float = 60, typed: str = "") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    return subprocess.run(
        [sys.executable, "-m", "sekisho", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        timeout=seconds,
        cwd=home,
        env={**environment, "HOME": str(home), "PYTHONUTF8": "1"},
        check=False,
    )


def here(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The same in this process: much quicker, where nothing is served."""
    status = main(["--lang", "en", *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def key_of(said: str) -> str:
    found = re.search(r"sekisho-key-\S+", said)
    assert found
    return found[0]


def test_keys_are_made_shown_trusted_and_rotated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def keys(*arguments: str, state: str = "a", status: int = 0) -> str:
        found, out, err = here(capsys, "--state", state, "keys", *arguments)
        assert found == status, err
        return out or err

    made = keys("init")
    assert stat.S_IMODE((tmp_path / "a" / "keyring.json").stat().st_mode) == 0o600
    assert "Nobody is trusted" in made
    assert keys("init", status=2).startswith("sekisho: bad_keys")
    other = key_of(keys("init", state="b"))
    assert "trusted:" in keys("trust", other)
    keys("trust", other[:-3] + "AAA", status=2)
    keys("rotate", "--switch", status=2)  # there is no next key yet
    assert "next key" in keys("rotate")
    switched = keys("rotate", "--switch")
    assert "former key" in switched
    assert key_of(made) in switched
    assert key_of(made) not in keys("rotate", "--retire")
    fingerprint = re.search(r"trusted: (\S+)", keys("show"))
    assert fingerprint
    assert "Nobody is trusted" in keys("distrust", fingerprint[1])
    keys("show", state="nowhere", status=4)


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LinkedZone, Path]]:
    state = tmp_path_factory.mktemp("linked")
    with linked_zone(SAMPLES, state, "en", None, "", []) as running:
        yield running, state


@pytest.mark.parametrize("scheme", ["ws", "http"])
def test_a_canary_reports_each_leg(zone: tuple[LinkedZone, Path], tmp_path: Path, scheme: str) -> None:
    running, state = zone
    url = running.link.replace("ws", scheme, 1)
    gateway = str(state / "gateway")
    common = ["--state", gateway, "link", "status", url, "--link-token-file", f"{gateway}/token"]
    said = sekisho("--lang", "en", *common, home=tmp_path)
    assert (said.returncode, said.stderr) == (0, "")
    assert [line.split(":")[0] for line in said.stdout.splitlines()] == [
        "link reached",
        "worker reached",
        "answer back",
    ]
    plain = json.loads(sekisho("--lang", "ja", *common, "--json", home=tmp_path).stdout)
    assert plain["code"] is None
    assert plain["presence"]["workers"] == 1
    assert plain["there_and_back_ms"] > 0


def test_a_canary_that_does_not_come_back_says_why(zone: tuple[LinkedZone, Path], tmp_path: Path) -> None:
    running, state = zone
    gateway = state / "gateway"
    stranger = tmp_path / "stranger"
    sekisho("--state", str(stranger), "keys", "init", home=tmp_path)
    key = key_of(sekisho("--state", str(state), "keys", "show", home=tmp_path).stdout)
    sekisho("--state", str(stranger), "keys", "trust", key, home=tmp_path)
    token = ["--link-token-file", str(gateway / "token")]
    said = sekisho("--lang", "en", "--state", str(stranger), "link", "status", running.link, *token, home=tmp_path)
    assert said.returncode == 1
    assert "not_trusted: " in said.stdout
    dead = sekisho("--lang", "en", "link", "dead", running.link, *token, home=tmp_path)
    assert re.fullmatch(r"[0-9a-f]{32}  not_trusted  attempts 1, \d+ bytes, \d+ s ago\n", dead.stdout)
    letter = dead.stdout.split(" ")[0]
    driven = sekisho("--lang", "en", "link", "redrive", running.link, letter, *token, home=tmp_path)
    assert driven.returncode == 0
    nothing = sekisho("--lang", "en", "link", "redrive", running.link, "00" * 16, *token, home=tmp_path)
    assert nothing.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["link", "status", "gopher://x"], Code.BAD_LINK),
        (["link", "status", "nats://user:password@127.0.0.1"], Code.BAD_LINK),
        (["link", "dead", "ws://example.org/link"], Code.BAD_LINK),
        (["link", "status", "ws://127.0.0.1:1/link"], Code.KEYS_MISSING),
        (["worker", "--link", "ws://127.0.0.1:1/link", "--cases", str(SAMPLES)], Code.KEYS_MISSING),
        (["worker", "--cases", str(SAMPLES)], Code.BAD_LINK),
        (["gateway", "--port", "0"], Code.KEYS_MISSING),
        (["gateway", "--port", "x"], Code.BAD_SETTING),
        (["link", "dead", "ws://127.0.0.1:1/link", "--link-token-file", "none"], Code.BAD_TOKEN),
    ],
    ids=lambda value: value if isinstance(value, Code) else " ".join(value[:2]),
)
def test_what_is_not_ready_is_told_by_its_code(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: Code,
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = here(capsys, "--state", "s", *arguments)
    assert err.startswith(f"sekisho: {code.value}")
    assert status in (2, 4)


@pytest.mark.guarantee("G9")
def test_the_demonstration_goes_over_a_link_and_shows_that_no_port_is_open(tmp_path: Path) -> None:
    said = sekisho("--lang", "ja", "--state", "s", "demo", home=tmp_path, seconds=90)
    assert (said.returncode, said.stderr) == (0, "")
    assert "待ち受けソケットはありません" in said.stdout
    assert "ws://127.0.0.1:" in said.stdout
    assert len(set(re.findall(r"(?:process|プロセス) ?(\d+)", said.stdout))) == 3


def test_the_demonstration_can_do_without_a_link(tmp_path: Path) -> None:
    said = sekisho("--lang", "en", "--state", "s", "demo", "--direct", home=tmp_path, seconds=90)
    assert (said.returncode, said.stderr) == (0, "")
    assert "private zone: process" in said.stdout
    assert "ws://" not in said.stdout


def test_the_demonstration_goes_over_a_broker(tmp_path: Path) -> None:
    server = shared("nats-server", lambda folder: nats_server.nats_server(nats_server.any_version(), folder))
    link = f"nats://127.0.0.1:{server.port}/{secrets.token_hex(6)}"
    said = sekisho("--lang", "en", "--state", "s", "demo", "--link", link, home=tmp_path, seconds=90)
    assert (said.returncode, said.stderr) == (0, "")
    assert "has no listening socket" in said.stdout
    assert link in said.stdout


def test_the_demonstration_says_at_once_that_its_broker_is_not_there(tmp_path: Path) -> None:
    said = sekisho("--lang", "en", "--state", "s", "demo", "--link", "nats://127.0.0.1:9/demo", home=tmp_path)
    assert said.returncode == 4
    assert said.stderr.startswith("sekisho: link_down [nats://127.0.0.1:9/demo]: ")
    assert "Timeline" not in said.stdout
