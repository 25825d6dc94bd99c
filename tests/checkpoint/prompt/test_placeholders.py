"""Placeholders: numbered, kept in memory only, put back whatever a model made of them, and never mixed up."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.prompt.inspection import inspect

from sekisho.checkpoint.prompt import Placeholders
from sekisho.checkpoint.prompt.kinds import Kind

NAMES = [f"人物{letter}" for letter in "ABCDEFGHIJKLM"]


def memory_of(count: int = 12, language: str = "ja") -> Placeholders:
    memory = Placeholders(language)
    for name in NAMES[:count]:
        memory.placeholder_for(Kind.NAME, name)
    memory.placeholder_for(Kind.DATE, "11月20日")
    return memory


STYLES = {
    "as we write it": "〔氏名1〕さん",
    "in English": "[Name 1]さん",
    "in small letters": "[name1]さん",
    "in round brackets": "(Name 1)さん",
    "in corner brackets": "「氏名1」さん",
    "full width": "［Ｎａｍｅ　１］さん",
    "a full-width number": "〔氏名１〕さん",
    "with an underscore": "[NAME_1]さん",
    "with a hyphen": "{name-1}さん",
    "with a number sign": "[Name #1]さん",
    "another word for it": "〔名前1〕さん",
    "mixed brackets": "〔氏名1]さん",
    "without brackets": "氏名1さん",
    "spaced": "〔 氏名 1 〕さん",
    "in black brackets": "【氏名1】さん",
}


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("styled", STYLES.values(), ids=STYLES)
def test_a_placeholder_is_put_back_however_a_model_writes_it(styled: str) -> None:
    assert memory_of().restore(styled) == "人物Aさん"


def test_what_follows_stays() -> None:
    assert memory_of(language="en").restore("[Name 1]'s fever, [Name 2].") == "人物A's fever, 人物B."


@pytest.mark.parametrize(
    "said", ["〔氏名99〕", "[Name 14]", "〔住所1〕", "〔日付2〕", "(1)", "[1]", "氏名", "Name 1", "〔氏名〕"]
)
def test_a_number_that_we_did_not_give_stays_as_it_is(said: str) -> None:
    assert memory_of().restore(said) == said


def test_one_is_not_eleven() -> None:
    memory = memory_of()
    assert memory.restore("氏名1と氏名11と〔氏名11〕と氏名111") == "人物Aと人物Kと人物Kと氏名111"


def test_one_value_has_one_number_however_it_is_spaced_or_wide() -> None:
    memory = Placeholders("ja")
    assert (
        memory.placeholder_for(Kind.NAME, "田中 花子") == memory.placeholder_for(Kind.NAME, "田中　花子") == "〔氏名1〕"
    )
    assert memory.placeholder_for(Kind.PHONE, "090-1234-5678") == memory.placeholder_for(
        Kind.PHONE, "０９０１２３４５６７８"
    )
    assert memory.placeholder_for(Kind.NAME, "田中 太郎") == "〔氏名2〕"


def test_nothing_of_it_shows_and_it_is_not_copied() -> None:
    memory = memory_of()
    assert repr(memory) == "<Placeholders>"
    assert repr(memory.restorer()) == "<Restorer>"
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(memory)


def test_after_the_conversation_nothing_is_put_back() -> None:
    memory = memory_of()
    memory.forget()
    assert memory.restore("〔氏名1〕") == "〔氏名1〕"


@pytest.mark.guarantee("G6")
def test_who_types_a_placeholder_does_not_get_a_value_by_it() -> None:
    memory = Placeholders("ja")
    inspect("田中花子です。頭痛がします。", memory=memory)
    asked = inspect("〔氏名1〕と[Name 1]の頭痛はどうですか。", memory=memory)
    assert "氏名1" not in asked.text
    assert "Name 1" not in asked.text
    assert memory.restore(asked.text) == "〔氏名1〕と[Name 1]の頭痛はどうですか。"


PIECES = st.sampled_from(
    ["〔氏名1〕", "〔氏名11〕", "[Name 2]", "氏名3", "(name 4)", "〔", "氏", "氏名", "[Na", "1", "〕", "さん",
    "。", "「", "[", "Name",
     " ", "日付1", "〔日付1〕", "めまい", "a"]
)  # fmt: skip


@pytest.mark.guarantee("G6")
@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=12), st.data())
def test_a_stream_gives_what_the_whole_answer_gives_wherever_it_is_cut(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    memory = memory_of()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    restorer = memory.restorer()
    shown = "".join(restorer.feed(text[a:b]) for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True))
    assert shown + restorer.flush() == memory.restore(text)


def test_ordinary_text_is_not_held_back() -> None:
    restorer = memory_of().restorer()
    assert restorer.feed("めまいは") == "めまいは"
    assert restorer.feed("〔氏") == ""
    assert restorer.feed("名1") == ""
    assert restorer.feed("〕さん") == "人物Aさん"
    assert restorer.flush() == ""


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 40), st.integers(1, 45))
def test_a_value_stands_only_where_its_own_number_was(count: int, asked: int) -> None:
    memory = Placeholders("en")
    for number in range(count):
        memory.placeholder_for(Kind.NAME, f"person-{number}-x")
    restored = memory.restore(f"[Name {asked}]")
    assert restored == (f"person-{asked - 1}-x" if asked <= count else f"[Name {asked}]")
