"""OpenID Connect clients of agencies from the command line: asked of identity over the bus."""

from pydantic import ValidationError

from contracts.identity.openid import NewOpenidClient, OpenidClients, Provider, SetOpenidClient
from contracts.kinds import NotFound, Refusal
from kit.bus import Asker
from kit.bus.sentences import first_problem
from ops.problem import Problem
from ops.running import Running


async def set_client(running: Running, agency: str, provider: str, client: NewOpenidClient | None) -> OpenidClients:
    """Sets an agency's client at a provider, or takes it away; raises Problem."""
    async with running.bus() as client_of_bus:
        wanted = SetOpenidClient(agency=agency, provider=Provider(provider), client=client)
        try:
            return await Asker(client_of_bus).ask(wanted)
        except NotFound:
            raise Problem(f"There is no agency {agency!r} here; `./portico agency list` shows all.") from None
        except Refusal as refusal:
            raise Problem(str(refusal.facts.get("problem", refusal.title))) from None


def client_of(client_id: str, secret: str, tenant: str = "") -> NewOpenidClient:
    """A client from what was typed; raises Problem with the option that is wrong."""
    try:
        return NewOpenidClient(client_id=client_id, secret=secret, tenant=tenant)
    except ValidationError as error:
        pointer, problem = first_problem(error)
        raise Problem(f"--{pointer.strip('/').replace('_', '-')}: {problem}") from None
