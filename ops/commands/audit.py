"""`./portico audit`: whether the activity log is as it was recorded, and a copy of it."""

import asyncio
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.commands.options import DATA, Data, Slug
from ops.problem import Problem

if TYPE_CHECKING:
    from ops.audit.heads import Keys
    from ops.audit.verification import Outcome

app = typer.Typer(help="The activity log: checked and exported.", no_args_is_help=True)


@app.command("verify")
def audit_verify(
    agency_slug: Annotated[str, typer.Argument(metavar="[AGENCY]", help="Only this agency; all when left out.")] = "",
    heads: Annotated[
        list[Path] | None, typer.Option(help="Signed heads that were kept elsewhere: a file, or a folder of them.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Check this export instead of the running portal.")] = None,
    keys: Annotated[Path | None, typer.Option(help="A JWK set with the keys to trust instead of the portal's.")] = None,
    data: Data = DATA,
) -> None:
    """Check every entry and every signed head; exit status 1 when something was changed."""
    from ops.audit.heads import read_heads, read_keys  # noqa: PLC0415

    kept = [signature for place in heads or [] for signature in read_heads(place)]
    trusted = read_keys(keys) if keys else None
    outcomes = [_of_file(file, trusted, kept)] if file else asyncio.run(_of_portal(data, agency_slug, trusted, kept))
    for outcome in outcomes:
        _say(outcome)
    raise typer.Exit(1 if any(outcome.findings for outcome in outcomes) else 0)


@app.command("export")
def audit_export(
    agency_slug: Slug,
    to: Annotated[Path | None, typer.Option(help="A new file; printed when left out.")] = None,
    data: Data = DATA,
) -> None:
    """Write an agency's activity as lines of JSON, with hashes and signed heads, for anybody to check."""
    from ops.audit.export import export  # noqa: PLC0415
    from ops.audit.source import open_source  # noqa: PLC0415

    async def run() -> None:
        async with open_source(data) as source:
            lines = export(source, agency_slug)
            first = await anext(lines)  # what cannot be read leaves no file behind
            with to.open("x", encoding="utf-8") if to else nullcontext(sys.stdout) as stream:
                stream.write(f"{first}\n")
                async for line in lines:
                    stream.write(f"{line}\n")

    try:
        asyncio.run(run())
    except OSError as error:
        if to is None:  # whoever reads has gone, as `head` does
            raise
        raise Problem(f"{to} cannot be written: {error.strerror or error}.") from None


async def _of_portal(data: Path, slug: str, trusted: "Keys | None", kept: list[str]) -> "list[Outcome]":
    from ops.audit.source import open_source  # noqa: PLC0415
    from ops.audit.verification import verify  # noqa: PLC0415

    async with open_source(data) as source:
        slugs = [slug] if slug else await source.agencies()
        return [await verify(source, one, trusted or source.keys, kept) for one in slugs]


def _of_file(file: Path, trusted: "Keys | None", kept: list[str]) -> "Outcome":
    from ops.audit.export import read_export  # noqa: PLC0415
    from ops.audit.verification import Verification  # noqa: PLC0415

    slug, own, parts = read_export(file)
    verification = Verification(slug, trusted or own, kept)
    for part in parts:
        verification.take(part)
    outcome = verification.end()
    if trusted is None:
        outcome.notes.append("signatures were checked with the keys in the file itself: name yours with --keys")
    return outcome


def _say(outcome: "Outcome") -> None:
    verdict = "NOT as recorded" if outcome.findings else "as recorded"
    print(f"{outcome.slug}: {verdict} ({outcome.entries} entries, {outcome.heads} signed heads)")
    for finding in outcome.findings:
        print(f"  {finding}")
    for note in outcome.notes:
        print(f"  note: {note}")
