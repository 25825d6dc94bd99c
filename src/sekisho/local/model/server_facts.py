"""What a server says of its models: the common list, and what some servers add at addresses of their own.

Everything here is for the operator's screen, but one thing: a model that the server runs somewhere else is marked, so
that it is never used (G8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sekisho.errors import Code, SetupError
from sekisho.local.model.http import LocalHttp
from sekisho.local.model.runtime import ModelInfo

_MOST_MODELS = 500
_LONGEST_NAME = 200


def models_of(http: LocalHttp, deadline: float) -> tuple[ModelInfo, ...]:
    """The models of a server.

    Raises:
        SetupError: See `sekisho.local.model.runtime`.
    """
    listed = {_name(entry, "id"): entry for entry in _entries(http.get("/v1/models", deadline), "data")}
    more = _more(http, deadline)
    single = _mapping(_asked(http, "/props", deadline))
    context = _count(_mapping(single.get("default_generation_settings")).get("n_ctx"))
    return tuple(_info(name, {**entry, **more.get(name, {})}, context) for name, entry in listed.items() if name)


def _more(http: LocalHttp, deadline: float) -> dict[str, dict[str, Any]]:
    """By name: what Ollama (`/api/tags`, `/api/ps`) and LM Studio (`/api/v0/models`) say beside the common list."""
    more: dict[str, dict[str, Any]] = {}
    for path, key, field in (("/api/tags", "models", "name"), ("/api/v0/models", "data", "id")):
        for entry in _entries(_asked(http, path, deadline), key):
            more[_name(entry, field)] = dict(entry)
    running = _asked(http, "/api/ps", deadline)
    if isinstance(running, dict):
        for facts in more.values():
            facts["loaded"] = False
        for entry in _entries(running, "models"):
            more.setdefault(_name(entry, "name"), {}).update({**entry, "loaded": True})
    return more


def _info(name: str, entry: Mapping[str, Any], context: int | None) -> ModelInfo:
    """One model. The names of the fields are those of the servers."""
    state = entry.get("state")
    loaded = entry.get("loaded") if isinstance(entry.get("loaded"), bool) else None
    sizes = (entry.get("context_length"), entry.get("loaded_context_length"), entry.get("max_model_len"))
    told = next((size for size in map(_count, sizes) if size), None)
    trained = _count(_mapping(entry.get("meta")).get("n_ctx_train")) or _count(entry.get("max_context_length"))
    return ModelInfo(
        name,
        loaded=state == "loaded" if isinstance(state, str) else loaded,
        context=told or context or trained,
        device=_device(entry),
        size=_count(entry.get("size")),
        is_elsewhere=bool(entry.get("remote_host") or entry.get("remote_model")),
    )


def _device(entry: Mapping[str, Any]) -> str:
    """Where Ollama says that a loaded model is."""
    size, on_gpu = _count(entry.get("size")), _count(entry.get("size_vram"))
    if not size or on_gpu is None:
        return ""
    return "CPU" if on_gpu == 0 else "GPU" if on_gpu >= size else f"GPU {100 * on_gpu // size} % / CPU"


def _asked(http: LocalHttp, path: str, deadline: float) -> object:
    """What is at an address that not every server has."""
    try:
        return http.get(path, deadline)
    except SetupError as error:
        if error.code in (Code.MODEL_TIMEOUT, Code.MODEL_NOT_LOCAL):
            raise
        return None


def _entries(answer: object, key: str) -> Iterator[dict[str, Any]]:
    found = answer.get(key) if isinstance(answer, dict) else None
    if isinstance(found, list):
        yield from (entry for entry in found[:_MOST_MODELS] if isinstance(entry, dict))


def _name(entry: Mapping[str, Any], field: str) -> str:
    name = entry.get(field)
    return name if isinstance(name, str) and len(name) <= _LONGEST_NAME and name.isprintable() else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None
