"""Systems from the command line: asked of identity over the bus, and handed their logins in files."""

from pathlib import Path
from typing import TypeVar

from nats.aio.client import Client
from pydantic import BaseModel, ValidationError

from contracts.identity.systems import (
    AddSystemOf,
    ChangeSecretOf,
    Credentials,
    EndSystemOf,
    ListSystemsOf,
    System,
    SystemExists,
)
from contracts.kinds import NotFound, Refusal, Request
from contracts.principal import Scope
from kit.bus import Asker
from kit.bus.sentences import first_problem
from ops.problem import Problem
from ops.stack.systems import AMS, write_login

Answer = TypeVar("Answer", bound=BaseModel)
Scopes = tuple[Scope, ...]


async def hand_login(client: Client, folder: Path, nats_url: str, agency: str, scopes: Scopes, name: str = AMS) -> Path:
    """Writes a new login of an agency's system, which is added where it is not there yet; returns the file."""
    made = await open_login(client, agency, scopes, name)
    return write_login(folder, made.system.client_id, made.client_secret, nats_url)


async def open_login(client: Client, agency: str, scopes: Scopes, name: str = AMS) -> Credentials:
    """A new secret for an agency's system, which is added where it is not there yet; raises Problem."""
    try:
        return await Asker(client).ask(AddSystemOf(agency=agency, name=name, scopes=scopes))
    except SystemExists:
        return await change_secret(client, agency, name)
    except Refusal as refusal:
        raise Problem(f"The login of {agency}'s system could not be made: {refusal.title}") from None


async def list_systems(client: Client, agency: str) -> list[System]:
    """An agency's systems, by name; raises Problem."""
    return (await _ask(client, ListSystemsOf(agency=agency), agency)).items


async def add_system(client: Client, agency: str, name: str, scopes: Scopes) -> Credentials:
    """Adds a system; raises Problem, for a name that is taken too."""
    try:
        wanted = AddSystemOf(agency=agency, name=name, scopes=scopes)
    except ValidationError as error:
        pointer, problem = first_problem(error)
        if pointer == "/name":
            problem = "A system's name has 1 to 24 small letters, digits or dashes, and no dash in front."
        raise Problem(f"{pointer.strip('/')}: {problem}") from None
    return await _ask(client, wanted, agency)


async def change_secret(client: Client, agency: str, name: str, *, at_once: bool = False) -> Credentials:
    """A new secret; the one before is good for another day, or ends `at_once`. Raises Problem."""
    return await _ask(client, ChangeSecretOf(agency=agency, name=name, at_once=at_once), agency)


async def end_system(client: Client, agency: str, name: str) -> None:
    """Ends a system with all that it has open; raises Problem."""
    await _ask(client, EndSystemOf(agency=agency, name=name), agency)


async def _ask(client: Client, request: Request[Answer], agency: str) -> Answer:
    try:
        return await Asker(client).ask(request)
    except NotFound:
        what = f"There is no agency {agency!r} here, or it has no such system"
        raise Problem(f"{what}: `./portico agency list` and `./portico system list {agency}` show all.") from None
    except Refusal as refusal:
        raise Problem(refusal.title) from None
