"""The two ways of asking a model: `select`, where it chooses among numbered facts, and `write`, where it drafts.

Either way its text ends here: `select` leaves ids, `write` leaves facts of the record that the draft named.
"""

from __future__ import annotations

from typing import Any, Protocol

from sekisho.errors import Code, SetupError
from sekisho.local.model.answers import choice_in, object_in
from sekisho.local.model.prompt import Prompt, check_no_identifier, messages_of
from sekisho.local.model.protocol import Bearing, Call, Choice, DraftReading, Offer, Offered
from sekisho.local.model.runtime import Completion

#: Most facts in one prompt; those with a bearing go first. A small model reads no more with profit.
MOST_FACTS = 120
MOST_FACTS_SHORT = 24
#: Most facts in one role of an answer. What must always be said does not depend on the choice.
MOST_CHOSEN = 24
#: Most characters of the record in one prompt.
MOST_TOLD = 6000
MOST_TOLD_SHORT = 1500
#: Tokens that an id and its quotes can take, in the tokenizer that cuts smallest (a byte a token).
_TOKENS_AN_ID = 8
_TOKENS_A_DRAFT = 1200


class Mode(Protocol):
    """One way of asking."""

    name: str

    def prompt(self, offer: Offer, call: Call, short: bool) -> Prompt:
        """What the model reads; `short` for the second attempt.

        Raises:
            Refused: `identifier_found` where an identifier of the record would be in it.
        """
        ...

    def read(self, completion: Completion, prompt: Prompt, call: Call) -> DraftReading:
        """What it said, as a choice.

        Raises:
            SetupError: `model_invalid`, `model_cut`, `model_too_large`.
        """
        ...


class Select:
    """It reads the numbered facts and answers with ids: nothing that it could write would go anywhere."""

    name = "select"

    def prompt(self, offer: Offer, call: Call, short: bool) -> Prompt:
        """Task, facts, symptoms; the schema's enum is exactly the offered ids."""
        prompts = call.told.prompts()
        facts = most_important(offer.facts, MOST_FACTS_SHORT if short else MOST_FACTS)
        lines = [f"{fact.id} {fact.line}" for fact in facts]
        # The ids are ours: in a row, their digits could look like a number of the record.
        words = [term for fact in facts for term in fact.terms] + list(offer.symptoms)
        check_no_identifier([fact.line for fact in facts] + list(offer.symptoms), call.wall, words)
        return Prompt(
            messages_of(
                prompts.select_short if short else prompts.select,
                prompts.facts,
                lines,
                prompts.symptoms,
                offer.symptoms or (prompts.none,),
            ),
            choice_schema([fact.id for fact in facts]),
            max_tokens=24 + 2 * min(len(facts), MOST_CHOSEN) * _TOKENS_AN_ID,
            untold=len(offer.facts) - len(facts),
        )

    def read(self, completion: Completion, prompt: Prompt, call: Call) -> DraftReading:  # noqa: ARG002
        """The chosen ids."""
        offered = prompt.schema["properties"]["history"]["items"]["enum"]
        choice = choice_in(object_in(completion), offered)
        return DraftReading(choice, supported=len(choice.history | choice.risks), unsupported=0, unknown=0)


class Write:
    """It reads the record without its identifiers and drafts a summary, which is read back into facts."""

    name = "write"

    def prompt(self, offer: Offer, call: Call, short: bool) -> Prompt:
        """Task, what of the record is made of words of the vocabulary, symptoms."""
        prompts = call.told.prompts()
        reduced = call.told.reduced_record()
        kept: list[str] = []
        room = MOST_TOLD_SHORT if short else MOST_TOLD
        for line in reduced.lines:
            room -= len(line) + 1
            if room < 0:
                break
            kept.append(line)
        check_no_identifier([*kept, *offer.symptoms], call.wall, [*reduced.words, *offer.symptoms])
        return Prompt(
            messages_of(
                prompts.write_short if short else prompts.write,
                prompts.record,
                kept,
                prompts.symptoms,
                offer.symptoms or (prompts.none,),
            ),
            prompts.draft,
            max_tokens=_TOKENS_A_DRAFT,
            untold=len(reduced.lines) - len(kept) + reduced.left_out,
        )

    def read(self, completion: Completion, prompt: Prompt, call: Call) -> DraftReading:  # noqa: ARG002
        """The facts that the draft names and the record holds."""
        return call.told.read_draft(object_in(completion))


MODES: dict[str, Mode] = {mode.name: mode for mode in (Select(), Write())}


def most_important(facts: tuple[Offered, ...], most: int) -> tuple[Offered, ...]:
    """As many as there is room for, those with a bearing first; in their own order."""
    if len(facts) <= most:
        return facts
    first = sorted(range(len(facts)), key=lambda i: facts[i].bearing is Bearing.NONE)[:most]
    return tuple(facts[i] for i in sorted(first))


def choice_schema(ids: list[str]) -> dict[str, Any]:
    """The form of an answer: two lists of ids that were offered."""
    role = {"type": "array", "items": {"type": "string", "enum": ids}, "maxItems": min(len(ids), MOST_CHOSEN)}
    return {
        "type": "object",
        "properties": {"history": role, "risks": role},
        "required": ["history", "risks"],
        "additionalProperties": False,
    }


def check_not_empty(choice: Choice, offer: Offer) -> None:
    """An answer that chooses nothing where the rules find something to choose is not used.

    Raises:
        SetupError: `model_invalid`.
    """
    if not choice.history and not choice.risks and any(fact.bearing for fact in offer.facts):
        raise SetupError(Code.MODEL_INVALID)
