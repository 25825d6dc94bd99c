"""The settings about the cloud model, as the cloud zone takes them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from sekisho.cloud.choice import STAND_IN, CloudChoice
from sekisho.cloud.way_out import ENVIRONMENT, proxy_of, trusted
from sekisho.errors import Code, InputError
from sekisho.settings import Settings


def cloud_choice(settings: Settings, environment: Mapping[str, str] = os.environ) -> CloudChoice:
    """Which model answers, and how it is reached. `environment` is asked for a proxy where the settings say so.

    Raises:
        InputError: `bad_setting` with the name of the setting.
    """

    def value(name: str) -> str:
        return settings.all[name].value.strip()

    authorities = settings.cloud_ca
    choice = CloudChoice(
        kind=value("cloud"),
        endpoint=value("cloud_endpoint"),
        model=value("cloud_model"),
        api=value("cloud_api"),
        api_version=value("cloud_api_version"),
        agent=value("cloud_agent"),
        agent_version=value("cloud_agent_version"),
        sign_in=value("cloud_sign_in"),
        store=value("cloud_store") == "yes",
        ca=str(authorities.absolute()) if authorities else "",
    )
    if choice.ca:
        trusted(choice.ca)
    return replace(choice, proxy=_proxy(value("cloud_proxy"), choice, environment))


def _proxy(given: str, choice: CloudChoice, environment: Mapping[str, str]) -> str:
    """The proxy; one with a password only where the environment names it, not from a file of the project."""
    if given == ENVIRONMENT:
        return "" if choice.kind == STAND_IN else proxy_of(environment, choice.route().origin[1])
    if "@" in given:
        raise InputError(Code.BAD_SETTING, "cloud_proxy")
    return given
