"""The inspection as a whole: treatments, counts, the open case's identifiers in any disguise."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.checkpoint.prompt.inspection import inspect
from tests.checkpoint.test_wall import DISGUISES
from tests.checkpoint.toy_catalog import IDENTIFIERS, WALL

from sekisho.checkpoint.prompt import MAX_CHARACTERS, Placeholders, Treatment
from sekisho.errors import Code, InputError

CLEANED = {
    "as typed": ("めまいと動悸が\n続きます", "めまいと動悸が\n続きます"),
    "spaces around": ("  めまい \n", "めまい"),
    "a decomposed letter": ("か\u3099んの治療中です", "がんの治療中です"),
    "invisible marks": ("め\u200bま\u202eい\ufeff", "めまい"),
    "half a surrogate pair": ("めまい\ud800", "めまい"),
    "a tab between words": ("no\tpain", "no pain"),
}


@pytest.mark.parametrize(("typed", "leaves"), CLEANED.values(), ids=CLEANED)
def test_a_text_is_cleaned(typed: str, leaves: str) -> None:
    assert inspect(typed).text == leaves


@pytest.mark.parametrize(
    "typed", ["", "   ", "\n\t", "\u200b", "あ" * (MAX_CHARACTERS + 1), "a" + "\u0301\u0323" * 10**6]
)
def test_no_text_and_too_much_text_are_refused(typed: str) -> None:
    with pytest.raises(InputError) as error:
        inspect(typed)
    assert (error.value.code, error.value.place) == (Code.BAD_SYMPTOMS, "")


def test_each_sentence_has_its_own_treatment() -> None:
    coded = "ゾルブラト、モロネガス、カタバミノ、ヨシギリンで咳が出ます。"
    found = inspect(f"頭痛がします。田中花子です。{coded}")
    assert [part.treatment for part in found.parts] == [Treatment.AS_TYPED, Treatment.MASK, Treatment.CODES]
    assert found.text == "頭痛がします。〔氏名1〕です。咳嗽。"
    assert (found.treatment, found.masked, found.as_codes) == (Treatment.CODES, 1, 1)
    assert "".join(part.typed for part in found.parts) == f"頭痛がします。田中花子です。{coded}"


@pytest.mark.parametrize(
    ("typed", "treatment"),
    [
        ("頭痛がします。", Treatment.AS_TYPED),
        ("田中花子です。", Treatment.MASK),
        ("ゾルブラト咳が出ます。", Treatment.CODES),
        ("ゾルブラト", Treatment.REFUSED),
        ("090-1234-5678", Treatment.REFUSED),
    ],
)
def test_the_treatment_of_the_whole(typed: str, treatment: Treatment) -> None:
    found = inspect(typed)
    assert found.treatment is treatment
    assert bool(found.text) is (treatment is not Treatment.REFUSED)


def test_nothing_of_it_shows() -> None:
    found = inspect("田中花子です。頭痛がします。")
    assert repr(found) == "<Inspected mask>"
    assert repr(found.parts) == "(<Part mask>, <Part as_typed>)"


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize(
    ("typed", "leaves"),
    [
        ("鬼塚宗一郎です。めまいがします。", "〔氏名1〕です。めまいがします。"),
        ("おにづかそういちろうです。めまいがします。", "〔氏名1〕です。めまいがします。"),
        ("Onizukaです。頭痛がします。", "〔氏名1〕です。頭痛がします。"),
        ("鶴亀精密に勤めています。頭痛がします。", "〔施設1〕に勤めています。頭痛がします。"),
    ],
)
def test_identifiers_of_the_open_case_become_placeholders(typed: str, leaves: str) -> None:
    memory = Placeholders("ja")
    found = inspect(typed, wall=WALL, memory=memory)
    assert found.text == leaves
    assert memory.restore(found.text) == typed


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("identifier", IDENTIFIERS, ids=lambda i: i.kind.value)
@pytest.mark.parametrize("analyser", [False, True], ids=["lists", "sudachi"])
def test_no_identifier_of_the_open_case_leaves_in_any_disguise(
    identifier: object, disguise: str, analyser: bool
) -> None:
    value = identifier.value  # type: ignore[attr-defined]
    for hidden in (DISGUISES[disguise](value), DISGUISES[disguise](value.replace(" ", ""))):
        found = inspect(f"めまいがします。{hidden}です。動悸がします。", wall=WALL, analyser=analyser)
        assert WALL.find(found.text) is None
        assert value.replace(" ", "") not in found.text.replace(" ", "")
        assert "めまい" in found.text or found.treatment is Treatment.REFUSED


@pytest.mark.guarantee("G6")
@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([i.value for i in IDENTIFIERS]),
    st.sampled_from(sorted(DISGUISES)),
    st.text(max_size=12),
    st.text(max_size=12),
)
@example("鬼塚 宗一郎", "JSON keys", "", "❶")  # a digit for Unicode, and no number for `int`
def test_no_identifier_leaves_whatever_stands_around_it(value: str, disguise: str, before: str, after: str) -> None:
    try:
        found = inspect(f"{before}{DISGUISES[disguise](value)}{after}。頭痛がします。", wall=WALL)
    except InputError:
        return
    assert not found.text or WALL.find(found.text) is None


@settings(deadline=None, max_examples=150)
@given(st.text(st.characters(), max_size=60))
def test_what_leaves_is_normal_and_leaves_again_as_it_is(typed: str) -> None:
    try:
        found = inspect(typed, wall=WALL)
    except InputError:
        return
    assert unicodedata.is_normalized("NFC", found.text)
    assert all(c == "\n" or unicodedata.category(c)[0] != "C" for c in found.text)
    assert found.text.encode() is not None
    if found.treatment is Treatment.AS_TYPED:
        assert inspect(found.text, wall=WALL).text == found.text


def test_the_same_person_keeps_the_number_in_the_next_question() -> None:
    memory = Placeholders("ja")
    inspect("田中花子と山田太郎が咳をしています。", memory=memory)
    assert inspect("山田太郎の熱は下がりました。", memory=memory).text == "〔氏名2〕の熱は下がりました。"


@pytest.mark.parametrize(
    "hostile",
    ["あ" * 2000, "1-" * 1000, "a@" * 1000, "田中" * 1000, "〔氏名" * 600, "さん" * 1000, "A. " * 600, "(" * 2000],
)
def test_a_hostile_text_takes_no_long_time(hostile: str) -> None:
    inspect("咳が出ます。", wall=WALL)  # reads the word lists, once a process
    start = time.thread_time()
    inspect(hostile, wall=WALL)
    assert time.thread_time() - start < 2
