"""`./portico agency`: the agencies of this deployment, and everything that can be set of one."""

import asyncio
import sys
from typing import Annotated, Any

import typer

from contracts.identity.agencies import SignInMethods
from contracts.identity.settings import SettingsChange
from ops.commands.options import DATA, Data, Slug
from ops.commands.telling import HELP, telling_of
from ops.problem import Problem

app = typer.Typer(help="The agencies of this deployment.", no_args_is_help=True)

Text = str | None
Switch = bool | None
Languages = Annotated[str | None, typer.Option(help="The portal's languages, separated by commas: en,es.")]
Open = Annotated[bool | None, typer.Option("--portal-open/--portal-closed", help="Whether the portal is on.")]
FeedHours = Annotated[int | None, typer.Option(help="Hours within which its system promises a word.")]
Disclosure = Annotated[str | None, typer.Option(help="What an unknown address is told: explicit, or neutral.")]
Gmail = Annotated[str | None, typer.Option(help="How a Gmail address comes in: google, or google-or-code.")]
Accounts = Annotated[str | None, typer.Option(help="Which Google accounts come in: gmail, or verified.")]
Passkeys = Annotated[str | None, typer.Option(help="Passkeys: off, offered or required.")]
Passwords = Annotated[bool | None, typer.Option(help="Whether credentials can be assigned.")]
Devices = Annotated[bool | None, typer.Option(help="Whether a device can be remembered for ID cards.")]
Tell = Annotated[list[str] | None, typer.Option(help=HELP)]
Demo = Annotated[bool, typer.Option("--demo", help="For trying out: what is mailed to its people is shown to you.")]
TellAddress = Annotated[str | None, typer.Option(help="Where mails to the agency go, if not to its own address.")]


@app.command("add")
def agency_add(
    slug: Slug,
    name: Annotated[str, typer.Option(help="The agency's name as its clients know it.")],
    phone: Annotated[str, typer.Option()],
    email: Annotated[str, typer.Option()],
    website: Text = None,
    street: Text = None,
    city: Text = None,
    state: Text = None,
    postal_code: Text = None,
    hours: Text = None,
    time_zone: Text = None,
    brand_color: Text = None,
    default_language: Text = None,
    languages: Languages = None,
    portal_open: Open = None,
    feed_hours: FeedHours = None,
    disclosure: Disclosure = None,
    gmail: Gmail = None,
    google_accounts: Accounts = None,
    passkeys: Passkeys = None,
    passwords: Passwords = None,
    remembered_devices: Devices = None,
    tell: Tell = None,
    tell_address: TellAddress = None,
    demo: Demo = False,
    data: Data = DATA,
) -> None:
    """Add an agency and a login for its system."""
    given = _given(locals())
    from ops.agencies import add_agency  # noqa: PLC0415
    from ops.running import find_running  # noqa: PLC0415
    from ops.stack.mails import mails_are_read_at  # noqa: PLC0415

    running = find_running(data)
    file, agencies = asyncio.run(add_agency(running, {"slug": slug, "demo": demo, **given}))
    address = running.places.public_url
    print(f"added {slug}; its system connects with the settings in {file}")
    print(f"Its portal is {address}/{slug}/, and its first admin is invited by")
    print(f'  ./portico staff add {slug} EMAIL "FIRST LAST" --role admin')
    print(mails_are_read_at(agencies, address, running.folder.path))


@app.command("set")
def agency_set(
    slug: Slug,
    name: Text = None,
    phone: Text = None,
    email: Text = None,
    website: Text = None,
    street: Text = None,
    city: Text = None,
    state: Text = None,
    postal_code: Text = None,
    hours: Text = None,
    time_zone: Text = None,
    brand_color: Text = None,
    default_language: Text = None,
    languages: Languages = None,
    portal_open: Open = None,
    feed_hours: FeedHours = None,
    disclosure: Disclosure = None,
    gmail: Gmail = None,
    google_accounts: Accounts = None,
    passkeys: Passkeys = None,
    passwords: Passwords = None,
    remembered_devices: Devices = None,
    tell: Tell = None,
    tell_address: TellAddress = None,
    data: Data = DATA,
) -> None:
    """Change what is named of an agency's record and settings."""
    given = _given(locals())
    if not given:
        raise Problem("Name what is to be changed; `./portico agency set --help` lists all that can be.")
    from ops.agencies import change_agency  # noqa: PLC0415
    from ops.running import find_running  # noqa: PLC0415

    changed = asyncio.run(change_agency(find_running(data), slug, given))
    closed = "" if changed.portal_open else "; its portal is closed"
    print(f"changed {changed.slug}: {changed.name}, {changed.phone}, {changed.email}{closed}")


@app.command("list")
def agency_list(data: Data = DATA) -> None:
    """List all agencies."""
    from ops.agencies import list_agencies  # noqa: PLC0415
    from ops.running import find_running  # noqa: PLC0415

    agencies = asyncio.run(list_agencies(find_running(data)))
    if not agencies:
        print("There is no agency yet: `./portico agency add` adds one.", file=sys.stderr)
    for found in agencies:
        marks = "".join(f"  ({mark})" for mark, on in (("demo", found.demo), ("closed", not found.portal_open)) if on)
        print(f"{found.slug:<20} {found.name:<36} {found.phone:<16} {found.email}{marks}")


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    """The fields of the record that the person at the terminal has named."""
    named = {field: value for field, value in arguments.items() if value is not None}
    if "languages" in named:
        named["languages"] = [part.strip() for part in named["languages"].split(",")]
    record = {field: named[field] for field in SettingsChange.model_fields if field in named}
    sign_in = {field: named[field] for field in SignInMethods.model_fields if field in named}
    telling = telling_of(named.get("tell", []), named.get("tell_address"))
    groups = {"sign_in": sign_in, "who_is_told": telling}
    return {**record, **{group: values for group, values in groups.items() if values}}
