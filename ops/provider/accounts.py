"""The accounts of the stand-in: what a visitor may choose, and what its tokens say of them."""

from dataclasses import dataclass
from hashlib import sha256
from re import fullmatch

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
        return str(int.from_bytes(sha256(self.email.lower().encode()).digest()[:8], "big"))

    @property
    def hosted_domain(self) -> str:
        """The organization's domain, for accounts of the demo agency's own; empty for anybody else's."""
        domain = self.email.rpartition("@")[2].lower()
        return domain if domain == AGENCY_DOMAIN else ""


ACCOUNTS = (
    Account("portico.demo.insured@gmail.com", "Jamie Kim", "an insured of the demo agency"),
    Account("nobody.here.555@gmail.com", "Noel Body", "a Gmail address that the agency does not know"),
    Account("jamie@kim.example", "Jamie Kim", "a Google account that is not Gmail"),
    Account("admin@demo.example", "Alex Morgan", "an admin on the demo agency's staff"),
    Account("agent@demo.example", "Jamie Cruz", "an agent on the demo agency's staff"),
)


def account_of(email: str) -> Account | None:
    """The account with this address: one of those above, or one for any other address that was typed."""
    email = email.strip()
    known = next((account for account in ACCOUNTS if account.email == email.lower()), None)
    if known is not None:
        return known
    if not fullmatch(r"[^@\s<>]+@[^@\s<>]+", email) or len(email) > LONGEST:
        return None
    return Account(email, email.partition("@")[0])
