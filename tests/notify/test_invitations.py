"""Invitations of staff arrive once, at the member alone, and their key stays in the mail."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.notify import SendInvitation
from kit.ids import new_id
from services.notify import handlers

from .conftest import PUBLIC_URL, Notify

KEY = "a-key-that-works-once"


def job(notify: Notify, **changes: Any) -> SendInvitation:
    facts: dict[str, Any] = {
        "agency": notify.agency,
        "delivery": new_id(),
        "to": "jamie.cruz@example.com",
        "name": "Jamie Cruz",
        "invited_by": "Alex Morgan",
        "key": KEY,
        "expires_at": datetime.now(UTC) + timedelta(hours=72),
        "language": "es",
    }
    return SendInvitation(**{**facts, **changes})


async def test_an_invitation_arrives_once_with_its_link(notify: Notify) -> None:
    sent = job(notify)
    for _ in range(2):
        await handlers.send_invitation(sent, notify.call())
    (mail,) = notify.post.mails
    assert mail["To"] == "jamie.cruz@example.com"
    text = str(mail.get_body(("plain",)).get_content())
    assert re.search(rf"^{PUBLIC_URL}/agency-\w+/console/invitation\?key={KEY}\r?$", text, re.MULTILINE)
    assert "Alex Morgan le invita" in text
    assert KEY not in str(mail["Subject"])
    assert await notify.state(sent.delivery) == "sent"
    assert KEY not in str(dict(await notify.row(sent.delivery)))


async def test_an_invitation_that_has_run_out_is_not_sent(notify: Notify) -> None:
    late = job(notify, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    await handlers.send_invitation(late, notify.call())
    assert notify.post.taken == []


async def test_a_name_that_would_begin_another_header_is_refused(notify: Notify) -> None:
    odd = job(notify, name="Jamie\r\nBcc: all@example.com")
    await handlers.send_invitation(odd, notify.call())
    assert (await notify.row(odd.delivery))["state"] == "failed"
    assert notify.post.taken == []
