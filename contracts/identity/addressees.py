"""Whom the agency writes to: the contact behind a mail that staff have sent, and the portal's address by mail."""

from uuid import UUID

from contracts.agency_requests import StaffRequest
from contracts.kinds import Model, NotFound

from .agencies import Language
from .passwords import NoAccess
from .sessions import Browser
from .sign_in import SlowDown


class Addressee(Model):
    """A contact as one writes to it; `email` is empty where none is on file, `account` where there is none yet.

    `same` are the contacts of the agency with its e-mail address, itself among them: mostly one person on several
    accounts.
    """

    id: UUID
    account: UUID | None
    name: str
    email: str
    language: Language
    same: list[UUID]


class GetAddressee(
    StaffRequest[Addressee], owner="identity", reads=True, asked_by=("documents", "notify"), refusals=(NotFound,)
):
    """The contact, for a service that writes to it, or that knows what was written."""

    contact: UUID


class PortalLinkSent(Model):
    """Where the portal's address was sent, masked."""

    contact: UUID
    sent_to: str


class SendPortalLink(StaffRequest[PortalLinkSent], owner="identity", refusals=(NotFound, NoAccess, SlowDown)):
    """Mails a contact the portal's address and how to sign in; there is no secret in it."""

    contact: UUID
    browser: Browser = Browser()
