"""The imports of a state folder: `vocabulary/<id>.sqlite`, a file for each, and `vocabulary/imports.json`, the index.

Only what the index names counts. The index is replaced in one step after the import's file is whole and on the disk,
so a full disk or a kill leaves everything as it was, but for a stray file that the next change removes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from sekisho.errors import Code, InputError, SetupError
from sekisho.local.medical.local_terms.entry import Entry
from sekisho.private_file import private_folder, write_private

#: Goes up whenever the form of the files changes.
FORM = 1
INDEX = "imports.json"
_UNFINISHED = ".unfinished-"
#: Seconds to wait for another import to end.
_PATIENCE = 2


class Imports:
    """The imports of one state folder. Reading takes no lock."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._folder = state / "vocabulary"

    def entries(self) -> list[Entry]:
        """What the index names, oldest first.

        Raises:
            SetupError: `import_damaged` if the index cannot be read.
        """
        try:
            stored = json.loads((self._folder / INDEX).read_bytes())
            if not isinstance(stored, dict) or stored.get("form") != FORM:
                raise ValueError
            return [Entry.read(plain) for plain in stored["imports"]]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            raise SetupError(Code.IMPORT_DAMAGED, INDEX) from None

    def path(self, entry: Entry) -> Path:
        """The import's file."""
        return self._folder / f"{entry.id}.sqlite"

    def check(self, entry: Entry, whole: bool = False) -> None:
        """Check that the import's file is there and of its size; `whole`: read it all and compare the digest.

        Raises:
            SetupError: `import_damaged` with the import's id.
        """
        path = self.path(entry)
        try:
            sound = path.stat().st_size == entry.size and (not whole or digest_of(path) == entry.digest)
        except OSError:
            sound = False
        if not sound:
            raise SetupError(Code.IMPORT_DAMAGED, entry.id)

    def add(self, entry: Entry, write: Callable[[Path], None]) -> Entry | None:
        """Take an import: `write` fills the file at a path; id, digest and size of `entry` are worked out here.

        Returns:
            The entry as it stands in the index, or None where the same import is there already.

        Raises:
            SetupError: `import_busy`, `import_failed` (disk full, no permission), `import_damaged`, `state_unusable`.
        """
        private_folder(self._state)
        private_folder(self._folder)
        with self._alone():
            entries = self.entries()
            self._sweep(entries)
            beside = self._written(write)
            try:
                digest = digest_of(beside)
                entry = replace(entry, id=digest[:12], digest=digest, size=beside.stat().st_size)
                if any(known.digest == digest for known in entries):
                    beside.unlink()
                    return None
                beside.replace(self.path(entry))
                beside = self.path(entry)
                self._write_index([*entries, entry])
            except BaseException:
                with contextlib.suppress(OSError):
                    beside.unlink()
                raise
        return entry

    def remove(self, identity: str) -> Entry:
        """Undo an import, also one whose file is damaged or gone.

        Raises:
            InputError: `import_unknown`.
            SetupError: `import_busy`, `import_failed` or `import_damaged`.
        """
        if not self._folder.is_dir():
            raise InputError(Code.IMPORT_UNKNOWN, identity)
        with self._alone():
            entries = self.entries()
            found = next((entry for entry in entries if entry.id == identity), None)
            if found is None:
                raise InputError(Code.IMPORT_UNKNOWN, identity)
            entries.remove(found)
            self._write_index(entries)
            self._sweep(entries)
        return found

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with FileLock(self._folder / "imports.lock", timeout=_PATIENCE, mode=0o600):
                yield
        except Timeout:
            raise SetupError(Code.IMPORT_BUSY) from None
        except (OSError, sqlite3.Error):
            raise SetupError(Code.IMPORT_FAILED) from None

    def _written(self, write: Callable[[Path], None]) -> Path:
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=_UNFINISHED)  # mode 0600
        os.close(descriptor)
        beside = Path(name)
        try:
            write(beside)
            with beside.open("rb+") as file:
                os.fsync(file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
        return beside

    def _write_index(self, entries: list[Entry]) -> None:
        stored = {"form": FORM, "imports": [entry.plain() for entry in entries]}
        write_private(self._folder / INDEX, json.dumps(stored, ensure_ascii=False, indent=1).encode())

    def _sweep(self, entries: list[Entry]) -> None:
        """Remove files that no import owns. On Windows a file in use stays until next time."""
        owned = {self.path(entry).name for entry in entries}
        for path in self._folder.iterdir():
            if path.name.startswith(_UNFINISHED) or (path.suffix == ".sqlite" and path.name not in owned):
                with contextlib.suppress(OSError):
                    path.unlink()


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
