"""Terms are found as whole words, in both languages, and in the strings that prescriptions are made of."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.local.medical.cues import _read, edges
from sekisho.local.medical.fold import fold, key_of, script, spellings
from sekisho.local.medical.lexicon import Lexicon, NamesOfKind, heads_of
from sekisho.local.medical.vocabulary import load_vocabulary

CONDITIONS = [
    ("非結核性抗酸菌症", ["nontuberculous_mycobacteriosis"]),
    ("結核", ["tuberculosis"]),
    ("肺結核の既往", ["pulmonary_tuberculosis"]),
    ("前糖尿病", ["prediabetes"]),
    ("糖尿病", ["diabetes"]),
    ("2型糖尿病で通院", ["type_2_diabetes"]),
    ("川崎病", ["kawasaki_disease"]),
    ("川崎市在住", []),
    ("川崎さん", []),
    ("橋本病", ["hashimoto_thyroiditis"]),
    ("橋本さんが橋本病", ["hashimoto_thyroiditis"]),
    ("DM", ["diabetes"]),
    ("2型DMで通院", ["type_2_diabetes"]),
    ("ADMISSION", []),
    ("RAで加療中", ["rheumatoid_arthritis"]),
    ("BRAIN", []),
    ("肺高血圧症", ["pulmonary_hypertension"]),
    ("陳旧性心筋梗塞", ["old_myocardial_infarction"]),
    ("咳喘息", ["cough_variant_asthma"]),
    ("心臓喘息", []),
    ("偽痛風", ["pseudogout"]),
    ("胃癌検診", []),
    ("がんばる", []),
    ("うつむく", []),
    ("筋腫", []),
    ("潰瘍性大腸炎、痛風", ["ulcerative_colitis", "gout"]),
    ("asthmatic", []),
    ("Asthma, migraines", ["asthma", "migraine"]),
    ("Hypertension (disorder)", ["hypertension"]),
    ("dm", []),
    ("non-Hodgkin lymphoma", ["non_hodgkin_lymphoma"]),
    ("prediabetes", ["prediabetes"]),
    ("ＤＭ、ＣＯＰＤ", ["diabetes", "copd"]),
    ("iron-deficiency anemia", ["iron_deficiency_anemia"]),
    ("耳が遠くなった", ["hearing_loss"]),
    ("網膜光凝固術後", ["retinal_photocoagulation_history"]),
    ("short-sighted", ["myopia"]),
    # Telegram style: without a particle.
    ("糖尿病判明", ["diabetes"]),
    ("大腸癌肝転移", ["colorectal_cancer", "liver_metastasis"]),
    ("甲状腺機能低下症固定", ["hypothyroidism"]),
    ("子宮筋腫小", ["uterine_fibroids"]),
    ("妊娠判明で中止", ["pregnancy"]),
    ("30代虫垂切除", ["appendectomy_history"]),
    ("妻高血圧、娘片頭痛", ["hypertension", "migraine"]),
    ("胃癌術後", ["gastric_cancer"]),
    # Another word, or a department, a hospital, a germ, a test.
    ("橋本病院", []),
    ("糖尿病内科", []),
    ("肺炎球菌", []),
    ("肺炎桿菌", []),
    ("神経症状", []),
    ("認知症疾患医療センター", []),
    ("風疹抗体", []),
    ("麻疹風疹混合", []),
    ("脱臼肢位", []),
    ("知的障害者施設", []),
    ("糖尿病型", []),
    ("肺癌検診", []),
    ("褥瘡委員会", []),
]
MEDICINES = [
    ("バイアスピリン錠100mg", ["medicine:aspirin"]),
    ("アスピリン", ["medicine:aspirin"]),
    ("lithium", ["medicine:lithium"]),
    ("炭酸リチウム錠200mg", ["medicine:lithium"]),
    ("Li 0.8", []),
    ("clinical", []),
    ("アムロジピンベシル酸塩錠5mg「サワイ」", ["medicine:amlodipine"]),
    ("アムロジピンOD錠5mg", ["medicine:amlodipine"]),
    ("メトホルミン塩酸塩錠250mgMT「日本ジェネリック」", ["medicine:metformin"]),
    ("ワーファリン錠1mg", ["medicine:warfarin"]),
    ("ワルファリンK", ["medicine:warfarin"]),
    ("プレドニゾロン(5)", ["medicine:prednisolone"]),
    ("PSL10mg", ["medicine:prednisolone"]),
    ("MTX 8mg/週", ["medicine:methotrexate"]),
    ("ロキソニンテープ100mg", ["medicine:loxoprofen"]),
    ("カロナール500", ["medicine:acetaminophen"]),
    ("ムコスタ、ムコソルバン", ["medicine:rebamipide", "medicine:ambroxol"]),
    ("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", ["medicine:amoxicillin", "medicine:clavulanic_acid"]),
    ("Clonazepam [Klonopin]", ["medicine:clonazepam"]),
    ("24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet", ["medicine:metformin"]),
    ("Naproxen sodium 220 MG Oral Tablet", ["medicine:naproxen"]),
    ("statins", ["class:statins"]),
    ("スタチン系", ["class:statins"]),
    ("poisonous", []),
    ("ロスバスタチンOD錠2.5mg「DSEP」", ["medicine:rosuvastatin"]),
    ("レベチラセタム錠500mg「サワイ」", ["medicine:levetiracetam"]),
    ("カムシア配合錠HD「あすか」", ["medicine:amlodipine_candesartan"]),
    ("インスリン グラルギンBS注ミリオペン「リリー」", ["medicine:insulin_glargine"]),
    ("ツムラ葛根湯エキス顆粒（医療用）", ["medicine:kakkonto"]),
    ("バファリン配合錠A81", ["medicine:aspirin"]),
    ("Adcal-D3 1500mg/400unit tablets", ["medicine:calcium_colecalciferol"]),
    ("Istin 5mg, Cardicor 2.5mg", ["medicine:amlodipine", "medicine:bisoprolol"]),
    ("blue inhaler", ["medicine:salbutamol"]),
    ("mFOLFOX6療法", ["medicine:regimen_folfox"]),
]
ALLERGENS = [
    ("卵", ["allergen:egg"]),
    ("卵と牛乳", ["allergen:egg", "allergen:milk"]),
    ("ハチミツ", ["allergen:honey"]),
    ("ハチ", ["allergen:bee_venom"]),
    ("peanuts", ["allergen:peanut"]),
    ("Latex allergy", ["allergen:latex"]),
    ("アスピリン", ["medicine:aspirin"]),
    ("ペニシリンアレルギー", ["allergen:penicillin"]),
    ("ホヤ", ["allergen:sea_squirt"]),
    ("sulphites", ["allergen:sulfite"]),
    ("marquee tent", []),
]


#: Words that are close to a name and mean something else.
TRAPS = [
    ("condition", "Boil the water before use"),
    ("condition", "typhoid vaccine given"),
    ("condition", "low sodium diet, low potassium diet"),
    ("condition", "stool culture sent for salmonella"),
    ("condition", "左下肢の知覚過敏"),
    ("condition", "アムロさんの紹介"),
    ("condition", "lupus anticoagulant"),
    ("condition", "TMJ normal"),
    ("medicine", "creatine kinase 300"),
    ("medicine", "血清クレアチニン 1.2"),
    ("medicine", "cranberry juice"),
    ("medicine", "Dr Rennie"),
    ("medicine", "vitamin D deficiency"),
    ("medicine", "アムロさん"),
    ("medicine", "zinc 60"),
]


@pytest.mark.parametrize(("kind", "text"), TRAPS, ids=[text for _, text in TRAPS])
def test_what_only_looks_like_a_name_is_none(kind: str, text: str) -> None:
    assert load_vocabulary().lexicon(kind).scan(text) == []


@pytest.mark.parametrize(("text", "ids"), CONDITIONS, ids=[text for text, _ in CONDITIONS])
def test_conditions_are_found_as_whole_words(text: str, ids: list[str]) -> None:
    hits = load_vocabulary().lexicon("condition").scan(text)
    assert [hit.code for hit in hits] == [f"condition:{i}" for i in ids]


@pytest.mark.parametrize(("text", "codes"), MEDICINES, ids=[text for text, _ in MEDICINES])
def test_medicines_are_found_in_the_strings_of_prescriptions(text: str, codes: list[str]) -> None:
    hits = load_vocabulary().lexicon("medicine", "class").scan(text)
    assert list(dict.fromkeys(hit.code for hit in hits)) == codes


@pytest.mark.parametrize(("text", "codes"), ALLERGENS, ids=[text for text, _ in ALLERGENS])
def test_allergens_may_be_one_letter_long(text: str, codes: list[str]) -> None:
    hits = load_vocabulary().lexicon("allergen", "medicine", "class").scan(text, shortest=1)
    assert [hit.code for hit in hits if not hit.code.startswith("allergen:al_")] == codes


def lexicon_of(names: dict[str, str], *abbreviations: str) -> Lexicon:
    return Lexicon([NamesOfKind(names, heads_of(names))], frozenset(abbreviations))


TOY = lexicon_of(
    {"結核": "tb", "肺結核": "ptb", "asthma": "a", "ra": "ra", "アスピリン": "asa", "うつ": "d", "dm": "dm"}, "dm"
)

EDGES = [
    ("肺結核", ["ptb"]),
    ("非結核性", []),
    ("結核性", []),
    ("結核の疑い", ["tb"]),
    ("慢性結核", ["tb"]),
    ("アスピリンテープ", ["asa"]),
    ("アスピリンゴ", []),
    ("バイアスピリン", []),
    ("xasthma", []),
    ("asthma2", ["a"]),
    ("asthmas", ["a"]),
    ("asthmast", []),
    ("ra", ["ra"]),
    ("raで", ["ra"]),
    ("2ra", ["ra"]),
    ("bra", []),
    ("DMあり", ["dm"]),
    ("dmあり", []),
    ("うつの", ["d"]),
    ("うつす", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "codes"), EDGES, ids=[text for text, _ in EDGES])
def test_a_word_begins_and_ends_where_the_script_lets_it(text: str, codes: list[str]) -> None:
    assert [hit.code for hit in TOY.scan(text)] == codes


@pytest.mark.parametrize("name", sorted(_read("word_edges.toml")))
def test_a_word_that_may_stand_beside_a_term_is_written_once(name: str) -> None:
    assert [word for word, times in Counter(edges(name)).items() if times > 1] == []


def test_every_word_that_makes_another_word_of_an_illness_can_decide() -> None:
    """Not one before which a word of the other list, or a shorter one of its own, has decided."""
    words = edges("kanji_of_other_words")
    others = [(word, other) for word in words for other in (*edges("kanji_after"), *words) if word != other]
    assert [word for word, other in others if word.startswith(other)] == []


def test_the_longest_of_overlapping_terms_wins() -> None:
    lexicon = lexicon_of({"ab cd": "1", "cd ef gh": "2", "cd": "3", "cd ef": "4"})
    assert [hit.code for hit in lexicon.scan("ab cd ef gh")] == ["1"]
    assert [hit.code for hit in lexicon.scan("x cd ef gh")] == ["2"]


def test_of_two_kinds_with_the_same_name_the_first_has_it() -> None:
    parts = [NamesOfKind(names, heads_of(names)) for names in ({"卵": "1"}, {"卵": "2", "卵白": "3"})]
    assert Lexicon(parts).exact("卵") == "1"
    assert [hit.code for hit in Lexicon(parts).scan("卵、卵白", shortest=1)] == ["1", "3"]
    assert [hit.code for hit in Lexicon(parts).scan("卵、卵白")] == ["3"]


def test_an_empty_lexicon_finds_nothing() -> None:
    assert Lexicon([]).scan("結核") == lexicon_of({}).scan("結核") == []


@given(st.text(alphabet=st.sampled_from("結核肺非性のasthma sラアスピリンdmうつ１２2-・、　")))
def test_places_are_those_of_the_folded_text(text: str) -> None:
    folded = fold(text)
    reached = 0
    for hit in TOY.scan(text):
        assert 0 <= hit.start < hit.end <= len(folded)
        assert hit.start >= reached
        assert TOY.exact(folded[hit.start : hit.end]) == hit.code
        reached = hit.end


@given(st.text())
def test_folding_takes_any_text(text: str) -> None:
    assert all(spellings(text))
    assert fold(text) == fold(text).translate({0x3000: " "})
    assert all(script(c) in ("latin", "kanji", "katakana", "hiragana", "other") for c in text)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("kinds", [("condition",), ("medicine", "class"), ("lab",), ("vital",), ("symptom",)])
def test_every_display_leads_back_to_its_term(kinds: tuple[str, ...], language: str) -> None:
    """What leaves can be read back: by a person, and by the checkpoint of somebody else."""
    vocabulary = load_vocabulary()
    for term in vocabulary.terms.values():
        if term.kind == kinds[0]:
            found = vocabulary.lexicon(*kinds).exact(key_of(term.display(language)))
            assert found is not None, term.code
            assert found == term.code or key_of(vocabulary.terms[found].display(language)) == key_of(
                term.display(language)
            ), (term.code, found)
