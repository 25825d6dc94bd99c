"""The inspection: clean, find identifiers, replace them, and let a sentence out as typed only if all of it is known.

The wall looks at the result once more. A sentence in which it still sees something leaves as codes; if it sees
something even then, nothing leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sekisho.checkpoint.prompt.cleaning import cleaned
from sekisho.checkpoint.prompt.codes import rendered
from sekisho.checkpoint.prompt.identifiers import identifiers_in
from sekisho.checkpoint.prompt.japanese_rules import DATE_SIGN, NAME_SIGN, OTHER_SIGN
from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.known import is_known
from sekisho.checkpoint.prompt.outcome import Inspected, Part, Treatment
from sekisho.checkpoint.prompt.placeholder_form import PLACEHOLDER
from sekisho.checkpoint.prompt.placeholders import Placeholders, placeholder
from sekisho.checkpoint.prompt.sentences import sentences
from sekisho.checkpoint.prompt.spans import Span, plain, without_overlaps
from sekisho.checkpoint.prompt.unknown import unknown_places
from sekisho.checkpoint.prompt.words import PromptWords, Said
from sekisho.checkpoint.wall import Wall

_SIGNS = {Kind.NAME: NAME_SIGN, Kind.DATE: DATE_SIGN}


def inspect_text(text: str, *, wall: Wall | None, words: PromptWords, language: str, memory: Placeholders) -> Inspected:
    """What may leave of a typed text.

    Args:
        text: As typed.
        wall: The identifiers of the open case; None where no case is open.
        words: The domain's lists.
        language: Of what we write ourselves, 'ja' or 'en'. The text may be in either.
        memory: The conversation's placeholders; new ones are added.

    Raises:
        InputError: `bad_symptoms` for no text or more than 2,000 characters.
    """
    typed = cleaned(text)
    spans = identifiers_in(typed, words, wall)
    # What leaves is looked at as a whole. Only where something is seen in it, each sentence is looked at by itself.
    found = _whole(*_parts(typed, spans, None, words, language, memory))
    if _is_seen(found.text, wall, words):
        found = _whole(*_parts(typed, spans, wall, words, language, memory))
        if _is_seen(found.text, wall, words):
            return _refused(found)
    return found


def _parts(
    typed: str, spans: list[Span], wall: Wall | None, words: PromptWords, language: str, memory: Placeholders
) -> tuple[list[Part], int]:
    """Each sentence as it may leave, and how many places were replaced."""
    parts: list[Part] = []
    masked = start = 0
    for sentence in sentences(typed):
        end = start + len(sentence)
        own = [_within(span, start, end) for span in spans if span.start < end and span.end > start]
        part, replaced = _part(sentence, own, wall, words, language, memory)
        parts.append(part)
        masked += replaced
        start = end
    return parts, masked


def _within(span: Span, start: int, end: int) -> Span:
    return Span(max(span.start, start) - start, min(span.end, end) - start, span.kind)


def _part(
    sentence: str, spans: list[Span], wall: Wall | None, words: PromptWords, language: str, memory: Placeholders
) -> tuple[Part, int]:
    """A sentence as it may leave, and how many places in it were replaced."""
    leaves = _replaced(sentence, spans, language, memory)
    if is_known(_signed(sentence, spans), words) and not _is_seen(leaves, wall, words):
        return Part(sentence, leaves, Treatment.MASK if spans else Treatment.AS_TYPED), len(spans)
    said = words.read(leaves)
    further = _with_unknown_words(sentence, spans, words)
    if further is not None and _says_as_much(said, lambda: words.read(_replaced(sentence, further, language, None))):
        masked = _replaced(sentence, further, language, memory)
        if not _is_seen(masked, wall, words):
            return Part(sentence, masked, Treatment.MASK), len(further)
    coded = rendered(said, words.displays, language)
    if coded and _is_seen(coded, wall, words):
        coded = ""
    space = sentence[len(sentence.rstrip()) :]
    return Part(sentence, coded + space if coded else "", Treatment.CODES), 0


def _replaced(sentence: str, spans: list[Span], language: str, memory: Placeholders | None) -> str:
    """The sentence with placeholders; without a memory, those of a trial, which are nobody's."""
    text, reached = "", 0
    for span in spans:
        value = sentence[span.start : span.end].strip()
        text += sentence[reached : span.start]
        text += memory.placeholder_for(span.kind, value) if memory is not None else placeholder(span.kind, 0, language)
        reached = span.end
    return text + sentence[reached:]


def _signed(sentence: str, spans: list[Span]) -> str:
    """The sentence with one private character for each span: how it is looked at."""
    text, reached = "", 0
    for span in spans:
        text += plain(sentence[reached : span.start]) + _SIGNS.get(span.kind, OTHER_SIGN)
        reached = span.end
    return text + plain(sentence[reached:])


def _with_unknown_words(sentence: str, spans: list[Span], words: PromptWords) -> list[Span] | None:
    """The spans and those of the words that nobody knows; None where the sentence is not known even without them."""
    places = unknown_places(_signed(sentence, spans), words)
    if places is None:
        return None
    # From places in the text with signs back to those in the sentence.
    starts = [0]
    for span in spans:
        starts += range(starts[-1] + 1, span.start + 1) if span.start > starts[-1] else ()
        starts.append(span.end)
    starts += range(starts[-1] + 1, len(sentence) + 1)
    found = [Span(starts[start], starts[end], Kind.WORD) for start, end in places]
    return without_overlaps([*spans, *found])


def _says_as_much(typed: Sequence[Said], masked: Callable[[], Sequence[Said]]) -> bool:
    """Whether what is masked took away no symptom and nothing that denies one. Where none was said, it is not read."""
    said = {(one.code, one.negated) for one in typed if one.code}
    return not said or said <= {(one.code, one.negated) for one in masked()}


def _is_seen(text: str, wall: Wall | None, words: PromptWords) -> bool:
    if wall is None or wall.find(text) is None:
        return False
    as_plain = plain(text)
    return wall.find(text, [as_plain[start:end] for start, end in words.terms_in(as_plain)]) is not None


def _whole(parts: list[Part], masked: int) -> Inspected:
    text = "".join(part.leaves for part in parts).strip()
    as_codes = sum(part.treatment is Treatment.CODES for part in parts)
    treatment = Treatment.CODES if as_codes else Treatment.MASK if masked else Treatment.AS_TYPED
    found = Inspected(text, treatment, masked, as_codes, tuple(parts))
    return found if any(c.isalnum() for c in PLACEHOLDER.sub("", text)) else _refused(found)


def _refused(found: Inspected) -> Inspected:
    refused = tuple(Part(part.typed, "", Treatment.REFUSED) for part in found.parts)
    return Inspected("", Treatment.REFUSED, 0, found.as_codes, refused)
