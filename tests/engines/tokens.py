"""The alphabet of the tiny models: every byte is a token; where asked for, words and Japanese characters too.

It is the byte-level BPE alphabet that real models use, with merges for whole characters: Foundry Local
constrains an answer by the text of each token, and a part of a character is no text.
"""

from __future__ import annotations

from functools import cache

START, END = "<|endoftext|>", "<|end|>"
_ROLES = ("<|system|>", "<|user|>", "<|assistant|>")
#: How a chat becomes one text, as the templates of real models do it.
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
#: Words of the answers' keys, and what stands between them: real tokenizers have them whole.
_WORDS = """
age allergies chronic conditions context current factors group history interactions medications patient potential
recommendations related relevance risk risks symptom
"""
_SIGNS = ((":", '["'), ('"', ':["'), ('"', "]"), ('"]', "}"), ("{", '"'))
_SHORT = (("F", "1"), ('"', ","), ('",', '"'), ("[", '"'), *_SIGNS)


def printable_bytes() -> list[str]:
    """For each byte the character that stands for it: itself where it can be printed, else one from 256 on."""
    itself = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(256, 512))
    return [chr(byte if byte in itself else next(others)) for byte in range(256)]


class Alphabet:
    """The tokens of a model, in the order of their numbers: bytes, joined ones, special ones."""

    def __init__(self, japanese: bool) -> None:
        self.merges = tuple(dict.fromkeys((*_SHORT, *(_language() if japanese else ()))))
        self.plain = (*printable_bytes(), *("".join(pair) for pair in self.merges))
        # With fillers: Foundry Local's engine wants the number of all tokens to be a multiple of 64.
        fillers = -(len(self.plain) + len(_ROLES) + 2) % 64
        self.special = (START, *_ROLES, *(f"<|unused-{i}|>" for i in range(fillers)), END)
        self.start, self.end = len(self.plain), len(self.plain) + len(self.special) - 1

    def __len__(self) -> int:
        return len(self.plain) + len(self.special)


@cache
def _language() -> tuple[tuple[str, str], ...]:
    """Words letter by letter, the beginnings of Japanese characters, whole characters."""
    stands_for = printable_bytes()
    characters = [[stands_for[byte] for byte in text.encode()] for text in _japanese()]
    beginnings = dict.fromkeys((one[0], one[1]) for one in characters)
    whole = dict.fromkeys((one[0] + one[1], one[2]) for one in characters if len(one) == 3)
    words = ((word[:end], word[end]) for word in _WORDS.split() for end in range(1, len(word)))
    return (*words, *beginnings, *whole)


def _japanese() -> list[str]:
    """Kana, kanji and signs of JIS X 0208."""
    rows = (bytes([0xA0 + row, 0xA0 + cell]) for row in range(1, 85) for cell in range(1, 95))
    return [text for pair in rows if (text := pair.decode("euc_jp", "ignore")) and len(text.encode()) > 1]
