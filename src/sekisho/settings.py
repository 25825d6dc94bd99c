"""Settings: from flags, then `SEKISHO_*` variables, then `sekisho.toml`, then the defaults. Each knows its origin."""

from __future__ import annotations

import locale
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import Code, InputError

FILE_NAME = "sekisho.toml"
LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and where it comes from: `--port`, `SEKISHO_PORT`, `sekisho.toml`, or `default`."""

    value: str
    origin: str


#: Name -> default. An empty default means that there is none, or that it is worked out where it is used.
DEFAULTS = {
    "cases": "",  # folder of cases
    "state": "",  # state folder; the platform's place for it
    "port": "8765",  # loopback port of `sekisho serve`
    "token_file": "",  # bearer token; `token` in the state folder
    "policy": "",  # policy.toml; the shipped policy
    "lang": "",  # ja or en; from the locale
}


class Settings:
    """All settings, resolved once."""

    def __init__(self, flags: Mapping[str, object], environment: Mapping[str, str], folder: Path) -> None:
        """`flags` may lack names or hold None for what was not given.

        Raises:
            InputError: `bad_setting` with the name of the setting and where it was set.
        """
        from_file = _read_file(folder / FILE_NAME)
        self._environment = environment
        self.all: dict[str, Setting] = {}
        for name, default in DEFAULTS.items():
            variable = f"SEKISHO_{name.upper()}"
            if (flag := flags.get(name)) is not None:
                self.all[name] = Setting(str(flag), f"--{name.replace('_', '-')}")
            elif environment.get(variable):
                self.all[name] = Setting(environment[variable], variable)
            elif name in from_file:
                self.all[name] = Setting(from_file[name], FILE_NAME)
            else:
                self.all[name] = Setting(default, "default")
        self._check()

    def _check(self) -> None:
        port, lang = self.all["port"], self.all["lang"]
        if not (port.value.isascii() and port.value.isdigit() and int(port.value) <= 65535):
            raise InputError(Code.BAD_SETTING, f"port ({port.origin})")
        if lang.value not in ("", *LANGUAGES):
            raise InputError(Code.BAD_SETTING, f"lang ({lang.origin})")

    @property
    def lang(self) -> str:
        """`ja` or `en`: as set, or Japanese where the locale says so."""
        return self.all["lang"].value or language_of(self._environment)

    @property
    def cases(self) -> Path | None:
        """The folder of cases, if one is set."""
        return _path(self.all["cases"].value)

    @property
    def state(self) -> Path:
        """The state folder."""
        if self.all["state"].value:
            return _expanded(self.all["state"].value)
        from platformdirs import user_state_path

        return user_state_path("sekisho", appauthor=False)

    @property
    def port(self) -> int:
        """The loopback port of the server; 0 lets the system choose."""
        return int(self.all["port"].value)

    @property
    def token_file(self) -> Path:
        """The file of the bearer token."""
        return _path(self.all["token_file"].value) or self.state / "token"

    @property
    def policy(self) -> Path | None:
        """The policy file, if one is set."""
        return _path(self.all["policy"].value)


def language_of(environment: Mapping[str, str]) -> str:
    """`ja` where the locale says Japanese, else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        if value := environment.get(name):
            return "ja" if value.lower().startswith("ja") else "en"
    return "ja" if (locale.getlocale()[0] or "").lower().startswith("ja") else "en"


def _path(value: str) -> Path | None:
    return _expanded(value) if value else None


def _expanded(value: str) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError:  # `~somebody` who is not there: then it is just a name
        return Path(value)


def _read_file(path: Path) -> dict[str, str]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise InputError(Code.BAD_SETTING, FILE_NAME) from None
    for name, value in given.items():
        if name not in DEFAULTS or not isinstance(value, str | int) or isinstance(value, bool):
            raise InputError(Code.BAD_SETTING, f"{FILE_NAME}: {name if name in DEFAULTS else 'an unknown name'}")
    return {name: str(value) for name, value in given.items()}
