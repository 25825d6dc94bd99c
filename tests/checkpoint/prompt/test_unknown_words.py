"""A word that nobody knows is masked and the rest leaves; what is written in one piece with it never stays behind."""

from __future__ import annotations

import itertools
import re

import pytest
from tests.checkpoint.prompt.inspection import inspect, words
from tests.checkpoint.prompt.test_known_words import FRAMES, HIRAGANA, KANJI, KATAKANA

from sekisho.checkpoint.prompt import Placeholders, Treatment
from sekisho.checkpoint.prompt.unknown import unknown_places, without

#: Names that no list has, some of them made of ordinary words.
UNLISTED = [
    "桐ヶ谷",
    "渡真利",
    "勅使河原",
    "貝原塚",
    "ゾルブラト",
    "まりんか",
    "桐ヶ谷まさと",
    "ゾルブラト・リン",
]
HALVES = ["力", "実", "こころ", "みのり", "まさと", "凪", "ケンジ"]
tiers = pytest.mark.parametrize("analyser", [False, True], ids=["lists", "sudachi"])


@pytest.mark.parametrize(
    ("typed", "leaves"),
    [
        ("クヌギザカで転んで腰が痛いです。", "〔語1〕で転んで腰が痛いです。"),
        ("頭痛がします（ゾルブラト）。", "頭痛がします（〔語1〕）。"),
        ("桐ヶ谷でゾルブラトを食べて吐きました。", "〔語1〕で〔語2〕を食べて吐きました。"),
        ("合計は385で、頭が痛いです。", "合計は〔語1〕で、頭が痛いです。"),
    ],
)
def test_a_japanese_sentence_leaves_without_the_words_that_nobody_knows(typed: str, leaves: str) -> None:
    memory = Placeholders("ja")
    found = inspect(typed, memory=memory)
    assert (found.text, found.treatment) == (leaves, Treatment.MASK)
    assert found.masked == leaves.count("〔")
    assert memory.restore(found.text) == typed


@pytest.mark.parametrize(
    ("typed", "leaves"),
    [
        ("My knee hurts since the zorblat match.", "My knee hurts since the [Word 1] match."),
        ("I ate Kewlin Ozzly and now my arm hurts.", "I ate [Word 1] and now my arm hurts."),
        ("my friend kewlin rose says my rash is worse", "my friend [Name 1] says my rash is worse"),
        ("It was 4821 and my head hurts.", "It was [Word 1] and my head hurts."),
    ],
)
def test_an_english_sentence_leaves_without_the_words_that_nobody_knows(typed: str, leaves: str) -> None:
    memory = Placeholders("en")
    found = inspect(typed, language="en", memory=memory)
    assert (found.text, found.treatment) == (leaves, Treatment.MASK)
    assert memory.restore(found.text) == typed


@pytest.mark.guarantee("G6")
@tiers
@pytest.mark.parametrize("name", [*HIRAGANA, *KANJI, *KATAKANA, *UNLISTED])
def test_no_name_is_left_and_no_piece_of_one(name: str, analyser: bool) -> None:
    pieces = {name[start:end] for start, end in itertools.combinations(range(len(name) + 1), 2) if end - start > 1}
    for frame in (*FRAMES, "友人の{}から電話があり、めまいがすると言っています。"):
        left = inspect(frame.format(name), analyser=analyser).text
        rest = frame.format(" ")
        assert [piece for piece in pieces or {name} if piece in left and piece not in rest] == [], left


@pytest.mark.guarantee("G6")
@tiers
@pytest.mark.parametrize("family", ["桐ヶ谷", "渡真利", "田中", "ゾルブラト"])
@pytest.mark.parametrize("given", HALVES)
@pytest.mark.parametrize("space", [" ", "\u3000", ""])
def test_neither_half_of_a_name_is_left(family: str, given: str, space: str, analyser: bool) -> None:
    for frame in ("{}です。頭が痛いです。", "友人の{}が倒れました。", "昨日{}に会ってから咳が出ます。"):
        left = inspect(frame.format(family + space + given), analyser=analyser).text
        assert family not in left
        assert given not in left, left


@pytest.mark.parametrize(
    "typed",
    [
        "熱は無ゾルブラトです。",  # it could be the word that denies
        "I havnt had a fever.",
        "ゾルブラト、モロネガス、カタバミノ、ヨシギリンで咳が出ます。",  # too many
        "ゾルブラトモロネガス痛い。",  # most of it
    ],
)
def test_what_is_not_safe_to_mask_leaves_as_codes_or_not_at_all(typed: str) -> None:
    assert inspect(typed).treatment in (Treatment.CODES, Treatment.REFUSED)


def test_a_symptom_that_a_mask_would_hide_leaves_as_a_code() -> None:
    found = inspect("右の耳だけ聞こえが悪く、ゾルブラトのような音がします。")
    assert found.treatment in (Treatment.CODES, Treatment.MASK)
    assert "難聴" in found.text or "聞こえ" in found.text


@tiers
def test_what_is_left_is_known_word_by_word(analyser: bool) -> None:
    from sekisho.checkpoint.prompt.known import is_known

    lists = words(analyser)
    for sentence in ("桐ヶ谷でゾルブラトを食べて吐きました。", "まりんかが咳をしています。"):
        places = unknown_places(sentence, lists)
        assert places
        assert is_known(without(sentence, places), lists)


def test_a_masked_word_is_restored_where_the_model_restyled_it() -> None:
    memory = Placeholders("ja")
    inspect("クヌギザカで転びました。", memory=memory)
    assert memory.restore("[Word 1]、（語１）、「単語1」") == "クヌギザカ、クヌギザカ、クヌギザカ"
    assert re.fullmatch(r"〔語2〕", memory.restore("〔語2〕"))


@pytest.mark.parametrize("name", ["あい", "あき", "えみ"])
def test_a_text_that_ends_in_a_name_which_begins_a_longer_one_is_read_to_its_end(name: str) -> None:
    assert any(longer.startswith(name) and longer != name for longer in words(analyser=False).kana_names)
    assert name not in inspect(f"友人は{name}", analyser=False).text


@pytest.mark.parametrize(
    ("typed", "is_left"),
    [
        ("I wake up around 2 every night.", True),
        ("I woke up at 4, my chest hurts.", True),
        ("I wake up around 222 every night.", False),
        ("I fell at 4 Maple.", False),
    ],
)
def test_an_hour_leaves_where_the_next_word_shows_that_it_is_one(typed: str, is_left: bool) -> None:
    assert (inspect(typed, language="en").text == typed) is is_left
