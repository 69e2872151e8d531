"""The small HTTP side of every process: /metrics, /healthz (it turns) and /readyz (it can work)."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

log = logging.getLogger(__name__)

Ready = Callable[[], Awaitable[None]]
Asgi = Callable[[dict[str, Any], Callable[..., Awaitable[Any]], Callable[..., Awaitable[None]]], Awaitable[None]]


def admin_app(ready: Ready) -> Asgi:
    """The ASGI application; `ready` raises with the reason when the process cannot work."""

    async def app(
        scope: dict[str, Any], receive: Callable[..., Awaitable[Any]], send: Callable[..., Awaitable[None]]
    ) -> None:
        if scope["type"] != "http":
            return
        status, kind, body = await respond(scope["path"], ready)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind.encode())]})
        await send({"type": "http.response.body", "body": body})

    return app


async def respond(path: str, ready: Ready) -> tuple[int, str, bytes]:
    """Status, content type and body for one of the three addresses."""
    if path == "/metrics":
        return 200, CONTENT_TYPE_LATEST, generate_latest()
    if path == "/healthz":
        return 200, "text/plain", b"ok\n"
    if path == "/readyz":
        try:
            async with asyncio.timeout(3):
                await ready()
        except Exception as error:
            return 503, "text/plain", f"not ready: {type(error).__name__}\n".encode()
        return 200, "text/plain", b"ok\n"
    return 404, "text/plain", b"not found\n"


class WebServer:
    """Granian inside this process's loop."""

    def __init__(self, app: Any, listen: str) -> None:
        host, _, port = listen.rpartition(":")
        self._address = (host.strip("[]"), int(port))
        self._server = Server(
            app,
            address=self._address[0],
            port=self._address[1],
            interface=Interfaces.ASGINL,  # start and stop are kit.serve's, not the application's
            websockets=False,
            log_enabled=False,
            backlog=1024,
        )
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts serving; raises what stops it, such as a port in use."""
        # granian would share a port that is in use and be given every other connection
        with socket.create_server(self._address, family=socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET):
            pass
        self._task = asyncio.get_running_loop().create_task(self._server.serve())
        # it binds in the task's first step
        done, _ = await asyncio.wait([self._task], timeout=0.02)
        if done:
            await self._task

    async def stop(self) -> None:
        """Stops taking connections and returns when those open have been answered."""
        self._server.stop()  # type: ignore[no-untyped-call]
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(self._task, timeout=10)


async def start_web(stack: contextlib.AsyncExitStack, app: object, listen: str) -> None:
    """Serves an application at host:port until the stack ends."""
    server = WebServer(app, listen)
    await server.start()
    stack.push_async_callback(server.stop)
