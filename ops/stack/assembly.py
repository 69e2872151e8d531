"""The parts of a stack and how each is started, kept and stopped; `up` says in which order."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Iterable
from contextlib import AbstractAsyncContextManager, suppress
from typing import TYPE_CHECKING, Any

import psutil
from nats.aio.client import Client

from ops.bus import connected
from ops.problem import Problem
from ops.secrets import Secrets
from ops.stack import environment
from ops.stack.child import Child, start_child
from ops.stack.demo import load_demo, publish_heartbeat
from ops.stack.folder import RUNTIME, STATE, DataFolder
from ops.stack.nats import OPS, USERS, callout_of, start_nats, users_of_processes
from ops.stack.places import SERVICES, Places, with_login, without_login
from ops.stack.ports import LOOPBACK, PortTaken, free_ports, require_free
from ops.stack.postgres import SUPERUSER, start_postgres
from ops.stack.prepare import agencies_there, is_migrated, migrate, prepare_agencies, prepare_streams
from ops.stack.processes import Keeper, Program, Say
from ops.stack.ready import wait_ready
from ops.stack.systems import refresh_logins

if TYPE_CHECKING:
    from contracts.identity.agencies import Agency

LISTENERS = ("nats", "nats-monitor", "postgres", "mailbox", "mailbox-smtp", *SERVICES)
PROCESSES = ("identity", "policy", "documents", "notify", "gateway")
HEALTH = {"nats": "", "postgres": "", "mailbox": "/healthz"}  # where a program says that it works; "": it listens
LEFTOVERS_END_WITHIN = 20.0  # seconds
HEARTBEAT = 3600.0  # seconds between signs of life of the demo agency's system


class Stack:
    """A stack on a data folder; `port` is the gateway's, `say` gets what the person at the terminal should know."""

    def __init__(self, folder: DataFolder, port: int, say: Say, *, demo: bool) -> None:
        self.folder = folder
        self.demo = demo
        self.secrets: Secrets = folder.secrets
        self._say = say
        self._real_nats = os.environ.get("PORTICO_NATS_URL", "")
        self._real_database = os.environ.get("PORTICO_DATABASE_URL", "")
        ports = self._choose_ports()
        self.places = Places(
            port,
            without_login(self._real_nats) if self._real_nats else f"nats://{LOOPBACK}:{ports['nats']}",
            without_login(self._real_database)
            if self._real_database
            else f"postgresql://{LOOPBACK}:{ports['postgres']}",
            ports,
        )
        self._keepers: dict[str, Keeper] = {}

    @property
    def admin_dsn(self) -> str:
        """The database server's address with the superuser's login."""
        if self._real_database:
            return self._real_database
        return with_login(self.places.database_url, SUPERUSER, self.secrets.derive("postgres"), "postgres")

    async def make_room(self) -> None:
        """Waits for what an `up` that was killed left behind: it is ending by itself, or is ended here.

        Raises Problem when something else has the portal's port.
        """
        left = [process for found in self.folder.read(RUNTIME).get("processes", {}).values() if (process := _of(found))]
        if left:
            self._say("waiting for the processes of a run that was killed")
            _, alive = await asyncio.to_thread(psutil.wait_procs, left, LEFTOVERS_END_WITHIN)
            for process in alive:
                process.kill()
            await asyncio.to_thread(psutil.wait_procs, alive, 5)
        try:
            require_free(self.places.port, "Portico")
        except PortTaken as taken:
            raise Problem(f"{taken}. Stop what listens there, or choose another port with --port.") from None

    async def start_servers(self) -> None:
        """Starts NATS, PostgreSQL and the mailbox, except those that the environment names."""
        refresh_logins(self.folder.path, self.places.nats_url)
        programs = [Program("mailbox", self._start_mailbox)]
        if not self._real_nats:
            programs.append(Program("nats", self._start_nats))
        if not self._real_database:
            programs.append(Program("postgres", self._start_postgres, signal.SIGINT, 40))
        await _all(self._start(program) for program in programs)

    async def prepare(self) -> None:
        """Databases at their newest step, streams as the contracts say."""
        work: list[Awaitable[Any]] = [self._migrate()]
        if self._real_nats:
            work.append(self._prepare_streams())
        await _all(work)

    @property
    def is_migrated(self) -> bool:
        """Whether there is nothing to migrate, as far as can be known before the servers run."""
        return not self._real_database and is_migrated(self.folder, self.secrets)

    async def start_processes(self) -> None:
        """Starts our five processes; each waits for the bus by itself."""
        for name in PROCESSES:
            await self._start(Program(name, _starter(self, name)))

    async def wait_ready(self) -> None:
        """Returns once every process says that it is ready; raises Problem when one cannot be."""
        waits = [wait_ready(self._keepers[name], self.places.admin(name)) for name in PROCESSES]
        await _all([*waits, wait_ready(self._keepers["mailbox"], self.places.address("mailbox"), HEALTH["mailbox"])])

    async def prepare_agencies(self) -> None:
        """What each agency that there is needs on the bus."""
        async with self._bus() as client:
            await prepare_agencies(client)

    async def load_demo(self) -> None:
        """The demo agency and its book, where they are not there yet."""
        anew = bool(self._real_database)
        async with self._bus() as client:
            await load_demo(self.folder, self.secrets, self.places, client, anew=anew, say=self._say)

    async def agencies(self) -> "list[Agency]":
        """Every agency of this folder, by name."""
        async with self._bus() as client:
            return await agencies_there(client)

    async def keep_demo_alive(self) -> None:
        """Is the demo agency's system until cancelled: a sign of life now and then, a new book in a new week."""
        while True:
            try:
                await publish_heartbeat(self.folder)
                await asyncio.sleep(HEARTBEAT)
                await self.load_demo()
            except Exception as error:  # of which nobody else would hear, until the demo is called stale
                self._say(f"the demo agency's system did not get through: {str(error) or type(error).__name__}")
                await asyncio.sleep(HEARTBEAT / 60)

    def keep(self) -> None:
        """From now on starts again what ends by itself."""
        for keeper in self._keepers.values():
            keeper.keep()

    async def stop(self) -> None:
        """Stops everything: whoever asks others before those who answer, the servers last."""
        for together in (("gateway",), SERVICES, ("mailbox",), ("nats",), ("postgres",)):
            await _all(self._keepers[name].stop() for name in together if name in self._keepers)

    async def _start(self, program: Program) -> None:
        keeper = self._keepers[program.name] = Keeper(program, self._say, self._write_runtime)
        await keeper.start()

    async def _start_nats(self) -> Child:
        ports = self.places.listeners
        users = users_of_processes({user: self.secrets.nats(user) for user in USERS})
        callout = callout_of(self.secrets.login_key)
        server = await start_nats(self.folder.path / "nats", ports["nats"], ports["nats-monitor"], users, callout)
        try:
            await self._prepare_streams()
        except BaseException:  # whoever starts it again needs its port
            await server.stop()
            raise
        return server.child

    async def _start_postgres(self) -> Child:
        password = self.secrets.derive("postgres")
        server = await start_postgres(self.folder.path / "postgres", self.places.listeners["postgres"], password)
        return server.child

    async def _start_mailbox(self) -> Child:
        settings = environment.mailbox_environment(self.places, self.secrets, self.folder.path / "mailbox")
        return self._start_module("mailbox", settings | self._stand_in("mailbox"), "ops.mailbox")

    def start_process(self, name: str) -> Child:
        """Starts one of our five processes."""
        settings = environment.environment_of(name, self.places, self.secrets, self.folder.traces)
        return self._start_module(name, settings | self._stand_in(name), "kit.serve", name)

    def _stand_in(self, process: str) -> dict[str, str]:
        return environment.stand_in_of(process, self.places, self.secrets) if self.demo else {}

    def _start_module(self, name: str, settings: dict[str, str], *module: str) -> Child:
        return start_child(
            [sys.executable, "-m", *module],
            self.folder.log_of(name),
            ends_with=signal.SIGTERM,
            environment=settings,
            folder=environment.ROOT,
        )

    async def _migrate(self) -> None:
        for service in await migrate(self.folder, self.secrets, self.admin_dsn, force=bool(self._real_database)):
            self._say(f"database of {service} is new or changed")
            self.folder.note(demo_agency=False, demo_system=False, demo_staff=False, demo_openid=False, demo_week="")

    async def _prepare_streams(self) -> None:
        async with self._bus() as client:
            await prepare_streams(client)

    def _bus(self) -> AbstractAsyncContextManager[Client]:
        return connected(self.places.nats_url, OPS, self.secrets.nats(OPS))

    def _choose_ports(self) -> dict[str, int]:
        """Free ports, the same as last time where they are still free."""
        before = self.folder.read(STATE).get("ports", {})
        fresh = free_ports(len(LISTENERS))
        ports = {
            name: before[name] if name in before and _is_free(before[name]) else port
            for name, port in zip(LISTENERS, fresh, strict=True)
        }
        if ports != before:
            self.folder.note(ports=ports)
        return ports

    def _write_runtime(self) -> None:
        running = {name: keeper.child for name, keeper in self._keepers.items()}
        processes = {
            name: {
                "pid": child.pid,
                "created": _created(child.pid),
                "address": self._address(name),
                "health": HEALTH.get(name, "/readyz"),
            }
            for name, child in running.items()
            if child is not None
        }
        self.folder.write(RUNTIME, {"pid": os.getpid(), "places": self.places.as_json(), "processes": processes})

    def _address(self, name: str) -> str:
        return self.places.admin(name) if name in PROCESSES else self.places.address(name)


def _starter(stack: Stack, name: str) -> "Any":
    async def start() -> Child:
        return stack.start_process(name)

    return start


async def _all(work: Iterable[Awaitable[Any]]) -> None:
    """Everything side by side; the first failure is raised when all are done, so that nothing starts behind us."""
    for result in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


def _is_free(port: int) -> bool:
    try:
        require_free(port, "")
    except PortTaken:
        return False
    return True


def _created(pid: int) -> float:
    with suppress(psutil.Error):
        return psutil.Process(pid).create_time()
    return 0.0


def _of(found: dict[str, Any]) -> psutil.Process | None:
    """The process that a killed run noted, if it is still that one."""
    with suppress(psutil.Error):
        process = psutil.Process(found["pid"])
        if process.create_time() == found["created"] and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None
