"""What an organisation allows to leave, and for what purpose: `policy.toml`. Minimises; never adds."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.canonical import canonical_bytes
from sekisho.checkpoint.catalog import EFFECT, STATUS, Catalog
from sekisho.checkpoint.evidence import Evidence
from sekisho.errors import Code, InputError

PURPOSES = ("symptom_guidance", "care_coordination", "education")
CONTEXTS = ("full", "relevant")
AGE_BANDS = ("decade", "wide", "none")
RARE = ("generalise", "withhold", "allow")
KINDS = ("condition", "allergy", "medicine", "lab", "vital", "lifestyle", "symptom")
#: Kinds of fact that are the last to go where there is not room for all.
_SAFETY = frozenset({"allergy", "allergy_status"})


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy. The defaults are the shipped ones.

    Attributes:
        purpose: What the summary is for; written into the ledger with every disclosure.
        context: `full`: allergies, active conditions and current medicines always; `relevant`: of conditions and
            medicines only those that bear on the reported symptoms. Allergies always stay.
        age_band: `decade`, `wide` (about 20 years) or `none`.
        sex: Whether the sex may be said.
        rare: Rare diseases are said as their parent (`generalise`), not at all (`withhold`), or as they are.
        max_facts: Most facts of a record in one summary, 1 to 200.
        uncommon: Most uncommon diseases of one case that are said by their names; further ones as broader terms.
        ceiling: Most different lines about one case that leave within `ceiling_days`, over all questions.
        ceiling_days: The period of the ceiling, in days.
        kinds: Kinds of fact that may leave. There is no kind for places: geography never leaves.
    """

    purpose: str = "symptom_guidance"
    context: str = "full"
    age_band: str = "decade"
    sex: bool = False
    rare: str = "generalise"
    max_facts: int = 60
    uncommon: int = 2
    ceiling: int = 120
    ceiling_days: int = 30
    kinds: tuple[str, ...] = field(default=KINDS)

    @property
    def digest(self) -> str:
        """Short digest of the policy, for the ledger."""
        return hashlib.sha256(canonical_bytes({**asdict(self), "kinds": list(self.kinds)})).hexdigest()[:16]

    def allows(self, fact_kind: str) -> bool:
        """Whether this kind of fact may leave."""
        if fact_kind == "age":
            return self.age_band != "none"
        if fact_kind == "sex":
            return self.sex
        if fact_kind == "allergy_status":
            return "allergy" in self.kinds
        return fact_kind in self.kinds


def load_policy(path: Path | None) -> Policy:
    """Read a policy file; the defaults where there is none.

    Raises:
        InputError: `file_missing`, or `bad_policy` with the name of the key that is unknown or out of range.
    """
    if path is None:
        return Policy()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(Code.FILE_MISSING, path.name) from None
    except (OSError, ValueError, RecursionError):
        raise InputError(Code.BAD_POLICY, path.name) from None
    return policy_from(given, path.name)


def policy_from(given: Mapping[str, object], place: str) -> Policy:
    """Check plain values and make a policy of them. Raises `InputError(bad_policy)` naming the key."""
    checked = {key: _checked(key, value, place) for key, value in given.items()}
    return Policy(**checked)  # type: ignore[arg-type]


#: Keys that take a whole number: the least and the most.
_NUMBERS = {"max_facts": (1, 200), "uncommon": (0, 40), "ceiling": (1, 2000), "ceiling_days": (1, 3660)}
_TAKES = {
    "sex": "true or false",
    "kinds": f"a list of {', '.join(KINDS)}",
    **{key: f"{least} to {most}" for key, (least, most) in _NUMBERS.items()},
}
_CHOICES = {"purpose": PURPOSES, "context": CONTEXTS, "age_band": AGE_BANDS, "rare": RARE}


def _checked(key: str, value: object, place: str) -> object:
    choices = _CHOICES.get(key)
    if choices is not None and value in choices:
        return value
    if key == "sex" and isinstance(value, bool):
        return value
    if key in _NUMBERS and type(value) is int and _NUMBERS[key][0] <= value <= _NUMBERS[key][1]:
        return value
    if key == "kinds" and isinstance(value, list) and all(kind in KINDS for kind in value):
        return tuple(kind for kind in KINDS if kind in value)
    if key not in Policy.__dataclass_fields__:
        known = ", ".join(Policy.__dataclass_fields__)
        raise InputError(Code.BAD_POLICY, f"{place}: an unknown key; known are {known}")
    raise InputError(Code.BAD_POLICY, f"{place}: {key} takes {_TAKES.get(key) or ' or '.join(choices or ())}")


