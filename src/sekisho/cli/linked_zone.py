"""A private zone behind a link: gateway and worker as processes of their own, with fresh keys on both sides."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sekisho.bearer import bearer_from
from sekisho.cli.zones import DeskSide, RunningZone, flags_of, started
from sekisho.errors import Code, SetupError
from sekisho.link.canary import CANARY_SECONDS
from sekisho.link.keyring import Keyring, load_keyring, save_keyring
from sekisho.local.signing import signer_from
from sekisho.model_setting import ModelSetting
from sekisho.private_file import private_folder
from sekisho.serving import HEALTH
from sekisho.settings import Settings

#: Seconds for which a worker that was just started may be on its way.
_WORKER_SECONDS = 10.0
#: Seconds between two canaries: the gateway itself sends a new one only every other second.
_PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class LinkedZone(RunningZone):
    """As the agent sees it: the gateway's address. `pid` is the worker's."""

    gateway: int
    link: str


@contextmanager
def linked_zone(
    cases: Path,
    state: Path,
    language: str,
    policy: Path | None,
    link: str,
    link_flags: list[str],
    desk: DeskSide | None = None,
    model: ModelSetting | None = None,
) -> Iterator[LinkedZone]:
    """Start `sekisho gateway` and `sekisho worker`, and stop both at the end.

    `link`: a broker to go over; empty for the gateway's own link. `desk`: the worker speaks with an app.
    `model`: the worker's; without one its own settings say which.

    Raises:
        SetupError, InputError: As either ended with; `bad_keys` where a keyring of one of them cannot be read.
    """
    gateway_state = private_folder(state / "gateway")
    _introduce(state, gateway_state)
    # On this machine only, whatever the settings say of a gateway for others.
    gateway = ["gateway", "--state", str(gateway_state), "--host", "127.0.0.1", "--port", "0", "--lang", language]
    gateway += ["--token-file", str(gateway_state / "token")]
    gateway += ["--worker-token-file", str(gateway_state / "worker-token"), "--keyring", str(_ring(gateway_state))]
    worker = [
        "worker",
        "--state",
        str(state),
        "--cases",
        str(cases),
        "--lang",
        language,
        "--keyring",
        str(_ring(state)),
    ]
    worker += ["--policy", str(policy)] if policy else []
    worker += flags_of(model) if model else []
    if link:
        gateway += ["--link", link, *link_flags]
    with started(gateway, Code.LINK_DOWN) as (gateway_pid, url):
        way = link or url.replace("http", "ws", 1).removesuffix("/mcp") + "/link"
        flags = link_flags if link else ["--link-token-file", str(gateway_state / "worker-token")]
        with started([*worker, "--link", way, *flags], Code.LINK_DOWN, desk) as (worker_pid, _):
            bearer, key = bearer_from(gateway_state / "token"), signer_from(state).public_key
            yield LinkedZone(url, bearer, worker_pid, key, gateway_pid, way)


def way_of(settings: Settings) -> list[str]:
    """The flags by which a process of ours gets to the broker that the settings name."""
    given = {name: settings.all[name].value for name in ("link_token_file", "link_ca", "link_proxy")}
    return [part for name, value in given.items() if value for part in (f"--{name.replace('_', '-')}", value)]


def must_be_reached(zone: LinkedZone) -> None:
    """Have the gateway send a canary over the link, and again while the worker may be on its way to it.

    A question would wait as long as somebody waits for its answer: a broker that is not there is told at once.

    Raises:
        SetupError: `link_down`, `link_denied`, `no_worker`: what the canary met.
    """
    place = urlsplit(zone.url)
    ends = time.monotonic() + _WORKER_SECONDS
    while (code := _canary(place.hostname or "", place.port or 0)) is not None:
        if code is not Code.NO_WORKER or time.monotonic() > ends:
            raise SetupError(code, zone.link)
        time.sleep(_PAUSE_SECONDS)


def _canary(host: str, port: int) -> Code | None:
    """Why it did not come back; None where it did."""
    asking = http.client.HTTPConnection(host, port, timeout=2 * CANARY_SECONDS)
    try:
        asking.request("GET", HEALTH)
        answer = asking.getresponse()
        return None if answer.status == http.HTTPStatus.OK else Code(answer.read(64).decode("ascii", "replace"))
    except (OSError, http.client.HTTPException, ValueError):
        return Code.LINK_DOWN
    finally:
        asking.close()


def _ring(state: Path) -> Path:
    return state / "keyring.json"


def _introduce(private: Path, cloud: Path) -> None:
    """Make both ends know each other: what two people do with `sekisho keys`. Keys and trust that are there stay."""
    ours, theirs = (load_keyring(file) if file.exists() else Keyring.new() for file in (_ring(private), _ring(cloud)))
    if theirs.current.public not in ours.trusted:
        save_keyring(ours.trusting(theirs.current.public), _ring(private))
    if ours.current.public not in theirs.trusted:
        save_keyring(theirs.trusting(ours.current.public), _ring(cloud))
