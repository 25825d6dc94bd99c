"""Settings: from flags, then `SEKISHO_*` variables, then `sekisho.toml`, then the defaults. Each knows its origin."""

from __future__ import annotations

import locale
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import Code, InputError
from sekisho.model_setting import KINDS, MODES, RULES, ModelSetting

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
    "model": "rules",  # what chooses the facts: rules, openai (a server on this machine) or foundry-local
    "model_name": "",  # the language model's name, alias or id
    "model_url": "",  # address of its server; a server on this machine that offers it
    "model_host": "",  # a private host beside this machine where it may be; none
    "mode": "select",  # how a language model is asked: select or write
    "deadline": "90",  # most seconds for an answer
    "cloud": "stand-in",  # which cloud model answers; docs/CLOUD.md has the kinds
    "cloud_endpoint": "",  # its address; OpenAI's own
    "cloud_model": "",  # the model, for Azure the name of the deployment
    "cloud_api": "",  # chat or responses; the usual one of the kind
    "cloud_api_version": "v1",  # Azure OpenAI: v1, or a date for the older interface
    "cloud_agent": "",  # an existing Foundry agent
    "cloud_agent_version": "",  # and its version; the newest
    "cloud_sign_in": "auto",  # auto, key, az, managed-identity or none
    "cloud_store": "no",  # yes: the service may keep the conversation
    "cloud_proxy": "",  # an HTTP proxy on the way to it, or `environment` for HTTPS_PROXY; none
    "cloud_ca": "",  # certificates (PEM) to trust on that way besides the system's
    "cloud_prices": "",  # a table of prices of your own
    "link": "",  # URL of the link; empty: the gateway is the link
    "link_token_file": "",  # file of the token, password or connection string that the link asks for
    "link_ca": "",  # certificates to trust besides the system's, for the link
    "link_proxy": "",  # HTTP proxy on the way to the link; none, whatever the environment says
    "keyring": "",  # keys of this end of the link; `keyring.json` in the state folder
    "gateway_host": "127.0.0.1",  # address of `sekisho gateway`
    "gateway_port": "8766",  # and its port
    "gateway_names": "",  # names by which agents call it, separated by commas
    "ui_host": "127.0.0.1",  # address of `sekisho ui`
    "ui_port": "8501",  # and its port
    "ui_password_file": "",  # file of the password that the app asks for on another address; none
    "ui_identity_header": "",  # header of an identity proxy before the app; none
    "worker_token_file": "",  # the gateway's token for workers; `worker-token` in the state folder
}

