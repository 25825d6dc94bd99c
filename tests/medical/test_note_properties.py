"""Whatever a note holds: every fact names where it stands, and looking once finds what looking each time finds."""

# ruff: noqa: E501 - lists of words with wide letters

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sekisho.local.medical.fold import fold, fold_keeping_case
from sekisho.local.medical.note_scan import NoteScan
from sekisho.local.medical.notes import NoteReader
from sekisho.local.medical.short_forms import short_forms
from sekisho.local.medical.told_operations import told_operations
from sekisho.local.medical.treated_problems import treated_problems
from sekisho.local.medical.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
NAMES = [name for kind in ("condition", "medicine", "allergen", "lab", "lifestyle") for name in VOCABULARY.names[kind]]
words = st.sampled_from(NAMES) | st.sampled_from(
    [
        "【既往歴】", "処方:", "アレルギー:", "家族歴:", "#1 ", "父が", "母:", "なし", "(-)", "(+)", "疑い", "?", "→", "から", "へ変更",
        "中止", "開始", "で蕁麻疹", "(発疹)", "術後", "2015年", "5mg 1T1x", "denies ", "no ", " or ", "stopped ", " due to ", "、", "。",
        "・", " / ", "\n", "\n\n", "\n  ", "①", "ﾍﾟﾆｼﾘﾝ", "\x00", "㎎", "İ",
    ]
)  # fmt: skip
notes = st.lists(words | st.text(max_size=5), max_size=12).map("".join)
many = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(notes)
def test_every_fact_of_a_note_names_where_it_stands(text: str) -> None:
    folded = fold(text)
    for fact in NoteReader(VOCABULARY).read(text, "notes"):
        assert fact.spans
        for span in fact.spans:
            assert span.path == "notes"
            assert 0 <= span.start < span.end <= len(folded)


@many
@given(notes)
def test_a_condition_a_medicine_or_an_allergy_stands_where_one_of_its_names_stands(text: str) -> None:
    folded = fold(text)
    for fact in NoteReader(VOCABULARY).read(text, "notes"):
        if fact.kind in ("condition", "medicine"):
            names = {folded[span.start : span.end] for span in fact.spans}
            names -= {folded[form.start : form.end] for form in short_forms(folded, fold_keeping_case(text))}
            known = [name in VOCABULARY.names[kind] or _is_short_for_one(name) for name in names for kind in _KINDS]
            assert not names or any(known)


@many
@given(notes)
def test_looking_once_for_all_kinds_finds_what_looking_for_some_finds(text: str) -> None:
    cased = fold_keeping_case(text)
    folded = cased.lower()
    scan = NoteScan(folded, cased, VOCABULARY)
    # What is told without a name is not in the lexicon.
    medicines = VOCABULARY.lexicon("medicine", "class").scan(text, 2)
    assume(not any(map(list, (short_forms(folded, cased), told_operations(folded)))))
    assume(not list(treated_problems(folded, medicines, VOCABULARY)))
    for kinds, shortest in ((("condition", "medicine", "class"), 2), (("allergen", "medicine", "class"), 1)):
        assert scan.hits(0, len(folded), kinds, shortest) == VOCABULARY.lexicon(*kinds).scan(text, shortest)


_KINDS = ("condition", "medicine", "class")


def _is_short_for_one(name: str) -> bool:
    """Clinicians cut names of medicines short; a class may be told by the end of a name."""
    return any(known.startswith(name) for known in VOCABULARY.names["medicine"]) or len(name) > 3


def test_a_sentence_without_an_end_is_read_in_pieces() -> None:
    """Read as one it would take hours: every term is looked at with all that stands around it."""
    reader = NoteReader(VOCABULARY)
    for hostile in ("糖尿病(1)", "アスピリン、", "asthma ", "とも", "系薬", "no ", "("):
        assert len(list(reader.read("糖尿病" + hostile * 3000, "notes"))) <= 3
