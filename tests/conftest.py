"""What all tests share."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

# Where the shell asks for no bytecode, every process of the run (there are hundreds) would compile the product anew,
# and every worker of pytest all tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A run in the background of a script has Ctrl-C switched off, and every process of it would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What is loaded until the first test begins stays to the end: looking through it for garbage was a fifth of that time.
gc.disable()

ROOT = Path(__file__).parents[1]
#: Files with a browser: their tests share it and an app, so they run one after the other, in one process.
WITH_A_BROWSER = tuple(f"tests/ui/test_{name}.py" for name in ("browser", "access", "trouble"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "guarantee(*ids): the test holds these guarantees; docs/GUARANTEES.md names it in their rows"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the tests with a browser together, and those of a file whose fixtures are made once for all of them. The
    mark `xdist_group` would say so, but pytest-xdist 3.8 writes it into a field that pytest 9.2 no longer reads
    (pytest-xdist issue 1386): every test then goes to any process, which starts the fixture's processes again."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class Together(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            if file in WITH_A_BROWSER:
                return "browser"
            return file if _shares_fixtures(file) else nodeid

    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browser's tests: they are the longest chain, and whoever comes last is waited for."""
    items.sort(key=lambda item: item.nodeid.partition("::")[0] not in WITH_A_BROWSER)


@cache
def _shares_fixtures(file: str) -> bool:
    """Whether fixtures of this file, or of its folder, are made once for the file."""
    path = ROOT / file
    texts = [place.read_text(encoding="utf-8") for place in (path, path.parent / "conftest.py") if place.exists()]
    return any('scope="module"' in text for text in texts)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _caches_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the code under test keeps in the user's cache folder must not come from other code, nor go to the user."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
