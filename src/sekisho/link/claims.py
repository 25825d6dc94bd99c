"""What the workers of one private zone remember of tasks, on disk: who has which, and sealed results.

It is why a task that comes again is answered with the first result, after a restart too, and why none is released twice
by workers that share a state folder. It holds ids, times and sealed frames; nothing that can be read.

    taken ──release()──> releasing ──finish()──> done
      └── another worker may take it over         └── the same answer for whoever asks again

Between `release` and `finish` an answer may have left. A worker that ends there leaves a task that is never run again.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from sekisho.errors import Code, SetupError
from sekisho.link.protocol import Result, ResultKind
from sekisho.private_file import private_folder

#: Seconds that a task is remembered: longer than the window in which a frame is accepted.
REMEMBERED = 900.0
_SWEEP_EVERY = 60.0
#: Confirmations that are noted together. One that is not noted costs a second sending, which nobody sees.
_TOGETHER = 32
#: Seconds to wait for another worker's change, which takes less than a millisecond unless that process is stopped.
_PATIENCE = 2.0

_TABLES = """
create table if not exists tasks (
    id blob primary key, owner text not null, stage integer not null, since real not null,
    client blob not null, kind text, frame blob, kept integer not null default 0
) without rowid;
create index if not exists by_time on tasks (since);
create index if not exists by_kept on tasks (id) where kept = 1;
"""


class _Stage(IntEnum):
    TAKEN = 1
    RELEASING = 2
    DONE = 3


class Standing(Enum):
    """How a task stands for the worker that wants it."""

    #: It is this worker's to run.
    MINE = "mine"
    #: It is done: there is a result.
    DONE = "done"
    #: Another worker is releasing an answer at this moment.
    ELSEWHERE = "elsewhere"
    #: A worker ended while it was releasing an answer. It is this worker's to say so, and not to run.
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Claim:
    """The outcome of asking for a task."""

    standing: Standing
    result: Result | None = None


class Claims:
    """The memory of one worker process, shared with the other workers of its state folder."""

    def __init__(self, folder: Path) -> None:
        """Open or make it.

        Raises:
            SetupError: `state_unusable`.
        """
        self._folder = private_folder(folder)
        self._owner = secrets.token_hex(8)
        self._mutex = Lock()
        self._swept = 0.0
        self._confirmed: list[tuple[bytes]] = []
        try:
            with contextlib.ExitStack() as undo:
                # Held as long as this process lives: the lock of a process that was killed is free.
                self._life = FileLock(self._life_of(self._owner), mode=0o600)
                self._life.acquire(timeout=0)
                undo.callback(self._end_life)
                path = folder / "tasks.sqlite3"
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
                self._base = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
                undo.callback(self._base.close)
                self._base.execute("pragma journal_mode = wal")
                self._base.execute("pragma synchronous = normal")
                self._base.executescript(_TABLES)
                undo.pop_all()
        except (OSError, sqlite3.Error, Timeout):
            raise SetupError(Code.STATE_UNUSABLE, str(folder)) from None

    def claim(self, task_id: bytes, client: bytes) -> Claim:
        """Take a task, or learn how it stands. Its lease is ours: whoever had it before has lost it."""
        self._sweep()
        fresh = "insert or ignore into tasks (id, owner, stage, since, client) values (?, ?, ?, ?, ?)"
        if self._one(fresh, (task_id, self._owner, _Stage.TAKEN, time.time(), client)):
            return Claim(Standing.MINE)
        with self._change() as base:
            row = base.execute(
                "select owner, stage, client, kind, frame from tasks where id = ?", (task_id,)
            ).fetchone()
            if row is None:  # it was forgotten at this very moment
                return Claim(Standing.ELSEWHERE)
            owner, stage, its_client, kind, frame = row
            if stage == _Stage.DONE:
                return Claim(Standing.DONE, Result(task_id, its_client, ResultKind(kind), frame))
            if stage == _Stage.RELEASING and self._lives(owner):
                return Claim(Standing.ELSEWHERE)
            base.execute("update tasks set owner = ? where id = ?", (self._owner, task_id))
            return Claim(Standing.MINE if stage == _Stage.TAKEN else Standing.INTERRUPTED)

    def release(self, task_id: bytes) -> bool:
        """Say that an answer is about to leave; it is on the disk when this returns. False: it may not leave."""
        values = (_Stage.RELEASING, task_id, self._owner, _Stage.TAKEN)
        return self._one("update tasks set stage = ? where id = ? and owner = ? and stage = ?", values, durable=True)

    def finish(self, result: Result) -> bool:
        """Keep the result. False: the task is not ours, or is done; then this result must not be sent."""
        done = "update tasks set stage = ?, kind = ?, frame = ?, kept = 1 where id = ? and owner = ? and stage != ?"
        return self._one(done, (_Stage.DONE, result.kind.value, result.body, result.id, self._owner, _Stage.DONE))

    def confirmed(self, task_id: bytes) -> None:
        """The link has the result: it need not be sent again by itself. It is noted with others, a little later."""
        self._confirmed.append((task_id,))
        if len(self._confirmed) >= _TOGETHER:
            self._note_confirmed()

    def kept(self) -> list[Result]:
        """Results that no link has confirmed, of whichever worker."""
        self._note_confirmed()
        with self._mutex:
            rows = self._base.execute("select id, client, kind, frame from tasks where kept = 1").fetchall()
        return [Result(task_id, client, ResultKind(kind), frame) for task_id, client, kind, frame in rows]

    def close(self) -> None:
        """Let go of it."""
        with contextlib.suppress(SetupError):
            self._note_confirmed()
        with self._mutex:
            self._base.close()
        self._end_life()

    def _one(self, statement: str, values: tuple[object, ...], durable: bool = False) -> bool:
        """One statement, which is a transaction of its own; whether it changed a row."""
        with self._guarded(durable) as base:
            return base.execute(statement, values).rowcount == 1

    def _note_confirmed(self) -> None:
        with self._change() as base:
            base.executemany("update tasks set kept = 0 where id = ?", self._confirmed)
        self._confirmed.clear()

    @contextlib.contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """Several statements as one transaction."""
        with self._guarded() as base:
            base.execute("begin immediate")
            try:
                yield base
                base.execute("commit")
            except BaseException:
                base.execute("rollback")
                raise

    @contextlib.contextmanager
    def _guarded(self, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """The database, for one thread at a time.

        Raises:
            SetupError: `state_unusable`: the disk is full, or another process holds it too long.
        """
        with self._mutex:
            try:
                if durable:
                    self._base.execute("pragma synchronous = full")
                try:
                    yield self._base
                finally:
                    if durable:
                        self._base.execute("pragma synchronous = normal")
            except sqlite3.Error:
                raise SetupError(Code.STATE_UNUSABLE, str(self._folder)) from None

    def _end_life(self) -> None:
        self._life.release()
        with contextlib.suppress(OSError):
            self._life_of(self._owner).unlink()

    def _life_of(self, owner: str) -> Path:
        return self._folder / f"worker-{owner}.lock"

    def _lives(self, owner: str) -> bool:
        if owner == self._owner:
            return True
        path = self._life_of(owner)
        if not path.exists():
            return False
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        with contextlib.suppress(OSError):
            path.unlink()
        return False

    def _sweep(self) -> None:
        now = time.time()
        if now - self._swept < _SWEEP_EVERY:
            return
        self._swept = now
        with self._change() as base:
            # A clock that was set back must not keep rows for ever.
            base.execute("delete from tasks where since < ? or since > ?", (now - REMEMBERED, now + REMEMBERED))
