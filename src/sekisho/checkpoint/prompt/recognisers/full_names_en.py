"""Names in Latin letters: with a title, given as such, listed, or two words in capitals of which one is listed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_W = r"[A-Z][A-Za-zÀ-ÿ'’\-]+"
_TITLED = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Doctor|Prof|Professor|Sir|Nurse|Sister|Father|Rev|Coach"
    rf"|Judge|Uncle|Aunt|Auntie|Grandma|Grandpa)\.? ((?:[A-Z]\.? )?{_W}(?: {_W})?)"
)
_SMALL_TITLED = re.compile(r"\b(?:mr|mrs|ms|dr|prof)\.? ([a-z][a-z'\-]+)")
_STATED = re.compile(
    r"(?:my (?:full |real |maiden |first |last |family )?name is|name's|(?:^|\W)name ?[:=]"
    r"|i am called|i'm called|calls? me|called me|known as|goes by|this is"
    r"|patient ?[:=]|(?:first|last|full|user) name ?[:=]|surname ?[:=]|named|called|signed,?|regards,?|sincerely,?)\s+"
    r"([a-z][a-z'’\-]+(?: (?:[a-z]\.? )?[a-z][a-z'’\-]+)?)"
)
#: "Summer here, I fainted."
_HERE = re.compile(
    r"(?:^|[.!?]\s)(?!Right|Over|Here|Down|Out|Up|In|Not|New|Still|Just|Back|Anyone|Everyone|Everybody|Pain|It|Only|Both)"
    r"([A-Z][a-z]+) here(?![a-z])"
)
_I_AM = re.compile(rf"\b(?:I am|I'm|Im|i am|i'm|It's|it's|This is|this is) ({_W}(?: {_W})?)")
#: Before a form that no helping verb takes, this is somebody: "my son will has a fever".
_HELPS_NOT = re.compile(
    r"(?<![a-z'])(will|may|can|do|might)(?= (?:has|is|was|had|feels|felt|got|gets"
    r"|keeps|kept|threw|says|said|woke|started|told)(?![a-z]))"
)
_PAIR = re.compile(rf"\b({_W})(?: [A-Z]\.?)? ({_W})\b")
_WORD = re.compile(r"(?<![A-Za-z'’@.\-])[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’\-]*[A-Za-zÀ-ÿ]")
#: Behind an article, in small letters: a thing ("shaped like a rose").
_A_THING = re.compile(r"(?<![A-Za-z])(?:[Aa]n? (?:[a-z-]+ )?|[Tt]he )$")
_INITIALS = re.compile(r"\b[A-Z]\.\s?[A-Z]\.(?:\s?[A-Z]\.)?(?!\w)|(?<!\d )\b[A-Z]\. (?=[A-Z][a-z])[A-Z][a-z]+")


def find(typed: Typed) -> Iterator[Span]:
    """Spans of names."""
    if not typed.has_letters:
        return
    text, words = typed.plain, typed.words
    names, ordinary = words.romaji_names, words.english
    for found in _TITLED.finditer(text):
        yield Span(found.start(1), found.end(1), Kind.NAME)
    for found in _SMALL_TITLED.finditer(typed.lower):
        if found[1] not in ordinary or found[1] in names:
            yield Span(found.start(1), found.end(1), Kind.NAME)
    for found in _STATED.finditer(typed.lower):
        said = found[1].split(" ")
        if said[0] not in ordinary or said[0] in names or text[found.start(1)].isupper():
            if said[-1] in ordinary and said[-1] not in names and not text[found.end(1) - len(said[-1])].isupper():
                yield Span(found.start(1), found.start(1) + len(said[0]), Kind.NAME)
            else:
                yield Span(found.start(1), found.end(1), Kind.NAME)
    for found in _I_AM.finditer(text):
        first = found[1].split(" ")[0].lower()
        if first not in ordinary or first in names:
            yield Span(found.start(1), found.end(1), Kind.NAME)
    for found in _HERE.finditer(text):
        if found[1].lower() not in ordinary or found[1].lower() in words.english_names:
            yield Span(found.start(1), found.end(1), Kind.NAME)
    for found in _PAIR.finditer(text):
        one, two = found[1].lower(), found[2].lower()
        if (one in names and one not in ordinary) or (two in names and two not in ordinary):
            start = found.start(1) if one not in ordinary or one in names else found.start(2)
            yield Span(start, found.end(2) if two not in ordinary or two in names else found.end(1), Kind.NAME)
    for found in _WORD.finditer(text):
        bare = found[0].lower().removesuffix("'s").removesuffix("’s")
        if (
            bare in names
            and bare not in ordinary
            and not (found[0].islower() and _A_THING.search(text, 0, found.start()))
        ):
            yield Span(found.start(), found.start() + len(bare), Kind.NAME)
    for found in _HELPS_NOT.finditer(typed.lower):
        yield Span(found.start(1), found.end(1), Kind.NAME)
    for found in _INITIALS.finditer(text):
        yield Span(found.start(), found.end(), Kind.NAME)
