"""`./portico system`: the agencies' own systems, and their client credentials."""

import asyncio
from typing import Annotated

import typer

from contracts.principal import Scope
from ops.commands.options import DATA, Data, Slug

app = typer.Typer(help="The systems of an agency: who may publish, impersonate, or manage it.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The system's short name, in small letters.")]
SHOWN_ONCE = "Keep it now: it is not shown again."


@app.command("add")
def system_add(
    slug: Slug,
    name: Name,
    scope: Annotated[list[Scope], typer.Option(help="What it may do; may be given more than once.")],
    data: Data = DATA,
) -> None:
    """Add a system and print its client id and secret."""
    from ops.running import find_running  # noqa: PLC0415
    from ops.systems import add_system  # noqa: PLC0415

    async def add() -> None:
        async with find_running(data).bus() as client:
            made = await add_system(client, slug, name, tuple(scope))
            _show(made.system.client_id, made.client_secret)

    asyncio.run(add())


@app.command("list")
def system_list(slug: Slug, data: Data = DATA) -> None:
    """List an agency's systems."""
    from ops.running import find_running  # noqa: PLC0415
    from ops.systems import list_systems  # noqa: PLC0415

    async def look() -> None:
        async with find_running(data).bus() as client:
            for system in await list_systems(client, slug):
                used = f"{system.used_at:%Y-%m-%d %H:%M}" if system.used_at else "never used"
                changing = f"  (old secret until {system.old_secret_until:%H:%M})" if system.old_secret_until else ""
                print(f"{system.client_id:<28} {' '.join(system.scopes):<36} {used}{changing}")

    asyncio.run(look())


@app.command("rotate")
def system_rotate(
    slug: Slug,
    name: Name,
    at_once: Annotated[bool, typer.Option("--at-once", help="End the old secret now, and all that it opened.")] = False,
    data: Data = DATA,
) -> None:
    """Give a system a new secret; the old one is good for another day."""
    from ops.running import find_running  # noqa: PLC0415
    from ops.stack.systems import login_file, write_login  # noqa: PLC0415
    from ops.systems import change_secret  # noqa: PLC0415

    async def rotate() -> None:
        running = find_running(data)
        async with running.bus() as client:
            made = await change_secret(client, slug, name, at_once=at_once)
        if login_file(running.folder.path, slug, name).exists():
            file = write_login(running.folder.path, made.system.client_id, made.client_secret, running.places.nats_url)
            print(f"changed {made.system.client_id}; its new login is in {file}")
        else:
            _show(made.system.client_id, made.client_secret)

    asyncio.run(rotate())


@app.command("end")
def system_end(slug: Slug, name: Name, data: Data = DATA) -> None:
    """End a system: its secret, its tokens, and its connections to the bus."""
    from ops.running import find_running  # noqa: PLC0415
    from ops.stack.systems import login_file  # noqa: PLC0415
    from ops.systems import end_system  # noqa: PLC0415

    async def end() -> None:
        running = find_running(data)
        async with running.bus() as client:
            await end_system(client, slug, name)
        login_file(running.folder.path, slug, name).unlink(missing_ok=True)
        print(f"ended {name} of {slug}")

    asyncio.run(end())


def _show(client_id: str, secret: str) -> None:
    print(f"PORTICO_CLIENT_ID={client_id}\nPORTICO_CLIENT_SECRET={secret}")
    typer.echo(SHOWN_ONCE, err=True)
