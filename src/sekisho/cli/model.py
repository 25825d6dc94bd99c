"""`sekisho model`: the models of this machine, what one of them really does, and which one is used."""

from __future__ import annotations

import json
import time
from pathlib import Path

from sekisho.cli.context import Context
from sekisho.cli.model_download import download_model
from sekisho.cli.settings_file import write_settings
from sekisho.errors import Code, SetupError
from sekisho.local.model.choose import runtime_for
from sekisho.local.model.discovery import Server, find_servers
from sekisho.local.model.found import FoundModel
from sekisho.local.model.openai import OpenAICompatible
from sekisho.local.model.probe import Findings, full_probe
from sekisho.local.model.runtime import Cancellation, ModelInfo
from sekisho.model_setting import FOUNDRY_LOCAL, OPENAI, RULES
from sekisho.wording import Wording

_LIST_SECONDS = 15.0


def run(context: Context) -> int:
    """Run the action."""
    return {"list": _list, "probe": _probe, "use": _use, "download": download_model}[context.options.action](context)


def _list(context: Context) -> int:
    words, setting = context.words, context.settings.all
    servers = find_servers()
    in_process = _foundry_models()
    if context.options.json:
        found = [(server.label, server.url, info) for server in servers for info in server.models]
        found += [(FOUNDRY_LOCAL, "in-process", info) for info in in_process]
        plain = [{"runtime": label, "address": url, **_as_plain(info)} for label, url, info in found]
        print(json.dumps(plain, ensure_ascii=False, indent=2))
        return 0
    print(words.text("model.rules"))
    for server in servers:
        print(words.text("model.server", label=server.label, url=server.url))
        for info in server.models:
            print(f"  {_line(info, words)}")
    if in_process:
        print(words.text("model.in_process"))
        for info in in_process:
            print(f"  {_line(info, words)}")
    if not servers and not in_process:
        print(words.text("model.none"))
    name = setting["model_name"].value
    used = RULES if setting["model"].value == RULES else f"{setting['model'].value}: {name}"
    print(words.text("model.used", used=used, mode=setting["mode"].value))
    return 0


def _probe(context: Context) -> int:
    words, setting = context.words, context.settings.model
    if setting.kind == RULES:
        print(words.text("model.rules"))
        return 0
    runtime = runtime_for(setting)
    try:
        found = full_probe(runtime, time.monotonic() + context.settings.deadline, Cancellation())
        address = runtime.address
    finally:
        runtime.close()
    if context.options.json:
        print(json.dumps(_findings_as_plain(found, address), ensure_ascii=False, indent=2))
    else:
        print("\n".join(finding_lines(found, address, words)))
    return 0 if found.enforced else 1


def _use(context: Context) -> int:
    words, wanted = context.words, context.options.wanted
    values = {"model": RULES, "model_name": "", "model_url": ""}
    if wanted != RULES:
        values = _where(wanted, context)
    if context.options.mode:
        values["mode"] = context.options.mode
    path = write_settings(Path.cwd(), values)
    print(words.text("model.set", name=wanted, kind=values["model"], path=path))
    if overruled := [s.origin for name, s in context.settings.all.items() if name in values and "SEKISHO_" in s.origin]:
        print(words.text("model.overruled", names=", ".join(overruled)))
    return 0


def _where(wanted: str, context: Context) -> dict[str, str]:
    """The settings that lead to a model of this name: on a server, or within this process."""
    url = context.settings.all["model_url"]
    if url.origin == "--model-url":
        OpenAICompatible(url.value, wanted, context.settings.all["model_host"].value).close()  # may a model be there?
        return {"model": OPENAI, "model_name": wanted, "model_url": url.value}
    FoundModel(wanted)  # a name that says that it runs in a cloud is refused here
    servers = find_servers()
    offering = next((s for s in servers if any(model.name == wanted for model in s.models)), None)
    if offering is not None:
        # The service of Foundry Local takes another port at every start: its address is looked up, not noted.
        return {"model": OPENAI, "model_name": wanted, "model_url": _lasting(offering)}
    if _is_in_process(wanted):
        return {"model": FOUNDRY_LOCAL, "model_name": wanted, "model_url": ""}
    raise SetupError(Code.MODEL_MISSING, wanted)


def _lasting(server: Server) -> str:
    from sekisho.local.model.discovery import FOUNDRY

    return "" if server.label == FOUNDRY else server.url


def _foundry_models() -> tuple[ModelInfo, ...]:
    """The downloaded models of Foundry Local in this process; none where its extra is not installed."""
    from sekisho.local.model.foundry_list import downloaded

    try:
        return downloaded(time.monotonic() + _LIST_SECONDS)
    except SetupError:
        return ()


def _is_in_process(name: str) -> bool:
    """Whether Foundry Local in this process has a model of this name, alias, id, or in this folder.

    Raises:
        SetupError: `model_not_downloaded`.
    """
    from sekisho.local.model.foundry_local import FoundryLocal

    runtime = FoundryLocal(name)
    try:
        return any(model.name == runtime.name for model in runtime.models(time.monotonic() + _LIST_SECONDS))
    except SetupError as error:
        if error.code is Code.MODEL_NOT_DOWNLOADED:
            raise
        return False


def finding_lines(found: Findings, address: str, words: Wording) -> list[str]:
    """What a probe found, for people."""
    info, prefix = found.info, found.prefix
    unknown = words.text("model.unknown")
    loaded = unknown if info.loaded is None else words.text("doctor.yes" if info.loaded else "doctor.no")
    lines = [
        words.text("model.probed", name=info.name, address=address),
        words.text("model.loaded", loaded=loaded, context=info.context or unknown, device=info.device or unknown),
        words.text("model.enforced" if found.enforced else "model.unenforced", dialect=found.dialect.value),
    ]
    if found.tokens_per_second is not None:
        lines.append(words.text("model.speed", speed=f"{found.tokens_per_second:.1f}"))
    if prefix is not None:
        key = "model.prefix_reused" if prefix.is_reused else "model.prefix_not_reused"
        first, second = f"{prefix.first_seconds:.2f}", f"{prefix.second_seconds:.2f}"
        cached = unknown if prefix.cached_tokens is None else prefix.cached_tokens
        lines.append(words.text(key, first=first, second=second, cached=cached, tokens=prefix.prompt_tokens or unknown))
    return lines


def _line(info: ModelInfo, words: Wording) -> str:
    details = [f"{info.size / 1e9:.1f} GB" if info.size else "", info.device]
    details.append(words.text("model.context", tokens=info.context) if info.context else "")
    details.append(words.text("model.in_memory") if info.loaded else "")
    return "  ".join([info.name, *filter(None, details)])


def _as_plain(info: ModelInfo) -> dict[str, object]:
    return {
        "name": info.name,
        "loaded": info.loaded,
        "context": info.context,
        "device": info.device,
        "size": info.size,
    }


def _findings_as_plain(found: Findings, address: str) -> dict[str, object]:
    prefix = found.prefix
    return {
        **_as_plain(found.info),
        "address": address,
        "dialect": found.dialect.value,
        "enforced": found.enforced,
        "tokens_per_second": found.tokens_per_second,
        "prefix": prefix
        and {
            "reused": prefix.is_reused,
            "first_seconds": prefix.first_seconds,
            "second_seconds": prefix.second_seconds,
            "prompt_tokens": prefix.prompt_tokens,
            "cached_tokens": prefix.cached_tokens,
        },
    }
