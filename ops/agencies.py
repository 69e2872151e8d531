"""Agencies from the command line: asked of identity over the bus, and given a login for their own system."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from contracts.identity.agencies import AddAgency, Agency, AgencyDetails, ListAgencies
from contracts.identity.settings import ChangeAgency, SettingsChange
from contracts.kinds import NotFound, Refusal, Request
from contracts.principal import Scope
from kit.bus import Asker
from kit.bus.sentences import first_problem
from kit.migrating.streams import apply_ams_consumer
from ops.problem import Problem
from ops.running import Running
from ops.systems import hand_login

Answer = TypeVar("Answer", bound=BaseModel)
Record = TypeVar("Record", bound=BaseModel)


async def list_agencies(running: Running) -> list[Agency]:
    """All agencies, by name."""
    async with running.bus() as client:
        return (await _ask(Asker(client), ListAgencies())).items


async def require_agency(running: Running, slug: str) -> None:
    """Raises Problem unless there is an agency of that short name."""
    if slug not in {agency.slug for agency in await list_agencies(running)}:
        raise _unknown(slug)


async def add_agency(running: Running, fields: dict[str, Any]) -> tuple[Path, list[Agency]]:
    """Adds an agency and a login for its system; returns the file that holds the login, and all agencies."""
    details = _of(AgencyDetails, fields)
    async with running.bus() as client:
        await _ask(Asker(client), AddAgency(details=details))
        await apply_ams_consumer(client, details.slug)
        folder, url = running.folder.path, running.places.nats_url
        file = await hand_login(client, folder, url, details.slug, (Scope.AMS_PUBLISH,))
        return file, (await _ask(Asker(client), ListAgencies())).items


async def change_agency(running: Running, slug: str, fields: dict[str, Any]) -> Agency:
    """Changes an agency's record in the named fields."""
    changes = _of(SettingsChange, fields)
    async with running.bus() as client:
        try:
            return await _ask(Asker(client), ChangeAgency(agency=slug, changes=changes))
        except NotFound:
            raise _unknown(slug) from None


def _of(record: type[Record], fields: dict[str, Any]) -> Record:
    """The record of these fields; raises Problem with the one that is wrong."""
    try:
        return record(**fields)
    except ValidationError as error:
        pointer, problem = first_problem(error)
        raise Problem(f"{option(pointer)}: {problem}") from None


def _unknown(slug: str) -> Problem:
    return Problem(f"There is no agency {slug!r} here; `./portico agency list` shows all.")


def option(pointer: str) -> str:
    """How the command line calls the field of a JSON pointer."""
    parts = [part for part in pointer.split("/") if part and not part.isdigit() and part != "sign_in"]
    return f"--{'-'.join(parts).replace('_', '-')}"


async def _ask(asker: Asker, request: Request[Answer]) -> Answer:
    try:
        return await asker.ask(request)
    except NotFound:
        raise
    except Refusal as refusal:
        facts = refusal.facts
        if "pointer" in facts:
            raise Problem(f"{option(facts['pointer'])}: {facts.get('problem')}") from None
        raise Problem(refusal.title) from None
