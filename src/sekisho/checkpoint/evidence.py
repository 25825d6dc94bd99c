"""What the record supports, and the check that a statement rests on it (G2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.catalog import EFFECT, STATUS, Catalog, Template
from sekisho.errors import Code, Refused


class Evidence(NamedTuple):
    """One fact as the checkpoint sees it: id (F1..Fn), kind, term code and status id. No text."""

    id: str
    kind: str
    code: str
    status: str


def check_support(statement: Statement, catalog: Catalog, evidence: Mapping[str, Evidence]) -> Template:
    """Check that the statement is well formed and says nothing that the record does not support.

    A slot for a fact takes the fact's own code or an ancestor of it, from a fact of the slot's kind. A status slot
    takes the status of the fact before it. An effect slot is covered by the relation check.

    Raises:
        Refused: `unknown_template`, `bad_shape`, `unknown_term`, `unsupported_fact` or `unknown_relation`.
    """
    template = catalog.templates.get(statement.template)
    if template is None:
        raise Refused(Code.UNKNOWN_TEMPLATE)
    slots = template.slots
    if len(statement.terms) != len(slots) or len(statement.facts) != len(template.of_record):
        raise Refused(Code.BAD_SHAPE)
    if len(statement.facts) > 1 and len(set(statement.facts)) != len(statement.facts):
        raise Refused(Code.UNSUPPORTED_FACT)  # one medicine does not interact with itself
    facts = iter(statement.facts)
    status = ""
    for slot, code in zip(slots, statement.terms, strict=True):
        term = catalog.terms.get(code)
        if term is None:
            raise Refused(Code.UNKNOWN_TERM)
        if slot in (STATUS, EFFECT):
            if term.kind != slot or (slot == STATUS and code != f"{STATUS}:{status}"):
                raise Refused(Code.UNSUPPORTED_FACT)
            continue
        fact = evidence.get(next(facts))
        if fact is None or fact.kind != slot or term.kind not in catalog.kinds.get(slot, ()):
            raise Refused(Code.UNSUPPORTED_FACT)
        if code != fact.code and code not in catalog.ancestors(fact.code):
            raise Refused(Code.UNSUPPORTED_FACT)
        if template.statuses and fact.status not in template.statuses:
            raise Refused(Code.UNSUPPORTED_FACT)
        status = fact.status
    if template.relation:
        _check_relation(template, statement, catalog, evidence)
    return template


def _check_relation(
    template: Template, statement: Statement, catalog: Catalog, evidence: Mapping[str, Evidence]
) -> None:
    paired = list(zip(template.slots, statement.terms, strict=True))
    ends = [code for slot, code in paired if slot not in (STATUS, EFFECT)]
    effects = [code for slot, code in paired if slot == EFFECT]
    if len(ends) != 2 or len(effects) > 1:
        raise Refused(Code.BAD_SHAPE)
    if template.relation in catalog.not_inherited and ends[0] != evidence[statement.facts[0]].code:
        raise Refused(Code.UNKNOWN_RELATION)  # what holds for itself only does not hold for a broader term either
    if not catalog.related(template.relation, ends[0], ends[1], effects[0] if effects else None):
        raise Refused(Code.UNKNOWN_RELATION)
