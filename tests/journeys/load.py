"""People and an agency's system that go on while parts of the stack fail: every answer and every promise is noted."""

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
import nats.errors
import nats.js.errors

from .agency_system import AgencySystem
from .household import Household
from .mailbox import code_in

PAGES = ("/demo/", "/demo/policies", "/demo/id-cards", "/demo/information")
PATIENCE = 30.0  # seconds after which a request counts as never answered
POLICIES = 60
BAD_EVERY = 20
MOST_BAD = 100  # however long it goes on: the quarantine is listed up to 200
TRIES = 60  # of one event, each of them a moment or a whole timeout long


@dataclass(frozen=True)
class Answer:
    """What came of one HTTP request: a status, or the error of a connection that broke."""

    path: str
    began: float
    seconds: float
    status: int = 0
    retry_after: str = ""
    error: str = ""

    @property
    def in_order(self) -> bool:
        """An answer that a person can do something with."""
        return 200 <= self.status < 500 or (self.status == 503 and self.retry_after.isdigit())


@dataclass
class Load:
    """Runs on a gateway until it is stopped; `emails` are addresses to sign in with, one after the other."""

    url: str
    emails: Iterator[str]
    answers: list[Answer] = field(default_factory=list)
    _read: set[str] = field(default_factory=set)
    _stopping: bool = False

    def stop(self) -> None:
        """Everyone finishes what they are at."""
        self._stopping = True

    def client(self, token: str = "") -> httpx.AsyncClient:
        """A browser; each of its requests has a connection of its own, so that none is lost between two of them."""
        return httpx.AsyncClient(
            base_url=self.url,
            headers={"cookie": f"sid={token}"} if token else {},
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=PATIENCE,
        )

    async def ask(
        self, client: httpx.AsyncClient, method: str, path: str, body: object = None
    ) -> httpx.Response | None:
        """One request, noted; nothing where the connection broke."""
        began = time.monotonic()
        try:
            answer = await client.request(method, path, json=body)
        except httpx.HTTPError as error:
            self.answers.append(Answer(path, began, time.monotonic() - began, error=type(error).__name__))
            await asyncio.sleep(0.1)
            return None
        retry_after = answer.headers.get("retry-after", "")
        self.answers.append(Answer(path, began, time.monotonic() - began, answer.status_code, retry_after))
        return answer

    async def look_at_pages(self, token: str, pause: float = 0.05) -> None:
        """A signed-in person who goes from page to page."""
        async with self.client(token) as client:
            for path in itertools.cycle(PAGES):
                if self._stopping:
                    return
                await self.ask(client, "GET", path)
                await asyncio.sleep(pause)

    async def sign_in_again_and_again(self) -> None:
        """People who come, sign in, look at Home and leave; where a step fails they start anew."""
        async with self.client() as client:
            while not self._stopping:
                await self.sign_in(client, next(self.emails))
                await asyncio.sleep(0.1)

    async def sign_in(self, client: httpx.AsyncClient, email: str, code_within: float = 4.0) -> bool:
        """One whole journey; returns whether it succeeded."""
        started = await self.ask(client, "POST", "/api/v1/demo/sign-in", {"email": email})
        if started is None or started.status_code != 200:
            return False
        carried = started.json()["sign_in"]
        way = {"channel": started.json()["channels"][0]["id"]}
        sent = await self.ask(client, "POST", f"/api/v1/demo/sign-in/{carried}/code", way)
        if sent is None or sent.status_code != 202:
            return False
        code = await self._code(client, email, code_within)
        verified = await self.ask(client, "POST", f"/api/v1/demo/sign-in/{carried}/verify", {"code": code})
        if verified is None or verified.status_code != 200:
            return False
        async with self.client(verified.json()["token"]) as signed_in:
            home = await self.ask(signed_in, "GET", "/api/v1/home")
            return home is not None and home.status_code == 200

    async def _code(self, client: httpx.AsyncClient, email: str, within: float) -> str:
        late = time.monotonic() + within
        while time.monotonic() < late:
            with suppress(httpx.HTTPError):
                listed = await client.get("/dev/mailbox.json")
                letters = listed.json() if listed.status_code == 200 else []
                fresh = [each for each in letters if each["to"] == email and each["id"] not in self._read]
                if fresh:
                    self._read.update(each["id"] for each in fresh)
                    return code_in(fresh[0])
            await asyncio.sleep(0.1)
        return "0"


@dataclass
class Feed:
    """An agency's system that goes on publishing: `stored` maps a policy's number to the newest version that the bus
    has promised to keep, `bad` are the events that it promised to keep and nobody can apply.
    """

    system: AgencySystem
    family: Household
    stored: dict[str, int] = field(default_factory=dict)
    bad: int = 0
    promises: int = 0
    _stopping: bool = False

    def stop(self) -> None:
        """It finishes with the event that it is at."""
        self._stopping = True

    async def go_on(self) -> None:
        """Publishes version after version of each policy; what is not acknowledged is published again."""
        for count in itertools.count(1):
            if self._stopping:
                return
            place = count % POLICIES
            number = f"JF {place:03d}"
            event = self.family.auto(f"JF-{place}", number=number)
            version = int(event["sequence"])
            event["data"]["premium"] = f"{version}.00"  # what the page shows tells the version
            is_bad = count % BAD_EVERY == 0 and self.bad < MOST_BAD
            if is_bad:
                event["data"]["effective"] = "soon"
            await self._store(event)
            self.promises += 1
            if is_bad:
                self.bad += 1
            else:
                self.stored[number] = version
            await asyncio.sleep(0.02)

    async def _store(self, event: dict[str, object]) -> None:
        for tries in itertools.count(1):
            try:
                await self.system.store(event)
            except (nats.errors.Error, nats.js.errors.Error, TimeoutError, OSError):
                if tries > TRIES:
                    raise
                await asyncio.sleep(0.1)
            else:
                return


def versions(page: httpx.Response) -> dict[str, int]:
    """The version of each policy that a list shows, by its number."""
    items = json.loads(page.text)["items"]
    return {item["number"]: int(float(item["premium"]["amount"])) for item in items if item["number"][:2] == "JF"}
