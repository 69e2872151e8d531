"""Mails to staff: each admin hears once what only admins can put right, in the agency's own time."""

from datetime import UTC, datetime

from contracts.notify import MailRemovalHeld, MailWebhookGivenUp
from contracts.portal_events import HeldKind
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


async def test_an_admin_is_told_once_of_a_snapshot_whichever_service_says_it(notify: Notify) -> None:
    delivery, at = new_id(), datetime(2026, 11, 22, 21, 42, tzinfo=UTC)
    for kind, language in (("account", "es"), ("policy", "en")):
        job = MailRemovalHeld(
            agency=notify.agency,
            delivery=delivery,
            to="jamie.cruz@example.com",
            name="Jamie Cruz",
            began_at=at,
            kinds=[HeldKind(kind=kind, going=1213, there=1250)],
            at=at,
            language=language,
        )
        await handlers.mail_removal_held(job, notify.call())
    (mail,) = notify.post.mails
    plain = mail.get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    assert "1,213 de 1,250 cuentas" in text and "22 de noviembre de 2026" in text and "/console/sync/held" in text
    assert await notify.state(delivery) == "sent"
