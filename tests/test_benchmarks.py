"""The measurements can be made: what they are built of is there. How fast anything is, no test asserts."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import bench
import pytest
from bench.__main__ import ALL

MODULES = sorted(path.stem for path in Path(bench.__path__[0]).glob("*.py") if not path.stem.startswith("__"))


@pytest.mark.parametrize("name", MODULES)
def test_a_measurement_is_built_of_what_there_is(name: str) -> None:
    import_module(f"bench.{name}")


def test_every_section_of_the_report_is_a_measurement() -> None:
    assert set(ALL) <= set(MODULES)
    assert all(callable(import_module(f"bench.{name}").run) for name in ALL)
