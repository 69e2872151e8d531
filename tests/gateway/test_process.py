"""The gateway as its own process: starts, says how it is, traces what it does, and stops when told."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest_asyncio

from ops.stack.nats import NatsServer
from ops.stack.ports import free_port

from .. import stack
from .conftest import Gateway
from .services import World

ROOT = Path(__file__).parents[2]


@dataclass
class Running:
    """The process, its address, and the file of its spans."""

    process: asyncio.subprocess.Process
    address: str
    spans: Path


@pytest_asyncio.fixture
async def running(nats_server: NatsServer, world: World, tmp_path: Path) -> AsyncIterator[Running]:
    """`python -m kit.serve gateway`, ready."""
    listen = f"127.0.0.1:{free_port()}"
    settings = {
        "NATS_URL": nats_server.url,
        "NATS_USER": "gateway",
        "NATS_PASSWORD": stack.NATS_PASSWORDS["gateway"],
        "PRINCIPAL_KEYS": "{}",
        "CSRF_KEY": "of-the-gateway-in-tests-0123456789",
        "VIEW_PASSWORD": stack.NATS_PASSWORDS["gateway_view"],
        "LISTEN": listen,
        "PUBLIC_URL": f"http://{listen}",
        "TRACES": str(tmp_path / "spans.ndjson"),
        "TRACE_SHARE": "1",
    }
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kit.serve",
        "gateway",
        cwd=tmp_path,
        env=environment | {f"PORTICO_{name}": value for name, value in settings.items()},
        stderr=asyncio.subprocess.PIPE,
    )
    await stack.eventually(lambda: _is_ready(f"http://{listen}"), within=60)
    yield Running(process, f"http://{listen}", tmp_path / "spans.ndjson")
    if process.returncode is None:
        process.kill()
    await process.communicate()


async def test_page_is_one_trace_from_the_door_to_the_services(running: Running, world: World) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    async with httpx.AsyncClient(base_url=running.address, timeout=20, cookies={"sid": world.sign_in()}) as browser:
        page = await browser.get("/demo/", headers={"traceparent": parent})
        assert page.status_code == 200
        problem = (await browser.get("/api/v1/policies/x", headers={"traceparent": parent})).json()
        assert problem["trace"] == parent.split("-")[1]
        whole = await browser.get(f"/demo/documents/{next(iter(world.papers))}/content")
        assert len(whole.content) == int(whole.headers["content-length"])
    running.process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(running.process.wait(), 60) == 0
    spans = [json.loads(line) for line in running.spans.read_text().splitlines()]
    (door,) = [span for span in spans if span["name"] == "GET /{agency}/"]
    assert door["context"]["trace_id"] == "0x4bf92f3577b34da6a3ce929d0e0e4736"
    assert door["parent_id"] == "0x00f067aa0ba902b7"
    asked = {span["name"] for span in spans if span["parent_id"] == door["context"]["span_id"]}
    assert {f"ask request.{name}" for name in ("identity.get_me", "policy.get_home_policies")} <= asked


async def test_figures_are_for_this_machine_alone(gateway: Gateway) -> None:
    async with gateway.browser(peer=("127.0.0.1", 50000)) as browser:
        await browser.get("/demo/sign-in")
        figures = (await browser.get("/metrics")).text
        assert 'portico_http_seconds_count{method="GET",route="/{agency}/sign-in",status="200"}' in figures
        proxied = await browser.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})
        assert proxied.status_code == 404
        assert (await browser.get("/healthz")).text == "ok\n"
    async with gateway.browser() as stranger:
        assert (await stranger.get("/metrics")).status_code == 404
        assert (await stranger.get("/healthz")).status_code == 200
        assert (await stranger.get("/readyz")).status_code == 200


async def test_trace_of_a_strangers_browser_is_not_continued(gateway: Gateway) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    async with gateway.browser() as stranger:
        problem = (await stranger.get("/api/v1/me", headers={"traceparent": parent})).json()
    assert problem["trace"] != parent.split("-")[1]


async def test_not_ready_without_the_bus(gateway: Gateway) -> None:
    async with gateway.browser() as browser:
        await gateway.client.close()
        answer = await browser.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "not ready: ConnectionError\n")
        away = await browser.get("/demo/")
        assert away.status_code == 503
        assert "not available right now" in away.text


async def _is_ready(address: str) -> bool:
    try:
        async with httpx.AsyncClient() as browser:
            return (await browser.get(f"{address}/readyz")).status_code == 200
    except httpx.HTTPError:
        return False
