from __future__ import annotations

import pytest

from sekisho.cloud.red_flags import has_red_flag


@pytest.mark.parametrize(
    "text",
    [
        "胸痛があります",
        "胸が痛い",
        "胸のあたりが締め付けられる",
        "息苦しくて眠れない",
        "階段で息切れする",
        "息ができない",
        "ろれつが回らない",
        "右手に力が入らない",
        "左足が動かない",
        "顔の片側が下がっている",
        "突然の激しい頭痛",
        "駅で失神しました",
        "意識がなくなりかけた",
        "大量に出血した",
        "血が止まらない",
        "熱はありませんが胸痛があります",
        "ﾑﾈではなく胸痛",
        "Chest pain since this morning",
        "no fever, but chest pain",
        "I am short of breath",
        "I can’t breathe",
        "trouble breathing at night",
        "my face is drooping",
        "slurred speech",
        "a sudden, severe headache",
        "I fainted on the train",
        "she passed out",
        "bleeding won't stop",
        "heavy bleeding",
    ],
)
def test_a_sign_that_needs_emergency_care_is_seen(text: str) -> None:
    assert has_red_flag(text)


@pytest.mark.parametrize(
    "text",
    [
        "めまいと動悸があります",
        "咳と微熱が続いています",
        "昨日から頭痛がします",
        "胸痛はありません。微熱だけです",
        "息切れなし、咳のみ",
        "胸やけがします",
        "dizziness and palpitations",
        "a headache since yesterday",
        "cough, no chest pain",
        "heartburn without any shortness of breath",
        "I have not fainted",
    ],
)
def test_what_is_ordinary_or_plainly_denied_is_no_red_flag(text: str) -> None:
    assert not has_red_flag(text)
