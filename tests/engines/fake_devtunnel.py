"""A stand-in for Microsoft's `devtunnel` command: it prints what the real one prints, and opens no tunnel.

It behaves as the file beside it says: `in` (signed in), `out` (not signed in), `expired` (says so only on `host`),
`broken` (ends at once).
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path


def main() -> int:
    here = Path(sys.argv[0]).parent
    how = (here / "how").read_text("utf-8")
    asked = sys.argv[1:]
    with (here / "asked.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(asked) + "\n")
    if asked[:2] == ["user", "show"]:
        print("Not logged in." if how == "out" else "Logged in as somebody@example.com using Microsoft.")
        return 0
    if how == "expired":
        print("Login token expired. Use 'devtunnel user login' to log in.", file=sys.stderr)
        return 1
    if how == "broken":
        return 3
    port = asked[asked.index("-p") + 1]
    print(f"Hosting port: {port}")
    print(f"Connect via browser: https://abc123-{port}.usw2.devtunnels.ms", flush=True)
    print(f"Inspect network activity: https://abc123-{port}-inspect.usw2.devtunnels.ms\n", flush=True)
    print("Ready to accept connections for tunnel: quiet-hill-abc123", flush=True)
    signal.sigwait([signal.SIGTERM])
    return 0


if __name__ == "__main__":
    sys.exit(main())
