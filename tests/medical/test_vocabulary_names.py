"""The names of the vocabulary: each belongs to its term, and none is anybody's or says something else in a sentence."""

# ruff: noqa: E501 - lists of names with wide letters

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from sekisho.local.medical.fold import fold, key_of
from sekisho.local.medical.lexicon import Lexicon, NamesOfKind, heads_of
from sekisho.local.medical.stats import TABLES
from sekisho.local.medical.tables import Row, listed, rows
from sekisho.local.medical.vocabulary import load_vocabulary

#: Frequent surnames, employers' and places' names: nothing that leaves may be one.
NAMES = frozenset(
    "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 山崎 森 池田 橋本 阿部 石川 "
    "前田 藤田 小川 岡田 後藤 長谷川 村上 近藤 石井 坂本 遠藤 青木 藤井 西村 福田 太田 三浦 岡本 松田 中島 原田 中川 竹内 川崎 "
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Wilson Anderson Taylor Thomas Moore Martin Lee Thompson White "
    "Graves Parkinson Alzheimer Crohn Hodgkin Down Turner Marfan Addison Cushing Hashimoto Kawasaki Raynaud "
    "東京 大阪 京都 横浜 名古屋 札幌 福岡 神戸 仙台 広島 Tokyo Osaka Kyoto London Paris Boston".lower().split()
)


def test_names_lead_to_terms_of_their_own_kind() -> None:
    vocabulary = load_vocabulary()
    for kind, names in vocabulary.names.items():
        assert {vocabulary.terms[code].kind for code in names.values()} <= {kind}


def test_no_name_in_the_vocabulary_is_so_short_that_it_is_found_everywhere() -> None:
    vocabulary = load_vocabulary()
    short = {
        name
        for kind in ("condition", "medicine", "class", "symptom", "lifestyle")
        for name in vocabulary.names[kind]
        if len(name) < 2 and not "\u4e00" <= name <= "\u9fff"  # 癌, 痔: only where the whole entry is that
    }
    assert short == set()


#: Short forms that often stand for something else in a note: a birth date, a heading, a capsule, a test, a small word.
SOMETHING_ELSE = frozenset(
    "DOB DOA FH PMH HX PE RE PC CC ED CAP COLD HE AN ADD IN NET PER NAD ION MAC ML MM MG GU OD OS PT OT ST US CT FX "
    "CP MS PD AS AR AD MR CI CVA PCP LEAD IP FN UA LDH PSA CA PK HB BM LN NB VF AVG SAT GAD PCC NPH BB O2 "
    "DAT ATD AGC CIN MVD TCR ROH HOT AKA IVF TTC PPV CHL IPD VAD IDC LK RK EK METS SPA".lower().split()
)
#: Words and parts of sentences that say something else more often than the condition they were once listed for.
OF_ANY_SENTENCE = frozenset(
    {
        "and status",
        "watchman",
        "foley",
        "seton",
        "spastic",
        "limp",
        "cuts",
        "nets",
        "tardive",
        "tube removed",
        "polyp removed",
    }
    | {"implant removal", "old infarct", "wound pain", "傷の痛み", "手根管", "残腎", "既往歴", "既往症"}
)
FOUND_IN_NOTES = ("condition", "medicine", "class", "symptom")


@pytest.mark.parametrize("kind", FOUND_IN_NOTES)
def test_no_bare_surname_or_town_is_a_name_of_anything(kind: str) -> None:
    """「橋本さん」 has no thyroiditis: the disease is 橋本病, and a synonym may not be shorter than that."""
    assert NAMES & set(load_vocabulary().names[kind]) == set()


@pytest.mark.parametrize("kind", FOUND_IN_NOTES)
def test_no_short_form_that_commonly_means_something_else_is_a_name(kind: str) -> None:
    assert SOMETHING_ELSE & set(load_vocabulary().names[kind]) == set()


def test_no_condition_is_called_by_words_of_any_sentence() -> None:
    """ "HTN and status post CABG" does not forbid resuscitation, and a night watchman has no device in the heart."""
    assert OF_ANY_SENTENCE & set(load_vocabulary().names["condition"]) == set()


def condition_names() -> Iterator[tuple[Row, str]]:
    for row in rows(TABLES["condition"]):
        for column in ("synonyms_ja", "synonyms_en"):
            yield from ((row, name) for name in listed(row[column]))


def test_no_name_of_a_condition_hides_that_it_is_only_suspected_or_in_remission() -> None:
    """The longest name wins: 「肺炎疑い」 as a name of pneumonia would be read as a pneumonia that there is."""
    hiding = re.compile(r".+(疑い|寛解中| in remission)( status)?")
    assert [name for row, name in condition_names() if row["course"] != "state" and hiding.fullmatch(name)] == []


def test_a_name_in_brackets_says_what_its_parts_do_not() -> None:
    """「MS(多発性硬化症)」 is read by what stands in the brackets; as a name it would only hide the words around it."""
    names = load_vocabulary().names["condition"]
    plain = {name: code for name, code in names.items() if "(" not in name}
    lexicon = Lexicon([NamesOfKind(plain, heads_of(plain))], load_vocabulary().abbreviations)
    superfluous = [
        name
        for row, name in condition_names()
        if "(" in fold(name) and {hit.code for hit in lexicon.scan(name)} == {f"condition:{row['id']}"}
    ]
    assert superfluous == []


def test_no_two_names_of_a_row_are_the_same_when_folded() -> None:
    """One of them could never be found as itself: "... (situation)" is the name without its tag."""
    keys: dict[str, Counter[str]] = defaultdict(Counter)
    for row, name in condition_names():
        keys[row["id"]][key_of(name)] += 1
    assert {(row, key) for row, counts in keys.items() for key, count in counts.items() if count > 1} == set()
