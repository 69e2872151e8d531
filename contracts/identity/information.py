"""What the agency has on file of an account, as the people on it may see it."""

from contracts.kinds import Caller, Model, Request

from .contacts import Person


class MailingAddress(Model):
    """Of the account; what the agency's system does not know is empty."""

    street: str
    city: str
    state: str
    postal_code: str


class PersonOnFile(Person):
    """One of the people on the account; `phone` as the agency has written it down."""

    phone: str | None


class OnFile(Model):
    """The account's address and its people: the first insured, the second, and whoever asks.

    Of the insureds, an additional contact learns the names alone.
    """

    address: MailingAddress
    people: list[PersonOnFile]


class GetOnFile(Request[OnFile], owner="identity", caller=Caller.INSURED, reads=True):
    """What is on file of the open account."""
