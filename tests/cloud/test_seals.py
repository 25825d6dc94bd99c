"""A summary passes only with the checkpoint's signature for this very call, over a real connection."""

from __future__ import annotations

import mcp_types as types
import pytest
from tests.cloud.conftest import Asking
from tests.cloud.toy_server import KEY, SUMMARY, Toy, canonical, refused, signature, text
from tests.cloud.wired import choice_of, wired
from tests.engines.cloud_wire import Wire

from sekisho.checkpoint.signature import NONCE_NAME, SIGNATURE_NAME, Verifier
from sekisho.cloud.connection import PrivateZone
from sekisho.cloud.seals import SignedSeals
from sekisho.errors import Code, InputError, Refused

pytestmark = pytest.mark.anyio

OTHER = bytes(range(32, 64))


def unsigned(toy: Toy) -> None:
    toy.seed = None


def signed_by_another(toy: Toy) -> None:
    toy.seed = OTHER


def signed_for_another_call(toy: Toy) -> None:
    toy.stale_nonce = "n" * 32


@pytest.mark.parametrize("change", [unsigned, signed_by_another, signed_for_another_call], ids=lambda f: f.__name__)
@pytest.mark.parametrize("kind", ["openai-chat", "openai-responses", "foundry"])
@pytest.mark.guarantee("G3")
async def test_a_summary_without_a_good_signature_stops_before_a_byte_leaves(
    toy: Toy, wire: Wire, kind: str, change: object
) -> None:
    change(toy)  # type: ignore[operator]
    async with wired(toy, choice_of(kind, wire)) as run:
        with pytest.raises(Refused) as caught:
            await run.ask()
    assert caught.value.code is Code.UNSIGNED_RESULT
    assert len(wire.requests) == 1
    assert canonical(SUMMARY) not in wire.requests[0].raw.decode()


async def test_the_stand_in_is_kept_from_an_unsigned_summary_too(toy: Toy, ask: Asking) -> None:
    unsigned(toy)
    with pytest.raises(Refused) as caught:
        await ask()
    assert caught.value.code is Code.UNSIGNED_RESULT
    assert len(ask.client.seen) == 1


async def test_a_fixed_code_needs_no_signature(toy: Toy, wire: Wire) -> None:
    toy.result, toy.seed = refused("busy"), None
    async with wired(toy, choice_of("openai-chat", wire)) as run:
        answer = await run.ask()
    assert answer.disclosed == ()
    assert wire.requests[1].body["messages"][-1]["content"] == '{"error":"busy"}'


async def test_a_signature_for_one_text_does_not_carry_a_second(toy: Toy, wire: Wire) -> None:
    toy.result = types.CallToolResult(content=[text(canonical(SUMMARY)), text("山田太郎")])
    async with wired(toy, choice_of("openai-chat", wire)) as run:
        with pytest.raises(Refused):
            await run.ask()
    assert len(wire.requests) == 1


def test_a_signature_stands_for_one_call_and_for_no_later_one() -> None:
    seals = SignedSeals(Verifier(KEY))
    first, second = seals.fresh(), seals.fresh()
    signed = {SIGNATURE_NAME: signature(b"text", first[NONCE_NAME])}
    seals.take(["text"], signed)
    assert seals.holds("text", first)
    assert not seals.holds("text", second)
    assert not seals.holds("another text", first)
    assert not seals.holds("text", {})
    seals.take(["text"], signed)  # the same once more, for the call that still waits
    assert not seals.holds("text", second)


def test_without_a_public_key_there_is_no_private_zone() -> None:
    for key in ("", "x", KEY + "AAAA", "公開鍵"):
        with pytest.raises(InputError) as caught:
            PrivateZone("http://127.0.0.1/mcp", "token", key)
        assert caught.value.code is Code.BAD_SETTING
