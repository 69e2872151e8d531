"""The mailbox's HTTP side: what was caught, as JSON and bytes, and the door for texts."""

from collections.abc import Sequence
from email.utils import encode_rfc2231

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from .folder import Folder
from .messages import attachments, body, read
from .texts import take_text

# a mail is a stranger's HTML: nothing in it may run or load
SANDBOX = {"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"}


def create_app(folder: Folder, sms_key: str = "", further: Sequence[BaseRoute] = ()) -> Starlette:
    """The ASGI application over a folder; with `sms_key` texts need it as their password."""

    async def listed(_: Request) -> JSONResponse:
        return JSONResponse(folder.listed(), headers={"Cache-Control": "no-store"})

    async def empty(_: Request) -> Response:
        folder.empty()
        return Response(status_code=204)

    async def html(request: Request) -> Response:
        caught = folder.find(request.path_params["message"])
        shown = body(read(caught.raw), "html") if caught is not None and caught.raw else ""
        return HTMLResponse(shown, headers=SANDBOX) if shown else _nothing()

    async def attachment(request: Request) -> Response:
        caught = folder.find(request.path_params["message"])
        files = attachments(read(caught.raw)) if caught is not None and caught.raw else []
        number = request.path_params["number"]
        if number >= len(files):
            return _nothing()
        file = files[number]
        name = encode_rfc2231(file.name, "utf-8")
        headers = {"Content-Disposition": f"inline; filename*={name}", "X-Content-Type-Options": "nosniff", **SANDBOX}
        return Response(file.content, media_type=file.type, headers=headers)

    async def text(request: Request) -> JSONResponse:
        return await take_text(request, folder, sms_key)

    async def alive(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    return Starlette(
        routes=[
            *further,
            Route("/mailbox.json", listed, methods=["GET"]),
            Route("/mailbox.json", empty, methods=["DELETE"]),
            Route("/healthz", alive),
            Route("/2010-04-01/Accounts/{account}/Messages.json", text, methods=["POST"]),
            Route("/{message}/body.html", html),
            Route("/{message}/attachments/{number:int}", attachment),
        ]
    )


def _nothing() -> Response:
    return PlainTextResponse("not found\n", status_code=404)
