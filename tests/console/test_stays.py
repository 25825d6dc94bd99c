"""What stays and what leaves: every identifier and every fact is marked where it stands, every value has its fact."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from sekisho.checkpoint.outcome import Disclosure
from sekisho.checkpoint.policy import Policy
from sekisho.console.look import Look
from sekisho.console.setup import setup_from
from sekisho.console.stays import Stays
from sekisho.console.ties import values_of
from sekisho.local.zone import open_zone

SAMPLES = Path(str(files("sekisho.samples")))
QUESTION = {"ja": "昨日からめまいと動悸があります", "en": "dizziness and palpitations"}


def seen(folder: Path, name: str, language: str = "ja") -> tuple[Stays, str]:
    """A sample beside what leaves of it."""
    zone = open_zone(SAMPLES, folder / "demo", Policy(), language)
    token = next(token for token, file in zone.cases.tokens().items() if file == name)
    outcome = zone.background.answer(QUESTION[language], token)
    assert isinstance(outcome, Disclosure)
    look = Look(setup_from(["--state", str(folder), "--lang", language]))
    return look.stays(token, outcome.data.decode(), language), outcome.data.decode()


@pytest.fixture(scope="module")
def thyroid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Stays, str]:
    return seen(tmp_path_factory.mktemp("thyroid"), "01-thyroid.json")


def test_every_identifier_of_the_record_is_marked_where_it_stands(thyroid: tuple[Stays, str]) -> None:
    pieces = thyroid[0].pieces
    assert pieces is not None
    marked = {piece.text: piece.identifier for piece in pieces if piece.identifier}
    assert marked["佐藤 美咲"] == "name"
    assert marked["090-1234-5678"] == "phone"
    assert marked["渋谷2-15-8 青葉ハイツ304"] == "address"
    assert marked["佐藤 良子"] == "name"  # in the middle of the notes
    unmarked = "".join(piece.text for piece in pieces if not piece.identifier)
    for name in ("佐藤", "高橋", "misaki", "STO-558923", "1989-08-23", "青葉台ファミリー"):
        assert name not in unmarked


def test_every_fact_is_marked_at_the_words_that_it_was_read_from(thyroid: tuple[Stays, str]) -> None:
    stays = thyroid[0]
    assert stays.pieces is not None
    marked = {fact: piece.text for piece in stays.pieces for fact in piece.facts}
    says = {fact.says: marked.get(fact.id) for fact in stays.facts}
    assert says["ペニシリン (現在)"] == "ペニシリン"
    assert says["橋本病 (家族歴)"] == "橋本病"
    assert says["抗甲状腺薬 (中止)"] == "抗甲状腺薬"
    assert says["甲状腺刺激ホルモン (著しく低値)"] == "TSH"
    assert {fact.id for fact in stays.facts if fact.kind not in ("age", "sex")} == marked.keys()


def test_the_marked_text_is_the_record_and_nothing_else(thyroid: tuple[Stays, str]) -> None:
    pieces = thyroid[0].pieces
    assert pieces is not None
    text = "".join(piece.text for piece in pieces)
    assert json.loads(text) == json.loads((SAMPLES / "01-thyroid.json").read_text("utf-8"))


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.json")))
def test_every_released_value_about_the_record_has_its_fact(name: str, language: str, tmp_path: Path) -> None:
    stays, summary = seen(tmp_path, name, language)
    assert [(value.key, value.text) for value in stays.released] == list(values_of(json.loads(summary)))
    loose = {value.text for value in stays.released if not value.facts}
    assert loose <= {
        "非開示",
        "not disclosed",
        *(v.text for v in stays.released if "原記録" in v.text or "record" in v.text),
    }


def test_a_rare_disease_is_told_to_be_said_more_broadly(tmp_path: Path) -> None:
    stays, _ = seen(tmp_path, "04-rare.json")
    fabry = next(fact for fact in stays.facts if "ファブリー" in fact.says)
    behind = [value for value in stays.released if fabry.id in value.facts]
    assert behind
    assert all(value.is_broader for value in behind)


def test_a_record_that_is_too_long_is_not_shown_as_text(tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    record = {"patient": {"full_name": "山田 花子"}, "allergies": ["卵"], "notes": "あ" * 80_000}
    (cases / "long.json").write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    look = Look(setup_from(["--state", str(tmp_path / "state"), "--cases", str(cases)]))
    (token,) = look.cases()
    stays = look.stays(token, "", "ja")
    assert stays.pieces is None
    assert [fact.kind for fact in stays.facts] == ["allergy"]


def test_what_is_private_is_in_no_repr(thyroid: tuple[Stays, str]) -> None:
    stays = thyroid[0]
    assert stays.pieces is not None
    assert "佐藤" not in repr(stays) + "".join(map(repr, stays.pieces))