#: Parts of a name under which somebody keeps a secret.
_SECRET_NAMES = ("key", "secret", "password", "passwd", "credential")


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
        lang = self.all["lang"]
        for name in ("port", "gateway_port", "ui_port"):
            if not _is_number(self.all[name].value, 0, 65535):
                raise InputError(Code.BAD_SETTING, f"{name} ({self.all[name].origin})")
        if lang.value not in ("", *LANGUAGES):
            raise InputError(Code.BAD_SETTING, f"lang ({lang.origin})")
        for name, known in (("model", KINDS), ("mode", MODES)):
            if self.all[name].value not in known:
                raise InputError(Code.BAD_SETTING, f"{name} ({self.all[name].origin})")
        if self.all["cloud_store"].value not in ("yes", "no"):
            raise InputError(Code.BAD_SETTING, f"cloud_store ({self.all['cloud_store'].origin})")
        if not _is_number(self.all["deadline"].value, 1, 3600):
            raise InputError(Code.BAD_SETTING, f"deadline ({self.all['deadline'].origin})")

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
    def cloud_ca(self) -> Path | None:
        """Certificates to trust on the way to the cloud model, if set."""
        return _path(self.all["cloud_ca"].value.strip())

    @property
    def cloud_prices(self) -> Path | None:
        """The operator's table of prices, if one is set."""
        return _path(self.all["cloud_prices"].value)

    @property
    def policy(self) -> Path | None:
        """The policy file, if one is set."""
        return _path(self.all["policy"].value)

    @property
    def link(self) -> str:
        """The URL of the link, or empty."""
        return self.all["link"].value

    @property
    def link_token_file(self) -> Path | None:
        """The file of what the link asks for, if one is set."""
        return _path(self.all["link_token_file"].value)

    @property
    def link_ca(self) -> Path | None:
        """Certificates to trust for the link, if set."""
        return _path(self.all["link_ca"].value)

    @property
    def link_proxy(self) -> str:
        """The proxy on the way to the link, or empty."""
        return self.all["link_proxy"].value

    @property
    def keyring(self) -> Path:
        """The file of keys of this end of the link."""
        return _path(self.all["keyring"].value) or self.state / "keyring.json"

    @property
    def gateway_host(self) -> str:
        """The address that the gateway listens on."""
        return self.all["gateway_host"].value

    @property
    def gateway_port(self) -> int:
        """Its port; 0 lets the system choose."""
        return int(self.all["gateway_port"].value)

    @property
    def gateway_names(self) -> tuple[str, ...]:
        """Names by which agents call the gateway."""
        return tuple(name.strip() for name in self.all["gateway_names"].value.split(",") if name.strip())

    @property
    def ui_host(self) -> str:
        """The address that the app listens on."""
        return self.all["ui_host"].value

    @property
    def ui_port(self) -> int:
        """Its port; 0 lets the system choose."""
        return int(self.all["ui_port"].value)

    @property
    def ui_password_file(self) -> Path | None:
        """The file of the app's password, if one is set."""
        return _path(self.all["ui_password_file"].value)

    @property
    def ui_identity_header(self) -> str:
        """The header by which an identity proxy says that it has let somebody in, or empty."""
        return self.all["ui_identity_header"].value.strip()

    @property
    def worker_token_file(self) -> Path:
        """The file of the gateway's token for workers."""
        return _path(self.all["worker_token_file"].value) or self.state / "worker-token"

    @property
    def model(self) -> ModelSetting:
        """What chooses the facts.

        Raises:
            InputError: `bad_setting` where a language model is set without its name.
        """
        kind, name = self.all["model"], self.all["model_name"].value.strip()
        if kind.value != RULES and (not name or len(name) > 200 or not name.isprintable()):
            raise InputError(Code.BAD_SETTING, f"model_name ({self.all['model_name'].origin})")
        return ModelSetting(
            kind.value,
            name,
            self.all["model_url"].value.strip(),
            self.all["mode"].value,
            self.all["model_host"].value.strip(),
        )

    @property
    def deadline(self) -> float:
        """Most seconds for an answer."""
        return float(self.all["deadline"].value)


def language_of(environment: Mapping[str, str]) -> str:
    """`ja` where the locale says Japanese, else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        if value := environment.get(name):
            return "ja" if value.lower().startswith("ja") else "en"
    return "ja" if (locale.getlocale()[0] or "").lower().startswith("ja") else "en"


def _is_number(value: str, least: int, most: int) -> bool:
    """Python reads no number of thousands of digits."""
    return value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most


def _path(value: str) -> Path | None:
    return _expanded(value) if value else None


def _expanded(value: str) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError:  # `~somebody` who is not there: then it is just a name
        return Path(value)


def _read_file(path: Path) -> dict[str, str]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Windows editors put a mark before it
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        raise InputError(Code.BAD_SETTING, FILE_NAME) from None
    for name, value in given.items():
        if name not in DEFAULTS and any(part in name.lower() for part in _SECRET_NAMES):
            raise InputError(Code.KEY_IN_FILE, FILE_NAME)
        if name not in DEFAULTS or not isinstance(value, str | int) or isinstance(value, bool):
            raise InputError(Code.BAD_SETTING, f"{FILE_NAME}: {name if name in DEFAULTS else 'an unknown name'}")
    return {name: str(value) for name, value in given.items()}
