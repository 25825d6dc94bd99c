"""A small catalog with one of everything, and ways to propose something about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sekisho.checkpoint.candidate import Candidate, Statement
from sekisho.checkpoint.catalog import Catalog, Relation, Slot, Template, Term
from sekisho.checkpoint.clock import Clock, FixedClock
from sekisho.checkpoint.door import Checkpoint, Request
from sekisho.checkpoint.evidence import Evidence
from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.checkpoint.ledger import Ledger, MemoryLedger
from sekisho.checkpoint.policy import Policy
from sekisho.checkpoint.wall import Wall

CASE = "case-abcdefghjk"
NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def _term(code: str, ja: str, en: str, *parents: str, rare: bool = False) -> Term:
    return Term(code, code.partition(":")[0], ja, en, parents, rare)


TERMS = (
    _term("age:child", "学童", "school-age child", "age:under_20"),
    _term("age:seventies", "70代", "70s", "age:over_60"),
    _term("age:under_20", "20歳未満", "under 20"),
    _term("age:over_60", "60歳以上", "60 and over"),
    _term("sex:female", "女性", "female"),
    _term("condition:heart", "心疾患", "heart disease"),
    _term("condition:arrhythmia", "不整脈", "arrhythmia", "condition:heart"),
    _term("condition:long_qt", "先天性QT延長症候群", "congenital long QT syndrome", "condition:arrhythmia", rare=True),
    _term("condition:lonely", "名もない希少疾患", "nameless rare disease", rare=True),
    _term("condition:metabolic", "代謝疾患", "metabolic disease"),
    _term("condition:diabetes", "糖尿病（2型）", "diabetes (type 2)", "condition:metabolic"),
    _term("condition:storage", "蓄積病", "storage disease", "condition:metabolic", rare=True),
    _term("condition:storage_a", "蓄積病A型", "storage disease type A", "condition:storage", rare=True),
    _term("allergen:penicillin", "ペニシリン", "penicillin"),
    _term("allergen:latex", "ラテックス", "latex"),
    _term("allergen:egg", "鶏卵", "egg"),
    _term("class:antibacterials", "抗菌薬", "antibacterials"),
    _term("class:penicillins", "ペニシリン系抗菌薬", "penicillins", "class:antibacterials"),
    _term("medicine:amoxicillin", "アモキシシリン", "amoxicillin", "class:penicillins"),
    _term("medicine:piperacillin", "ピペラシリン", "piperacillin", "class:penicillins"),
    _term("class:anticoagulants", "抗凝固薬", "anticoagulants"),
    _term("medicine:warfarin", "ワルファリン", "warfarin", "class:anticoagulants"),
    _term("class:nsaids", "NSAIDs", "NSAIDs"),
    _term("medicine:ibuprofen", "イブプロフェン", "ibuprofen", "class:nsaids"),
    _term("medicine:loxoprofen", "ロキソプロフェン", "loxoprofen", "class:nsaids"),
    _term("class:rare_medicines", "希少疾患治療薬", "rare disease medicines"),
    _term("medicine:enzyme", "酵素補充薬", "enzyme replacement", "class:rare_medicines", rare=True),
    _term("lab:haemoglobin", "ヘモグロビン", "haemoglobin"),
    _term("vital:pulse", "脈拍", "pulse"),
    _term("lifestyle:smoking", "喫煙", "smoking"),
    _term("symptom:stomach_ache", "腹痛", "stomach ache"),
    _term("symptom:palpitation", "動悸", "palpitations"),
    _term("allergy_status:none_known", "アレルギーなし", "no known allergy"),
    _term("effect:reaction", "アレルギー反応", "allergic reaction"),
    _term("effect:bleeding", "出血", "bleeding"),
    _term("status:active", "現在", "current"),
    _term("status:past", "既往歴", "past history"),
    _term("status:remission", "寛解", "in remission"),
    _term("status:suspected", "疑い", "suspected"),
    _term("status:stopped", "中止", "stopped"),
    _term("status:low", "低値", "low"),
    _term("status:normal", "基準範囲内", "within range"),
    _term("status:reported", "訴えあり", "reported"),
)

#: id, key, slots, statuses, relation, ja, en
_TEMPLATES = (
    ("age_plain", "context.age", "age", "", "", "{0}", "{0}"),
    ("age_sex", "context.age", "age|sex", "", "", "{0}・{1}", "{0}, {1}"),
    ("age_hidden", "context.age", "", "", "", "非開示", "not disclosed"),
    ("condition_now", "context.conditions", "condition", "active", "", "{0}", "{0}"),
    (
        "condition_status",
        "context.conditions",
        "condition|status",
        "remission|suspected|past",
        "",
        "{0}（{1}）",
        "{0} ({1})",
    ),
    ("allergy", "context.allergies", "allergy", "active", "", "{0}", "{0}"),
    ("allergy_suspected", "context.allergies", "allergy|status", "suspected", "", "{0}（{1}）", "{0} ({1})"),
    ("allergy_none", "context.allergies", "allergy_status", "", "", "{0}", "{0}"),
    ("medicine", "context.medicines", "medicine", "active", "", "{0}", "{0}"),
    ("history", "relevance.history", "condition|status", "", "", "{0}（{1}）", "{0} ({1})"),
    ("history_lab", "relevance.history", "lab|status", "", "", "{0}：{1}", "{0}: {1}"),
    ("history_vital", "relevance.history", "vital|status", "", "", "{0}：{1}", "{0}: {1}"),
    ("history_lifestyle", "relevance.history", "lifestyle", "", "", "{0}", "{0}"),
    (
        "allergy_medicine",
        "relevance.interactions",
        "allergy|medicine|effect",
        "active",
        "allergy_medicine",
        "{0}アレルギーと{1}（{2}）",
        "{0} allergy and {1} ({2})",
    ),
    (
        "medicine_medicine",
        "relevance.interactions",
        "medicine|medicine|effect",
        "active",
        "medicine_medicine",
        "{0}と{1}の併用（{2}）",
        "{0} with {1} ({2})",
    ),
    (
        "side_effect",
        "relevance.interactions",
        "medicine|symptom",
        "active|reported",
        "side_effect",
        "{0}の副作用としての{1}",
        "{1} as a side effect of {0}",
    ),
    ("advise_allergy", "advice", "allergy", "active", "", "{0}は禁忌", "{0} is contraindicated"),
    ("advise_condition", "advice", "condition", "active", "", "{0}の症状変化に注意", "watch for changes in {0}"),
    ("advise_record", "advice", "", "", "", "原記録の確認が必要", "check the original record"),
)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


TEMPLATES = {
    row[0]: Template(row[0], row[1], _parts(row[2]), frozenset(_parts(row[3])), row[4], row[5], row[6], rank)
    for rank, row in enumerate(_TEMPLATES)
}

RELATIONS = frozenset(
    {
        Relation("allergy_medicine", "allergen:penicillin", "class:penicillins", "effect:reaction"),
        Relation("allergy_medicine", "medicine:amoxicillin", "medicine:amoxicillin", "effect:reaction"),
        Relation("allergy_medicine", "medicine:piperacillin", "medicine:piperacillin", "effect:reaction"),
        Relation("allergy_medicine", "class:penicillins", "class:penicillins", "effect:reaction"),
        Relation("medicine_medicine", "class:anticoagulants", "class:nsaids", "effect:bleeding"),
        Relation("medicine_medicine", "class:nsaids", "class:nsaids", "effect:bleeding"),
        Relation("side_effect", "class:nsaids", "symptom:stomach_ache", ""),
    }
)

SHAPE = (
    Slot("context.age", 1, default="age_hidden"),
    Slot("context.conditions", 4),
    Slot("context.allergies", 4),
    Slot("context.medicines", 4),
    Slot("relevance.history", 4),
    Slot("relevance.interactions", 4),
    Slot("advice", 6),
)

KINDS: Mapping[str, frozenset[str]] = {
    **{
        kind: frozenset({kind})
        for kind in ("age", "sex", "condition", "lab", "vital", "lifestyle", "symptom", "allergy_status")
    },
    "allergy": frozenset({"allergen", "medicine", "class"}),
    "medicine": frozenset({"medicine", "class"}),
}


def toy_catalog(**changes: Any) -> Catalog:
    parts: dict[str, Any] = {
        "version": "toy-1",
        "kinds": KINDS,
        "terms": {term.code: term for term in TERMS},
        "templates": TEMPLATES,
        "relations": RELATIONS,
        "shape": SHAPE,
        "not_inherited": frozenset({"allergy_medicine"}),
    }
    return Catalog(**{**parts, **changes})


TOY = toy_catalog()

#: What a record may hold: kind, code and status of a fact.
POOL = (
    ("age", "age:seventies", "active"),
    ("sex", "sex:female", "active"),
    ("allergy", "allergen:penicillin", "active"),
    ("allergy", "medicine:amoxicillin", "active"),
    ("allergy", "allergen:latex", "suspected"),
    ("allergy", "allergen:egg", "active"),
    ("allergy_status", "allergy_status:none_known", "active"),
    ("condition", "condition:arrhythmia", "active"),
    ("condition", "condition:long_qt", "active"),
    ("condition", "condition:lonely", "active"),
    ("condition", "condition:diabetes", "past"),
    ("condition", "condition:storage_a", "remission"),
    ("medicine", "medicine:amoxicillin", "active"),
    ("medicine", "medicine:piperacillin", "active"),
    ("medicine", "medicine:warfarin", "active"),
    ("medicine", "medicine:ibuprofen", "active"),
    ("medicine", "medicine:loxoprofen", "stopped"),
    ("medicine", "medicine:enzyme", "active"),
    ("lab", "lab:haemoglobin", "low"),
    ("vital", "vital:pulse", "normal"),
    ("lifestyle", "lifestyle:smoking", "active"),
    ("symptom", "symptom:stomach_ache", "reported"),
)


def facts(pool: Iterable[tuple[str, str, str]] = POOL) -> dict[str, Evidence]:
    """Numbered evidence by id."""
    return {f"F{i}": Evidence(f"F{i}", *fact) for i, fact in enumerate(pool, 1)}


ALL = facts()


def fact_id(code: str, kind: str = "", known: Mapping[str, Evidence] = ALL) -> str:
    """The id of the fact with this code."""
    return next(fact.id for fact in known.values() if fact.code == code and kind in ("", fact.kind))


def say(template: str, *parts: str, known: Mapping[str, Evidence] = ALL) -> Statement:
    """A statement; a part is `code`, `code<fact code` (an ancestor), or a status or effect code."""
    slots = TEMPLATES[template].slots
    terms, ids = [], []
    for slot, part in zip(slots, parts, strict=True):
        term, _, origin = part.partition("<")
        terms.append(term)
        if slot not in ("status", "effect"):
            ids.append(fact_id(origin or term, slot, known))
    return Statement(template, tuple(terms), tuple(ids))


def proposal(*statements: Statement, language: str = "ja") -> dict[str, object]:
    """The plain form of a candidate."""
    return Candidate(language, statements).as_plain()


#: The identifiers of the person whom the tests are about.
IDENTIFIERS = (
    Identifier(IdentifierKind.NAME, "鬼塚 宗一郎", ("オニヅカ ソウイチロウ",)),
    Identifier(IdentifierKind.PHONE, "090-8642-1357"),
    Identifier(IdentifierKind.NUMBER, "QX-7730951"),
    Identifier(IdentifierKind.EMAIL, "onizuka@example.jp"),
    Identifier(IdentifierKind.ORGANISATION, "株式会社鶴亀精密"),
)
WALL = Wall(IDENTIFIERS)


def checkpoint(
    policy: Policy | None = None,
    ledger: Ledger | None = None,
    catalog: Catalog = TOY,
    clock: Clock | None = None,
) -> Checkpoint:
    given = policy or Policy(sex=True, rare="allow")
    return Checkpoint(catalog, given, ledger or MemoryLedger(FixedClock(NOON)), clock or FixedClock(NOON))


def request(
    evidence: Iterable[Evidence] = tuple(ALL.values()), wall: Wall = WALL, deadline: float | None = None
) -> Request:
    return Request(CASE, "rules", evidence, wall, deadline)
