"""What only notify has: its ways out and its wording."""

from dataclasses import dataclass
from typing import cast

from kit.bus import Call

from .settings import NotifySettings
from .sms import TextProvider
from .smtp import MailServer
from .wording import Wording


@dataclass(frozen=True)
class Parts:
    """`codes` and `documents` are connections to the same mail server; `texts` is empty where no provider is set."""

    settings: NotifySettings
    codes: MailServer
    documents: MailServer
    texts: TextProvider | None
    wording: Wording


def parts(call: Call) -> Parts:
    """Notify's own parts."""
    return cast(Parts, call.bus.parts)
