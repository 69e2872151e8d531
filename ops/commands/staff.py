"""`./portico staff`: the people who work for an agency, where no admin is there yet to invite them."""

import asyncio
from enum import StrEnum
from typing import Annotated

import typer

from ops.commands.options import DATA, Data, Slug

app = typer.Typer(help="The staff of an agency.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The member's own e-mail address: the invitation goes there.")]


class RoleOption(StrEnum):
    """What a member of staff may do."""

    ADMIN = "admin"
    AGENT = "agent"
    CSR = "csr"


@app.command("add")
def staff_add(
    agency: Slug,
    email: Email,
    name: Annotated[str, typer.Argument(help="First and last name.")],
    role: Annotated[RoleOption, typer.Option(help="An admin may do everything.")] = RoleOption.AGENT,
    data: Data = DATA,
) -> None:
    """Add a member of staff and mail an invitation."""
    from ops.running import find_running  # noqa: PLC0415
    from ops.staff import add_member  # noqa: PLC0415

    asyncio.run(add_member(find_running(data), agency, email, name, role.value))
    print(f"added {email} as {role.value}; an invitation is on its way, good for 72 hours")


@app.command("recover")
def staff_recover(agency: Slug, email: Email, data: Data = DATA) -> None:
    """End what opens the console for a member, and mail a new invitation: for an admin who is locked out."""
    from ops.running import find_running  # noqa: PLC0415
    from ops.staff import restore_member  # noqa: PLC0415

    asyncio.run(restore_member(find_running(data), agency, email))
    print(f"everything that opened the console for {email} has ended; a new invitation is on its way")
