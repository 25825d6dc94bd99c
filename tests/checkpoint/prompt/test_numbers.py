"""Numbers in typed text: which leave as they are, and which may be somebody's."""

from __future__ import annotations

import pytest
from tests.checkpoint.prompt.inspection import inspect

BOTH_WAYS = pytest.mark.parametrize("analyser", [False, True], ids=["lists", "sudachi"])


@BOTH_WAYS
@pytest.mark.parametrize(
    "text",
    [
        "まだ29です。",
        "来月71になる者ですが、膝が痛いです。",
        "娘の視力が1.0から0.3に落ちました。",
        "潜血2プラスでした。",
        "ステージ3と言われました。",
        "チラーヂン100を飲んでいます。",
        "血圧が朝だけ160あります。",
        "八十五の叔母が転びました。",
        "中三です。",
        "週6で走っています。",
    ],
)
def test_a_small_number_alone_or_a_value_with_its_name_leaves_in_japanese(text: str, analyser: bool) -> None:
    assert inspect(text, analyser=analyser).text == text


@pytest.mark.parametrize(
    "text",
    [
        "My dad, 71, keeps tripping.",
        "I feel 80.",
        "My A1c went from 6.6 to 7.5.",
        "My LDL is 172.",
        "I take quetiapine 50 at bedtime.",
        "I lost 3 kilos.",
        "I got a D for the liver.",
        "My son is 9 and has 38.5 今日.",
    ],
)
def test_a_small_number_alone_or_a_value_with_its_name_leaves_in_english(text: str) -> None:
    assert inspect(text, language="en").text == text


@pytest.mark.guarantee("G6")
@BOTH_WAYS
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("内線4471までお願いします。", "4471"),
        ("4471まで連絡ください。", "4471"),
        ("部屋は12です。", "12"),
        ("5の12の3です。", "12"),
        ("祖母は93です。", "93"),
        ("暗証番号は12です。", "12"),
        ("ベッドは7です。", "7"),
        ("12 34 56です。", "34"),
        ("九十三の祖母が転びました。", "九十三"),
        ("十二の三です。", "十二"),
    ],
)
def test_a_number_that_somebody_may_be_found_by_does_not_leave_in_japanese(
    text: str, number: str, analyser: bool
) -> None:
    assert number not in inspect(text, analyser=analyser).text


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Please ring ext. 204 after lunch.", "204"),
        ("I stay in room 12.", "12"),
        ("This is room 412 bed 2.", "412"),
        ("I sat in seat 23K.", "23"),
        ("My nan is well, 93, and dizzy.", "93"),
        ("I live at 41 Quarry Hollow.", "41"),
        ("The code was 12 34 56.", "34"),
        ("It said 4821.", "4821"),
    ],
)
def test_a_number_that_somebody_may_be_found_by_does_not_leave_in_english(text: str, number: str) -> None:
    assert number not in inspect(text, language="en").text
