"""Foundry Local's own HTTP service, with a tiny model, in a process of its own: `python -m ... FOLDER PORT`.

The service serves models of its catalogue only, so a small catalogue on loopback stands in for the real one, and the
model's files lie where a download would have put them.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.engines.process import Server, free_port
from tests.engines.tiny_onnx import write_onnx_model

ALIAS, NAME = "tiny", "tiny-generic-cpu"
ID = f"{NAME}:1"
_PUBLISHER = "tests"
_ROOT = Path(__file__).parents[2]


def foundry_service(folder: Path) -> Server:
    """The service on a free port; it is up when it listens."""
    port = free_port()
    return Server(
        [sys.executable, "-m", "tests.engines.foundry_service", folder, str(port)], port, folder / "log", _ROOT
    )


def downloaded_model(data: Path) -> Path:
    """A tiny model in the SDK's data folder, as if it had been downloaded."""
    model = write_onnx_model(data / "cache" / "models" / _PUBLISHER / f"{NAME}-1")
    (model / "inference_model.json").write_text(json.dumps({"Name": ID}), "utf-8")
    return model


class Catalogue(ThreadingHTTPServer):
    """A catalogue of one model. It counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/asset-gallery/v1.0/models"


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Catalogue)
        self.server.asked += 1
        self.rfile.read(int(self.headers.get("content-length") or 0))
        page = {"totalCount": 1, "value": [_entry()], "nextSkip": None, "continuationToken": None}
        answer = json.dumps({"summaries": [_entry()], **page, "indexEntitiesResponse": page}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST  # noqa: N815 - the name that the base class asks for

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


def _entry() -> dict[str, Any]:
    asset = f"azureml://registries/azureml/models/{NAME}/versions/1"
    parent = f"azureml://registries/azureml/models/{ALIAS}/versions/1"
    return {
        "assetId": asset,
        "entityId": "1",
        "name": NAME,
        "version": "1",
        "displayName": ALIAS,
        "publisher": _PUBLISHER,
        "inferenceTasks": ["chat-completion"],
        "annotations": {
            "tags": {"alias": ALIAS, "foundryLocal": "", "task": "chat-completion", "maxOutputTokens": "2048"},
            "systemCatalogData": {
                "inferenceTasks": ["chat-completion"],
                "publisher": _PUBLISHER,
                "displayName": ALIAS,
                "deploymentOptions": ["Foundry Local on Devices"],
            },
        },
        "properties": {
            "id": ID,
            "name": NAME,
            "version": 1,
            "variantInfo": {
                "parents": [{"assetId": parent}],
                "variantMetadata": {
                    "modelType": "ONNX",
                    "device": "cpu",
                    "executionProvider": "CPUExecutionProvider",
                    "fileSizeBytes": 3_000_000,
                },
            },
            "creationContext": {"createdTime": "2026-01-01T00:00:00Z"},
        },
    }


def main(folder: str, port: str) -> None:
    """Serve until told to end."""
    os.environ["TF_BUILD"] = "True"  # no telemetry from the tests
    from foundry_local_sdk import Configuration, FoundryLocalManager

    data = Path(folder) / "sdk"
    downloaded_model(data)
    configuration = Configuration(
        app_name="tests",
        app_data_dir=str(data),
        web=Configuration.WebService(urls=f"http://127.0.0.1:{port}"),
        catalog_urls=[(Catalogue().address, None)],
        disable_nonessential_telemetry=True,
    )
    with FoundryLocalManager(configuration) as manager:
        model = manager.catalog.get_model(ALIAS)
        assert model is not None
        model.load()
        manager.start_web_service()
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main(*sys.argv[1:])
