"""A document's bytes: whole, in ranges, inline, and never half of one."""

import httpx
import pytest

from contracts.documents.vault import ReadContent
from contracts.kinds import Unavailable

from .conftest import Gateway
from .services import OTHER, PDF, World


@pytest.fixture
def address(world: World) -> str:
    """The card's page."""
    return f"/demo/documents/{next(iter(world.papers))}/content"


async def test_whole_document_is_shown_by_itself(insured: httpx.AsyncClient, address: str, world: World) -> None:
    answer = await insured.get(address)
    assert answer.status_code == 200
    assert answer.content == PDF
    headers = answer.headers
    assert headers["content-type"] == "application/pdf"
    assert headers["content-length"] == str(len(PDF))
    assert headers["content-security-policy"] == "sandbox"
    assert headers["cache-control"] == "private, no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"] == (
        'inline; filename="Rivera\'s card 2021 Toyota RAV4 _ _bersicht.pdf"; '
        "filename*=UTF-8''Rivera%27s%20card%202021%20Toyota%20RAV4%20%C2%B7%20%C3%9Cbersicht.pdf"
    )
    assert world.asked.count("ReadContent") == 3


async def test_download_is_an_attachment(insured: httpx.AsyncClient, address: str) -> None:
    answer = await insured.get(f"{address}?download=1")
    assert answer.headers["content-disposition"].startswith("attachment; ")


async def test_what_is_no_pdf_is_never_shown_inline(insured: httpx.AsyncClient, world: World) -> None:
    page = world.add_document('../../etc/\r\nx: y"<b>.html', b"<script>alert(1)</script>", kind="text/html")
    answer = await insured.get(f"/demo/documents/{page}/content")
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert "x" not in answer.headers
    assert "/" not in answer.headers["content-disposition"].partition(";")[2]


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=131000-132000", 131_000, 132_001),
        ("bytes=200000-", 200_000, len(PDF)),
        ("bytes=-500", len(PDF) - 500, len(PDF)),
        ("bytes=300000-99999999", 300_000, len(PDF)),
    ],
)
async def test_ranges(insured: httpx.AsyncClient, address: str, wanted: str, start: int, end: int) -> None:
    answer = await insured.get(address, headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.content == PDF[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(PDF)}"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("wanted", ["bytes=", "bytes=9-3", "bytes=0-1,5-9", "lines=0-1", "bytes=a-b", "bytes=-", "x"])
async def test_what_is_no_single_range_is_ignored(insured: httpx.AsyncClient, address: str, wanted: str) -> None:
    answer = await insured.get(address, headers={"Range": wanted})
    assert (answer.status_code, len(answer.content)) == (200, len(PDF))


@pytest.mark.parametrize("wanted", ["bytes=99999999-", f"bytes={len(PDF)}-", "bytes=-0"])
async def test_range_outside_is_refused(insured: httpx.AsyncClient, address: str, wanted: str) -> None:
    answer = await insured.get(address, headers={"Range": wanted})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(PDF)}")


async def test_range_of_another_version_is_the_whole(insured: httpx.AsyncClient, address: str) -> None:
    answer = await insured.get(address, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert answer.status_code == 200
    tag = answer.headers["etag"]
    assert (await insured.get(address, headers={"Range": "bytes=0-9", "If-Range": tag})).status_code == 206


async def test_document_is_never_completed_with_other_bytes(
    insured: httpx.AsyncClient, address: str, world: World
) -> None:
    identity, (known, content) = next(iter(world.papers.items()))

    class Changes(dict):  # type: ignore[type-arg]
        reads = 0

        def __getitem__(self, key: object) -> object:
            self.reads += 1
            changed = known.model_copy(update={"sha256": "f" * 64}) if self.reads > 1 else known
            return changed, content

    world.papers = Changes({identity: (known, content)})
    answer = await insured.get(address)
    assert len(answer.content) < len(PDF)


async def test_outage_before_the_first_byte_is_a_page(insured: httpx.AsyncClient, address: str, world: World) -> None:
    world.refuse[ReadContent] = Unavailable(retry_after=2)
    answer = await insured.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")


async def test_head_tells_the_size_alone(insured: httpx.AsyncClient, address: str) -> None:
    answer = await insured.head(address)
    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, str(len(PDF)), b"")


async def test_nobody_else_reads_it(gateway: Gateway, visitor: httpx.AsyncClient, address: str, world: World) -> None:
    assert (await visitor.get(address)).headers["location"].startswith("/demo/sign-in?next=/documents/")
    async with gateway.browser(cookies={"sid": world.sign_in(agency=OTHER.id)}) as stranger:
        assert (await stranger.get(address)).headers["location"].startswith("/demo/sign-in")
