"""Notify's wiring: its settings, its ways out, its handlers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kit.process import Process

from .handlers import service
from .parts import Parts
from .settings import NotifySettings
from .sms import TextProvider
from .smtp import MailServer
from .wording import Wording


@asynccontextmanager
async def open_parts(settings: NotifySettings) -> AsyncIterator[Parts]:
    """The mail server, twice, so that a code never waits behind attachments; the SMS provider; the wording."""
    codes = MailServer(settings.smtp_url.get_secret_value(), settings.public_host)
    documents = MailServer(settings.smtp_url.get_secret_value(), settings.public_host)
    texts = TextProvider(settings) if settings.sms_url else None
    try:
        yield Parts(settings, codes, documents, texts, Wording(settings.public_url))
    finally:
        await codes.close()
        await documents.close()
        if texts is not None:
            await texts.close()


PROCESS = Process(NotifySettings, service, open_parts)
