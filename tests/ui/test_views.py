"""Each view without a browser: drawn in both languages, before and after a run, with plain words for what is wrong."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from tests.console.opening import QUESTION, only_case, until
from tests.server.running import sample_case

from sekisho.console.run import Phase
from sekisho.console.supervisor import Supervisor
from sekisho.errors import Code
from sekisho.ui.shared import supervisor
from sekisho.ui.warm import warm_up
from sekisho.wording import wording

VIEWS = ("ask", "stays", "approve", "log", "ledger", "health", "charts")
SCRIPT = Path(__file__).parents[2] / "app.py"
#: Seconds that one drawing may take.
LIMIT = 60


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    """The supervisor that the views get, with one finished run."""
    folder = tmp_path_factory.mktemp("views")
    cases = sample_case(folder / "cases")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["app.py", "--state", str(folder / "state"), "--cases", str(cases), "--lang", "en"])
        # The same supervisor as the views take from the cache.
        console = supervisor(tuple(sys.argv[1:]))
        assert console.ask(QUESTION, only_case(console), "en")
        until(lambda: not console.is_at_work)
        picture = console.picture()
        assert picture is not None
        assert picture.phase is Phase.DONE
        until(lambda: bool(console.history.all()))
        yield console
        console.close()
    st.cache_resource.clear()


def _draw(name: str, language: str, case: str) -> None:
    import importlib

    import streamlit

    from sekisho.ui.shared import open_view

    streamlit.session_state["language"] = language
    streamlit.session_state["case"] = case
    importlib.import_module(f"sekisho.ui.{name}").draw(open_view())


def drawn(console: Supervisor, name: str, language: str) -> AppTest:
    """One view."""
    given = {"name": name, "language": language, "case": only_case(console)}
    return AppTest.from_function(_draw, default_timeout=LIMIT, kwargs=given).run()


def all_text(page: AppTest) -> str:
    """Everything that a page says."""
    said = [element.proto.body for element in page.get("html")]
    for kind in ("header", "subheader", "error", "warning", "info", "success", "markdown", "caption"):
        said += [str(element.value) for element in page.get(kind)]
    return "\n".join(said)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_drawn_in_both_languages(console: Supervisor, name: str, language: str) -> None:
    page = drawn(console, name, language)
    assert not page.exception
    assert not page.error
    assert page.header[0].value == wording(language).text(f"app.page_{name}")


def test_the_record_is_shown_only_beside_what_left_and_every_text_is_escaped(console: Supervisor) -> None:
    place = console.look.cases()
    (token,) = place
    path = Path(console.setup.context("en").cases_place()) / place[token]
    original = path.read_text("utf-8")
    path.write_text(original.replace("ペニシリン", "ペニシリン<img src=x onerror=alert(1)>"), "utf-8")
    try:
        text = all_text(drawn(console, "stays", "en"))
    finally:
        path.write_text(original, "utf-8")
    assert "<img" not in text
    assert "&lt;img" in text
    assert 'class="who"' in text


def test_the_log_and_the_ledger_show_the_same_disclosure(console: Supervisor) -> None:
    assert "disclosure" in all_text(drawn(console, "log", "en"))
    assert "unbroken chain" in all_text(drawn(console, "ledger", "en"))


def test_what_the_first_view_needs_is_made_ready_beforehand_and_left_out_of_the_search_for_garbage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, frozen = sys.getswitchinterval(), gc.get_freeze_count()
    cases = sample_case(tmp_path / "cases")
    arguments = ("--state", str(tmp_path / "state"), "--cases", str(cases), "--lang", "en")
    warm_up(arguments).join(LIMIT)
    try:
        assert "sekisho.ui.main" in sys.modules
        assert gc.get_freeze_count() > frozen
        assert (gc.isenabled(), sys.getswitchinterval()) == (True, usual)
        monkeypatch.setattr("sekisho.console.setup.Context.zone", lambda _: pytest.fail("the cases are open already"))
        assert supervisor(arguments).look.cases()
    finally:
        supervisor(arguments).close()
        gc.unfreeze()


@pytest.mark.guarantee("G4")
def test_nothing_of_a_record_is_printed_where_making_ready_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(_: object, language: str) -> None:
        raise ValueError(f"佐藤 美咲 {language}")

    monkeypatch.setattr("sekisho.console.look.Look.warm_up", fails)
    arguments = ("--state", str(tmp_path / "state"), "--lang", "en")
    try:
        warm_up(arguments).join(LIMIT)
    finally:
        supervisor(arguments).close()
        gc.unfreeze()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("options", "code"),
    [(["--model", "openai"], Code.BAD_SETTING), (["--password-file", "{open}"], Code.BAD_TOKEN)],
    ids=["a model without a name", "a password that others may read"],
)
def test_a_setting_that_does_not_do_is_told_with_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], code: Code
) -> None:
    password = tmp_path / "password"
    password.write_text("x" * 40)
    password.chmod(0o644)
    given = [option.format(open=password) for option in options]
    monkeypatch.setattr(sys, "argv", ["app.py", "--state", str(tmp_path / "state"), "--lang", "en", *given])
    page = AppTest.from_file(str(SCRIPT), default_timeout=LIMIT).run()
    for box in page.text_input:
        box.set_value("x" * 40)
        page.button[0].click().run()
    supervisor(tuple(sys.argv[1:])).close()
    assert not page.exception
    assert any(wording("en").code(code) in error.value for error in page.error)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param(b"case.json", "case", id="in a record"),
        pytest.param(
            "カルテ.json".encode("cp932"),
            "?J",
            id="in the name of a file too",
            marks=pytest.mark.skipif(
                sys.platform in ("win32", "darwin"), reason="no file there can have a name that is not Unicode"
            ),
        ),
    ],
)
def test_half_characters_are_shown_as_question_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: bytes, shown: str
) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / os.fsdecode(name)).write_text('{"patient": {}, "allergies": ["egg"], "notes": "\\ud83d"}')
    monkeypatch.setattr(sys, "argv", ["app.py", "--state", str(tmp_path), "--cases", str(cases), "--lang", "en"])
    page = AppTest.from_file(str(SCRIPT), default_timeout=LIMIT).run()
    assert not page.exception
    assert not page.error
    assert next(box.options for box in page.sidebar.selectbox if box.key == "case")[0].startswith(shown)
    console = supervisor(tuple(sys.argv[1:]))
    stays = drawn(console, "stays", "en")
    console.close()
    assert not stays.exception
    assert "egg" in all_text(stays)


def test_a_model_that_is_down_is_told_with_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ["--state", str(tmp_path), "--model", "openai", "--model-name", "m", "--model-url", "http://127.0.0.1:9"]
    monkeypatch.setattr(sys, "argv", ["app.py", *options, "--lang", "en"])
    page = AppTest.from_function(_draw, default_timeout=LIMIT, kwargs={"name": "health", "language": "en", "case": ""})
    page.run()
    page.button[0].click().run()
    assert wording("en").code(Code.MODEL_UNREACHABLE) in all_text(page).replace("&#x27;", "'").replace("&quot;", '"')
    supervisor(tuple(sys.argv[1:])).close()


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("address", ["0.0.0.0", ""])
def test_on_another_address_nothing_is_shown_without_a_password(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "get_option", lambda _: address)
    monkeypatch.setattr(sys, "argv", ["app.py", "--state", str(tmp_path), "--lang", "en"])
    page = AppTest.from_file(str(SCRIPT), default_timeout=LIMIT).run()
    assert [error.value for error in page.error] == [wording("en").code(Code.APP_EXPOSED)]
    assert len(page.selectbox) == len(page.text_area) == 0
    supervisor(tuple(sys.argv[1:])).close()


@pytest.mark.guarantee("G4")
def test_with_a_password_the_app_opens_for_who_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", lambda _: "0.0.0.0")
    password = tmp_path / "password"
    options = ["--state", str(tmp_path), "--lang", "en", "--password-file", str(password)]
    monkeypatch.setattr(sys, "argv", ["app.py", *options])
    page = AppTest.from_file(str(SCRIPT), default_timeout=LIMIT).run()
    page.text_input[0].set_value("wrong")
    page.button[0].click().run()
    assert len(page.text_area) == 0
    assert wording("en").text("app.password_wrong") in [error.value for error in page.error]

    def right() -> bool:
        page.text_input[0].set_value(password.read_text("ascii"))
        page.button[0].click().run()
        return len(page.text_area) == 1

    until(right)
    supervisor(tuple(sys.argv[1:])).close()
