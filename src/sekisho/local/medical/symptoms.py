"""What the cloud asked about -> symptom codes. Its words go no further: not to the model, not into the summary."""

from __future__ import annotations

from sekisho.local.facts import Fact
from sekisho.local.medical.fold import fold
from sekisho.local.medical.meaning import around, sentences
from sekisho.local.medical.vocabulary import Vocabulary


def symptoms_in(text: str, vocabulary: Vocabulary) -> tuple[Fact, ...]:
    """The symptoms that a text reports, as facts S1..Sn; what it denies is left out."""
    codes: dict[str, None] = {}
    for sentence in sentences(fold(text)):
        hits = vocabulary.lexicon("symptom").scan(sentence.text)
        for hit in hits:
            if not around(sentence.text, hit, hits).is_negated():
                codes[hit.code] = None
    return tuple(Fact("symptom", code, "reported", id=f"S{i}") for i, code in enumerate(codes, 1))
