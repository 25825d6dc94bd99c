"""Writing settings into `sekisho.toml`: the lines that are set are replaced, everything else stays as a person wrote
it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from sekisho.errors import Code, InputError
from sekisho.private_file import write_private
from sekisho.settings import FILE_NAME


def write_settings(folder: Path, values: Mapping[str, str]) -> Path:
    """Set these values in the file of a folder; an empty value takes the line out. Gives the file.

    Raises:
        InputError: `bad_setting` where the file cannot be read, or where a line cannot be replaced safely.
    """
    path = folder / FILE_NAME
    try:
        before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        known = tomllib.loads(before)
    except (OSError, ValueError):
        raise InputError(Code.BAD_SETTING, FILE_NAME) from None
    after = before
    for name, value in values.items():
        after = _with(after, name, value)
    wanted = {**known, **values}
    wanted = {name: value for name, value in wanted.items() if name not in values or value}
    try:
        is_as_wanted = tomllib.loads(after) == wanted
    except ValueError:
        is_as_wanted = False
    if not is_as_wanted:  # a text over several lines, for instance
        raise InputError(Code.BAD_SETTING, FILE_NAME)
    try:
        write_private(path, after.encode())
    except OSError:
        raise InputError(Code.BAD_SETTING, FILE_NAME) from None
    return path


def _with(text: str, name: str, value: str) -> str:
    line = re.compile(rf"^[ \t]*{name}[ \t]*=.*(?:\n|\Z)", re.MULTILINE)
    # JSON's string is TOML's basic string.
    new = f"{name} = {json.dumps(value, ensure_ascii=False)}\n" if value else ""
    if line.search(text):
        return line.sub(lambda _: new, text, count=1)
    separated = text if not text or text.endswith("\n") else f"{text}\n"
    return separated + new
