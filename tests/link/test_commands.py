"""Links from the command line: keys, the canary, dead letters, and the demonstration over a link."""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import psutil
import pytest
from tests.engines.links import nats_server
from tests.engines.shared import shared

from sekisho.bearer import Bearer
from sekisho.cli import main
from sekisho.cli.linked_zone import LinkedZone, _introduce, linked_zone, must_be_reached
from sekisho.cloud.gateway import GatewaySettings
from sekisho.errors import Code, InputError, SetupError
from sekisho.link.envelope import Keys
from sekisho.link.keyring import Keyring, load_keyring, save_keyring
from sekisho.link.protocol import DeadLetter

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
    again = keys("init", status=2)
    assert again.startswith("sekisho: bad_keys")
    assert "move the file away" in again  # keys that are there are not replaced, so say what to do
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


def test_the_keys_and_the_trust_of_an_operator_stay_when_a_gateway_of_our_own_comes(tmp_path: Path) -> None:
    private, cloud, stranger = tmp_path / "keyring.json", tmp_path / "gateway" / "keyring.json", Keyring.new()
    mine = Keyring.new([stranger.current.public])
    save_keyring(mine, private)
    _introduce(tmp_path, tmp_path / "gateway")
    assert load_keyring(private).current.public == mine.current.public
    assert load_keyring(private).trusted == (stranger.current.public, load_keyring(cloud).current.public)
    assert load_keyring(cloud).trusted == (mine.current.public,)
    before = private.read_bytes(), cloud.read_bytes()
    _introduce(tmp_path, tmp_path / "gateway")
    assert (private.read_bytes(), cloud.read_bytes()) == before


def test_a_keyring_that_cannot_be_read_is_told_and_not_replaced(tmp_path: Path) -> None:
    ring = tmp_path / "keyring.json"
    ring.write_text("{}")
    ring.chmod(0o600)
    with pytest.raises(InputError) as caught:
        _introduce(tmp_path, tmp_path / "gateway")
    assert (caught.value.code, caught.value.place) == (Code.BAD_KEYS, str(ring))
    assert ring.read_text() == "{}"


def test_who_waits_for_a_worker_does_not_ask_the_gateway_without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def canary(_: str, port: int) -> Code:
        asked.append(port)
        return Code.NO_WORKER

    monkeypatch.setattr("sekisho.cli.linked_zone._canary", canary)
    monkeypatch.setattr("sekisho.cli.linked_zone._WORKER_SECONDS", 0.3)
    with pytest.raises(SetupError) as caught:
        must_be_reached(LinkedZone("http://127.0.0.1:1/mcp", Bearer("t" * 43), 0, "", 0, "nats://127.0.0.1"))
    assert (caught.value.code, caught.value.place) == (Code.NO_WORKER, "nats://127.0.0.1")
    assert len(asked) <= 3


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LinkedZone, Path]]:
    state = tmp_path_factory.mktemp("linked")
    with linked_zone(SAMPLES, state, "en", None, "", []) as running:
        yield running, state


def test_a_gateway_of_our_own_is_on_this_machine_only_and_no_zone_has_the_key_of_the_cloud_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_GATEWAY_HOST", "0.0.0.0")
    monkeypatch.setenv("SEKISHO_CLOUD_KEY", "the-key")
    with linked_zone(SAMPLES, tmp_path, "en", None, "", []) as running:
        processes = [psutil.Process(pid) for pid in (running.gateway, running.pid)]
        listening = {c.laddr.ip for c in processes[0].net_connections("inet") if c.status == psutil.CONN_LISTEN}
        assert listening == {"127.0.0.1"}
        assert [process.environ().get("SEKISHO_CLOUD_KEY") for process in processes] == [None, None]


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


def test_a_dead_letter_of_a_hostile_link_does_nothing_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hostile:
        async def dead(self, _: int) -> list[DeadLetter]:
            return [DeadLetter(b"i" * 16, b"c" * 16, "\x1b[2J\x1b]52;c;aGk=\x07poison", 5, 9, 1.0)]

        async def close(self) -> None: ...

    monkeypatch.setattr("sekisho.cli.link.open_caller", lambda *_: Hostile())
    status, out, _ = here(capsys, "--state", str(tmp_path), "link", "dead", "nats://127.0.0.1")
    assert status == 0
    assert "poison" in out
    assert not {"\x1b", "\x07"} & set(out)


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


@pytest.mark.parametrize(
    ("flags", "warned"),
    [
        ([], False),
        (["--host", "127.0.0.2"], False),
        (["--host", "::1"], False),
        (["--host", "localhost"], False),
        (["--host", "0.0.0.0"], True),
        (["--host", "::"], True),
        (["--host", "gateway.example"], True),
        (["--host", "0.0.0.0", "--tls-certificate", "cert.pem", "--tls-key", "key.pem"], False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_gateway_that_a_network_reaches_without_tls_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, flags: list[str], warned: bool
) -> None:
    def ready_at_once(_: GatewaySettings, __: Keys, ready: Callable[[str], None]) -> None:
        ready("http://gateway.example/mcp")

    monkeypatch.setattr("sekisho.cloud.gateway.serve_gateway", ready_at_once)
    monkeypatch.chdir(tmp_path)
    here(capsys, "--state", "s", "keys", "init")
    status, out, err = here(capsys, "--state", "s", "gateway", *flags)
    assert (status, out) == (0, "http://gateway.example/mcp\n")
    assert ("CAUTION: no TLS here" in err) is warned


def test_the_token_of_a_link_is_what_a_file_says_without_the_mark_of_an_editor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    token = tmp_path / "token"
    token.write_text("an-ordinary-token\r\n", "utf-8-sig")
    token.chmod(0o600)
    status, _, err = here(capsys, "--state", "s", "link", "dead", "ws://127.0.0.1:1/link", "--link-token-file", "token")
    # Not `bad_token`, as it would be if the mark counted: no header can hold that.
    assert (status, err.split()[1]) == (4, f"{Code.LINK_DOWN.value}:")


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
