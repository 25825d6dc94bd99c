"""The examples of deployment name commands, settings and files that exist. No container is built here."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml  # type: ignore[import-untyped]

from sekisho.cli.parser import build_parser
from sekisho.link.open import SCHEMES
from sekisho.settings import DEFAULTS

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
UNIT = (ROOT / "deploy" / "sekisho-worker.service").read_text("utf-8")
DOCKERFILES = sorted((ROOT / "deploy").glob("*.Dockerfile"))


def instructions(dockerfile: Path) -> dict[str, str]:
    """The last of each kind."""
    lines = [line for line in dockerfile.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return dict(line.split(" ", 1) for line in lines)


def is_accepted(command: list[str]) -> None:
    """`sekisho` with these arguments gets as far as doing something."""
    options = build_parser("en").parse_args(command)
    link = getattr(options, "link", None)
    assert link is None or urlsplit(link).scheme in SCHEMES


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_each_service_is_built_from_a_file_that_is_there_and_runs_a_command_that_there_is(name: str) -> None:
    service = COMPOSE["services"][name]
    build = service["build"]
    dockerfile = ROOT / build["context"] / build["dockerfile"]
    assert dockerfile in DOCKERFILES
    is_accepted(service["command"])
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    inside = {volume.split(":")[1] for volume in service["volumes"]}
    state = dict(pair.split("=", 1) for pair in instructions(dockerfile)["ENV"].split())["SEKISHO_STATE"]
    assert state in inside, "what is made there outlives the container"
    for argument in service["command"]:
        if argument.startswith("/"):
            known = {*inside, *(f"/run/secrets/{secret}" for secret in service.get("secrets", []))}
            assert argument in known, "it is mounted"


def test_the_worker_publishes_no_port() -> None:
    assert "ports" not in COMPOSE["services"]["worker"]
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"]["gateway"]["ports"])


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.stem)
def test_each_image_installs_extras_that_there_are_and_starts_a_command_that_there_is(dockerfile: Path) -> None:
    said = instructions(dockerfile)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = re.search(r"/src\[([a-z,-]+)\]", said["RUN"])
    assert extras is not None
    assert set(extras[1].split(",")) <= set(project["optional-dependencies"])
    python = re.fullmatch(r"python:(\d+)\.(\d+)-slim", said["FROM"])
    assert python is not None
    assert project["requires-python"] == ">=3.11"
    assert (int(python[1]), int(python[2])) >= (3, 11)
    assert yaml.safe_load(said["ENTRYPOINT"]) == ["sekisho"]
    assert "sekisho" in project["scripts"]
    is_accepted(yaml.safe_load(said["CMD"]))
    for pair in said["ENV"].split():
        name = pair.split("=")[0]
        assert not name.startswith("SEKISHO_") or name.removeprefix("SEKISHO_").lower() in DEFAULTS


def test_what_the_build_needs_is_let_through_to_it() -> None:
    let = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert all((ROOT / name).exists() for name in let)
    assert {"pyproject.toml", "src"} <= let
    readme = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"].get("readme")
    assert readme is None or readme in let


def test_the_service_of_systemd_starts_a_command_and_names_settings_that_there_are() -> None:
    fields = [line.split("=", 1) for line in UNIT.splitlines() if "=" in line and not line.startswith("#")]
    (command,) = [value for name, value in fields if name == "ExecStart"]
    program, *arguments = shlex.split(command)
    assert Path(program).name == "sekisho"
    is_accepted(arguments)
    settings = [pair for name, value in fields if name == "Environment" for pair in value.split()]
    assert settings
    assert {pair.split("=")[0].removeprefix("SEKISHO_").lower() for pair in settings} <= set(DEFAULTS)
