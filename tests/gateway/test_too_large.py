"""What is too large: people read the limit and what to do, programs a problem, and nobody's connection breaks first."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from gateway import limits
from kit.admin import start_web
from ops.stack.ports import free_port

from .conftest import SAME_SITE, Gateway
from .services import World

FILE, FORM = "/demo/certificates/file", "/demo/requests"
OVER = 3 * 1024 * 1024
MORE = 24 * 1024 * 1024  # than the buffers on the way take in: unread, it breaks the connection under the sender
MULTIPART = "multipart/form-data; boundary=x"


@pytest_asyncio.fixture
async def port(gateway: Gateway) -> AsyncIterator[int]:
    """The gateway behind its real web server."""
    listen = free_port()
    async with contextlib.AsyncExitStack() as stack:
        await start_web(stack, gateway.app, f"127.0.0.1:{listen}")
        yield listen


async def sent_first(port: int, path: str, size: int, *headers: str, pieces: bool = False) -> bytes:
    """Sends a whole body before it reads anything, as browsers do; then everything that came back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    how = "Transfer-Encoding: chunked" if pieces else f"Content-Length: {size}"
    head = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Type: {MULTIPART}", how, *headers, "", ""]
    writer.write("\r\n".join(head).encode())
    for _ in range(0, size, 65536):
        writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n" if pieces else b"x" * 65536)
        await writer.drain()  # raises where the other side has closed
    writer.write(b"0\r\n\r\n" if pieces else b"")
    await writer.drain()
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("pieces", [False, True], ids=["declared", "in pieces"])
async def test_a_body_that_is_too_large_is_read_away_before_the_answer(port: int, *, pieces: bool) -> None:
    answer = await sent_first(port, FILE, MORE, "Accept-Language: es", pieces=pieces)
    assert answer.startswith(b"HTTP/1.1 413")
    assert "Aquí un archivo puede tener como máximo 1 MB. Divídalo en varios".encode() in answer


async def test_whoever_asks_before_sending_is_told_before_sending(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = [f"POST {FILE} HTTP/1.1", "Host: localhost", f"Content-Length: {OVER}", "Expect: 100-continue", "", ""]
    writer.write("\r\n".join(head).encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 413")
    writer.close()


async def test_what_never_ends_is_answered(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PATIENCE", 3600.0)  # it is the size that counts
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {FILE} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    writer.write(head.encode())
    answered = asyncio.ensure_future(reader.readline())
    with contextlib.suppress(ConnectionError):
        for _ in range(4096):
            writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            await writer.drain()
            if answered.done():
                break
    assert (await asyncio.wait_for(answered, 30)).startswith(b"HTTP/1.1 413")
    writer.close()


async def test_an_insured_reads_the_limit_and_goes_back_to_the_form_of_the_file(insured: httpx.AsyncClient) -> None:
    answer = await insured.post(FILE, content=b"x" * OVER, headers={**SAME_SITE, "Content-Type": MULTIPART})
    assert answer.status_code == 413
    assert "A file can have at most 1 MB here. Please divide it into several" in answer.text
    assert 'class="button" href="/demo/certificates/file"' in answer.text
    assert "brand.css" in answer.text
    form = await insured.post(FORM, content=b"details=" + b"x" * 70_000, headers=SAME_SITE)
    assert form.status_code == 413
    assert "This form takes at most 64 KB. Please go back, shorten what you wrote" in form.text
    assert 'href="/demo/requests"' not in form.text.partition("<main")[2]


async def test_staff_and_programs_are_told_too(visitor: httpx.AsyncClient, world: World) -> None:
    page = await visitor.post("/demo/console/sign-in", content=b"x" * 70_000, headers=SAME_SITE)
    assert page.status_code == 413
    assert "This form takes at most 64 KB." in page.text
    for path, limit in (("/api/v1/certificate-holders/sheets", 1024 * 1024), ("/api/v1/requests", 64 * 1024)):
        answer = await visitor.post(path, content=b"x" * OVER, headers=SAME_SITE)
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
        told = json.loads(answer.content)
        assert (told["code"], told["limit"]) == ("too_large", limit)
