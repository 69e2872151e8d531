"""`./portico quarantine`: what could not be handled."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.commands.options import DATA, Data
from ops.problem import Problem

if TYPE_CHECKING:
    from ops.running import Running

app = typer.Typer(help="Messages that could not be handled.", no_args_is_help=True)


@app.command("list")
def quarantine_list(
    agency_slug: Annotated[str, typer.Option("--agency", help="Only this agency's.")] = "",
    replayed: Annotated[bool, typer.Option("--all", help="Also those that were sent again.")] = False,
    data: Data = DATA,
) -> None:
    """List what is in quarantine, the newest first."""
    from ops.quarantine import list_caught  # noqa: PLC0415
    from ops.running import find_running  # noqa: PLC0415

    running = find_running(data)
    listed = asyncio.run(list_caught(running, agency_slug, replayed=replayed))
    if not listed:
        _say_that_nothing_is_there(running, agency_slug)
    for caught in listed:
        row = caught.row
        again = "  (sent again)" if row["replayed_at"] else ""
        print(f"{caught.id}  {row['caught_at']:%Y-%m-%d %H:%M}  {caught.service:<9}  {row['subject']}{again}")
        print(f"    {row['code']}{' ' if row['pointer'] else ''}{row['pointer']}: {row['problem']}")


@app.command("show")
def quarantine_show(
    message: Annotated[str, typer.Argument(help="Its id, or the end of it.")], data: Data = DATA
) -> None:
    """Show one message with the reason."""
    from ops.quarantine import find_caught  # noqa: PLC0415
    from ops.running import find_running  # noqa: PLC0415

    caught = asyncio.run(find_caught(find_running(data), message))
    for name, value in caught.row.items():
        if name not in ("body", "mended_body"):
            print(f"{name:<16} {value}")
    print(f"\n{caught.text}")


@app.command("replay")
def quarantine_replay(
    messages: Annotated[list[str] | None, typer.Argument(help="Ids, or the ends of them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that was not sent again yet.")] = False,
    agency_slug: Annotated[str, typer.Option("--agency", help="With --all: only this agency's.")] = "",
    mended: Annotated[
        Path | None, typer.Option(help="A file with the event as it should have been, for one message.")
    ] = None,
    data: Data = DATA,
) -> None:
    """Send messages again to where they belong, once the reason is mended; the originals stay.

    Of several, those that are still not right are named, and make the exit status 1; the others are sent.
    """
    from ops.quarantine import StillWrong, find_caught, list_caught, replay  # noqa: PLC0415
    from ops.running import find_running  # noqa: PLC0415

    async def run(running: "Running") -> bool:
        chosen = await list_caught(running, agency_slug, limit=10_000) if everything else []
        chosen += [await find_caught(running, text) for text in messages or []]
        wrong = 0
        for caught in reversed(chosen):
            try:
                subject = await replay(running, caught, body)
            except StillWrong as problem:
                if len(chosen) == 1:
                    raise
                wrong += 1
                print(f"{caught.id}: {problem}", file=sys.stderr)
            else:
                print(f"sent again: {caught.id} on {subject}")
        if wrong:
            raise typer.Exit(1)
        return bool(chosen)

    if not messages and not everything:
        raise Problem("Name the messages to send again, or --all.")
    if mended is not None and (everything or len(messages or []) != 1):
        raise Problem("A mended event takes the place of one message: name that one alone.")
    try:
        body = None if mended is None else mended.read_bytes()
    except OSError as error:
        raise Problem(f"{mended} cannot be read: {error.strerror}.") from None
    running = find_running(data)
    if not asyncio.run(run(running)):
        _say_that_nothing_is_there(running, agency_slug)


def _say_that_nothing_is_there(running: "Running", agency_slug: str) -> None:
    from ops.agencies import require_agency  # noqa: PLC0415

    if agency_slug:
        asyncio.run(require_agency(running, agency_slug))
    print("Nothing is in quarantine.", file=sys.stderr)
