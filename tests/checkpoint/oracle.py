"""What a record supports, worked out in another way than the checkpoint does: by saying all of it.

Nothing here is used by the product, and nothing of the product's checks is used here: only the catalog's data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import permutations, product

from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.catalog import Catalog, Template
from sekisho.checkpoint.evidence import Evidence


def broader(code: str, catalog: Catalog) -> set[str]:
    """The code and every code above it."""
    term = catalog.terms[code]
    return {code}.union(*(broader(parent, catalog) for parent in term.parents))


def all_statements(
    evidence: Iterable[Evidence], catalog: Catalog, keys: Iterable[str] = ()
) -> Iterator[tuple[str, Statement]]:
    """Everything true that can be said of these facts, with the key where it may stand."""
    known = list(evidence)
    wanted = set(keys)
    effects: dict[tuple[str, str, str], set[str]] = {}
    for relation in catalog.relations:
        effects.setdefault((relation.kind, relation.left, relation.right), set()).add(relation.effect)
    for template in catalog.templates.values():
        if wanted and template.key not in wanted:
            continue
        for statement in _of_template(template, known, catalog, effects):
            yield template.key, statement


def _of_template(
    template: Template, known: list[Evidence], catalog: Catalog, effects: dict[tuple[str, str, str], set[str]]
) -> Iterator[Statement]:
    wanted = [slot for slot in template.slots if slot not in ("status", "effect")]
    pools = [
        [f for f in known if f.kind == kind and (not template.statuses or f.status in template.statuses)]
        for kind in wanted
    ]
    for chosen in product(*pools):
        if len({fact.id for fact in chosen}) != len(chosen):
            continue
        choices = [
            [c for c in broader(fact.code, catalog) if catalog.terms[c].kind in catalog.kinds[fact.kind]]
            for fact in chosen
        ]
        for codes in product(*choices):
            for effect in _effects(template, chosen, codes, catalog, effects):
                yield Statement(template.id, _in_slots(template, chosen, codes, effect), tuple(f.id for f in chosen))


def _effects(
    template: Template,
    chosen: tuple[Evidence, ...],
    codes: tuple[str, ...],
    catalog: Catalog,
    effects: dict[tuple[str, str, str], set[str]],
) -> set[str]:
    """What the relation leads to; one empty effect where there is no relation to hold."""
    if not template.relation:
        return {""}
    lefts = broader(codes[0], catalog)
    if template.relation in catalog.not_inherited:
        lefts = {codes[0]} & {chosen[0].code}
    found: set[str] = set()
    for left in lefts:
        for right in broader(codes[1], catalog):
            found |= effects.get((template.relation, left, right), set())
    if "effect" in template.slots:
        return {effect for effect in found if effect}
    return {""} if found else set()  # a template that names no effect holds for any


def _in_slots(template: Template, chosen: tuple[Evidence, ...], codes: tuple[str, ...], effect: str) -> tuple[str, ...]:
    terms: list[str] = []
    used = 0
    for slot in template.slots:
        if slot == "status":
            terms.append(f"status:{chosen[used - 1].status}")
        elif slot == "effect":
            terms.append(effect)
        else:
            terms.append(codes[used])
            used += 1
    return tuple(terms)


def text_of(statement: Statement, catalog: Catalog, language: str) -> str:
    """The line of a statement."""
    template = catalog.templates[statement.template]
    wording = template.ja if language == "ja" else template.en
    words = [catalog.terms[c].ja if language == "ja" else catalog.terms[c].en for c in statement.terms]
    return re.sub(r"\{(\d)\}", lambda found: words[int(found[1])], wording)


def supported(evidence: Iterable[Evidence], catalog: Catalog, language: str) -> set[tuple[str, str]]:
    """Every (key, line) that the record supports."""
    return {(key, text_of(s, catalog, language)) for key, s in all_statements(evidence, catalog)}


def lines_of(data: bytes, catalog: Catalog) -> list[tuple[str, str]]:
    """Every (key, line) of a released summary; its keys are checked on the way."""
    pending = [("", json.loads(data))]
    found = []
    paths = {slot.path for slot in catalog.shape}
    seen = set()
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending += [(f"{path}.{key}".lstrip("."), inner) for key, inner in value.items()]
            continue
        assert path in paths
        assert path not in seen
        seen.add(path)
        for line in value if isinstance(value, list) else [value]:
            assert type(line) is str
            found.append((path, line))
    assert seen == paths
    return found


def permuted(statements: list[Statement], most: int = 24) -> Iterator[tuple[Statement, ...]]:
    """Some orders of the statements."""
    for i, order in enumerate(permutations(statements)):
        if i == most:
            return
        yield order
