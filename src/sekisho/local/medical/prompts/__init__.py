"""The prompts of the medical field: our words, versioned, in Japanese and English. Nothing of a record is in them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sekisho.local.model.prompt import Prompts

#: Most entries of a list in a draft, and most characters of an entry: an answer without bounds is never finished.
_MOST_ENTRIES = 6
_MOST_CHARACTERS = 48


@cache
def medical_prompts(language: str) -> Prompts:
    """The prompts in `ja` or `en`."""
    words = _read(language)
    texts = {name: text.strip() for name, text in words.items() if isinstance(text, str)}
    return Prompts(**texts, draft=draft_schema())


@cache
def labels(language: str) -> Mapping[str, str]:
    """What the parts of a record are called."""
    found = _read(language)["labels"]
    assert isinstance(found, dict)
    return found


def draft_schema() -> dict[str, Any]:
    """The summary in the article's shape, with bounds."""
    phrase = {"type": "string", "maxLength": _MOST_CHARACTERS}
    phrases = {"type": "array", "items": phrase, "maxItems": _MOST_ENTRIES}
    return _closed(
        patient_context=_closed(
            age_group=phrase, chronic_conditions=phrases, allergies=phrases, current_medications=phrases
        ),
        symptom_relevance=_closed(related_history=phrases, potential_interactions=phrases, risk_factors=phrases),
        recommendations=phrases,
    )


def _closed(**properties: object) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


@cache
def _read(language: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
