"""A service's table of contents: which requests it answers, which jobs it does, which events and feeds it hears."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from contracts.kinds import Event, Job, Request
from contracts.streams import Permissions
from kit.database import Transaction

from .call import Call
from .feed_events import FeedEvent
from .portal_reader import Overhears

if TYPE_CHECKING:
    from .callout import Login

Answer = TypeVar("Answer", bound=BaseModel)
R = TypeVar("R", bound=Request[Any])
J = TypeVar("J", bound=Job)
E = TypeVar("E", bound=Event)

Answers = Callable[[Any, Call], Awaitable[BaseModel]]
Does = Callable[[Any, Call], Awaitable[None]]
Hears = Callable[[Any, Transaction], Awaitable[None]]
Syncs = Callable[[Sequence[FeedEvent], Transaction], Awaitable[None]]
Admits = Callable[["Login", Call], Awaitable[Permissions | None]]
Repeats = Callable[[Call, bool], Awaitable[float]]


@dataclass
class Service:
    """The handlers of one process, by message.

    The decorators return the plain function, so that a test calls it without a bus.
    """

    name: str
    answered: dict[type[Request[Any]], Answers] = field(default_factory=dict)
    done: dict[type[Job], Does] = field(default_factory=dict)
    heard: dict[type[Event], Hears] = field(default_factory=dict)
    synced: Syncs | None = None
    overheard: Overhears | None = None
    repeated: list[Repeats] = field(default_factory=list)
    admitting: Admits | None = None

    def answers(
        self, request: type[R]
    ) -> Callable[[Callable[[R, Call], Awaitable[Any]]], Callable[[R, Call], Awaitable[Any]]]:
        """The function answers this request, in time or with a refusal; it opens its own transaction."""

        def register(handler: Callable[[R, Call], Awaitable[Any]]) -> Callable[[R, Call], Awaitable[Any]]:
            self._own(request, self.answered, handler)
            return handler

        return register

    def does(
        self, job: type[J]
    ) -> Callable[[Callable[[J, Call], Awaitable[None]]], Callable[[J, Call], Awaitable[None]]]:
        """The function does this job; it may run again after a crash and keeps its own record of what is done."""

        def register(handler: Callable[[J, Call], Awaitable[None]]) -> Callable[[J, Call], Awaitable[None]]:
            self._own(job, self.done, handler)
            return handler

        return register

    def hears(
        self, event: type[E]
    ) -> Callable[[Callable[[E, Transaction], Awaitable[None]]], Callable[[E, Transaction], Awaitable[None]]]:
        """The function hears this event once, inside the transaction that also notes that it was heard."""

        def register(
            handler: Callable[[E, Transaction], Awaitable[None]],
        ) -> Callable[[E, Transaction], Awaitable[None]]:
            if self.name not in event.heard_by:
                raise TypeError(f"contracts do not say that {self.name} hears {event.__name__}")
            self.heard[event] = handler
            return handler

        return register

    def syncs(self, handler: Syncs) -> Syncs:
        """The function applies events of the AMS feed: a batch of one agency, in one transaction, each once."""
        self.synced = handler
        return handler

    def overhears(self, handler: Overhears) -> Overhears:
        """The function hears what the portal tells the systems of an agency, in batches; some may come again."""
        self.overheard = handler
        return handler

    def repeats(self, work: Repeats) -> Repeats:
        """The function is called by the clock, and at the end once more with True.

        It returns the seconds until it is due again. Every process of the service calls it.
        """
        self.repeated.append(work)
        return work

    def admits(self, handler: Admits) -> Admits:
        """The function says what a login of the bus that is not a process of ours may do there; None keeps it out."""
        self.admitting = handler
        return handler

    def _own(self, message: Any, table: dict[Any, Any], handler: Any) -> None:
        if message.owner != self.name:
            raise TypeError(f"{message.__name__} is {message.owner}'s, not {self.name}'s")
        if message in table:
            raise TypeError(f"{message.__name__} has two handlers")
        table[message] = handler
