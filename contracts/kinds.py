"""The three kinds of message (request, job, event), and the refusal that answers a request."""

from enum import StrEnum
from functools import cache
from re import sub
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

PROCESSES = ("gateway", "identity", "policy", "documents", "notify")


class Caller(StrEnum):
    """Who a request must come from; the owner checks it before its handler runs."""

    ANYONE = "anyone"  # no session yet: sign-in, an agency's public record
    SESSION = "session"  # any live session: a contact's, a member of staff's, a system's
    SIGNED_IN = "signed-in"  # a contact's session, perhaps with no account chosen yet
    INSURED = "insured"  # a session with a chosen account: the insured's, or staff looking at it read-only
    AGENCY = "agency"  # the agency itself: its staff by `roles`, its systems by `scope`
    PROCESS = "process"  # one of our own processes, proven by its permission to publish on this subject


class Model(BaseModel):
    """A value inside a message: immutable, and tolerant of fields that a newer sender adds."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_bytes="base64", val_json_bytes="base64")

    def __init_subclass__(cls, **_: Any) -> None:
        # class arguments (owner=…) are for __pydantic_init_subclass__ below; object would refuse them
        super().__init_subclass__()


class Message(Model):
    """Anything that travels on the bus; `subject` is `<kind>.<owner>.<class_name_in_snake_case>`."""

    kind: ClassVar[str] = ""
    owner: ClassVar[str] = ""
    subject: ClassVar[str] = ""


class Refusal(Exception):
    """An expected "no": a stable code, an HTTP status and a sentence that a person can act on.

    `facts` are JSON values that travel beside it (for example attempts_left).
    """

    code: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts


Answer = TypeVar("Answer", bound=BaseModel)


class Request(Message, Generic[Answer]):
    """Asked of one service and answered at once, over core NATS.

    `asked_by` names the processes that may publish it (`ops` is the command line), `reads` says that it changes
    nothing, so that a read-only session may ask it, `refusals` are the answers that a caller must expect. Where the
    agency itself calls, `roles` says which of its staff may ask (empty: all) and `scope` what a system needs (empty:
    no system may). `limits` names the limited sessions (`Limit`) that may ask it too. What a class does not say, the
    one that it is made from has said.
    """

    kind = "request"
    caller: ClassVar[Caller]
    reads: ClassVar[bool] = False
    asked_by: ClassVar[tuple[str, ...]] = ("gateway",)
    refusals: ClassVar[tuple[type[Refusal], ...]] = ()
    roles: ClassVar[tuple[str, ...]] = ()
    scope: ClassVar[str] = ""
    limits: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, *, owner: str = "", **said: Any) -> None:
        for name, value in said.items():
            if name not in Request.__annotations__:
                raise TypeError(f"a request has no {name!r}")
            setattr(cls, name, value)
        if owner:
            cls.owner, cls.subject = owner, f"request.{owner}.{snake(cls.__name__)}"
            if not hasattr(cls, "caller"):
                raise TypeError(f"{cls.__name__} does not say who may ask it")

    @classmethod
    @cache
    def answer_type(cls) -> type[Answer]:
        """The model that answers this request."""
        for base in cls.__mro__:
            arguments = getattr(base, "__pydantic_generic_metadata__", {}).get("args", ())
            if arguments:
                return arguments[0]  # type: ignore[no-any-return]
        raise TypeError(f"{cls.__name__} does not say what answers it")


class Job(Message):
    """Left for one service and done once, over JetStream; `enqueued_by` names who may leave it.

    `agency` and the actor inside it are facts, trusted because only those processes can publish it.
    """

    kind = "job"
    enqueued_by: ClassVar[tuple[str, ...]] = ()
    agency: UUID

    @classmethod
    def __pydantic_init_subclass__(
        cls, *, owner: str = "", verb: str = "", enqueued_by: tuple[str, ...] = (), **_: Any
    ) -> None:
        if owner:
            cls.owner, cls.enqueued_by = owner, enqueued_by
            cls.subject = f"{cls.kind}.{owner}.{verb or snake(cls.__name__)}"


class Code(Job):
    """A job that carries an identification code: published after commit into a short-lived memory stream.

    It bypasses the outbox by name, so that no code ever rests in a table; lost with the server, a person asks again.
    """

    kind = "code"


MOST_CHANGED = 250  # things that one event tells of, so that it stays well under what the bus takes


class Event(Message):
    """Told by its owner in the past tense, over JetStream.

    `heard_by` names the services that must hear each one (a durable consumer each); `noticed_by` the processes that
    only refresh a memory copy and may miss one.
    """

    kind = "event"
    heard_by: ClassVar[tuple[str, ...]] = ()
    noticed_by: ClassVar[tuple[str, ...]] = ()
    agency: UUID

    @classmethod
    def __pydantic_init_subclass__(
        cls, *, owner: str = "", heard_by: tuple[str, ...] = (), noticed_by: tuple[str, ...] = (), **_: Any
    ) -> None:
        if owner:
            cls.owner, cls.heard_by, cls.noticed_by = owner, heard_by, noticed_by
            cls.subject = f"event.{owner}.{snake(cls.__name__)}"


def snake(name: str) -> str:
    """StartSignIn → start_sign_in."""
    return sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Nothing(Model):
    """The answer of a request that is simply done."""


class BadRequest(Refusal):
    """The message does not fit its schema; facts: `pointer` (JSON pointer) and `problem`."""

    code, status, title = "bad_request", 400, "The request does not have the expected form."


class SignInRequired(Refusal):
    """No session, an expired one, or one without the account that the request needs."""

    code, status, title = "sign_in_required", 401, "Please sign in."


class ReadOnly(Refusal):
    """A read-only session asked for something that writes."""

    code, status, title = "read_only", 403, "This is a read-only view: nothing can be changed here."


class NotAllowed(Refusal):
    """A member of staff without the role, or a system without the scope, that the request needs."""

    code, status, title = "not_allowed", 403, "Your role does not allow this."


class PasskeyRequired(Refusal):
    """The agency requires a passkey, and this session came in without one: it may only make one."""

    code, status = "passkey_required", 403
    title = "Your agency asks you to sign in with a passkey. Please make one first."


class PortalClosed(Refusal):
    """The agency's portal is off: nobody who is insured comes in, and whoever is in stands still until it is on."""

    code, status = "portal_closed", 403
    title = "This portal is closed at the moment. Please contact your agency directly."


class NotFound(Refusal):
    """An unknown id, or one of another account or agency: the answer is the same."""

    code, status, title = "not_found", 404, "There is nothing at this address."


class Unavailable(Refusal):
    """The owning service did not answer in time, or not at all; facts: `retry_after` in seconds."""

    code, status, title = "unavailable", 503, "This part of the portal is not available right now. Please try again."


class Broken(Refusal):
    """The owner failed while it answered; its log has the reason under the same trace."""

    code, status, title = "internal", 500, "Something went wrong on our side. Please try again."


COMMON_REFUSALS: tuple[type[Refusal], ...] = (
    BadRequest,
    SignInRequired,
    ReadOnly,
    NotAllowed,
    PortalClosed,
    PasskeyRequired,
    NotFound,
    Unavailable,
    Broken,
)
