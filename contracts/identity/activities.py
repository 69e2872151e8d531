"""Activity: what was done in an account and by whom, in a chain that shows every change to it."""

from enum import StrEnum
from typing import Literal

from contracts.kinds import Model


class What(StrEnum):
    """What was done; the words of pages hang on these values, which never change."""

    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    ACCOUNT_SWITCHED = "account-switched"
    ACCESS_ENDED = "access-ended"


class Doer(Model):
    """Who did it: a contact, a member of staff, a system of the agency's, the AMS's feed, or the portal itself.

    `id` is ours for contacts, staff and systems; `name` is as it was known then; `address` is the client's.
    """

    kind: Literal["contact", "staff", "system", "ams", "portal"]
    id: str = ""
    name: str = ""
    address: str = ""
