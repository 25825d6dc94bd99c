"""Where a model may be: a literal loopback address, or the one private host that the operator names."""

from __future__ import annotations

import pytest

from sekisho.errors import Code, SetupError
from sekisho.local.model.address import check_not_cloud, checked_address
from sekisho.loopback import is_loopback

HERE = {
    "http://127.0.0.1:11434": "http://127.0.0.1:11434",
    "http://127.0.0.1:11434/": "http://127.0.0.1:11434",
    "http://127.0.0.1:11434/v1": "http://127.0.0.1:11434",
    "http://127.0.0.1:11434/v1/": "http://127.0.0.1:11434",
    "http://127.0.0.1": "http://127.0.0.1",
    "http://127.200.3.4:80": "http://127.200.3.4:80",
    "http://[::1]:8080": "http://[::1]:8080",
    "http://localhost:1234/v1": "http://127.0.0.1:1234",
    "http://LOCALHOST:1234": "http://127.0.0.1:1234",
    "http://127.0.0.1:5273/foundry": "http://127.0.0.1:5273/foundry",
}
ELSEWHERE = [
    "http://example.com:11434",
    "http://localhost.example.com:11434",
    "http://localhost.:11434",
    "http://ip6-localhost:11434",
    "http://127.0.0.1.nip.io:11434",
    "http://127.1:11434",
    "http://2130706433:11434",
    "http://0x7f000001:11434",
    "http://0177.0.0.1:11434",
    "http://0.0.0.0:11434",
    "http://10.0.0.5:11434",
    "http://192.168.1.2:11434",
    "http://169.254.169.254",
    "http://[::]:11434",
    "http://[::ffff:127.0.0.1]:11434",
    "http://[::ffff:8.8.8.8]:11434",
    "http://[fe80::1%25lo]:11434",
    "http://127.0.0.1@example.com:11434",
    "http://user:pass@127.0.0.1:11434",
    "http://127.0.0.1#@example.com",
    "http://127.0.0.1?x=http://example.com",
    "http://127.0.0.1\\@example.com",
    "http://１２７.0.0.1:11434",
    "https://127.0.0.1:11434",
    "ftp://127.0.0.1",
    "unix:///run/model.sock",
    "127.0.0.1:11434",
    "http://",
    "http://[::1",
    "http://127.0.0.1:99999",
    "",
]


@pytest.mark.guarantee("G8")
@pytest.mark.parametrize("given", HERE)
def test_a_literal_loopback_address_is_taken(given: str) -> None:
    found = checked_address(given)
    assert found.url == HERE[given]
    assert found.is_loopback


@pytest.mark.guarantee("G8")
@pytest.mark.parametrize("given", ELSEWHERE)
def test_every_other_address_is_refused_and_not_repeated(given: str) -> None:
    with pytest.raises(SetupError) as caught:
        checked_address(given)
    assert caught.value.code is Code.MODEL_NOT_LOCAL
    assert caught.value.place in ("address", "host")


@pytest.mark.guarantee("G8")
def test_localhost_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    assert checked_address("http://localhost:11434").url == "http://127.0.0.1:11434"


@pytest.mark.guarantee("G8")
def test_a_private_host_is_taken_only_where_the_operator_names_exactly_it() -> None:
    named = checked_address("http://gpu01.hospital.example:8000/v1", "gpu01.hospital.example:8000")
    assert named.url == "http://gpu01.hospital.example:8000"
    assert not named.is_loopback
    assert checked_address("https://10.0.0.5:8000", "10.0.0.5").url == "https://10.0.0.5:8000"
    for host in ("gpu01.hospital.example:9000", "hospital.example", "gpu02.hospital.example", "*", ""):
        with pytest.raises(SetupError):
            checked_address("http://gpu01.hospital.example:8000", host)
    assert checked_address("http://[fd00::1]:8080", "[fd00::1]:8080").url == "http://[fd00::1]:8080"
    with pytest.raises(SetupError):
        checked_address("http://[fd00::1]:8080", "fd00::1:8080")  # another address, without a port
    with pytest.raises(SetupError):
        checked_address("http://user@gpu01.hospital.example", "gpu01.hospital.example")
    with pytest.raises(SetupError):
        checked_address("file://gpu01.hospital.example/x", "gpu01.hospital.example")


@pytest.mark.guarantee("G8")
@pytest.mark.parametrize("name", ["gpt-oss:120b-cloud", "glm-4.6:cloud", "x-CLOUD", "kimi:1t-cloud@sha256:00"])
def test_a_name_that_says_that_the_model_runs_in_a_cloud_is_refused(name: str) -> None:
    with pytest.raises(SetupError) as caught:
        check_not_cloud(name)
    assert caught.value.code is Code.MODEL_NOT_LOCAL


@pytest.mark.parametrize("name", ["phi-4-mini", "cloudy:3b", "nimbus-cloudlet:7b", "qwen2.5:3b", "cloud:7b"])
def test_other_names_are_not(name: str) -> None:
    check_not_cloud(name)


def test_what_is_no_address_is_not_loopback() -> None:
    assert not any(map(is_loopback, ["", "localhost", "127.0.0.1:80", "::ffff:127.0.0.1", "example.com"]))