def minimise(
    statements: Sequence[Statement], catalog: Catalog, evidence: Mapping[str, Evidence], policy: Policy
) -> tuple[list[Statement], Counter[str]]:
    """Apply the policy to supported statements.

    Returns:
        What stays (some terms made broader), and how many statements were withheld for which reason
        (`kind`, `rare`, `count`).
    """
    statements = list(dict.fromkeys(statements))
    room = {slot.path: slot.most for slot in catalog.shape}
    kinds = {kind: policy.allows(kind) for kind in {fact.kind for fact in evidence.values()}}
    if _has_room(statements, catalog, policy):
        statements = sorted(statements)
    else:
        statements = by_importance(statements, catalog, evidence)
    withheld: Counter[str] = Counter()
    kept: list[Statement] = []
    said: set[tuple[str, tuple[str, ...]]] = set()
    facts: set[str] = set()
    for statement in statements:
        if not all(kinds[evidence[fact].kind] for fact in statement.facts):
            withheld["kind"] += 1
            continue
        broadened = _broaden(statement, catalog, policy)
        if broadened is None:
            withheld["rare"] += 1
            continue
        if (broadened.template, broadened.terms) in said:
            continue
        key = catalog.templates[statement.template].key
        new = [fact for fact in broadened.facts if fact not in facts]
        if room[key] == 0 or len(facts) + len(new) > policy.max_facts:
            withheld["count"] += 1
            continue
        room[key] -= 1
        facts.update(new)
        said.add((broadened.template, broadened.terms))
        kept.append(broadened)
    if withheld:
        give_notice(kept, catalog)
    return kept, withheld


def give_notice(kept: list[Statement], catalog: Catalog) -> None:
    """Say that something was kept back, in the place of the last line if there is no other."""
    notice = Statement(catalog.notice, (), ())
    if not catalog.notice or notice in kept:
        return
    key = catalog.templates[catalog.notice].key
    here = [s for s in kept if catalog.templates[s.template].key == key]
    if len(here) >= next(slot.most for slot in catalog.shape if slot.path == key):
        kept.remove(here[-1])
    kept.append(notice)


def _has_room(statements: Sequence[Statement], catalog: Catalog, policy: Policy) -> bool:
    """Whether everything can be said: then nothing has to go before anything else."""
    lines = Counter(catalog.templates[s.template].key for s in statements)
    facts = {fact for s in statements for fact in s.facts}
    return len(facts) <= policy.max_facts and all(lines[slot.path] <= slot.most for slot in catalog.shape)


def by_importance(
    statements: Sequence[Statement], catalog: Catalog, evidence: Mapping[str, Evidence]
) -> list[Statement]:
    """Which statement goes first where there is not room for all: patient safety, then the order of the summary, then
    what says a fact as it is before what says it more broadly.

    A total order: whoever proposed the statements cannot decide by their order which of them stay.
    """

    def place(statement: Statement) -> tuple[bool, int, int, int, Statement]:
        template = catalog.templates[statement.template]
        is_other, breadth = True, 0
        for at, fact in zip(template.of_record, statement.facts, strict=True):
            known, code = evidence[fact], statement.terms[at]
            if known.kind in _SAFETY:
                is_other = False
            if code != known.code:
                breadth += catalog.ancestors(known.code).index(code)
        return is_other, catalog.order[template.key], breadth, template.rank, statement

    return sorted(statements, key=place)


def _broaden(statement: Statement, catalog: Catalog, policy: Policy) -> Statement | None:
    """The statement with rare terms and ages made broader, or None where that cannot be said."""
    template = catalog.templates[statement.template]
    if policy.age_band != "wide" and (
        policy.rare == "allow" or not any(catalog.terms[t].rare for t in statement.terms)
    ):
        return statement
    terms: list[str] = []
    for slot, code in zip(template.slots, statement.terms, strict=True):
        broader: str | None = code
        if slot in (STATUS, EFFECT):
            pass
        elif slot == "age" and policy.age_band == "wide":
            broader = next(iter(catalog.terms[code].parents), None)
        elif policy.rare != "allow" and catalog.terms[code].rare:
            broader = _not_rare(code, catalog) if policy.rare == "generalise" and not template.relation else None
        if broader is None:
            return None
        terms.append(broader)
    return Statement(statement.template, tuple(terms), statement.facts)


def _not_rare(code: str, catalog: Catalog) -> str | None:
    return next((c for c in catalog.ancestors(code) if not catalog.terms[c].rare), None)
