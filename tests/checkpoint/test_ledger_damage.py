"""What somebody or a crash did to the ledger is named, and the chain goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.ledgers import entry, filled, lines
from tests.checkpoint.toy_catalog import NOON

from sekisho.checkpoint.history import LedgerHistory
from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.ledger_check import read_ledger, verify
from sekisho.checkpoint.ledger_entry import GENESIS, Entry, read_entry
from sekisho.console.ledger_view import read_view


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


@pytest.mark.parametrize("keep", [1, 2, 10, -2, -1])
def test_a_torn_last_line_is_cut_off_by_the_next_writer(path: Path, keep: int) -> None:
    ledger = filled(path)
    whole = lines(path)
    path.write_bytes(b"".join(whole[:3]) + whole[3][:keep])
    torn = verify(path)
    assert torn.torn
    assert torn.intact
    assert torn.entries == 3
    assert ledger.append(entry(3)).sequence == 4
    assert lines(path) == whole
    assert verify(path).intact


def test_a_torn_first_line_is_cut_off_too(path: Path) -> None:
    path.write_bytes(b'{"case":')
    assert filled(path, 1).append(entry(1)).sequence == 2
    assert verify(path).intact


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_crash_at_any_byte_leaves_a_ledger_that_goes_on(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("crash") / "ledger.jsonl"
    ledger = filled(path, 3)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    kept = path.read_bytes().count(b"\n")
    assert ledger.append(entry(9)).sequence == kept + 1
    assert verify(path).intact


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "a changed letter": lambda line: line.replace(b"code_", b"c0de_"),
    "a changed hash": lambda line: line.replace(b'"hash":"', b'"hash":"0')[:-4] + b'"}\n',
    "another form": lambda line: line.replace(b'":', b'": ', 1),
    "a key less": lambda line: line.replace(b'"code":', b'"c0de":'),
    "another type": lambda line: line.replace(b'"code":"', b'"code":["').replace(b'","hash"', b'"],"hash"'),
    "a sequence that is true": lambda line: line.replace(b'"sequence":', b'"sequence":true,"x":'),
    "a huge sequence": lambda line: line.replace(b'"sequence":', b'"sequence":' + b"9" * 5000),
    "a line feed in it": lambda line: line[:20] + b"\n",
    "an empty line": lambda line: b"\n",
    "zeros": lambda line: b"\0" * (len(line) - 1) + b"\n",
    "no UTF-8": lambda line: b"\xff" + line[1:],
    "half a surrogate pair": lambda line: line.replace(b'"case":"', b'"case":"\\ud800'),
    "half a surrogate pair in the summary": lambda line: line.replace(b'"summary":"', b'"summary":"\\ud800'),
    "a number": lambda line: b"1\n",
    "a list": lambda line: b"[]\n",
    "10,000 lists": lambda line: b"[" * 10_000 + b"\n",
    "a space at the end": lambda line: line[:-1] + b" \n",
    "a carriage return": lambda line: line[:-1] + b"\r\n",
}


@pytest.mark.guarantee("G3")
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_last_line_is_named_for_ever_and_the_chain_goes_on(
    path: Path, damage: Callable[[bytes], bytes]
) -> None:
    ledger = filled(path)
    whole = lines(path)
    broken = damage(whole[3])
    assert broken != whole[3]
    path.write_bytes(b"".join(whole[:3]) + broken)
    verdict = verify(path)
    assert verdict.damaged == (4,)
    assert not verdict.intact
    assert verdict.head == verify_head(whole[:3])
    assert ledger.append(entry(5)).sequence == 6
    assert path.read_bytes().startswith(b"".join(whole[:3]) + broken)
    noted = [found for _, found in read_ledger(path)][4]
    assert noted is not None
    assert (noted.kind, noted.sequence) == ("damage", 5)
    assert noted.previous == hashlib.sha256(broken).hexdigest()
    after = verify(path)
    assert (after.damaged, after.entries) == ((4,), 5)
    ledger.append(entry(6))
    assert verify(path).damaged == (4,)


def verify_head(whole: list[bytes]) -> str:
    last = read_entry(whole[-1])
    assert last is not None
    return last.hash


@pytest.mark.parametrize("damage", [d for n, d in DAMAGE.items()], ids=list(DAMAGE))
def test_a_damaged_middle_line_is_named(path: Path, damage: Callable[[bytes], bytes]) -> None:
    ledger = filled(path)
    whole = lines(path)
    path.write_bytes(whole[0] + damage(whole[1]) + b"".join(whole[2:]))
    assert verify(path).damaged == (2,)
    ledger.append(entry(4))
    assert verify(path).damaged == (2,)
    assert verify(path).head == verify_head(lines(path))


def _resealed(line: bytes, **changes: object) -> bytes:
    found = read_entry(line)
    assert found is not None
    return replace(found, **changes).sealed()[1]  # type: ignore[arg-type]


#: What somebody may do to whole lines -> the lines that are named.
TAMPERED: dict[str, tuple[Callable[[list[bytes]], list[bytes]], tuple[int, ...]]] = {
    "a removed line": (lambda w: [w[0], *w[2:]], (2,)),
    "the first line removed": (lambda w: w[1:], (1,)),
    "two lines swapped": (lambda w: [w[0], w[2], w[1], w[3]], (2, 3, 4)),
    "a line twice": (lambda w: [w[0], w[1], w[1], *w[2:]], (3,)),
    "a line more at the end, copied": (lambda w: [*w, w[1]], (5,)),
    "an empty line between": (lambda w: [*w[:2], b"\n", *w[2:]], (3, 4)),
    "a line changed and sealed again": (lambda w: [w[0], _resealed(w[1], code="other"), *w[2:]], (3,)),
    "the first line changed and sealed again": (lambda w: [_resealed(w[0], code="other"), *w[1:]], (2,)),
    "a line with another number": (lambda w: [*w[:3], _resealed(w[3], sequence=7)], (4,)),
    "a line with another line before it": (lambda w: [*w[:3], _resealed(w[3], previous=GENESIS)], (4,)),
    "a line with a wrong digest of its summary": (lambda w: [*w[:3], _resealed(w[3], sha256="0" * 64)], (4,)),
}


@pytest.mark.guarantee("G3")
@pytest.mark.parametrize(("tamper", "named"), TAMPERED.values(), ids=TAMPERED)
def test_lines_that_do_not_follow_each_other_are_named(
    path: Path, tamper: Callable[[list[bytes]], list[bytes]], named: tuple[int, ...]
) -> None:
    filled(path)
    path.write_bytes(b"".join(tamper(lines(path))))
    verdict = verify(path)
    assert verdict.damaged == named
    assert not verdict.intact


@pytest.mark.guarantee("G3")
def test_a_cut_off_end_is_noticed_by_whoever_noted_the_head(path: Path) -> None:
    filled(path)
    head = verify(path).head
    for kept in range(4):
        path.write_bytes(b"".join(lines(path)[: 3 - kept]) if kept < 3 else b"")
        assert verify(path).intact
        assert not verify(path, head).head_found
        assert not verify(path, head).intact
    path.unlink()
    assert not verify(path, head).intact


def test_a_noted_head_is_found_again_when_the_chain_has_grown(path: Path) -> None:
    ledger = filled(path)
    head = verify(path).head
    ledger.append(entry(4))
    assert verify(path, head).intact


def test_a_last_line_longer_than_what_is_read_at_once_is_found(path: Path) -> None:
    ledger = filled(path, 1)
    for size in (65_500, 65_536, 200_000):
        ledger.append(replace(entry(), summary="あ" * size))
        ledger.append(entry())
    assert verify(path).intact
    assert verify(path).entries == 7


@pytest.mark.parametrize(
    "summary",
    ["", "no JSON", "5", '"text"', "[]", '{"a":' * 5000 + "1" + "}" * 5000, '{"a":' + "[" * 9 + "]" * 9 + "}"],
)
def test_a_forged_disclosure_that_is_no_summary_is_named_and_ends_nobody(path: Path, summary: str) -> None:
    digest = hashlib.sha256(summary.encode()).hexdigest() if summary else ""
    FileLedger(path).append(Entry(0, "", "disclosure", case="case-1", summary=summary, sha256=digest))
    assert verify(path).damaged == (1,)
    assert LedgerHistory(path).lines("case-1", NOON) == frozenset()
    assert read_view(path).totals() == []
