"""Staff from the command line: asked of identity over the bus."""

from pydantic import ValidationError

from contracts.identity.staff import AddMember, Member, RestoreMember
from contracts.kinds import NotFound, Refusal, Request
from contracts.principal import Role
from kit.bus import Asker
from kit.bus.sentences import first_problem
from ops.problem import Problem
from ops.running import Running


async def add_member(running: Running, agency: str, email: str, name: str, role: str) -> None:
    """Adds a member of staff and has an invitation mailed; raises Problem."""
    try:
        wanted = AddMember(agency=agency, email=email, name=name, role=Role(role))
    except ValidationError as error:
        pointer, problem = first_problem(error)
        raise Problem(f"{pointer.strip('/')}: {problem}") from None
    await _ask(running, wanted, f"There is no agency {agency!r} here; `./portico agency list` shows all.")


async def restore_member(running: Running, agency: str, email: str) -> None:
    """Ends what opens the console for a member and has a new invitation mailed; raises Problem."""
    try:
        wanted = RestoreMember(agency=agency, email=email)
    except ValidationError as error:
        raise Problem(f"email: {first_problem(error)[1]}") from None
    await _ask(running, wanted, f"{email} is not on the staff of an agency {agency!r} here.")


async def _ask(running: Running, request: Request[Member], unknown: str) -> None:
    async with running.bus() as client:
        try:
            await Asker(client).ask(request)
        except NotFound:
            raise Problem(unknown) from None
        except Refusal as refusal:
            raise Problem(refusal.title) from None
