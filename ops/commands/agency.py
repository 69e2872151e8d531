"""`./portico agency`: the agencies of this deployment."""

import asyncio
from typing import Annotated, Any

import typer

from ops.commands.options import DATA, Data, Slug

app = typer.Typer(help="The agencies of this deployment.", no_args_is_help=True)

Text = str | None
FIELDS = (
    "name",
    "phone",
    "email",
    "website",
    "street",
    "city",
    "state",
    "postal_code",
    "hours",
    "time_zone",
    "brand_color",
    "default_language",
)


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
    data: Data = DATA,
) -> None:
    """Add an agency and a login for its system."""
    from ops.agencies import add_agency, details_of  # noqa: PLC0415
    from ops.running import find_running  # noqa: PLC0415

    fields = _given(locals())
    file = asyncio.run(add_agency(find_running(data), details_of({"slug": slug, **fields})))
    print(f"added {slug}; its system connects with the settings in {file}")


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
    data: Data = DATA,
) -> None:
    """Change what is named of an agency's public record."""
    from ops.agencies import change_agency  # noqa: PLC0415
    from ops.running import find_running  # noqa: PLC0415

    changed = asyncio.run(change_agency(find_running(data), slug, _given(locals())))
    print(f"changed {changed.slug}: {changed.name}, {changed.phone}, {changed.email}")


@app.command("list")
def agency_list(data: Data = DATA) -> None:
    """List all agencies."""
    from ops.agencies import list_agencies  # noqa: PLC0415
    from ops.running import find_running  # noqa: PLC0415

    for found in asyncio.run(list_agencies(find_running(data))):
        print(f"{found.slug:<20} {found.name:<36} {found.phone:<16} {found.email}{'  (demo)' if found.demo else ''}")


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: arguments[name] for name in FIELDS if arguments[name] is not None}
