"""The word lists for typed text kept ready on disk, as the vocabulary is (`vocabulary_cache`), and for the same reason.

Only a copy: named after the digests of the data files and of the code that makes the lists of them, and made anew
whenever it is not there or not whole. What is in it may leave, so a file that somebody else owns or can write is not
read. A cache that cannot be written is no error.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from sekisho.errors import SetupError
from sekisho.garbage import not_looking_for_it
from sekisho.local.medical.prompt_words import build_lists
from sekisho.local.medical.tables import data_digest
from sekisho.local.medical.vocabulary import Vocabulary
from sekisho.private_file import is_only_ours, private_folder, write_private

#: Everything that makes of the data files what is kept here: package -> its files.
_MAKERS = {
    "sekisho.local.medical": (
        "prompt_words_cache.py",
        "prompt_words.py",
        "prompt_inflections.py",
        "vocabulary_build.py",
    ),
    "sekisho.checkpoint.prompt": ("japanese.py", "japanese_rules.py", "data/japanese_rules.tsv"),
}
_Lists = dict[str, Any]


def cached_lists(vocabulary: Vocabulary, folder: Path | None = None) -> _Lists:
    """The lists of the shipped vocabulary from the cache folder (the platform's place), or made and put there."""
    place = (folder or user_cache_path("sekisho", appauthor=False)) / f"prompt-words-{data_digest()}-{_digest()}.bin"
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
        if is_only_ours(place):
            return _read(place.read_bytes())
    lists = build_lists(vocabulary)
    with contextlib.suppress(OSError, SetupError):
        private_folder(place.parent)
        data = marshal.dumps(_shared(lists, {}))
        write_private(place, hashlib.sha256(data).digest() + data)
    return lists


def _digest() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for package, names in _MAKERS.items():
        for name in names:
            digest.update(files(package).joinpath(name).read_bytes())
    words = files("sekisho.local.medical").joinpath("data", "words")
    for file in sorted(words.iterdir(), key=lambda file: file.name):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _shared(value: Any, known: dict[Any, Any]) -> Any:
    """The value with every string that stands in several lists made one object: it is written and read once."""
    if isinstance(value, str):
        return known.setdefault(value, value)
    if isinstance(value, dict):
        return {_shared(key, known): _shared(inner, known) for key, inner in value.items()}
    if isinstance(value, frozenset):
        return frozenset(_shared(inner, known) for inner in value)
    return known.setdefault(value, value) if isinstance(value, tuple) else value


def _read(whole: bytes) -> _Lists:
    digest, data = whole[:32], memoryview(whole)[32:]
    if hashlib.sha256(data).digest() != digest:
        raise ValueError
    with not_looking_for_it():
        lists: _Lists = marshal.loads(data)  # noqa: S302 - our own file, checked above, in a folder of its owner's
    return lists
