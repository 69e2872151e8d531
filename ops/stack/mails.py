"""Where the mails and texts of a one-machine stack can be read: it sends none to anybody."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.identity.agencies import Agency


def mails_are_read_at(agencies: "Sequence[Agency]", public_url: str, folder: Path) -> str:
    """A sentence for the person at the terminal; a real agency's mails are shown to nobody, so the page is closed."""
    page = f"{public_url}/dev/mailbox"
    real = [agency.slug for agency in agencies if not agency.demo]
    if not real:
        return f"Mails, texts and identification codes arrive at {page}."
    return (
        f"{page} shows nothing, since {', '.join(real)} {'is' if len(real) == 1 else 'are'} not for trying out"
        f" (--demo): mails and texts are kept in {folder / 'mailbox'}, and none is sent to anybody."
    )
