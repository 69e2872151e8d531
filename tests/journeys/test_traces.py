"""One trace from the browser's request to the database and to the mail, errors too; and how each process is doing."""

import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from ops.secrets import load_secrets
from ops.stack.places import with_login

from .conftest import Arrive
from .front_end import FrontEnd
from .household import Household
from .mailbox import Mailbox
from .portal import PROCESSES, Portal, until
from .secrets_seen import SecretsSeen

pytestmark = [pytest.mark.stack]


@dataclass(frozen=True)
class Span:
    """A finished span as its process wrote it."""

    process: str
    name: str
    id: str
    parent: str | None
    failed: bool


def spans_of(portal: Portal, trace: str) -> list[Span]:
    """Every span of a trace, from the files of all processes."""
    found = []
    for file in (portal.data / "traces").glob("*.ndjson"):
        for line in file.read_text().splitlines():
            if trace in line:
                span: dict[str, Any] = json.loads(line)
                context = span["context"]
                if context["trace_id"] == f"0x{trace}":
                    failed = span["status"]["status_code"] == "ERROR"
                    found.append(Span(file.stem, span["name"], context["span_id"], span["parent_id"], failed))
    return found


def in_one_tree(spans: list[Span], root: str) -> bool:
    """Whether every span hangs below the root."""
    known = {root, *(span.id for span in spans)}
    return all(span.parent in known for span in spans)


@asynccontextmanager
async def without_policies(portal: Portal) -> AsyncIterator[None]:
    """Takes a table away from the policy service, so that it fails as only a mistake of ours would make it."""
    url = json.loads((portal.data / "runtime.json").read_text())["places"]["database_url"]
    password = load_secrets(portal.data).derive("postgres")
    admin = await asyncpg.connect(with_login(url, "postgres", password, "portico_policy"))
    await admin.execute("ALTER TABLE policies RENAME TO mislaid")
    try:
        yield
    finally:
        await admin.execute("ALTER TABLE mislaid RENAME TO policies")
        await admin.close()


async def test_page_is_one_trace_from_the_door_through_the_services_to_their_transactions(
    portal: Portal, arrive: Arrive, front_end: FrontEnd
) -> None:
    family = await arrive(Household(mobile=True))
    token = await front_end.sign_in(family.email)
    parent = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"  # a trace that is kept
    _, trace, root, _ = parent.split("-")
    headers = {"cookie": f"sid={token}", "traceparent": parent}
    async with httpx.AsyncClient(base_url=portal.url, headers=headers, timeout=20) as browser:
        assert (await browser.get("/demo/")).status_code == 200

    async def written() -> list[Span] | None:
        spans = spans_of(portal, trace)
        names = {(span.process, span.name) for span in spans}
        wanted = {
            ("gateway", "GET /{agency}/"),
            ("gateway", "ask request.policy.get_home_policies"),
            ("policy", "answer request.policy.get_home_policies"),
            ("documents", "answer request.documents.get_home_documents"),
            ("identity", "answer request.identity.get_me"),
            *((service, "transaction") for service in ("identity", "policy", "documents")),
        }
        # each process writes its spans in its own time, so a span may be there before the one above it
        return spans if wanted <= names and in_one_tree(spans, f"0x{root}") else None

    spans = await until(written)
    assert spans is not None
    assert not any(span.failed for span in spans)
    by_id = {span.id: span for span in spans}
    for span in spans:
        if span.name == "transaction":
            assert span.parent is not None
            above = by_id[span.parent]
            assert (above.process, above.name.split()[0]) == (span.process, "answer")


async def test_mail_belongs_to_the_trace_of_the_press_of_its_button(
    portal: Portal, arrive: Arrive, front_end: FrontEnd
) -> None:
    family = await arrive(Household(mobile=True))
    async with front_end.signed_in(family.email) as client:

        async def first_vehicle() -> dict[str, Any] | None:
            items = (await client.get("/api/v1/id-cards")).json()["items"]
            return items[0] if items else None

        option = await until(first_vehicle)
        assert option is not None
        issued = await client.post("/api/v1/id-cards", json={k: option[k] for k in ("policy", "vehicle")})
        parent = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"  # a trace that is kept
        _, trace, root, _ = parent.split("-")
        document = issued.json()["document"]["id"]
        mailed = await client.post(f"/api/v1/documents/{document}/email", headers={"traceparent": parent})
        assert mailed.status_code == 202

    async def written() -> list[Span] | None:
        spans = spans_of(portal, trace)
        # notify's own, and documents' again: notify asks it for the bytes
        told = {(span.process, span.name) for span in spans}
        done = ("documents", "answer request.documents.read_attachment") in told
        return spans if done and any(span.process == "notify" for span in spans) else None

    spans = await until(written)
    assert spans is not None

    async def complete() -> bool:
        return in_one_tree(spans_of(portal, trace), f"0x{root}")

    await until(complete)


async def test_failure_leaves_an_error_in_its_trace_even_where_the_trace_is_not_kept(spare_portal: Portal) -> None:
    """Only every twentieth trace of this stack is kept."""
    async with httpx.AsyncClient(base_url=spare_portal.url, timeout=20) as client:
        email = "gianna.marchetti@example.com"
        token = await FrontEnd(client, Mailbox(client), SecretsSeen()).sign_in(email)
        client.headers["authorization"] = f"Bearer {token}"
        async with without_policies(spare_portal):
            broken = await client.get("/api/v1/policies")
        assert (broken.status_code, broken.json()["code"]) == (500, "internal")
        assert "policies" not in broken.text.replace("/policies", "")
        assert (await client.get("/api/v1/policies")).status_code == 200

    async def written() -> bool:  # each process writes its own spans, in its own time
        spans = spans_of(spare_portal, broken.json()["trace"])
        return {"gateway", "policy"} <= {span.process for span in spans if span.failed}

    assert await until(written)

    async def logged() -> bool:
        return broken.json()["trace"] in (spare_portal.data / "logs" / "policy.log").read_text()

    await until(logged)


@pytest.mark.parametrize("process", PROCESSES)
async def test_process_tells_how_it_is_doing(portal: Portal, process: str) -> None:
    address = portal.running()[process]["address"]
    async with httpx.AsyncClient(base_url=f"http://{address}", timeout=20) as client:
        assert (await client.get("/healthz")).text == "ok\n"
        assert (await client.get("/readyz")).status_code == 200
        metrics = (await client.get("/metrics")).text
    own = {"gateway": "portico_http_seconds_count", "notify": "portico_deliveries_total"}
    assert own.get(process, "portico_requests_seconds_count") in metrics


async def test_status_finds_everything_ready(portal: Portal) -> None:
    said = await portal.run("status")
    assert said.status == 0
    assert said.out.count(" ready ") == len(PROCESSES) + 3  # and the servers, and the mailbox
    assert "NOT READY" not in said.out
