"""The inspection: clean, find identifiers, replace them, and let a sentence out as typed only if all of it is known.

The wall looks at the result once more. A sentence in which it still sees something leaves as codes; if it sees
something even then, nothing leaves.
"""

from __future__ import annotations

from sekisho.checkpoint.prompt.cleaning import cleaned
from sekisho.checkpoint.prompt.codes import rendered
from sekisho.checkpoint.prompt.identifiers import identifiers_in
from sekisho.checkpoint.prompt.japanese_rules import DATE_SIGN, NAME_SIGN, OTHER_SIGN
from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.known import is_known
from sekisho.checkpoint.prompt.outcome import Inspected, Part, Treatment
from sekisho.checkpoint.prompt.placeholder_form import PLACEHOLDER
from sekisho.checkpoint.prompt.placeholders import Placeholders
from sekisho.checkpoint.prompt.sentences import sentences
from sekisho.checkpoint.prompt.spans import Span, plain
from sekisho.checkpoint.prompt.words import PromptWords
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
        part = _part(sentence, own, wall, words, language, memory)
        parts.append(part)
        masked += len(own) if part.treatment is Treatment.MASK else 0
        start = end
    return parts, masked


def _within(span: Span, start: int, end: int) -> Span:
    return Span(max(span.start, start) - start, min(span.end, end) - start, span.kind)


def _part(
    sentence: str, spans: list[Span], wall: Wall | None, words: PromptWords, language: str, memory: Placeholders
) -> Part:
    leaves, signs, reached = "", "", 0
    for span in spans:
        placeholder = memory.placeholder_for(span.kind, sentence[span.start : span.end].strip())
        leaves += sentence[reached : span.start] + placeholder
        signs += plain(sentence[reached : span.start]) + _SIGNS.get(span.kind, OTHER_SIGN)
        reached = span.end
    leaves += sentence[reached:]
    signs += plain(sentence[reached:])
    if is_known(signs, words) and not _is_seen(leaves, wall, words):
        return Part(sentence, leaves, Treatment.MASK if spans else Treatment.AS_TYPED)
    coded = rendered(words.read(leaves), words.displays, language)
    if coded and _is_seen(coded, wall, words):
        coded = ""
    space = sentence[len(sentence.rstrip()) :]
    return Part(sentence, coded + space if coded else "", Treatment.CODES)


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
