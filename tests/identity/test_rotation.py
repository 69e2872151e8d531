"""Keys are changed in three steps while people work, one process after the other: not one request fails."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from nats.aio.client import Client

from contracts.identity.agencies import AddAgency, AgencyDetails
from contracts.identity.contacts import GetMe
from contracts.identity.sessions import ResolveSession
from contracts.identity.sign_in import FinishSignIn
from contracts.kinds import Refusal, SignInRequired
from contracts.notify import SendIdentificationCode
from kit.bus import Asker
from kit.bus.connection import flush
from ops.problem import Problem
from ops.rotation import Step, rotate, take
from ops.secrets import Secrets, load_secrets
from ops.stack.nats import NatsServer
from services.identity.app import open_parts
from services.identity.handlers import service
from services.identity.settings import IdentitySettings
from tests import stack

from .conftest import SLUG, Identity, account, contact

EMAIL = "pat.rivera@example.com"
Settings = Callable[[Secrets], IdentitySettings]


class Fleet:
    """Two processes of identity, replaced one after the other: the new one is there before the old one goes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._processes: list[contextlib.AsyncExitStack] = []

    async def start(self, secrets: Secrets) -> stack.Running:
        """One more process."""
        process = contextlib.AsyncExitStack()
        running = stack.running(service, self._settings(secrets), open_parts, IdentitySettings)
        self._processes.append(process)
        return await process.enter_async_context(running)

    async def roll(self, secrets: Secrets, count: int = 2) -> None:
        for _ in range(count):
            await self.start(secrets)
            await self._processes.pop(0).aclose()

    async def stop(self) -> None:
        for process in self._processes:
            await process.aclose()


class Load:
    """Somebody's requests without a pause; a principal is renewed after a few of them, as a gateway does in time."""

    def __init__(self, asker: Asker, token: str) -> None:
        self._asker, self._token = asker, token
        self.answered = 0
        self.renewed = 0
        self.failed: list[str] = []
        self.principal = ""
        self.over = False

    async def run(self) -> None:
        while not self.over:
            try:
                if self.answered % 5 == 0 or not self.principal:
                    self.principal = (await self._asker.ask(ResolveSession(token=self._token))).principal
                    self.renewed += 1
                await self._asker.ask(GetMe(), self.principal)
                self.answered += 1
            except Refusal as refusal:
                self.failed.append(refusal.code)
                self.principal = ""
                await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def loaded(asker: Asker, token: str, workers: int = 3) -> AsyncIterator[list[Load]]:
    loads = [Load(asker, token) for _ in range(workers)]
    tasks = [asyncio.create_task(load.run()) for load in loads]
    try:
        yield loads
    finally:
        for load in loads:
            load.over = True
        await asyncio.gather(*tasks)


@pytest.fixture
def settings_of(nats_server: NatsServer) -> Callable[[stack.Logins], Settings]:
    def of_logins(logins: stack.Logins) -> Settings:
        return lambda secrets: stack.identity_settings(
            nats_server,
            logins,
            signing_key=json.dumps(dict(secrets.signing_key)),
            principal_keys=json.dumps(dict(secrets.public_keys)),
            code_key=secrets.keys("identity", "code-key"),
            sealing_key=secrets.keys("identity", "sealing-key"),
        )

    return of_logins


@contextlib.asynccontextmanager
async def house(
    server: NatsServer, ops: Client, logins: stack.Logins, settings: Settings, folder: Path
) -> AsyncIterator[tuple[Fleet, Identity]]:
    """Two processes with the first keys, and an agency with somebody who can sign in."""
    await logins.clear()
    codes: list[SendIdentificationCode] = []

    async def note(message: object) -> None:
        codes.append(SendIdentificationCode.model_validate_json(message.data))  # type: ignore[attr-defined]

    await ops.subscribe("code.>", cb=note)
    await flush(ops)
    fleet = Fleet(settings)
    gateway = await stack.connect(server, "gateway")
    try:
        await fleet.start(load_secrets(folder))
        running = await fleet.start(load_secrets(folder))
        details = AgencyDetails(slug=SLUG, name="Oak Hill Insurance", phone="1", email="agent@oakhill.example")
        agency = await Asker(ops).ask(AddAgency(details=details))
        identity = Identity(Asker(gateway), ops, logins, agency, codes, running)
        await identity.publish("account", "A-1", 1, account())
        await identity.publish("contact", "C-1", 1, contact("A-1", EMAIL))
        yield fleet, identity
    finally:
        await gateway.close()
        await fleet.stop()


