"""The documents say what is so: their commands run, their examples are read, their links lead somewhere."""

from __future__ import annotations

import difflib
import importlib.util
import json
import os
import re
import tomllib
from dataclasses import fields
from datetime import date
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest
from tests.docs.blocks import PAGES, READMES, ROOT, Block, blocks, commands, prose
from tests.docs.shell import MACHINE_STEPS, Shell

from sekisho.checkpoint.policy import Policy, load_policy
from sekisho.errors import Code, InputError
from sekisho.local.records.reader import read_record

NEEDS_SH = pytest.mark.skipif(os.name != "posix", reason="the commands are written for a POSIX shell")
POLICY_PAGE = ROOT / "docs" / "POLICY.md"

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def _language(page: Path) -> str:
    return "ja" if page.name.endswith(".ja.md") else "en"


@NEEDS_SH
@each_page
def test_every_command_runs_and_ends_as_the_page_says(page: Path, tmp_path: Path) -> None:
    with Shell(tmp_path, _language(page)) as shell:
        for block in blocks(page):
            shell.go_through(block)


@each_page
def test_every_step_on_the_readers_machine_is_in_the_table(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for block in blocks(page):
        if block.language == "powershell":
            assert all(line.startswith(MACHINE_STEPS) for line in block.text.splitlines())
        for line in re.findall(r"^(?:\$ )?make (\S+)", block.text, re.M) if block.language in ("sh", "console") else ():
            assert line in targets
    assert set(re.findall(r"`make ([a-z]+)`", page.read_text(encoding="utf-8"))) <= targets


@each_page
def test_every_record_in_a_page_is_read_by_the_real_reader(page: Path, tmp_path: Path) -> None:
    for block in blocks(page):
        if block.language != "json":
            continue
        json.loads(block.text)
        path = tmp_path / Path(block.name or "unnamed").name
        path.write_text(block.text, encoding="utf-8")
        if block.name.startswith("cases/"):
            read_record(path, date(2026, 11, 1))
        elif block.name.startswith("bad/"):
            with pytest.raises(InputError):
                read_record(path, date(2026, 11, 1))


@each_page
def test_every_policy_in_a_page_is_read_by_the_real_reader(page: Path, tmp_path: Path) -> None:
    for block in blocks(page):
        if block.name == "policy.toml":
            (tmp_path / "policy.toml").write_text(block.text, encoding="utf-8")
            load_policy(tmp_path / "policy.toml")


@NEEDS_SH
def test_the_policy_page_shows_what_each_key_changes(tmp_path: Path) -> None:
    shown = "sekisho background --case cases/example.json --symptoms 'palpitations and dizziness' --policy policy.toml"
    before = ""
    compared = 0
    with Shell(tmp_path, "en") as shell:
        for block in blocks(POLICY_PAGE):
            if block.name:
                shell.go_through(block)
            elif block.language == "json":
                before = shell.output_of(shown)
                assert block.text.splitlines() == _pretty(before)
            elif block.language == "diff":
                assert block.text.splitlines() == changes(before, shell.output_of(shown))
                compared += 1
    assert compared == 9


def _pretty(text: str) -> list[str]:
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2).splitlines()


def changes(before: str, after: str) -> list[str]:
    """What went (-) and came (+), one line a value with its key."""
    return [line for line in difflib.ndiff(_flat(json.loads(before)), _flat(json.loads(after))) if line[0] in "+-"]


def _flat(value: object, key: str = "") -> list[str]:
    if isinstance(value, dict):
        return [line for name, inner in value.items() for line in _flat(inner, name)]
    if isinstance(value, list):
        return [line for inner in value for line in _flat(inner, key)]
    return [f"{key}: {value}"]


def test_the_policy_page_has_every_key_with_its_default() -> None:
    whole = next(b for b in blocks(POLICY_PAGE) if b.name == "policy.toml")
    given = tomllib.loads(whole.text)
    policy = Policy()
    expected = {f.name: getattr(policy, f.name) for f in fields(Policy)}
    assert given == {**expected, "kinds": list(policy.kinds)}


