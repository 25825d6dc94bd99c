"""The annotated sentences of `bench/gold/prompts`: nothing identifying left, symptoms kept, harmless ones unchanged."""

from __future__ import annotations

from functools import cache

import pytest
from bench.prompt_score import GOLD, Score, Sentence, load, score
from tests.checkpoint.prompt.inspection import inspect, words

from sekisho.local.medical.vocabulary import load_vocabulary


@cache
def scored(analyser: bool, folder: str = "prompts") -> Score:
    def leaves(sentence: Sentence) -> str:
        return inspect(sentence.text, language=sentence.language, analyser=analyser).text

    return score(load(folder), leaves, words(analyser), load_vocabulary())


def test_there_are_four_hundred_of_which_half_are_harmless() -> None:
    found = load("prompts")
    assert len(found) >= 400
    assert sum(s.harmless for s in found) >= 200
    assert len({s.text for s in found}) == len(found)
    assert all(identifier in s.text for s in found for identifier in s.identifiers)


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("folder", [p.name for p in sorted(GOLD.glob("prompts*")) if "aside" not in p.name])
@pytest.mark.parametrize("analyser", [False, True], ids=["lists", "sudachi"])
def test_no_identifier_is_left(analyser: bool, folder: str) -> None:
    assert [what for what, _, _ in scored(analyser, folder).wrong if what.startswith("left")] == []


@pytest.mark.parametrize("analyser", [False, True], ids=["lists", "sudachi"])
def test_symptoms_and_the_rest_are_kept(analyser: bool) -> None:
    found = scored(analyser)
    assert found.kept >= 0.95 * found.symptoms
    assert found.other_kept >= 0.95 * found.other


@pytest.mark.parametrize("analyser", [False, True], ids=["lists", "sudachi"])
def test_harmless_sentences_stay_as_they_are(analyser: bool) -> None:
    found = scored(analyser)
    assert found.changed < 0.05 * found.harmless
