"""Who asks: the signed principal that travels with every request, after RFC 8693's subject and actor."""

from enum import StrEnum
from uuid import UUID

from .kinds import Model

HEADER = "Portico-Principal"
ALGORITHM = "Ed25519"
MAX_AGE = 60  # seconds that a signed principal is good for


class Kind(StrEnum):
    """What the subject of a principal is."""

    CONTACT = "contact"
    STAFF = "staff"
    SYSTEM = "system"


class Role(StrEnum):
    """What a member of staff may do: an admin everything, an agent and a CSR what their work needs."""

    ADMIN = "admin"
    AGENT = "agent"
    CSR = "csr"


class Scope(StrEnum):
    """What an agency's system may do (OAuth 2.0 scopes)."""

    AMS_PUBLISH = "ams:publish"
    IMPERSONATE = "impersonate"
    AGENCY_ADMIN = "agency:admin"


class Limit(StrEnum):
    """What a session is limited to: it may ask only requests that name it among their `limits`."""

    ID_CARDS = "id-cards"  # a remembered device: the ID cards, and nothing else
    PASSKEY = "passkey"  # the agency requires a passkey: one has to be made before anything else


class Actor(Model):
    """The member of staff behind an impersonation (RFC 8693 `act`); `id` is the agency's own id of that person."""

    id: str
    name: str
    email: str = ""


class Principal(Model):
    """The claims of a signed principal (JWS, Ed25519, `kid` in its header).

    `sub` is the contact, member of staff or system; `account` is empty until one is chosen; `role` is a member of
    staff's, `scopes` are a system's; `amr` says how the person signed in (RFC 8176: `otp`, `sms`, …); `exp` is
    seconds since the epoch.
    """

    agency: UUID
    kind: Kind
    sub: UUID
    account: UUID | None = None
    role: Role | None = None
    scopes: tuple[Scope, ...] = ()
    read_only: bool = False
    limit: Limit | None = None
    act: Actor | None = None
    amr: tuple[str, ...] = ()
    sid: UUID
    exp: int
