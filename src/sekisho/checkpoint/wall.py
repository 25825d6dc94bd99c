"""The second wall: finds a record's identifiers, in any disguise it knows, in a text that is about to leave.

It is no filter and no proof: it changes nothing, and what leaves is safe because of the closed vocabulary. A match is
one more reason to refuse. A text that the caller knows to be made of vocabulary terms excuses a match that is a proper
part of one of them (a patient 川崎, the disease 川崎病), never a term that is an identifier as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import NoReturn, final

import ahocorasick

from sekisho.checkpoint.characters import is_kana, tight, with_places, words_of
from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.checkpoint.kana import same_sound
from sekisho.checkpoint.names import initials
from sekisho.checkpoint.needles import (
    HIDDEN,
    PLAIN,
    SOUND_KANA,
    SOUND_LETTERS,
    Script,
    cuts_a_word,
    edges_of,
    script_of,
)
from sekisho.checkpoint.variants import variants_of
from sekisho.checkpoint.views import View, views_of

#: (the needle's text, its script, whose it is)
_Needle = tuple[str, Script, IdentifierKind]

#: Kinds whose needles are not names of anything: they have one spelling.
_NOT_SPOKEN = frozenset([IdentifierKind.DATE, IdentifierKind.PHONE, IdentifierKind.NUMBER])

_INITIALS = re.compile(
    r"([A-ZＡ-Ｚ])(?<![A-Za-zＡ-Ｚ.].)(?:[.．・･] ?([A-ZＡ-Ｚ])(?![A-Za-zＡ-Ｚ])"
    r"|[ .．・･]{0,2}([A-ZＡ-Ｚ])[.．]?(?=さん|様|氏|くん|ちゃん|先生))"
)
_AS_WRITTEN = View("", PLAIN)
#: Written like initials, and none.
_NOT_INITIALS = frozenset(["iv", "im", "po", "sc", "us", "uk", "am", "pm", "md", "do"])


@final
class Wall:
    """All identifiers of one record, ready to be searched for. Build it once for a record; it holds private strings,
    so it shows nothing, and is neither copied nor pickled."""

    __slots__ = ("_initials", "_sounds", "_words")

    def __init__(self, identifiers: Iterable[Identifier]) -> None:
        words: dict[str, _Needle] = {}
        sounds: dict[str, _Needle] = {}
        pairs: set[str] = set()
        for identifier in dict.fromkeys(identifiers):
            for form in variants_of(identifier):
                _add(words, tight(form), identifier.kind)
                if identifier.kind not in _NOT_SPOKEN:
                    for spoken in {same_sound(form), same_sound(tight(form))}:
                        _add_sound(sounds, tight(spoken), identifier.kind)
            if identifier.kind is IdentifierKind.NAME:
                for name in (identifier.value, *identifier.readings):
                    pairs.update(one + other for one, other in initials(name))
        self._words = _automaton(words)
        self._sounds = _automaton(sounds)
        self._initials = frozenset(pairs - _NOT_INITIALS)

    def find(self, text: str, excused: Collection[str] = ()) -> IdentifierKind | None:
        """The kind of an identifier that the text holds, or None.

        Args:
            text: Any string.
            excused: Terms and literals that the caller knows this text to be made of. They count where the text still
                shows them in order (as it stands, backwards, rot13, joined, with numbers as digits), not in decoded
                texts, initials and bare digits: those need more characters instead.
        """
        for view in views_of(text):
            if (kind := self._look(view, excused)) is not None:
                return kind
        return self._by_initials(text, excused)

    def spans(self, text: str) -> list[tuple[int, int, IdentifierKind]]:
        """Where identifiers stand in a text as it is written: places to replace. What only shows decoded, backwards or
        as another spelling of a sound has no place here; `find` sees it.
        """
        if self._words is None:
            return []
        run, places, words = with_places(text)
        edges = edges_of(words)
        found: list[tuple[int, int, IdentifierKind]] = []
        matches: Iterator[tuple[int, _Needle]] = self._words.iter(run)
        for last, (needle, script, kind) in matches:
            start, end = last + 1 - len(needle), last + 1
            if _counts(_AS_WRITTEN, run, start, end, script, edges):
                found.append((places[start][0], places[end - 1][1], kind))
        return found

    def _look(self, view: View, excused: Collection[str]) -> IdentifierKind | None:
        for spoken, automaton in ((False, self._words), (True, self._sounds)):
            if automaton is None or (spoken and not view.sounds):
                continue
            words = same_sound(view.words) if spoken else view.words
            run = tight(words)
            matches: Iterator[tuple[int, _Needle]] = automaton.iter(run)
            edges: frozenset[int] | None = None
            segments: list[str] = []
            for last, (needle, script, kind) in matches:
                if edges is None:
                    edges = edges_of(words)
                    if view.disguise is not None:
                        segments = [_segment(segment, view.disguise, spoken) for segment in excused]
                start, end = last + 1 - len(needle), last + 1
                if not _counts(view, run, start, end, script, edges):
                    continue
                # Backwards, a term can only by chance be an identifier as a whole (senna, a Mr Annes).
                longer = 0 if view.least is HIDDEN else 1
                if not _is_excused(run, start, needle, segments, longer):
                    return kind
        return None

    def _by_initials(self, text: str, excused: Collection[str]) -> IdentifierKind | None:
        if not self._initials:
            return None
        for found in _INITIALS.finditer(text):
            pair = tight(words_of("".join(letter for letter in found.groups() if letter)))
            if pair in self._initials and not any(found[0] in segment for segment in excused):
                return IdentifierKind.NAME
        return None

    def __repr__(self) -> str:
        return "<Wall>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a wall holds private strings and is not copied")


def _add(needles: dict[str, _Needle], text: str, kind: IdentifierKind) -> None:
    script = script_of(text) if text else Script.LETTERS
    if len(text) >= PLAIN.of(script, inside=False):
        needles.setdefault(text, (text, script, kind))


def _add_sound(needles: dict[str, _Needle], text: str, kind: IdentifierKind) -> None:
    script = script_of(text) if text else Script.DIGITS
    least = {Script.LETTERS: SOUND_LETTERS, Script.KANA: SOUND_KANA}.get(script)
    if least is not None and len(text) >= least:
        needles.setdefault(text, (text, script, kind))


def _automaton(needles: dict[str, _Needle]) -> ahocorasick.Automaton | None:
    if not needles:
        return None
    automaton = ahocorasick.Automaton()
    for text, needle in needles.items():
        automaton.add_word(text, needle)
    automaton.make_automaton()
    return automaton


def _counts(view: View, run: str, start: int, end: int, script: Script, edges: frozenset[int]) -> bool:
    least = view.least
    if least.with_digits and not any(c.isdecimal() for c in run[start:end]):
        return False
    inside = script is not Script.KANA and cuts_a_word(run, start, end, edges)
    if inside and (
        script is Script.KANJI or not edges.isdisjoint([*range(start + 1, start + 4), *range(end - 3, end)])
    ):
        # The tail of one word and the head of another: 「histor[y Hashimoto]」.
        return False
    if end - start < least.of(script, inside):
        return False
    # Three kana between kana on both sides are three syllables of something else (たなか in できたなかで).
    return script is not Script.KANA or end - start > 3 or _stands_free(run, start, end, edges)


def _stands_free(run: str, start: int, end: int, edges: frozenset[int]) -> bool:
    return (
        start in edges
        or end in edges
        or start == 0
        or end == len(run)
        or not is_kana(run[start - 1])
        or not is_kana(run[end])
        or run.startswith(("さん", "さま", "くん", "ちゃん", "です", "ともうし", "といい"), end)
    )


def _is_excused(run: str, start: int, needle: str, segments: list[str], longer: int) -> bool:
    """Whether the match lies in one occurrence of a segment that is at least `longer` characters longer."""
    for segment in segments:
        if needle in segment and len(segment) >= len(needle) + longer:
            at = segment.find(needle)
            while at >= 0:
                if at <= start and run.startswith(segment, start - at):
                    return True
                at = segment.find(needle, at + 1)
    return False


@lru_cache(maxsize=8192)
def _segment(segment: str, disguise: object, spoken: bool) -> str:
    """How an excused segment looks in a view. Segments are public, so they may be kept."""
    words = disguise(words_of(segment))  # type: ignore[operator]
    return tight(same_sound(words) if spoken else words)
