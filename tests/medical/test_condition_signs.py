"""Words of time around a condition, which are weighed: they are looked for on its own side of the next term."""

from __future__ import annotations

import pytest

from sekisho.local.medical.note_mentions import Mention
from sekisho.local.medical.notes import NoteReader
from sekisho.local.medical.vocabulary import load_vocabulary


def mention_of(note: str, code: str) -> Mention:
    mentions = NoteReader(load_vocabulary()).reading(note, "notes").mentions
    return next(mention for mention in mentions if mention.code == f"condition:{code}")


@pytest.mark.parametrize(
    ("note", "code", "sign"),
    [
        ("胃潰瘍は2010年に指摘。", "gastric_ulcer", "after_dated"),
        ("若い頃に肺炎。", "pneumonia", "before_long_ago"),
        ("喘息は現在も通院中。", "asthma", "after_active"),
        ("肺炎は軽快した。", "pneumonia", "after_ended"),
        ("便秘のため中止。", "constipation_chronic", "after_given_up"),
    ],
)
def test_words_of_time_are_a_sign_of_the_condition_beside_them(note: str, code: str, sign: str) -> None:
    assert sign in mention_of(note, code).signs


def test_words_beyond_the_next_condition_are_no_sign_of_this_one() -> None:
    note = "喘息、肺炎は2010年に軽快。"
    assert {"after_dated", "after_ended"} <= set(mention_of(note, "pneumonia").signs)
    assert not [sign for sign in mention_of(note, "asthma").signs if sign.startswith(("before_", "after_"))]
