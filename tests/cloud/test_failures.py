"""What goes wrong at the cloud model becomes one of our codes, with the libraries as they are; and what is repeated."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.cloud.toy_server import Toy
from tests.cloud.wired import Wired, choice_of, wired
from tests.engines.cloud_wire import Wire

from sekisho.cloud.choice import CloudChoice
from sekisho.cloud.clients import build
from sekisho.cloud.conversation import open_conversation
from sekisho.cloud.credentials import Key
from sekisho.cloud.failures import code_of_answer, code_of_failure
from sekisho.cloud.retry import ATTEMPTS, seconds_before
from sekisho.cloud.sign_in import Entra, credential_for
from sekisho.errors import Code, InputError, SekishoError, SetupError

pytestmark = pytest.mark.anyio

clients = pytest.mark.parametrize("kind", ["azure-by-deployment", "foundry"])


async def failing(run: Wired, **more: Any) -> SekishoError:
    """Ask, and give back how it failed. Nothing of the question or of the service's words may be in the error."""
    with pytest.raises(SekishoError) as caught:
        await run.ask(**more)
    assert caught.value.__context__ is None
    assert "めまい" not in str(caught.value)
    return caught.value


@clients
@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("wrong_key", Code.CLOUD_KEY_WRONG),
        ("denied", Code.CLOUD_DENIED),
        ("unknown_deployment", Code.CLOUD_MODEL_UNKNOWN),
        ("unknown_model", Code.CLOUD_MODEL_UNKNOWN),
        ("wrong_path", Code.CLOUD_ENDPOINT_WRONG),
        ("redirect", Code.CLOUD_ENDPOINT_WRONG),
        ("content_filter", Code.CLOUD_FILTERED),
        ("bad_request", Code.CLOUD_REJECTED),
        ("broken", Code.CLOUD_FAILED),
    ],
)
async def test_each_error_of_the_service_has_its_code_and_is_not_repeated(
    toy: Toy, wire: Wire, kind: str, error: str, code: Code
) -> None:
    wire.error = error
    async with wired(toy, choice_of(kind, wire)) as run:
        failure = await failing(run)
    assert (failure.code, failure.exit_status) == (code, 4)
    assert failure.place == "127.0.0.1"  # type: ignore[attr-defined]
    assert len(wire.requests) == 1
    assert run.events[-1].name == "failed"


@clients
@pytest.mark.parametrize("error", ["too_many", "unavailable"])
async def test_what_the_service_turned_away_is_sent_again_and_counted(
    toy: Toy, wire: Wire, kind: str, error: str
) -> None:
    wire.error, wire.times = error, 2
    async with wired(toy, choice_of(kind, wire)) as run:
        without_waiting(run)
        answer = await run.ask()
    assert len(wire.requests) == 4
    assert wire.requests[0].raw == wire.requests[1].raw == wire.requests[2].raw
    assert (answer.usage.requests, answer.usage.again) == (4, 2)


@clients
async def test_a_quota_that_stays_used_up_is_told_after_three_times(toy: Toy, wire: Wire, kind: str) -> None:
    wire.error = "quota"
    async with wired(toy, choice_of(kind, wire)) as run:
        without_waiting(run)
        assert (await failing(run)).code is Code.CLOUD_QUOTA
    assert len(wire.requests) == ATTEMPTS


@clients
async def test_an_answer_that_breaks_off_is_no_short_answer_and_is_not_asked_for_again(
    toy: Toy, wire: Wire, kind: str
) -> None:
    wire.calls, wire.cut_after = False, 4
    async with wired(toy, choice_of(kind, wire)) as run:
        assert (await failing(run)).code is Code.CLOUD_FAILED
    assert len(wire.requests) == 1


@clients
async def test_an_answer_that_the_filter_ends_is_told_as_that(toy: Toy, wire: Wire, kind: str) -> None:
    wire.filtered = True
    async with wired(toy, choice_of(kind, wire)) as run:
        assert (await failing(run)).code is Code.CLOUD_FILTERED


@clients
async def test_a_service_that_never_answers_ends_with_the_deadline(toy: Toy, wire: Wire, kind: str) -> None:
    wire.hangs = True
    async with wired(toy, choice_of(kind, wire)) as run:
        assert (await failing(run, deadline=0.5)).code is Code.DEADLINE
    assert len(wire.requests) == 1


@clients
async def test_a_network_that_is_blocked_is_told_with_the_host(toy: Toy, kind: str) -> None:
    class Nowhere:
        url = "http://127.0.0.1:1"

    async with wired(toy, choice_of(kind, Nowhere())) as run:  # type: ignore[arg-type]
        without_waiting(run)
        failure = await failing(run)
    assert (failure.code, failure.place) == (Code.CLOUD_UNREACHABLE, "127.0.0.1")  # type: ignore[attr-defined]


