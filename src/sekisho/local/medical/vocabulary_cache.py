"""The built vocabulary kept ready on disk, so that a process starts in tens of milliseconds.

It is only a copy: named after the digests of the data files and of the code that reads them, built anew whenever it is
not there or not whole. It holds public words only, but what is in it may leave: a file that somebody else owns or can
write is not read. A cache that cannot be written is no error.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import sys
from array import array
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from sekisho.checkpoint.catalog import Term
from sekisho.errors import SetupError
from sekisho.garbage import not_looking_for_it
from sekisho.local.medical.tables import data_digest
from sekisho.local.medical.vocabulary import LinkedTerms, Vocabulary
from sekisho.local.medical.vocabulary_build import build_vocabulary
from sekisho.private_file import is_only_ours, private_folder, write_private

#: The modules that make of the data files what is kept here.
_MAKERS = ("vocabulary_cache", "vocabulary_build", "vocabulary", "tables", "fold", "lexicon")


def cached_vocabulary(folder: Path | None = None) -> Vocabulary:
    """The vocabulary from the cache folder (the platform's place for it), or built and put there."""
    name = f"vocabulary-{data_digest()}-{_code_digest()}.bin"
    place = (folder or user_cache_path("sekisho", appauthor=False)) / name
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError, KeyError):
        if is_only_ours(place):
            return _read(place.read_bytes())
    vocabulary = build_vocabulary()
    with contextlib.suppress(OSError, SetupError):
        private_folder(place.parent)
        write_private(place, _write(vocabulary))
    return vocabulary


def _code_digest() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for module in _MAKERS:
        digest.update(files(__package__).joinpath(f"{module}.py").read_bytes())
    return digest.hexdigest()[:12]


def _kept() -> list[str]:
    return [f.name for f in fields(Vocabulary) if not f.name.startswith("_")]


def _write(vocabulary: Vocabulary) -> bytes:
    content: dict[str, Any] = {name: getattr(vocabulary, name) for name in _kept()}
    content["terms"] = [tuple(term) for term in vocabulary.terms.values()]
    content["relations"] = [tuple(relation) for relation in vocabulary.relations]
    content["names"] = {kind: _packed(names) for kind, names in vocabulary.names.items()}
    content["heads"] = {kind: _packed(heads) for kind, heads in vocabulary.heads.items()}
    content["beginnings"] = _packed(vocabulary.beginnings)
    data = marshal.dumps(_shared(content, {}))
    return hashlib.sha256(data).digest() + data


_Packed = tuple[str, tuple[Any, ...], bytes]


def _packed(table: dict[str, Any]) -> _Packed:
    """A table of a hundred thousand names and few values, so that it is unpacked in half the time: its keys, its
    values, and which value each key has."""
    values = tuple(dict.fromkeys(table.values()))
    place = {value: at for at, value in enumerate(values)}
    return "\n".join(table), values, array("I", [place[value] for value in table.values()]).tobytes()


def _unpacked(packed: _Packed) -> dict[str, Any]:
    keys, values, which = packed
    places = array("I")
    places.frombytes(which)
    return dict(zip(keys.split("\n") if places else (), map(values.__getitem__, places), strict=True))


def _shared(value: Any, known: dict[tuple[type, Any], Any]) -> Any:
    """The value with everything unchangeable in it that stands twice made one object: it is written and read once."""
    if isinstance(value, dict):
        return {_shared(key, known): _shared(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shared(inner, known) for inner in value]
    if isinstance(value, tuple):
        value = tuple([_shared(inner, known) for inner in value])
    elif not isinstance(value, str | frozenset):
        return value
    return known.setdefault((type(value), value), value)


def _read(whole: bytes) -> Vocabulary:
    """Read what `_write` wrote.

    Raises:
        ValueError: The digest is not that of the content.
    """
    digest, data = whole[:32], memoryview(whole)[32:]
    if hashlib.sha256(data).digest() != digest:
        raise ValueError
    with not_looking_for_it():
        content = marshal.loads(data)  # noqa: S302 - our own file, checked above, in a folder of its owner's
        content["terms"] = {values[0]: Term._make(values) for values in content["terms"]}
        content["relations"] = [LinkedTerms._make(values) for values in content["relations"]]
        content["names"] = {kind: _unpacked(names) for kind, names in content["names"].items()}
        content["heads"] = {kind: _unpacked(heads) for kind, heads in content["heads"].items()}
        content["beginnings"] = _unpacked(content["beginnings"])
    return Vocabulary(**content)
