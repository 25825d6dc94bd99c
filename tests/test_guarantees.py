"""docs/GUARANTEES.md and the tests name each other: every guarantee that is held has tests, and they are there.

A test says which guarantees it holds with `@pytest.mark.guarantee("G1")` (one id or more, on a function, a class or as
`pytestmark` of a module); its node id (`tests/x/test_y.py::test_z`) stands in the row of each.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "GUARANTEES.md"
IDS = tuple(f"G{number}" for number in range(1, 14))

_ROW = re.compile(r"^\| (G\d+) \| (.+?) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)
_STATE = re.compile(r"held|not yet: part [2-6]|held: [^;:]+; not yet: [^;:]+: part [2-6]")
_NODE = re.compile(r"`([^`]+)`")

Marked = dict[str, tuple[str, ...]]


def rows() -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Sentence, state and tests by id."""
    found = _ROW.findall(TABLE.read_text(encoding="utf-8"))
    table = {row[0]: (row[1], row[2], tuple(_NODE.findall(row[3]))) for row in found}
    assert len(table) == len(found), "a guarantee stands twice"
    return table


def marks_in(source: str) -> Marked:
    """The tests of a module, each with the guarantees that it is marked with."""
    tree = ast.parse(source)
    whole = tuple(
        guarantee
        for statement in tree.body
        if isinstance(statement, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in statement.targets)
        for guarantee in _marks(statement.value)
    )
    return dict(_tests(tree.body, "", whole))


def _tests(body: list[ast.stmt], prefix: str, inherited: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            own = tuple(mark for decorator in node.decorator_list for mark in _marks(decorator))
            yield from _tests(node.body, f"{prefix}{node.name}::", inherited + own)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            own = tuple(mark for decorator in node.decorator_list for mark in _marks(decorator))
            yield prefix + node.name, inherited + own


def _marks(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "guarantee":
            yield from (ast.literal_eval(argument) for argument in node.args)


@pytest.fixture(scope="module")
def marked() -> Marked:
    """Every test of the repository by node id, with its guarantees."""
    return {
        f"{path.relative_to(ROOT).as_posix()}::{name}": guarantees
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name, guarantees in marks_in(path.read_text(encoding="utf-8")).items()
    }


def test_every_guarantee_stands_in_the_table_in_order() -> None:
    assert tuple(rows()) == IDS


@pytest.mark.parametrize("guarantee", IDS)
def test_a_guarantee_that_is_held_names_its_tests(guarantee: str) -> None:
    sentence, state, tests = rows()[guarantee]
    assert sentence.endswith(".")
    assert _STATE.fullmatch(state), state
    assert bool(tests) == state.startswith("held")


@pytest.mark.parametrize("guarantee", IDS)
def test_every_test_that_the_table_names_is_there_and_marked(guarantee: str, marked: Marked) -> None:
    _, _, named = rows()[guarantee]
    assert len(set(named)) == len(named)
    for test in named:
        assert test in marked, f"{guarantee} names a test that is not there: {test}"
        assert guarantee in marked[test], f"{test} is not marked with {guarantee}"


def test_every_marked_test_stands_in_the_rows_of_its_guarantees(marked: Marked) -> None:
    table = rows()
    missing = [
        f"{guarantee}: `{test}`"
        for test, guarantees in marked.items()
        for guarantee in guarantees
        if guarantee not in table or test not in table[guarantee][2]
    ]
    assert not missing, "add to docs/GUARANTEES.md:\n" + "\n".join(missing)


def test_marks_are_found_wherever_they_can_stand() -> None:
    source = """
import pytest
pytestmark = [pytest.mark.anyio, pytest.mark.guarantee("G1")]
@pytest.mark.guarantee("G2", "G3")
async def test_one(): ...
class TestMany:
    @pytest.mark.guarantee("G4")
    @pytest.mark.parametrize("x", [1])
    def test_two(self): ...
def helper(): ...
"""
    assert marks_in(source) == {"test_one": ("G1", "G2", "G3"), "TestMany::test_two": ("G1", "G4")}
