"""The accounts of the stand-ins: what a visitor may choose, and who they are for good."""

from dataclasses import dataclass
from hashlib import sha256
from re import fullmatch
from uuid import UUID

AGENCY_DOMAIN = "demo.example"
LONGEST = 120  # characters of an address that somebody types


@dataclass(frozen=True)
class Account:
    """An invented account; `shows` is what choosing it demonstrates."""

    email: str
    name: str
    shows: str = ""

    @property
    def subject(self) -> str:
        """Its id for good, a number as Google's are."""
        return str(int.from_bytes(self._digest[:8], "big"))

    @property
    def object_id(self) -> str:
        """Its id for good in its directory, as Microsoft's are."""
        return str(UUID(bytes=self._digest[:16], version=4))

    @property
    def hosted_domain(self) -> str:
        """The organization's domain, for accounts of the demo agency's own; empty for anybody else's."""
        return self.domain if self.domain == AGENCY_DOMAIN else ""

    @property
    def domain(self) -> str:
        """What is behind the @, in lower case."""
        return self.email.rpartition("@")[2].lower()

    @property
    def _digest(self) -> bytes:
        return sha256(self.email.lower().encode()).digest()


STAFF = (
    Account("admin@demo.example", "Alex Morgan", "an admin on the demo agency's staff"),
    Account("agent@demo.example", "Jamie Cruz", "an agent on the demo agency's staff"),
)
AT_GOOGLE = (
    Account("portico.demo.insured@gmail.com", "Jamie Kim", "an insured of the demo agency"),
    Account("nobody.here.555@gmail.com", "Noel Body", "a Gmail address that the agency does not know"),
    Account("jamie@kim.example", "Jamie Kim", "a Google account that is not Gmail"),
    *STAFF,
)
AT_MICROSOFT = (
    *STAFF,
    Account("temp@demo.example", "Robin Temp", "of the organization, but not on the agency's staff"),
    Account("agent@elsewhere.example", "Jamie Cruz", "of another organization, whose word counts for nothing here"),
)


def account_of(email: str, known: tuple[Account, ...]) -> Account | None:
    """The account with this address: a known one, or one for any other address that was typed."""
    email = email.strip()
    found = next((account for account in known if account.email == email.lower()), None)
    if found is not None:
        return found
    if not fullmatch(r"[^@\s<>]+@[^@\s<>]+", email) or len(email) > LONGEST:
        return None
    return Account(email, email.partition("@")[0])
