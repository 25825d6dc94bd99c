"""The private zone that `ask` and `chat` speak with: one that they start, or the workers that are on a link already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sekisho.cli.context import Context
from sekisho.cli.link_access import access_from
from sekisho.cli.zones import RunningZone, private_zone
from sekisho.link.open import Access
from sekisho.local.signing import signer_from


@dataclass(frozen=True, slots=True)
class ZoneOnLink:
    """Workers of this state folder on a link. The agent asks there itself, with a caller's keys."""

    link: str
    access: Access
    keyring: Path
    key: str

    def address(self) -> dict[str, object]:
        """Where the cloud zone finds it, and by what right."""
        access = self.access
        place = {
            "url": self.link,
            "secret": access.secret or "",
            "ca": str(access.ca_file or ""),
            "proxy": access.proxy or "",
            "keyring": str(self.keyring.resolve()),
        }
        return {"url": "", "token": "", "key": self.key, "link": place}


@contextmanager
def asked_zone(context: Context, is_apart: bool = False) -> Iterator[RunningZone | ZoneOnLink]:
    """The zone that `--link` names; without it one of our own, which ends with the block.

    `is_apart`: Ctrl-C at the terminal does not reach the one that is started.

    Raises:
        SetupError, InputError: As the server ended with; `bad_token` where the link's secret cannot be read.
    """
    settings = context.settings
    if context.options.link:
        key = signer_from(settings.state).public_key
        yield ZoneOnLink(context.options.link, access_from(context), settings.keyring, key)
        return
    place, model = context.cases_place(), settings.model
    with private_zone(place, settings.state, settings.lang, settings.policy, model, is_apart) as private:
        yield private
