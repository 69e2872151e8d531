"""Runs the development mailbox: `python -m ops.mailbox`, until it is told to stop."""

import asyncio
import signal
import sys

import uvloop
from starlette.routing import BaseRoute

from kit.admin import WebServer
from kit.settings import SettingsError, load

from .folder import Folder
from .settings import MailboxSettings, host_and_port
from .smtp import Catcher, listen
from .web import create_app


async def run(settings: MailboxSettings) -> None:
    """Serves until SIGTERM or SIGINT; OSError where an address is taken or the folder cannot be written."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    folder = Folder(settings.mailbox_folder)
    smtp = await listen(Catcher(folder), *host_and_port(settings.mailbox_smtp))
    app = create_app(folder, settings.mailbox_sms_key.get_secret_value(), _stand_in(settings))
    web = WebServer(app, settings.mailbox_http)
    await web.start()
    sys.stderr.write("mailbox: ready\n")
    await stop.wait()
    smtp.close()
    await web.stop()


def _stand_in(settings: MailboxSettings) -> list[BaseRoute]:
    """The stand-ins for Google and Microsoft, where this stack has them."""
    if not settings.stand_in_base:
        return []
    from ops.provider import roles, web  # noqa: PLC0415 - only a demo stack has them
    from ops.provider.codes import Client, Codes  # noqa: PLC0415

    client = Client(settings.stand_in_client, settings.stand_in_secret.get_secret_value(), settings.stand_in_return)
    played = (roles.google(settings.stand_in_base), roles.microsoft(settings.stand_in_base))
    return [route for role in played for route in web.routes(Codes(role, client))]


def main() -> None:
    """The command; exit status 2 says that starting again would not help."""
    try:
        uvloop.run(run(load(MailboxSettings)))
    except (SettingsError, OSError) as error:
        sys.stderr.write(f"mailbox: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