async def test_keys_change_under_load_without_a_failed_request(
    nats_server: NatsServer,
    ops_client: Client,
    clone: Callable[[str], Awaitable[stack.Logins]],
    settings_of: Callable[[stack.Logins], Settings],
    tmp_path: Path,
) -> None:
    logins = await clone("identity")
    async with house(nats_server, ops_client, logins, settings_of(logins), tmp_path) as (fleet, identity):
        signed_in = await identity.sign_in(EMAIL)
        started = await identity.start(EMAIL)
        code = await identity.newest_code(1)
        async with loaded(identity.asker, signed_in.token) as loads:
            first = await stack.eventually(lambda: loads[0].principal)
            for step in (Step.ANNOUNCE, Step.USE):
                take(step, tmp_path)
                await fleet.roll(load_secrets(tmp_path))
            before = [load.renewed for load in loads]  # all principals are of the new key: a minute, in real life
            await stack.eventually(lambda: all(load.renewed > old for load, old in zip(loads, before, strict=True)))
            # what was under way with the old key is good
            await identity.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code))
            await identity.asker.ask(GetMe(), first)
            take(Step.FORGET, tmp_path)
            await fleet.roll(load_secrets(tmp_path))
            await stack.eventually(lambda: sum(load.answered for load in loads) > 50)
            done = sum(load.answered for load in loads)
            await stack.eventually(lambda: sum(load.answered for load in loads) > done + 20)
        assert [load.failed for load in loads] == [[], [], []]
        with pytest.raises(SignInRequired):
            await identity.asker.ask(GetMe(), first)


async def test_a_key_that_was_not_announced_costs_requests(
    nats_server: NatsServer,
    ops_client: Client,
    clone: Callable[[str], Awaitable[stack.Logins]],
    settings_of: Callable[[stack.Logins], Settings],
    tmp_path: Path,
) -> None:
    """The control: all at once, with processes that do not know the key yet."""
    logins = await clone("identity")
    async with house(nats_server, ops_client, logins, settings_of(logins), tmp_path) as (fleet, identity):
        signed_in = await identity.sign_in(EMAIL)
        async with loaded(identity.asker, signed_in.token) as loads:
            rotate(tmp_path)
            await fleet.roll(load_secrets(tmp_path), count=1)
            await stack.eventually(lambda: sum(load.failed.count("sign_in_required") for load in loads))


def test_steps_are_taken_in_their_order(tmp_path: Path) -> None:
    for wrong in (Step.USE, Step.FORGET):
        with pytest.raises(Problem, match="next step is `announce`"):
            take(wrong, tmp_path)
    for step in (Step.ANNOUNCE, Step.USE, Step.FORGET, Step.ANNOUNCE):
        take(step, tmp_path)
    with pytest.raises(Problem, match="next step is `use`"):
        take(Step.ANNOUNCE, tmp_path)


def test_each_step_accepts_before_it_uses_and_uses_before_it_forgets(tmp_path: Path) -> None:
    names = (("identity", "code-key"), ("identity", "sealing-key"), ("policy", "sealing-key"), ("gateway", "csrf-key"))
    start = load_secrets(tmp_path)
    (old,) = start.public_keys["keys"]
    was = {name: start.keys(*name) for name in names}

    take(Step.ANNOUNCE, tmp_path)
    announced = load_secrets(tmp_path)
    assert announced.signing_key == start.signing_key
    assert announced.public_keys["keys"][0] == old and len(announced.public_keys["keys"]) == 2
    new = {name: announced.keys(*name).split(",")[1] for name in names}
    assert {name: announced.keys(*name) for name in names} == {name: f"{was[name]},{new[name]}" for name in names}

    take(Step.USE, tmp_path)
    used = load_secrets(tmp_path)
    assert used.signing_key["kid"] == used.public_keys["keys"][1]["kid"] != old["kid"]
    assert used.public_keys == announced.public_keys
    assert {name: used.keys(*name) for name in names} == {name: f"{new[name]},{was[name]}" for name in names}

    take(Step.FORGET, tmp_path)
    done = load_secrets(tmp_path)
    assert [key["kid"] for key in done.public_keys["keys"]] == [used.signing_key["kid"]]
    assert [key["kid"] for key in done.all_public_keys["keys"]] == [used.signing_key["kid"], old["kid"]]
    assert not any("d" in key for key in done.all_public_keys["keys"])
    for name in names:  # what was sealed rests in the database, and is opened by its own key for ever
        kept = name[1] == "sealing-key"
        assert done.keys(*name) == (f"{new[name]},{was[name]}" if kept else new[name])
    assert done.nats("gateway") == start.nats("gateway")


def test_a_stopped_stack_changes_all_at_once_and_accepts_the_last_keys_until_the_next_time(tmp_path: Path) -> None:
    seen = [load_secrets(tmp_path).keys("gateway", "csrf-key")]
    for _ in range(3):
        rotate(tmp_path)
        now = load_secrets(tmp_path)
        fresh, old = now.keys("gateway", "csrf-key").split(",")
        assert old == seen[-1] and fresh not in seen
        assert len(now.public_keys["keys"]) == 2
        seen.append(fresh)
