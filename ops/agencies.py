"""Agencies from the command line: asked of identity over the bus, and given a login for their own system."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from contracts.identity.agencies import AddAgency, Agency, AgencyDetails, ChangeAgency, ListAgencies
from contracts.kinds import Refusal, Request
from kit.bus import Asker
from kit.bus.wire import first_problem
from kit.migrating.streams import apply_ams_consumer
from ops.bus import connected
from ops.problem import Problem
from ops.running import Running
from ops.stack.systems import add_system, agencies_with_system, system_user, write_login

Answer = TypeVar("Answer", bound=BaseModel)
TAKES_EFFECT_WITHIN = 10.0  # seconds until the bus knows a new login


async def list_agencies(running: Running) -> list[Agency]:
    """All agencies, by name."""
    async with running.bus() as client:
        return (await _ask(Asker(client), ListAgencies())).items


async def add_agency(running: Running, details: AgencyDetails) -> Path:
    """Adds an agency and a login for its system; returns the file that holds the login."""
    async with running.bus() as client:
        await _ask(Asker(client), AddAgency(details=details))
        await apply_ams_consumer(client, details.slug)
    add_system(running.folder, details.slug)
    file = write_login(running.folder, details.slug, running.secrets, running.places.nats_url)
    os.kill(running.pid, signal.SIGUSR1)  # `up` lets the bus read its users anew
    await _wait_for_login(running, details.slug)
    return file


async def change_agency(running: Running, slug: str, changes: dict[str, Any]) -> Agency:
    """Changes an agency's public record in the named fields."""
    async with running.bus() as client:
        asker = Asker(client)
        known = {agency.slug: agency for agency in (await _ask(asker, ListAgencies())).items}
        if slug not in known:
            raise Problem(f"There is no agency {slug!r} here; `./portico agency list` shows all.")
        record = known[slug].model_dump(exclude={"id"})
        return await _ask(asker, ChangeAgency(details=details_of({**record, **changes})))


def details_of(fields: dict[str, Any]) -> AgencyDetails:
    """An agency's public record; raises Problem with the field that is wrong."""
    try:
        return AgencyDetails(**fields)
    except ValidationError as error:
        pointer, problem = first_problem(error)
        raise Problem(f"--{pointer.strip('/').replace('_', '-')}: {problem}.") from None


async def _ask(asker: Asker, request: Request[Answer]) -> Answer:
    try:
        return await asker.ask(request)
    except Refusal as refusal:
        facts = ", ".join(f"{name}: {value}" for name, value in refusal.facts.items())
        raise Problem(f"{refusal.title}{f' ({facts})' if facts else ''}") from None


async def _wait_for_login(running: Running, slug: str) -> None:
    user = system_user(slug)
    late = asyncio.get_running_loop().time() + TAKES_EFFECT_WITHIN
    while True:
        try:
            async with connected(running.places.nats_url, user, running.secrets.nats(user)):
                return
        except Problem:
            if asyncio.get_running_loop().time() > late:
                names = ", ".join(agencies_with_system(running.folder))
                raise Problem(
                    f"The agency was added, but the bus does not know its login ({user}) yet. A bus of your own needs"
                    f" the users that `./portico nats-config` prints (systems: {names})."
                ) from None
            await asyncio.sleep(0.2)
