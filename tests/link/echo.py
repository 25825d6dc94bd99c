"""What a worker of the tests answers to a question that came through a gateway. It imports little: it starts often."""

from __future__ import annotations

import json


def echo(body: bytes) -> bytes:
    """A worker's answer to a question that came through the gateway: its symptoms."""
    question = json.loads(body)
    text = question["params"]["arguments"]["symptoms"]
    result = {"content": [{"type": "text", "text": text}], "isError": True}  # an error needs no other form
    return json.dumps({"jsonrpc": "2.0", "id": question["id"], "result": result}).encode()
