"""A frame can be opened by the one it is for, and neither read, changed nor made by anybody else."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.errors import Code, Refused, SetupError
from sekisho.link.envelope import Envelopes, FixedKeys, Kind, read_header, sealed_size
from sekisho.link.keyring import Keyring

PRIVATE = Keyring.new()
CLOUD = Keyring.new([PRIVATE.current.public])
WORKER = Envelopes(FixedKeys(PRIVATE.trusting(CLOUD.current.public)))
CALLER = Envelopes(FixedKeys(CLOUD))
ID, CLIENT = secrets.token_bytes(16), secrets.token_bytes(16)


def question(body: bytes = b"question") -> bytes:
    return CALLER.seal(Kind.QUESTION, ID, CLIENT, 90, body, (b"t" * 16, b"s" * 8))


def refusal(envelopes: Envelopes, frame: bytes) -> Code:
    with pytest.raises(Refused) as refused:
        envelopes.open(frame)
    return refused.value.code


@given(st.binary(max_size=20_000))
def test_what_is_sealed_is_what_is_opened(body: bytes) -> None:
    opened = WORKER.open(question(body))
    assert opened.body == body
    assert (opened.header.id, opened.header.client, opened.header.ttl_ms) == (ID, CLIENT, 90_000)
    assert opened.header.trace == (b"t" * 16, b"s" * 8)


def test_an_answer_goes_back_to_who_asked_under_the_same_id() -> None:
    header = WORKER.open(question()).header
    opened = CALLER.open(WORKER.answer(header, Kind.ANSWER, b"answer"))
    assert opened.body == b"answer"
    assert (opened.header.kind, opened.header.id, opened.header.client) == (Kind.ANSWER, ID, CLIENT)


@pytest.mark.guarantee("G10")
def test_no_byte_of_a_frame_can_be_changed() -> None:
    frame = question()
    for place in range(len(frame)):
        changed = frame[:place] + bytes([frame[place] ^ 1]) + frame[place + 1 :]
        assert refusal(WORKER, changed) in (Code.NOT_TRUSTED, Code.BAD_FRAME), place


@pytest.mark.guarantee("G10")
@given(st.binary(max_size=3000))
def test_whatever_arrives_is_refused_with_a_code(data: bytes) -> None:
    assert refusal(WORKER, data) in (Code.NOT_TRUSTED, Code.BAD_FRAME)
    head = question()[:100]
    assert refusal(WORKER, head + data) in (Code.NOT_TRUSTED, Code.BAD_FRAME)


@pytest.mark.guarantee("G10")
def test_a_frame_is_not_for_others() -> None:
    other = Keyring.new([CLOUD.current.public])
    assert refusal(Envelopes(FixedKeys(other)), question()) is Code.NOT_TRUSTED


@pytest.mark.guarantee("G10")
def test_a_frame_cannot_be_sent_back_to_its_sender_as_an_answer() -> None:
    assert refusal(CALLER, question()) is Code.NOT_TRUSTED
    trusting_each_other = Keyring.new()
    same = Envelopes(FixedKeys(trusting_each_other.trusting(trusting_each_other.current.public)))
    assert same.open(same.seal(Kind.QUESTION, ID, CLIENT, 1, b"x")).header.kind is Kind.QUESTION


@pytest.mark.guarantee("G10")
def test_the_same_question_never_looks_the_same() -> None:
    first, second = question(), question()
    assert first[-100:] != second[-100:]
    assert b"question" not in first


@pytest.mark.guarantee("G10")
def test_the_length_of_a_frame_tells_little_of_the_length_of_its_body() -> None:
    assert len({len(question(bytes(size))) for size in range(0, 1000, 50)}) == 1
    assert len(question(bytes(1100))) == len(question(bytes(2000)))
    for size in (0, 1, 1020, 1021, 5000, 70_000):
        assert len(question(bytes(size))) == sealed_size(size)


def test_a_header_says_whose_it_is_and_nothing_of_the_body() -> None:
    header = read_header(question())
    assert header.receiver == PRIVATE.current.public.id
    assert "question" not in repr(WORKER.open(question()))


def test_rotation_overlaps_on_both_sides() -> None:
    private, cloud = FixedKeys(WORKER._keys.ring), FixedKeys(CLOUD)
    worker, caller = Envelopes(private), Envelopes(cloud)

    def passes() -> bool:
        header = worker.open(caller.seal(Kind.QUESTION, ID, CLIENT, 1, b"x")).header
        return caller.open(worker.answer(header, Kind.ANSWER, b"y")).body == b"y"

    assert passes()
    private.ring = private.ring.with_next()
    assert passes()
    cloud.ring = cloud.ring.trusting(private.ring.own[-1].public)
    assert passes()
    private.ring = private.ring.switched()
    assert passes()
    private.ring = private.ring.retired()
    assert passes()
    cloud.ring = cloud.ring.distrusting(PRIVATE.current.public.fingerprint)
    assert passes()
    cloud.ring = cloud.ring.with_next().switched()
    with pytest.raises(Refused):
        passes()  # the private side does not know the new key yet
    private.ring = private.ring.trusting(cloud.ring.current.public)
    assert passes()


def test_without_anybody_to_trust_nothing_is_sealed() -> None:
    with pytest.raises(SetupError) as error:
        Envelopes(FixedKeys(Keyring.new())).seal(Kind.QUESTION, ID, CLIENT, 1, b"x")
    assert error.value.code is Code.KEYS_MISSING
