"""The checkpoint's signature: only a disclosure gets one, and it stands for these bytes, this tool and this call."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.checkpoint.outcome import _DOOR_KEY, Disclosure
from sekisho.checkpoint.signature import NONCE_NAME, Signer, Verifier, nonce_of, statement
from sekisho.errors import Code, SetupError
from sekisho.local.signing import FILE_NAME, signer_from

SEED = bytes(range(32))
TOOL = "get_patient_background"
NONCE = "n" * 24


def disclosure(data: bytes = b'{"a":1}') -> Disclosure:
    return Disclosure(_DOOR_KEY, data, 1, {})


@pytest.mark.guarantee("G3")
def test_a_signature_stands_for_its_bytes_its_tool_and_its_call_and_nothing_else() -> None:
    signer = Signer(SEED)
    verifier = Verifier(signer.public_key)
    signature = signer.sign(disclosure(), TOOL, NONCE)
    assert verifier.accepts(b'{"a":1}', TOOL, NONCE, signature)
    assert not verifier.accepts(b'{"a":2}', TOOL, NONCE, signature)
    assert not verifier.accepts(b'{"a":1}', "another_tool", NONCE, signature)
    assert not verifier.accepts(b'{"a":1}', TOOL, "m" * 24, signature)
    assert not verifier.accepts(b'{"a":1}', TOOL, "", signature)
    assert not Verifier(Signer(SEED[::-1]).public_key).accepts(b'{"a":1}', TOOL, NONCE, signature)


@pytest.mark.parametrize("signature", [None, "", "?", 5, b"x", "a" * 86, "署名", "A" * 10_000, ["a"]])
def test_what_is_no_signature_is_not_accepted(signature: object) -> None:
    assert not Verifier(Signer(SEED).public_key).accepts(b"{}", TOOL, NONCE, signature)


@given(st.binary(max_size=64), st.text(max_size=20), st.text(max_size=20))
def test_no_two_calls_have_the_same_statement(data: bytes, tool: str, nonce: str) -> None:
    whole = statement(data, tool.encode("utf-8", "replace").decode(), nonce.encode("utf-8", "replace").decode())
    assert whole != statement(data + b"x", TOOL, NONCE)
    assert b'"sha256"' in whole


@pytest.mark.parametrize("other", [b'{"a":1}', '{"a":1}', None, object()])
def test_nothing_but_a_disclosure_is_signed(other: object) -> None:
    with pytest.raises(TypeError):
        Signer(SEED).sign(other, TOOL, NONCE)  # type: ignore[arg-type]


def test_the_private_key_shows_nothing_and_is_not_copied() -> None:
    signer = Signer(SEED)
    assert repr(signer) == "<Signer>"
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            way(signer)


@pytest.mark.parametrize(
    ("meta", "nonce"),
    [
        ({NONCE_NAME: NONCE}, NONCE),
        ({NONCE_NAME: "short"}, ""),
        ({NONCE_NAME: "n" * 65}, ""),
        ({NONCE_NAME: "n" * 23 + "あ"}, ""),
        ({NONCE_NAME: 5}, ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_a_nonce_of_another_form_counts_as_none(meta: dict[str, object] | None, nonce: str) -> None:
    assert nonce_of(meta) == nonce


@pytest.mark.parametrize("key", ["", "a", "a" * 43, "公開鍵", "=" * 44])
def test_what_is_no_public_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        Verifier(key + "x" if key == "a" * 43 else key)


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = signer_from(tmp_path / "state").public_key
    assert signer_from(tmp_path / "state").public_key == first
    assert (tmp_path / "state" / FILE_NAME).stat().st_mode & 0o077 == 0
    assert signer_from(tmp_path / "other").public_key != first


@pytest.mark.parametrize("damage", [b"", b"not base64!", b"c2hvcnQ="])
def test_a_damaged_key_is_said_and_not_replaced(tmp_path: Path, damage: bytes) -> None:
    signer_from(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(damage)
    with pytest.raises(SetupError) as caught:
        signer_from(tmp_path)
    assert caught.value.code is Code.STATE_UNUSABLE
    assert (tmp_path / FILE_NAME).read_bytes() == damage


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    signer_from(tmp_path)
    (tmp_path / FILE_NAME).chmod(0o644)
    with pytest.raises(SetupError):
        signer_from(tmp_path)
