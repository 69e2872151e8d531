"""Certificate holders: whom certificates of an account are made out to, as its insureds and its agency see them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.agency_requests import StaffRequest
from contracts.kinds import BadRequest, Caller, Model, NotFound, Nothing, Refusal, Request
from contracts.typed_text import Capitals, Seen

from .freshness import FeedState

# the codes of the postal service (USPS Publication 28, appendix B): states, territories, and the armed forces
STATE = (
    r"^(A[AEKLPRSZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]"
    r"|K[SY]|LA|M[ADEINOPST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY])$"
)
ONE_LINE = r"^[^\x00-\x1f\x7f\x85\u2028\u2029]*$"


def _line(longest: int, shortest: int = 0) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest, pattern=ONE_LINE)


Name = Annotated[str, _line(120, 1), Seen]
Attention = Annotated[str, _line(120), Seen]
Street = Annotated[str, _line(120, 1), Seen]
City = Annotated[str, _line(80, 1), Seen]
State = Annotated[str, Capitals, StringConstraints(pattern=STATE)]
PostalCode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{5}(-\d{4})?$"), Seen]
PART = r'[^\s\x00-\x1f\x7f@<>",;:]+'
EMAIL = rf"^({PART}@{PART}\.{PART})?$"
Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254, pattern=EMAIL), Seen]


class HolderExists(Refusal):
    """The account has a holder of this name at this address; facts: `holder`, our id of it."""

    code, status = "holder_exists", 409
    title = "This certificate holder is on your list already."


class HolderConfirmed(Refusal):
    """The agency has the holder in its own system now, and only it can change or remove it there."""

    code, status = "holder_confirmed", 409
    title = "Your agency has confirmed this certificate holder. Please ask your agency to change or remove it."


class TooManyHolders(Refusal):
    """The account has added as many holders as one may in a day; facts: `retry_after` in seconds."""

    code, status = "too_many_holders", 429
    title = "You have added a lot of certificate holders today. Please try again tomorrow, or call your agency."


class HolderFields(Model):
    """What is typed of a holder: a name and a complete address in the United States; the rest may be empty."""

    name: Name
    attention: Attention = ""
    street: Street
    city: City
    state: State
    postal_code: PostalCode
    email: Email = ""


class Holder(Model):
    """A certificate holder; its address is as far as the agency's system knows it.

    `waiting`: it was added in the portal and the agency has not confirmed it yet; then, and only then, it can be
    changed or withdrawn. `added_at` is empty for what came from the agency's system alone.
    """

    id: UUID
    name: str
    attention: str
    street: str
    city: str
    state: str
    postal_code: str
    email: str
    standing: Literal["confirmed", "waiting"]
    added_at: datetime | None


class HolderList(Model):
    """A page of holders, by name; `total` counts those that fit the search, `waiting` how many of them wait."""

    items: list[Holder]
    waiting: int
    total: int
    cursor: str | None = None
    as_of: datetime | None
    feed: FeedState = "fresh"


class ListHolders(Request[HolderList], owner="policy", caller=Caller.INSURED, reads=True):
    """The account's certificate holders; `q` is looked for in names and cities."""

    q: str = Field(default="", max_length=80)
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=400)


class GetHolder(Request[Holder], owner="policy", caller=Caller.INSURED, reads=True, refusals=(NotFound,)):
    """One certificate holder of the account."""

    holder: UUID


class AddHolder(
    Request[Holder],
    owner="policy",
    caller=Caller.INSURED,
    refusals=(BadRequest, HolderExists, TooManyHolders),
):
    """Adds a holder, which waits for the agency from then on; the agency's system hears of it at once."""

    fields: HolderFields


class ChangeHolder(
    Request[Holder],
    owner="policy",
    caller=Caller.INSURED,
    refusals=(BadRequest, NotFound, HolderExists, HolderConfirmed),
):
    """Changes a holder that still waits for the agency."""

    holder: UUID
    fields: HolderFields


class WithdrawHolder(Request[Nothing], owner="policy", caller=Caller.INSURED, refusals=(NotFound, HolderConfirmed)):
    """Takes back a holder that still waits for the agency."""

    holder: UUID


class ListAccountHolders(StaffRequest[HolderList], owner="policy", reads=True, refusals=(NotFound,)):
    """The holders of an account, those that wait first; `addition` narrows it to what was added at once."""

    account: UUID
    addition: UUID | None = None
    limit: int = Field(default=100, ge=1, le=200)
    cursor: str = Field(default="", max_length=400)


class ConfirmHolder(StaffRequest[Holder], owner="policy", refusals=(NotFound,)):
    """Somebody of the agency has entered a waiting holder in its system by hand; a confirmed one stays as it is."""

    holder: UUID