async def test_a_wrong_key_is_told_and_never_shown(toy: Toy, wire: Wire) -> None:
    wire.key = "the-right-one"
    async with wired(toy, choice_of("openai-responses", wire)) as run:
        failure = await failing(run)
        assert "wire-key" not in repr(vars(run.conversation)) + str(failure)
    assert failure.code is Code.CLOUD_KEY_WRONG


async def test_a_failed_question_leaves_no_trace_in_the_next(toy: Toy, wire: Wire) -> None:
    wire.error, wire.times = "broken", 1
    async with wired(toy, choice_of("openai-chat", wire)) as run:
        await failing(run)
        await run.ask("動悸だけです")
    assert "めまい" not in str(wire.requests[-1].body["messages"][1])
    assert [m["role"] for m in wire.requests[1].body["messages"]] == ["system", "user"]


async def test_a_question_that_is_given_up_leaves_no_trace_in_the_next(toy: Toy, wire: Wire) -> None:
    wire.hangs = True
    async with wired(toy, choice_of("openai-chat", wire)) as run:
        task = asyncio.ensure_future(run.ask())
        assert await asyncio.to_thread(wire.arrived.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        wire.hangs = False
        await run.ask("動悸だけです")
    assert [m["role"] for m in wire.requests[1].body["messages"]] == ["system", "user"]


def without_waiting(run: Wired) -> None:
    async def at_once(_: float) -> None:
        return None

    assert run.conversation.cloud.transport is not None
    run.conversation.cloud.transport._sleep = at_once


def test_the_wait_before_the_next_sending_grows_and_differs_and_follows_the_service() -> None:
    assert seconds_before(2, None, lambda: 0.0) == 0.25
    assert seconds_before(2, None, lambda: 1.0) == 0.75
    assert seconds_before(3, None, lambda: 0.0) == 0.5
    assert seconds_before(2, "7") == 7
    assert seconds_before(2, "21") is None
    assert seconds_before(2, "inf") is None
    assert seconds_before(2, "nan") is None
    assert seconds_before(2, "Wed, 21 Oct 2026 07:28:00 GMT", lambda: 0.0) == 0.25
    assert seconds_before(ATTEMPTS + 1, None) is None


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"error": null}', b'{"error": "x"}', b'{"error":{"code":5}}', b"\xff"]
)
@pytest.mark.parametrize(
    ("status", "code"), [(400, Code.CLOUD_REJECTED), (404, Code.CLOUD_ENDPOINT_WRONG), (502, Code.CLOUD_FAILED)]
)
def test_an_error_body_of_any_form_gives_a_code(body: bytes, status: int, code: Code) -> None:
    assert code_of_answer(status, body) is code


def test_the_services_own_word_for_a_failure_gives_a_code() -> None:
    assert code_of_failure("rate_limit_exceeded") is Code.CLOUD_QUOTA
    assert code_of_failure("content_filter") is Code.CLOUD_FILTERED
    assert code_of_failure("server_error") is Code.CLOUD_FAILED


def azure(**changes: Any) -> CloudChoice:
    plain = {"kind": "azure-openai", "endpoint": "https://hospital.openai.azure.com", "model": "gpt-4o"}
    return CloudChoice(**{**plain, **changes})


def test_a_key_is_asked_for_where_only_a_key_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.cloud.keys._from_keyring", lambda host: "")
    for choice in (azure(sign_in="key"), CloudChoice(kind="openai", model="gpt-5")):
        with pytest.raises(SetupError) as caught:
            credential_for(choice, {})
        assert caught.value.code is Code.CLOUD_KEY_MISSING
    with pytest.raises(SetupError) as caught:
        credential_for(azure(), {"SEKISHO_CLOUD_KEY": "with a space"})
    assert (caught.value.code, caught.value.place) == (Code.CLOUD_KEY_WRONG, "SEKISHO_CLOUD_KEY")
    monkeypatch.setattr("sekisho.cloud.keys._from_keyring", lambda host: "with a space")
    with pytest.raises(SetupError) as caught:
        credential_for(azure(), {})
    assert (caught.value.code, caught.value.place) == (Code.CLOUD_KEY_WRONG, "hospital.openai.azure.com")


def test_the_environment_comes_before_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.cloud.keys._from_keyring", lambda host: f"ring-of-{host}")
    assert credential_for(azure(), {}) == Key("ring-of-hospital.openai.azure.com", True)
    assert credential_for(azure(), {"SEKISHO_CLOUD_KEY": "mine"}) == Key("mine", True)
    assert "mine" not in repr(Key("mine"))


