"""One file -> one record, recognised by its content."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sekisho.errors import Code, InputError
from sekisho.local.records.article import looks_like_article, read_article
from sekisho.local.records.fhir import looks_like_fhir, read_fhir, read_large_bundle
from sekisho.local.records.json_file import MAX_BYTES, JsonFile, read_json_file
from sekisho.local.records.record import Record


def read_record(path: Path, today: date) -> Record:
    """Read a case file: the article's shape or FHIR R4.

    Raises:
        InputError: With a code, the file's name, and the line or field; never with a value of the record.
    """
    if _is_large(path):
        return read_large_bundle(path, today)
    file = read_json_file(path)
    content = file.content
    if isinstance(content, list):
        if len(content) != 1:
            raise InputError(Code.SEVERAL_RECORDS if content else Code.NOT_A_RECORD, file.name)
        file = JsonFile(file.name, file.digest, content[0])
    try:
        if looks_like_fhir(file.content):
            return read_fhir(file, today)
        if looks_like_article(file.content):
            return read_article(file, today)
    except RecursionError:
        raise InputError(Code.TOO_DEEP, file.name) from None
    raise InputError(Code.NOT_A_RECORD, file.name)


def _is_large(path: Path) -> bool:
    try:
        return path.stat().st_size > MAX_BYTES
    except OSError:
        return False  # reading it will say what is wrong