def test_both_readmes_have_the_same_headings_and_blocks() -> None:
    english, japanese = READMES
    assert _levels(english) == _levels(japanese)
    first, second = blocks(english), blocks(japanese)
    assert [(b.language, b.name) for b in first] == [(b.language, b.name) for b in second]
    for one, other in zip(first, second, strict=True):
        assert _skeleton(one) == _skeleton(other)


def _levels(page: Path) -> list[int]:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return [len(marks) for marks in re.findall(r"^(#+) ", text, re.M)]


def _skeleton(block: Block) -> object:
    """What must be the same in both languages: everything but the words that a reader reads."""
    if block.language == "json":
        return _shape(json.loads(block.text))
    if block.language == "toml":
        return tomllib.loads(block.text)
    if block.language == "console":
        return [(re.sub(r'"[^"]*"', '""', c.line), c.status, len(c.printed)) for c in commands(block)]
    if block.language:
        return re.sub(r'"[^"]*"', '""', block.text)
    return len(block.text.splitlines())


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    return [_shape(inner) for inner in value] if isinstance(value, list) else type(value).__name__


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        other = (page.parent / name).resolve() if name else page
        assert other.exists(), target
        if anchor:
            assert anchor in _anchors(other), target


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "page", [p for p in PAGES if p.name in ("README.md", "README.ja.md", "ARCHITECTURE.md", "RECORDS.md", "POLICY.md")]
)
def test_paths_and_modules_that_a_page_names_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for path in re.findall(r"`((?:src|docs|tests|bench)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path
    for module in re.findall(r"`(sekisho(?:\.[a-z_]+)+)`", text):
        if module != "sekisho.toml":
            place = ROOT / "src" / Path(*module.split("."))
            assert place.is_dir() or place.with_suffix(".py").is_file(), module


def test_the_house_in_the_readme_is_the_house() -> None:
    tree = next(b for b in blocks(READMES[0]) if b.text.startswith("src/sekisho/"))
    folder = ROOT / "src" / "sekisho"
    for depth, name in re.findall(r"^( +)([\w.]+/?)  ", tree.text, re.M):
        place = (folder if len(depth) == 2 else folder / "local") / name
        assert place.exists(), name


def test_every_code_is_explained() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [code.value for code in Code if f"| `{code.value}` |" not in text] == []


def test_the_tables_of_keys_are_those_of_the_reader() -> None:
    tables = _keys_table()
    page = (ROOT / "docs" / "RECORDS.md").read_text(encoding="utf-8")
    assert page == tables.filled(page), "run: python docs/keys_table.py"


def _keys_table() -> ModuleType:
    spec = importlib.util.spec_from_file_location("keys_table", ROOT / "docs" / "keys_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


#: What we may only speak of to say that we do not claim it.
_CLAIMS = re.compile(r"匿名加工情報|匿名化|HIPAA|GDPR|anonymi[sz]|anonymous|diagnos(?:is|es|e)\b|診断", re.I)
_DENIALS = re.compile(r"\b(?:not|never|no|nor)\b|ない|ません", re.I)


@each_page
def test_no_forbidden_claim(page: Path) -> None:
    for sentence in re.split(r"(?<=[。.!?])\s|\n\n|\n[-|#]", prose(page)):
        if _CLAIMS.search(sentence):
            assert _DENIALS.search(sentence), sentence


def test_no_dependency_is_under_the_gpl() -> None:
    for distribution in metadata.distributions():
        told = [distribution.metadata.get("License-Expression") or "", distribution.metadata.get("License") or ""]
        told += [c for c in distribution.metadata.get_all("Classifier") or [] if c.startswith("License")]
        assert not any(re.search(r"\b[AL]?GPL|GNU .*General Public", text[:200]) for text in told), distribution.name
