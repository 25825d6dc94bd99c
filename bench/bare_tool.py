"""The floor: a bare tool on the same SDK and server settings that returns a constant. Reads it from standard input."""

from __future__ import annotations

import json
import sys
from typing import Any

import mcp_types as types
import uvicorn
from mcp.server import Server

from sekisho.listening import listening_socket
from sekisho.local.server import HOST
from sekisho.local.tool import CATALOGUE
from sekisho.serving import keep_servers_quiet


def main() -> None:
    """Serve the constant on a free port, and print the address."""
    keep_servers_quiet()
    text = sys.stdin.readline().strip()
    answer = types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=json.loads(text)
    )

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[CATALOGUE])

    async def call_tool(_: Any, __: Any) -> types.CallToolResult:
        return answer

    server: Server[Any] = Server("bare", on_list_tools=list_tools, on_call_tool=call_tool)
    app = server.streamable_http_app(stateless_http=True, json_response=False)
    listener = listening_socket(HOST, 0)
    listener.listen(128)
    print(f"http://{HOST}:{listener.getsockname()[1]}/mcp", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="on")).run(sockets=[listener])


if __name__ == "__main__":
    main()
