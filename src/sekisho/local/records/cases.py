"""A folder of cases, and the random tokens by which everything outside the private zone names them.

The token of a file is random, so it tells nothing about the file or the person. The list of tokens is private, kept in
the state folder, and stays the same until it is rotated.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from sekisho.errors import Code, InputError, SetupError
from sekisho.private_file import write_private

#: No letter or digit that is easily taken for another one.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
#: A folder that changed less than this before it was read is read again: its time may not tell two changes apart.
_SETTLED_NS = 2_000_000_000
TOKEN = re.compile(rf"case-[{_ALPHABET}]{{10}}")


def new_token() -> str:
    """A fresh token: 49 random bits, enough that none is met twice or guessed."""
    return "case-" + "".join(secrets.choice(_ALPHABET) for _ in range(10))


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """A case: its token, which may leave, and its file, which may not."""

    token: str
    path: Path

    def __repr__(self) -> str:
        return f"<Case {self.token}>"


class Cases:
    """The open cases: the `.json` files of one folder, or a single file."""

    def __init__(self, place: Path, state: Path) -> None:
        self._place = place
        self._store = state / "cases.json"
        self._by_token: dict[str, str] = {}
        self._seen: tuple[int, tuple[int, ...]] | None = None

    def tokens(self) -> dict[str, str]:
        """File name by token, in the order of the names.

        Raises:
            InputError: `folder_missing`.
            SetupError: `state_unusable`.
        """
        self._refresh()
        return dict(sorted(self._by_token.items(), key=lambda pair: pair[1]))

    def find(self, token: str | None) -> Case:
        """The case of this token; without a token the only case there is.

        Raises:
            InputError: `case_unknown`, `case_required`, `no_cases`, `file_outside_folder`, `file_missing`.
        """
        self._refresh()
        if not self._by_token:
            raise InputError(Code.NO_CASES)
        if token is None:
            if len(self._by_token) > 1:
                raise InputError(Code.CASE_REQUIRED)
            token = next(iter(self._by_token))
        name = self._by_token.get(token)
        if name is None:
            raise InputError(Code.CASE_UNKNOWN)
        return Case(token, self._inside(name))

    def rotate(self) -> int:
        """Give every file a new token; the old ones name nothing any more. Returns how many."""
        self._forget()
        self._refresh(force=True)
        return len(self._by_token)

    def _inside(self, name: str) -> Path:
        """The file, only if it really lies in the folder: a link that leads out of it is refused."""
        if self._place.is_file():
            return self._place
        path = self._place / name
        try:
            if stat.S_ISREG(path.lstat().st_mode):  # no link, and a name of a listing leads nowhere else
                return path
        except OSError:
            raise InputError(Code.FILE_MISSING, name) from None
        if not path.resolve().is_relative_to(self._place.resolve()):
            raise InputError(Code.FILE_OUTSIDE_FOLDER, name)
        if not path.is_file():
            raise InputError(Code.FILE_MISSING, name)
        return path

    def _folder(self) -> str:
        """The folder under which tokens are kept: a file has the same token alone as among the others."""
        place = self._place.resolve()
        return str(place.parent if self._place.is_file() else place)

    def _names(self) -> list[str]:
        if self._place.is_file():
            return [self._place.name]
        try:
            with os.scandir(self._place) as entries:
                return sorted(e.name for e in entries if e.name.endswith(".json") and not e.name.startswith("."))
        except OSError:
            raise InputError(Code.FOLDER_MISSING, self._place.name) from None

    def _refresh(self, force: bool = False) -> None:
        """Look at the folder again if it, or the store, has changed since."""
        try:
            folder = self._place.stat().st_mtime_ns
        except OSError:
            raise InputError(Code.FOLDER_MISSING, self._place.name) from None
        if not force and self._seen is not None and self._seen == (folder, self._version()):
            return
        settled = folder + _SETTLED_NS < time.time_ns()
        names = self._names()
        try:
            with FileLock(self._store.with_suffix(".lock"), timeout=10, mode=0o600):
                everything = self._load()
                folder_key = self._folder()
                known = everything.get(folder_key, {})
                missing = [name for name in names if name not in known]
                if missing or folder_key not in everything:
                    known.update((name, new_token()) for name in missing)
                    everything[folder_key] = known
                    write_private(self._store, json.dumps(everything).encode())
                version = self._version()
        except (OSError, Timeout):
            raise SetupError(Code.STATE_UNUSABLE, str(self._store.parent)) from None
        present = set(names)
        self._by_token = {token: name for name, token in known.items() if name in present}
        self._seen = (folder, version) if settled else None

    def _version(self) -> tuple[int, ...]:
        """Tells one state of the list of tokens from another; it is replaced whole, so its inode changes too."""
        try:
            status = self._store.stat()
        except OSError:
            return ()
        return (status.st_ino, status.st_mtime_ns, status.st_size)

    def _forget(self) -> None:
        try:
            with FileLock(self._store.with_suffix(".lock"), timeout=10, mode=0o600):
                everything = self._load()
                if self._place.is_file():
                    everything.get(self._folder(), {}).pop(self._place.name, None)
                else:
                    everything.pop(self._folder(), None)
                write_private(self._store, json.dumps(everything).encode())
        except (OSError, Timeout):
            raise SetupError(Code.STATE_UNUSABLE, str(self._store.parent)) from None

    def _load(self) -> dict[str, dict[str, str]]:
        try:
            stored = json.loads(self._store.read_bytes())
            tokens = {str(k): {str(n): str(t) for n, t in v.items()} for k, v in stored.items()}
            for known in tokens.values():
                # A token leaves: anything else that stood here would leave in its place.
                if len(set(known.values())) != len(known) or not all(map(TOKEN.fullmatch, known.values())):
                    raise ValueError
            return tokens
        except FileNotFoundError:
            return {}
        except (ValueError, AttributeError):
            raise SetupError(Code.STATE_UNUSABLE, self._store.name) from None
