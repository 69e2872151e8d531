"""`./portico agency google` and `microsoft`: with whom an agency's people sign in."""

import asyncio
import sys
from typing import Annotated

import typer

from ops.commands.options import DATA, Data, Slug
from ops.problem import Problem

ClientId = Annotated[
    str, typer.Option(help="The client id that the provider gave; the secret comes by standard input.")
]
Remove = Annotated[bool, typer.Option("--remove", help="Take the client away.")]


def google(slug: Slug, client_id: ClientId = "", remove: Remove = False, data: Data = DATA) -> None:
    """Let an agency's insureds, and its staff, sign in with Google."""
    _set(slug, "google", client_id, "", remove, data)


def microsoft(
    slug: Slug,
    client_id: ClientId = "",
    tenant: Annotated[str, typer.Option(help="The directory (tenant) id of the agency's own organization.")] = "",
    remove: Remove = False,
    data: Data = DATA,
) -> None:
    """Let an agency's staff sign in with Microsoft."""
    _set(slug, "microsoft", client_id, tenant, remove, data)


def _set(slug: str, provider: str, client_id: str, tenant: str, remove: bool, data: Data) -> None:
    from ops.openid import client_of, set_client  # noqa: PLC0415
    from ops.running import find_running  # noqa: PLC0415

    if bool(client_id) == remove:
        raise Problem("Give either --client-id, with the secret on standard input, or --remove.")
    client = None
    if client_id:
        if sys.stdin.isatty():
            sys.stderr.write("client secret: ")
            sys.stderr.flush()
        secret = sys.stdin.readline().strip()
        if not secret:
            raise Problem("The client's secret is read from standard input, and there was none.")
        client = client_of(client_id, secret, tenant)
    known = asyncio.run(set_client(find_running(data), slug, provider, client))
    if client is None:
        print(f"{slug} has no client at {provider} any more")
    else:
        print(f"{slug} has a client at {provider}; register {known.return_address} there as its redirect address")
