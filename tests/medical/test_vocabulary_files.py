"""The vocabulary's data files against docs/VOCABULARY.md. Everything that leaves is written in them."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from tests.medical.test_vocabulary_names import NAMES

from sekisho.checkpoint.catalog import EFFECT, STATUS
from sekisho.checkpoint.policy import KINDS as POLICY_KINDS
from sekisho.local.medical.catalog import KINDS, SHAPE, medical_catalog
from sekisho.local.medical.extract import FACT_KINDS
from sekisho.local.medical.fold import fold, key_of
from sekisho.local.medical.stats import TABLES
from sekisho.local.medical.tables import COLUMNS, Row, listed, rows
from sekisho.local.medical.vocabulary import load_vocabulary

DATA = Path(str(files("sekisho.local.medical"))) / "data"
ALLOWED = tomllib.loads((Path(__file__).parent / "same_display.toml").read_text(encoding="utf-8"))

SYSTEMS = frozenset(
    [
        "cardiovascular",
        "respiratory",
        "digestive",
        "hepatobiliary",
        "renal_urinary",
        "nervous",
        "mental",
        "endocrine",
        "metabolic",
        "blood",
        "immune",
        "skin",
        "musculoskeletal",
        "eye",
        "ear_nose_throat",
        "oral",
        "reproductive",
        "pregnancy",
        "infection",
        "general",
    ]
)
ROUTES = frozenset(
    ["oral", "inhaled", "injection", "topical", "eye", "ear", "nasal", "patch", "suppository", "sublingual", "other"]
)
CHAPTERS = frozenset(
    [
        "ch_infection",
        "ch_neoplasm",
        "ch_blood_immune",
        "ch_endocrine_metabolic",
        "ch_mental",
        "ch_nervous",
        "ch_eye",
        "ch_ear",
        "ch_circulatory",
        "ch_respiratory",
        "ch_digestive",
        "ch_skin",
        "ch_musculoskeletal",
        "ch_genitourinary",
        "ch_pregnancy",
        "ch_perinatal",
        "ch_congenital",
        "ch_injury_poisoning",
        "ch_state",
    ]
)
ALLERGEN_ROOTS = frozenset(
    ["al_medicine", "al_food", "al_pollen", "al_animal", "al_insect", "al_contact", "al_inhaled", "al_other"]
)
TERM_TABLES = {
    **TABLES,
    "status": "closed/statuses.tsv",
    "age": "closed/ages.tsv",
    "sex": "closed/sexes.tsv",
    "allergy_status": "closed/allergy_statuses.tsv",
}
PARENTED = ("condition", "class", "allergen", "lab", "vital", "lifestyle")


def found(kind: str) -> list[Row]:
    return list(rows(TERM_TABLES[kind]))


@pytest.fixture(params=TERM_TABLES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def lines() -> Iterator[tuple[str, int, str]]:
    for path in sorted(DATA.rglob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            yield path.relative_to(DATA).as_posix(), number, line


def test_every_file_belongs_to_a_table_and_begins_with_a_comment() -> None:
    for path in DATA.rglob("*.tsv"):
        name = path.relative_to(DATA).as_posix()
        assert name in COLUMNS or name.split("/")[0] in {*COLUMNS, "words"}, name
        data = path.read_bytes()
        assert data.startswith(b"# "), name
        assert data.endswith(b"\n"), name
        assert b"\r" not in data, name
        assert not data.startswith(b"\xef\xbb\xbf"), name


def test_cells_hold_no_spaces_around_lists_no_quotes_and_no_empty_items() -> None:
    bad = []
    for name, number, line in lines():
        if (
            line
            and not line.startswith("#")
            and (
                re.search(r" \||\| |\|\||\|\t|\t\||^\||\|$|\t | \t|^ | $|\"", line)
                and not name.startswith("closed/templates")
            )
        ):
            bad.append(f"{name}:{number}")
    assert bad == []


def test_every_row_is_read_with_its_columns() -> None:
    for table in COLUMNS:
        assert list(rows(table)), table


def test_ids_are_words_and_stand_once(kind: str) -> None:
    ids = [row["id"] for row in found(kind)]
    assert [i for i in ids if not re.fullmatch(r"[a-z][a-z0-9_]*", i)] == []
    assert [i for i, count in Counter(ids).items() if count > 1] == []


def test_every_term_has_a_display_in_both_languages(kind: str) -> None:
    bad = [row["id"] for row in found(kind) if not row["ja"].strip() or not row["en"].strip()]
    assert bad == []


def test_no_display_holds_what_a_template_or_json_would_stumble_over(kind: str) -> None:
    bad = [
        row["id"]
        for row in found(kind)
        for d in (row["ja"], row["en"])
        if re.search(r"[{}\x00-\x1f\\\u200b-\u200f\ufeff]", d)
    ]
    assert bad == []


def test_no_display_is_anybodys_name(kind: str) -> None:
    names = [row["id"] for row in found(kind) for d in (row["ja"], row["en"]) if key_of(d) in NAMES]
    assert names == []


def test_english_displays_are_written_in_english(kind: str) -> None:
    assert [row["id"] for row in found(kind) if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", row["en"])] == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_one_display_means_one_thing(kind: str, language: str) -> None:
    by_display: dict[str, list[str]] = defaultdict(list)
    for row in found(kind):
        by_display[fold(row[language])].append(row["id"])
    same = {display: sorted(ids) for display, ids in by_display.items() if len(ids) > 1}
    allowed = {
        entry["display"]: sorted(entry["ids"]) for entry in ALLOWED.get(kind, []) if entry["language"] == language
    }
    assert same == allowed


def test_every_exception_has_its_reason() -> None:
    assert all(entry["reason"].strip() for entries in ALLOWED.values() for entry in entries)


def test_a_name_belongs_to_one_term_of_a_kind(kind: str) -> None:
    """A synonym that two terms share would give the fact to whichever stands first."""
    if not {"synonyms", "synonyms_ja", "synonyms_en", "brands"} & set(COLUMNS[TERM_TABLES[kind]]):
        return
    owners: dict[str, set[str]] = defaultdict(set)
    for row in found(kind):
        for column in ("synonyms", "synonyms_ja", "synonyms_en", "brands"):
            for name in listed(row.get(column, "")):
                owners[key_of(name)].add(row["id"])
        for language in ("ja", "en"):
            owners[key_of(row[language])].add(row["id"])
    displays = {fold(entry["display"]) for entry in ALLOWED.get(kind, [])}
    shared = {name: sorted(ids) for name, ids in owners.items() if len(ids) > 1 and name not in displays}
    assert shared == {}


@pytest.mark.parametrize("kind", PARENTED)
def test_parents_exist_and_lead_to_a_root(kind: str) -> None:
    parent = {row["id"]: row["parent"] for row in found(kind)}
    assert {i: p for i, p in parent.items() if p and p not in parent} == {}
    for start in parent:
        seen, at = [start], parent[start]
        while at:
            assert at not in seen, f"cycle: {seen}"
            seen.append(at)
            at = parent[at]


def test_roots_are_the_roots_that_are_written_down() -> None:
    assert {row["id"] for row in found("condition") if not row["parent"]} == CHAPTERS
    assert {row["id"] for row in found("allergen") if not row["parent"]} == ALLERGEN_ROOTS


@pytest.mark.parametrize("kind", ["lab", "vital"])
def test_a_test_without_a_broader_group_is_a_group(kind: str) -> None:
    assert [row["id"] for row in found(kind) if not row["parent"] and (row["unit"] or row["loinc"])] == []


def test_no_class_stands_alone() -> None:
    """A root without anything below it generalises nothing."""
    used = {row["parent"] for row in found("class")} | {c for row in found("medicine") for c in listed(row["classes"])}
    assert [row["id"] for row in found("class") if not row["parent"] and row["id"] not in used] == []


def test_no_stem_belongs_to_two_classes() -> None:
    stems = Counter(fold(s) for row in found("class") for c in ("stems_ja", "stems_en") for s in listed(row[c]))
    assert [
        stem for stem, count in stems.items() if count > 1 or not re.fullmatch(r"\.\.[^.|]{1,}|[^.|]{2,}\.\.", stem)
    ] == []


def test_nothing_in_the_catalog_goes_round_in_circles() -> None:
    terms = medical_catalog().terms
    done: set[str] = set()

    def visit(code: str, above: tuple[str, ...]) -> None:
        assert code not in above, (*above, code)
        if code not in done:
            for parent in terms[code].parents:
                visit(parent, (*above, code))
            done.add(code)

    for code in terms:
        visit(code, ())


def test_conditions_use_the_closed_lists() -> None:
    for row in found("condition"):
        assert row["course"] in ("chronic", "acute", "state", "group"), row["id"]
        assert row["frequency"] in ("common", "uncommon", "rare"), row["id"]
        assert set(listed(row["systems"])) <= SYSTEMS, row["id"]
        assert re.fullmatch(r"([A-Z]\d\d(\.[0-9A-Z]{1,4})?(-[A-Z]\d\d)?)?", row["icd10"]), row["id"]


@pytest.mark.parametrize("kind", ["lab", "vital", "symptom", "lifestyle"])
def test_systems_come_from_the_closed_list(kind: str) -> None:
    assert [row["id"] for row in found(kind) if not set(listed(row["systems"])) <= SYSTEMS] == []


def test_red_flags_are_urgent_or_emergency() -> None:
    assert {row["red_flag"] for row in found("symptom")} == {"", "urgent", "emergency"}


def test_every_rare_term_can_be_said_as_something_that_is_not_rare() -> None:
    catalog = medical_catalog()
    hidden = []
    for code, term in catalog.terms.items():
        if term.rare:
            ancestors = [catalog.terms[a] for a in catalog.ancestors(code) if not catalog.terms[a].rare]
            names = (fold(term.ja), fold(term.en))
            if not ancestors or any(name in (fold(ancestors[0].ja), fold(ancestors[0].en)) for name in names):
                hidden.append(code)
    assert hidden == []


def test_medicines_name_classes_routes_and_components_that_exist() -> None:
    classes, medicines = {r["id"] for r in found("class")}, {r["id"] for r in found("medicine")}
    for row in found("medicine"):
        assert listed(row["classes"]), row["id"]
        assert set(listed(row["classes"])) <= classes, row["id"]
        assert set(listed(row["components"])) <= medicines - {row["id"]}, row["id"]
        assert set(listed(row["routes"])) <= ROUTES, row["id"]


def test_allergens_name_allergens_and_classes_that_exist() -> None:
    allergens, classes = {r["id"] for r in found("allergen")}, {r["id"] for r in found("class")}
    for row in found("allergen"):
        assert set(listed(row["cross"])) <= allergens - {row["id"]}, row["id"]
        assert set(listed(row["medicine_classes"])) <= classes, row["id"]


@pytest.mark.parametrize("kind", ["lab", "vital"])
def test_tests_have_units_and_codes_that_are_theirs_alone(kind: str) -> None:
    codes: Counter[str] = Counter()
    for row in found(kind):
        codes.update(listed(row["loinc"]))
        assert [c for c in listed(row["loinc"]) if not re.fullmatch(r"\d{1,5}-\d", c)] == [], row["id"]
        for pair in listed(row["other_units"]):
            unit, _, factor = pair.rpartition("=")
            assert unit, row["id"]
            assert float(factor) > 0, row["id"]
    assert [code for code, count in codes.items() if count > 1] == []


@pytest.mark.parametrize("kind", ["lab", "vital"])
def test_bands_cover_every_age_of_each_sex_once_and_rise(kind: str) -> None:
    tests = {row["id"] for row in found(kind)}
    bands: dict[str, list[Row]] = defaultdict(list)
    for row in rows(f"labs/{kind}_bands.tsv"):
        bands[row["id"]].append(row)
        limits = [float(row[name]) for name in ("very_low", "low", "high", "very_high") if row[name]]
        assert limits == sorted(limits), row
        assert limits, row
        assert row["sex"] in ("any", "male", "female"), row
    assert set(bands) <= tests
    wrong = []
    for name, given in bands.items():
        for sex in ("male", "female"):
            spans = sorted(
                (int(r["age_from"] or 0), int(r["age_to"] or 999)) for r in given if r["sex"] in ("any", sex)
            )
            ends = [0, *(to for _, to in spans)]
            if [start for start, _ in spans] != ends[:-1] or ends[-1] != 999:
                wrong.append(f"{name} {sex} {spans}")
    assert wrong == []


def test_every_relation_stands_on_terms_that_exist_and_says_what_goes_wrong() -> None:
    terms = medical_catalog().terms
    ends = {
        "allergy_medicine": ({"allergen", "class", "medicine"}, {"class", "medicine"}),
        "medicine_medicine": ({"class", "medicine"}, {"class", "medicine"}),
        "medicine_condition": ({"class", "medicine"}, {"condition"}),
        "side_effect": ({"class", "medicine"}, {"symptom"}),
        "risk": ({"condition", "lifestyle", "lab", "vital", "medicine", "class"}, {"symptom"}),
    }
    effects = {row["id"] for row in found("effect")}
    ids: Counter[str] = Counter()
    for row in rows("relations"):
        ids[row["id"]] += 1
        lefts, rights = ends[row["kind"]]
        assert row["left"] in terms, row["id"]
        assert row["right"] in terms, row["id"]
        assert terms[row["left"]].kind in lefts, row["id"]
        assert terms[row["right"]].kind in rights, row["id"]
        assert row["severity"] in ("contraindicated", "major", "moderate", "minor"), row["id"]
        assert bool(row["effect"]) == (row["kind"] not in ("side_effect", "risk")), row["id"]
        assert not row["effect"] or row["effect"] in effects, row["id"]
        assert row["left"] != row["right"], row["id"]
    assert [i for i, count in ids.items() if count > 1] == []


def test_a_pair_is_related_once_in_each_way() -> None:
    pairs = Counter((r["kind"], r["left"], r["right"], r["effect"]) for r in rows("relations"))
    assert [pair for pair, count in pairs.items() if count > 1] == []


def test_a_template_has_a_place_for_each_of_its_slots_in_both_languages() -> None:
    catalog = medical_catalog()
    paths = {slot.path for slot in SHAPE}
    for template in catalog.templates.values():
        for language in ("ja", "en"):
            places = re.findall(r"\{(.*?)\}", template.wording(language))
            assert set(places) == {str(i) for i in range(len(template.slots))}, template.id
        assert template.key in paths, template.id
        assert set(template.slots) <= set(KINDS) | {STATUS, EFFECT}, template.id
        assert all(f"status:{s}" in catalog.terms for s in template.statuses), template.id
        if STATUS in template.slots:
            assert template.slots.index(STATUS) > 0, template.id


def test_templates_claim_only_relations_that_there_are() -> None:
    catalog = medical_catalog()
    claimed = {t.relation for t in catalog.templates.values() if t.relation}
    assert claimed <= {relation.kind for relation in catalog.relations}
    assert {slot.default for slot in SHAPE if slot.default} <= set(catalog.templates)


def test_every_kind_and_status_of_fact_has_words() -> None:
    catalog = medical_catalog()
    assert set(FACT_KINDS) | {"symptom"} == set(KINDS)
    kinds_of_terms = {term.kind for term in catalog.terms.values()}
    assert all(kinds <= kinds_of_terms for kinds in KINDS.values())
    statuses = (
        "active past remission suspected family stopped very_low low normal high very_high positive negative reported"
    )
    assert {f"status:{s}" for s in statuses.split()} <= set(catalog.terms)
    assert set(POLICY_KINDS) <= set(KINDS)


def test_every_kind_of_fact_can_be_said() -> None:
    said = {slot for template in medical_catalog().templates.values() for slot in template.slots}
    assert said - {STATUS, EFFECT} == set(KINDS)


def test_the_ages_follow_each_other_and_each_has_a_broad_band() -> None:
    narrow = [row for row in rows("closed/ages.tsv") if row["parent"]]
    broad = {row["id"] for row in rows("closed/ages.tsv") if not row["parent"]}
    ends = [0, *(int(row["to"] or 999) for row in narrow)]
    assert [int(row["from"]) for row in narrow] == ends[:-1]
    assert ends[-1] == 999
    assert {row["parent"] for row in narrow} == broad


def test_size_is_that_of_a_vocabulary_and_not_of_a_sample() -> None:
    counts = Counter(term.kind for term in load_vocabulary().terms.values())
    least = {"condition": 1000, "medicine": 1200, "allergen": 200, "lab": 150, "symptom": 500}
    assert {kind: counts[kind] for kind in least if counts[kind] < least[kind]} == {}
    assert sum(1 for _ in rows("relations")) >= 300
