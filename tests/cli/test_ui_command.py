"""`sekisho ui` before anything is served: what it refuses, and how Streamlit is set."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from tests.cli.conftest import Cli

from sekisho.cli.ui import streamlit_options


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "localhost"])
def test_on_another_address_it_does_not_start_without_a_password(cli: Cli, host: str) -> None:
    said = cli("--lang", "en", "ui", "--host", host)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("sekisho: app_exposed")


def test_a_port_in_use_is_told(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = cli("--lang", "en", "ui", "--port", str(port))
    assert said.status == 4
    assert said.err.startswith(f"sekisho: port_in_use [127.0.0.1:{port}]: ")


def test_nothing_is_told_to_another_host_and_no_text_of_an_error_is_shown() -> None:
    options = dict(streamlit_options("127.0.0.1", 8501))
    assert options["browser.gatherUsageStats"] is False
    assert options["server.address"] == options["browser.serverAddress"] == "127.0.0.1"
    assert options["client.showErrorDetails"] == "none"
    assert options["server.enableXsrfProtection"] is True


def test_streamlit_run_is_set_the_same() -> None:
    import tomllib

    shipped = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text("utf-8"))
    ours = dict(streamlit_options("127.0.0.1", 8501))
    for group, options in shipped.items():
        for name, value in options.items():
            assert ours[f"{group}.{name}"] == value
