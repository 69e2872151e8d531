"""`./portico ams`: play an agency's system."""

import asyncio
import contextlib
from typing import Annotated

import typer

from ops.commands.options import DATA, Data, Slug

app = typer.Typer(help="Play an agency's system: publish its events, hear the portal's.", no_args_is_help=True)


@app.command("publish")
def ams_publish(
    file: Annotated[str, typer.Argument(help="A file with one event a line; - for standard input.")],
    agency_slug: Annotated[str, typer.Option("--agency", help="The agency's short name.")] = "demo",
    check: Annotated[bool, typer.Option("--check/--no-check", help="Check each line before it is sent.")] = True,
    data: Data = DATA,
) -> None:
    """Publish events as the agency's system does; refused lines are named, and make the exit status 1."""
    from ops.ams.publish import publish_file  # noqa: PLC0415

    raise typer.Exit(1 if publish_file(file, agency_slug, data, checked=check) else 0)


@app.command("watch")
def ams_watch(slug: Slug = "demo", data: Data = DATA) -> None:
    """Follow what the portal tells the agency's system; each event is taken once."""
    from ops.ams.watch import watch  # noqa: PLC0415

    with contextlib.suppress(KeyboardInterrupt):  # the way that it ends
        asyncio.run(watch(slug, data))
