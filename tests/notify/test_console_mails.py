"""Mails to staff: each admin hears once that a webhook was turned off, in the agency's own time."""

from datetime import UTC, datetime

from contracts.notify import MailWebhookGivenUp
from kit.ids import new_id
from services.notify import handlers

from .conftest import Notify


async def test_an_admin_is_told_once_that_a_webhook_was_turned_off(notify: Notify) -> None:
    job = MailWebhookGivenUp(
        agency=notify.agency,
        delivery=new_id(),
        to="jamie.cruz@example.com",
        name="Jamie Cruz",
        webhook=new_id(),
        host="hooks.lakeside.example.com",
        why="dead",
        failing_since=datetime(2026, 11, 19, 21, 40, tzinfo=UTC),
        at=datetime(2026, 11, 22, 21, 42, tzinfo=UTC),
        language="en",
    )
    for _ in range(2):
        await handlers.mail_webhook_given_up(job, notify.call())
    (mail,) = notify.post.mails
    assert notify.post.recipients == ["jamie.cruz@example.com"]
    plain = mail.get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    assert "hooks.lakeside.example.com" in text and f"/console/webhooks/{job.webhook}" in text
    assert "November 22, 2026, 3:42 PM CST" in text and "November 19, 2026, 3:40 PM CST" in text
    assert await notify.state(job.delivery) == "sent"
