"""The way to the mail server: SMTP with STARTTLS when offered, and one warm connection between two mails."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from .addresses import scrub
from .outcomes import NotNow, Refused, Uncertain

REACHED_WITHIN = 10.0  # seconds for the connection and for each command's answer
WARM_REACHED_WITHIN = 3.0  # the same for a command on a connection that may have died unnoticed
TAKEN_WITHIN = 60.0  # seconds for the answer after the message's last byte
KEPT_WARM = 45.0  # seconds; servers hang up after a minute or more
SIDE_BY_SIDE = 4  # connections at a time
NOT_SIGNED_IN = frozenset({530, 534, 535, 538})  # our settings are wrong, not the message


class MailServer:
    """Sends one message at a time over each of a few connections.

    `url` is smtp://user:password@host:port or smtps://…; `hello` our host name as SMTP's EHLO says it. With a password
    the line must be encrypted, except to this machine itself: otherwise whoever strips STARTTLS reads it.
    """

    def __init__(self, url: str, hello: str, tls: ssl.SSLContext | None = None) -> None:
        self._url = urlsplit(url)
        self._hello = hello
        self._tls = tls
        self._slots = asyncio.Semaphore(SIDE_BY_SIDE)
        self._warm: tuple[SMTP, float] | None = None

    async def send(self, sender: str, recipient: str, message: bytes, begin: Callable[[], Awaitable[None]]) -> str:
        """Hands a message over; returns the server's answer, scrubbed.

        `begin` is awaited once the server has taken sender and recipient: nothing before it can deliver anything.
        Raises Refused (5xx), NotNow (4xx, no connection) and Uncertain (no answer after the message).
        """
        async with self._slots:
            connection = await self._take(sender, recipient)
            try:
                await begin()
                answer = await _hand_over(connection, message)
            except BaseException:
                connection.close()
                raise
            await self._keep(connection)
            return answer

    async def close(self) -> None:
        """Says good-bye on the warm connection."""
        warm, self._warm = self._warm, None
        if warm is not None:
            await _quit(warm[0])

    async def _take(self, sender: str, recipient: str) -> SMTP:
        warm, self._warm = self._warm, None
        if warm is not None:
            connection, since = warm
            if connection.is_connected and time.monotonic() - since < KEPT_WARM:
                try:
                    await _address(connection, sender, recipient, WARM_REACHED_WITHIN)
                    return connection
                except NotNow:  # tired of this connection, or gone: a fresh one decides
                    connection.close()
                except BaseException:
                    connection.close()
                    raise
            await _quit(connection)
        connection = await self._connect()
        try:
            await _address(connection, sender, recipient, REACHED_WITHIN)
        except BaseException:
            connection.close()
            raise
        return connection

    async def _keep(self, connection: SMTP) -> None:
        if self._warm is None and connection.is_connected:
            self._warm = (connection, time.monotonic())
        else:
            await _quit(connection)

    async def _connect(self) -> SMTP:
        host = self._url.hostname or ""
        encrypted = self._url.scheme == "smtps"
        must_encrypt = bool(self._url.username) and not _is_this_machine(host)
        connection = SMTP(
            hostname=host,
            port=self._url.port,
            username=unquote(self._url.username) if self._url.username else None,
            password=unquote(self._url.password) if self._url.password else None,
            local_hostname=self._hello,
            timeout=REACHED_WITHIN,
            use_tls=encrypted,
            start_tls=None if encrypted or not must_encrypt else True,
            tls_context=self._tls,
        )
        try:
            await connection.connect()
        except SMTPAuthenticationError as error:
            raise NotNow(f"the mail server did not let us sign in ({error.code})") from None
        except SMTPResponseException as error:
            raise NotNow(f"the mail server greeted with {_answer(error)}") from None
        except (SMTPException, OSError) as error:
            raise NotNow(f"no connection to the mail server: {type(error).__name__}") from None
        return connection


async def _address(connection: SMTP, sender: str, recipient: str, within: float) -> None:
    try:
        await connection.mail(sender, timeout=within)
        await connection.rcpt(recipient, timeout=within)
    except (SMTPSenderRefused, SMTPRecipientRefused) as error:
        raise _judge(error) from None
    except (SMTPException, OSError) as error:
        raise NotNow(f"the mail server broke off: {type(error).__name__}") from None


async def _hand_over(connection: SMTP, message: bytes) -> str:
    try:
        response = await connection.data(message, timeout=TAKEN_WITHIN)
    except SMTPDataError as error:
        raise _judge(error) from None
    except (SMTPException, OSError) as error:
        raise Uncertain(f"the mail server left after the message: {type(error).__name__}") from None
    return scrub(f"{response.code} {response.message}", 120)


def _judge(error: SMTPResponseException) -> Exception:
    if 500 <= error.code < 600 and error.code not in NOT_SIGNED_IN:
        return Refused(_answer(error))
    return NotNow(_answer(error))


def _answer(error: SMTPResponseException) -> str:
    return scrub(f"{error.code} {error.message}")


async def _quit(connection: SMTP) -> None:
    with contextlib.suppress(SMTPException, OSError):
        await connection.quit(timeout=WARM_REACHED_WITHIN)
    connection.close()


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
