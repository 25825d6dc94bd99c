"""Whether an English sentence is made of listed words only. A capital in the middle is a name unless it is listed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.english_numbers import is_number_known, is_shorthand
from sekisho.checkpoint.prompt.words import PromptWords

_TOKEN = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ0-9'’&+]*(?:-[A-Za-zÀ-ÿ0-9'’]+)*|\d+(?:[.,:/]\d+)*|[^\s]")
_SIGNS = set(".,;:!?()[]{}\"'“”‘’…-–—/*&+%=<>~#$£€°℃℉^_|•→\\")
#: Months that are words and names: in capitals only behind one of these.
_IN_MONTH = frozenset(
    ["in", "since", "last", "next", "until", "till", "early", "late", "mid", "this", "of", "by", "from", "to",
     "around", "through", "before", "after", "during", "every", "mid-"]
)  # fmt: skip
_TWO_WAYS = frozenset(
    ["may", "march", "april", "june", "august"]
)  # fmt: skip
_GOES_ON = frozenset(
    ["i", "i'm", "i've", "you", "it", "it's", "this", "that", "these", "those", "my", "your", "the", "we", "they",
     "he", "she", "there", "a", "an", "any", "some", "to", "of", "in", "on", "at", "for", "with", "from", "our",
     "his", "her", "their", "not", "be", "all", "and"]
)  # fmt: skip
#: A mark on a report: "I got a D for the liver".
_A_GRADE = re.compile(r"[A-F][1-4]?")
_GRADED = frozenset(
    ["a", "an", "letter", "grade", "rank", "mark", "vitamin", "hepatitis", "influenza", "group", "type"]
)
_HELPING = frozenset(["will", "may", "can", "do"])
_LIKE_ADJECTIVE = frozenset(
    ["long", "short", "small", "little", "white", "black", "brown", "green", "grey", "gray", "strong", "sharp",
     "sweet", "hand", "chin", "day", "summer", "winter", "early", "good", "sudden", "autumn", "olive", "rash",
     "heart"]
)  # fmt: skip


def is_known(sentence: str, words: PromptWords) -> bool:
    """Whether every word is listed, every capital is explained, and every number has a unit. Placeholders are private
    characters."""
    return next(_unknown(sentence, list(_TOKEN.finditer(sentence)), words), None) is None


def unknown_in(sentence: str, words: PromptWords) -> list[tuple[int, int]]:
    """The places of the words that are not known, each with the words beside it that may belong to the same name."""
    tokens = list(_TOKEN.finditer(sentence))
    places: list[tuple[int, int]] = []
    for at in _unknown(sentence, tokens, words):
        if places and tokens[at].end() <= places[-1][1]:
            continue
        first = last = at
        while first > 0 and _belongs(sentence, tokens, first - 1, first, words):
            first -= 1
        while last + 1 < len(tokens) and _belongs(sentence, tokens, last + 1, last, words):
            last += 1
        start, end = tokens[first].start(), tokens[last].end()
        if places and (start <= places[-1][1] or not sentence[places[-1][1] : start].strip(" .'’-")):
            start = places.pop()[0]
        places.append((start, end))
    return places


def _belongs(sentence: str, tokens: list[re.Match[str]], at: int, beside: int, words: PromptWords) -> bool:
    """Whether a word may be a part of the name that the word beside it is: only a space between them, and itself a
    name, a number or with a capital."""
    low, high = sorted((at, beside))
    between = sentence[tokens[low].end() : tokens[high].start()]
    word = tokens[at][0]
    if between not in (" ", "", ". ") or not (word[0].isalnum() or word in "-@#&/"):
        return False
    if between == "" or word[0].isdigit():
        return True
    if at == 0 and word.lower() in words.english and word.lower() not in words.english_names:
        return False
    return (word[0].isupper() and word not in ("I", "I'm", "I've", "I'd", "I'll")) or (
        word.lower() in words.english_names and word.lower() not in _GOES_ON
    )


def _unknown(sentence: str, tokens: list[re.Match[str]], words: PromptWords) -> Iterator[int]:
    """Which of the tokens are not known."""
    shouted = sentence.upper() == sentence and any(c.isalpha() for c in sentence)
    at = 0
    is_start = True
    while at < len(tokens):
        token = tokens[at][0]
        first = token[0]
        if first.isdigit():
            if not is_number_known(sentence, tokens, at, words):
                yield at
        elif first.isalpha():
            size = _phrase(sentence, tokens, at, words)
            if not size and not (
                _is_word_known(tokens, at, is_start, shouted, words) or is_shorthand(sentence, tokens[at])
            ):
                yield at
            at += max(size - 1, 0)
        elif "\ue000" <= first <= "\ue0ff":
            pass
        elif first not in _SIGNS and not _is_symbol(first):
            yield at
        is_start = first in '.!?:\n"“•' or (is_start and not first.isalnum())
        at += 1


def _is_symbol(character: str) -> bool:
    return ord(character) > 0x2000 and not character.isalnum()


def _phrase(sentence: str, tokens: list[re.Match[str]], at: int, words: PromptWords) -> int:
    """How many tokens a listed phrase takes that begins here (Crohn's disease, type 2 diabetes)."""
    if not words.english_phrases:
        return 0
    for size in range(min(5, len(tokens) - at), 1, -1):
        piece = sentence[tokens[at].start() : tokens[at + size - 1].end()].lower()
        if piece in words.english_phrases:
            return size
    return 0


def _is_word_known(tokens: list[re.Match[str]], at: int, is_start: bool, shouted: bool, words: PromptWords) -> bool:
    token = tokens[at][0].replace("’", "'")
    lower = token.lower()
    if _A_GRADE.fullmatch(token) and at and tokens[at - 1][0].lower() in _GRADED:
        return True
    if token == lower and lower in words.english_names and _is_a_thing(tokens, at):
        return True
    if not any(part in words.english for part in _forms(lower)):
        return (
            "-" in lower
            and all(part.isdigit() or any(form in words.english for form in _forms(part)) for part in lower.split("-"))
            and (token == lower or is_start)
        )
    if is_start and any(form in words.english_names for form in _forms(lower)) and not _is_a_date(tokens, at, lower):
        return _goes_on(tokens, at, lower, words)
    if token == lower or is_start or shouted:
        return True
    if lower in _TWO_WAYS:
        return at > 0 and tokens[at - 1][0].lower() in _IN_MONTH
    if len(token) > 1 and token[0].isupper() and token[1:] == token[1:].lower():
        return (
            token in ("I",)
            or token.startswith("I'")
            or any(form in words.capitals for form in _forms(lower))
            or (lower in words.acronyms and not token.isalpha())
        )
    return (token.startswith("I") and len(token) == 1) or any(form in words.acronyms for form in _forms(lower))


def _is_a_thing(tokens: list[re.Match[str]], at: int) -> bool:
    """Whether a word that is also a name stands behind an article: "a rose", "a red mark"."""
    before = [token[0].lower() for token in tokens[max(0, at - 2) : at]]
    return bool(before) and (before[-1] in ("a", "an", "the") or before[0] in ("a", "an"))


def _forms(lower: str) -> Iterator[str]:
    yield lower
    if lower.endswith("'s"):
        yield lower[:-2]
    elif lower.endswith("s'"):
        yield lower[:-1]


def _goes_on(tokens: list[re.Match[str]], at: int, lower: str, words: PromptWords) -> bool:
    """Whether a word at the start that is also a name is used as a word: "Will it", not "Will has"."""
    if at + 1 >= len(tokens):
        return False
    following = tokens[at + 1][0].lower()
    if lower == "day" and following.isdigit():
        return True
    if lower in _LIKE_ADJECTIVE:
        return following in words.english and following not in _VERBLIKE
    if lower in _HELPING:
        # A helping verb is followed by whom or what it is asked of ("Will drops help?"), never by an inflected verb.
        return following in words.english and following not in _VERBLIKE
    return following in _GOES_ON and not (following in ("and", "is", "not", "be") or following in _VERBLIKE)


def _is_a_date(tokens: list[re.Match[str]], at: int, lower: str) -> bool:
    return lower in _TWO_WAYS and at + 1 < len(tokens) and tokens[at + 1][0].isdigit()


_VERBLIKE = frozenset(
    ["is", "was", "has", "had", "does", "did", "will", "would", "can", "could", "says", "said", "feels", "felt",
     "got", "gets", "keeps", "kept", "started", "told", "thinks", "needs", "wants", "and", "who", ",", "'", "'s"]
)  # fmt: skip