async def test_without_a_key_azure_is_signed_in_to_and_nobody_signed_in_is_told(
    toy: Toy, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sekisho.cloud.keys._from_keyring", lambda host: "")
    monkeypatch.setenv("PATH", "/nonexistent")  # no `az` on this machine
    monkeypatch.setattr("tests.cloud.wired.ENVIRONMENT", {})
    async with wired(toy, choice_of("azure-v1", wire, sign_in="az")) as run:
        assert (await failing(run)).code is Code.CLOUD_NOT_SIGNED_IN
    assert wire.requests == []


async def test_a_token_of_entra_is_used_until_shortly_before_it_ends(toy: Toy, wire: Wire) -> None:
    class Source:
        given = 0

        async def get_token(self, scope: str) -> Any:
            assert scope == "scope"
            self.given += 1
            return type("Token", (), {"token": f"t{self.given}", "expires_on": self.given * 1000})()

        async def close(self) -> None: ...

    clock = [0.0]
    entra = Entra(Source(), "scope", lambda: clock[0])
    assert await entra.header() == ("authorization", "Bearer t1")
    clock[0] = 600
    assert await entra.header() == ("authorization", "Bearer t1")
    clock[0] = 701
    assert await entra.header() == ("authorization", "Bearer t2")


async def test_azure_identity_reaches_nothing_but_this_machine() -> None:
    from azure.core.exceptions import ServiceRequestError
    from azure.core.rest import HttpRequest

    from sekisho.cloud.azure_transport import MachineTransport, is_of_this_machine

    assert is_of_this_machine("http://169.254.169.254/metadata/identity/oauth2/token?resource=x")
    assert is_of_this_machine("http://localhost:40342/metadata")
    assert is_of_this_machine("http://[::1]:5/x")
    for url in (
        "https://login.microsoftonline.com/x",
        "http://10.0.0.1/",
        "http://169.254.evil.example/",
        "http://[bad",
    ):
        assert not is_of_this_machine(url)
    async with MachineTransport() as transport:
        for request in (
            HttpRequest("GET", "https://login.microsoftonline.com/x"),
            HttpRequest("POST", "http://127.0.0.1:1/x", content=b"x"),
        ):
            with pytest.raises(ServiceRequestError):
                await transport.send(request)


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"kind": "gpt"}, "cloud"),
        ({"model": ""}, "cloud_model"),
        ({"model": "gpt 4"}, "cloud_model"),
        ({"endpoint": ""}, "cloud_endpoint"),
        ({"endpoint": "http://hospital.openai.azure.com"}, "cloud_endpoint"),
        ({"endpoint": "https://user:pass@x.example"}, "cloud_endpoint"),
        ({"endpoint": "https://x.example/?a=b"}, "cloud_endpoint"),
        ({"endpoint": "https://x.example:port"}, "cloud_endpoint"),
        ({"endpoint": "https://x exa.mple"}, "cloud_endpoint"),
        ({"endpoint": "https://x.example/a b"}, "cloud_endpoint"),
        ({"endpoint": "https://x.example/\n"}, "cloud_endpoint"),
        ({"endpoint": "https://病院.example"}, "cloud_endpoint"),
        ({"endpoint": "https://x.example/?"}, "cloud_endpoint"),
        ({"endpoint": "https://x.example/#"}, "cloud_endpoint"),
        ({"api": "completions"}, "cloud_api"),
        ({"api": "responses", "api_version": "2024-10-21"}, "cloud_api"),
        ({"kind": "foundry", "api": "chat"}, "cloud_api"),
        ({"api_version": "latest"}, "cloud_api_version"),
        ({"kind": "foundry-agent"}, "cloud_agent"),
        ({"kind": "foundry-agent", "agent": "a", "agent_version": "?"}, "cloud_agent_version"),
        ({"sign_in": "password"}, "cloud_sign_in"),
        ({"kind": "openai", "sign_in": "az"}, "cloud_sign_in"),
    ],
)
def test_a_setting_that_cannot_be_is_named(changes: dict[str, Any], setting: str) -> None:
    with pytest.raises(InputError) as caught:
        azure(**changes)
    assert (caught.value.code, caught.value.place) == (Code.BAD_SETTING, setting)


@pytest.mark.parametrize(("kind", "extra"), [("openai", "openai"), ("foundry", "foundry")])
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, kind: str, extra: str) -> None:
    import sys

    monkeypatch.setitem(sys.modules, f"sekisho.cloud.clients.{extra}", None)
    choice = azure(kind=kind, endpoint="https://x.example/api")
    from sekisho.cloud.approvals import Approvals, Fixed

    with pytest.raises(SetupError) as caught:
        build(choice, Approvals(Fixed("x", "m")), {"SEKISHO_CLOUD_KEY": "k"})
    assert (caught.value.code, caught.value.place) == (Code.EXTRA_MISSING, extra)


def test_the_stand_in_is_the_default_and_has_no_way_out(toy: Toy) -> None:
    from tests.cloud.toy_server import KEY, TOKEN

    from sekisho.cloud.connection import PrivateZone

    conversation = open_conversation("en", PrivateZone(toy.url, TOKEN, KEY), CloudChoice(), {})
    assert conversation.cloud.transport is None
