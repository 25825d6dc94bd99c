"""The settings about the cloud model, as the cloud zone takes them."""

from __future__ import annotations

from sekisho.cloud.choice import CloudChoice
from sekisho.settings import Settings


def cloud_choice(settings: Settings) -> CloudChoice:
    """Which model answers.

    Raises:
        InputError: `bad_setting` with the name of the setting.
    """

    def value(name: str) -> str:
        return settings.all[name].value.strip()

    return CloudChoice(
        kind=value("cloud"),
        endpoint=value("cloud_endpoint"),
        model=value("cloud_model"),
        api=value("cloud_api"),
        api_version=value("cloud_api_version"),
        agent=value("cloud_agent"),
        agent_version=value("cloud_agent_version"),
        sign_in=value("cloud_sign_in"),
        store=value("cloud_store") == "yes",
    )
