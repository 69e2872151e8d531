"""Keeps a program running: starts it again when it ends by itself, and says so; ends it in order when told."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ops.stack.child import Child

FIRST_WAIT = 0.5  # seconds before a program that ended is started again
LONGEST_WAIT = 30.0
CALM = 30.0  # seconds after which an end counts as the first one
LOOK = 0.1  # seconds between looks at a program that runs

Say = Callable[[str], None]


@dataclass(frozen=True)
class Program:
    """A program of the stack.

    `start` starts it (a server: until it is ready), `end` is the signal that ends it in order within `patience`
    seconds.
    """

    name: str
    start: Callable[[], Awaitable[Child]]
    end: signal.Signals = signal.SIGTERM
    patience: float = 25.0


class Keeper:
    """Keeps one program running until it is stopped.

    `say` gets a line whenever it has to be started again, `started` is called after each start.
    """

    def __init__(self, program: Program, say: Say, started: Callable[[], None] = lambda: None) -> None:
        self.program = program
        self._say = say
        self._started = started
        self._child: Child | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def child(self) -> Child | None:
        """The running child; none between an end and the next start."""
        return self._child if self._child is not None and self._child.running else None

    async def start(self) -> None:
        """Starts the program for the first time; raises what its `start` raises."""
        self._child = await self.program.start()
        self._started()

    def keep(self) -> None:
        """From now on starts it again whenever it ends."""
        self._task = asyncio.create_task(self._keep(), name=f"keep {self.program.name}")

    async def stop(self) -> None:
        """Ends it in order, by force where it does not end in time."""
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._child is not None:
            status = await self._child.stop(self.program.end, self.program.patience)
            if status == -signal.SIGKILL:
                self._say(f"{self.program.name} did not stop within {self.program.patience:.0f} s and was killed")

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        wait = FIRST_WAIT
        while not self._stopping:
            started = loop.time()
            while self._child is not None and self._child.running:  # noqa: ASYNC110 - nothing tells us
                await asyncio.sleep(LOOK)
            if loop.time() - started > CALM:
                wait = FIRST_WAIT
            how = describe_end(self._child.process.returncode) if self._child is not None else "did not start"
            self._say(f"{self.program.name} {how}: starting it again in {wait:g} s{self._where()}")
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)
            try:
                await self.start()
            except Exception as error:  # whatever it is, nobody else would start it again
                self._say(f"{self.program.name}: {(str(error) or type(error).__name__).splitlines()[0]}")
                self._child = None

    def _where(self) -> str:
        return f" (log: {self._child.log})" if self._child is not None else ""


def describe_end(status: int) -> str:
    """How a process ended, in words."""
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with exit status {status}"
