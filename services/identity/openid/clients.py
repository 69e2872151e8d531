"""OpenID Connect clients of agencies: what Google and Microsoft gave them, the secret sealed."""

from dataclasses import dataclass
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.openid import NewOpenidClient, OpenidClient, OpenidClients, Provider
from contracts.kinds import BadRequest, NotFound
from kit.database import Transaction
from kit.ids import new_id
from services.identity import agencies
from services.identity.audit import activities
from services.identity.parts import Parts
from services.identity.sealing import Seal

PURPOSE = "openid-client"
RETURN = "/oidc/callback"  # one address for the whole deployment: what agencies register at the provider


@dataclass(frozen=True)
class Client:
    """An agency's client with its secret."""

    provider: Provider
    client_id: str
    tenant: str
    secret: str


async def put(
    provider: Provider, new: NewOpenidClient | None, doer: Doer, parts: Parts, tx: Transaction
) -> OpenidClients:
    """Sets, changes or takes away the client of the transaction's agency; who is on the way there starts again.

    With one at Google the agency's record says so, and everybody is told. Raises BadRequest for a client at Microsoft
    without a tenant, or at Google with one.
    """
    if new is not None and (provider is Provider.MICROSOFT) != bool(new.tenant):
        raise BadRequest(pointer="/client/tenant", problem="A directory id is for Microsoft, and needed there.")
    await tx.driver.execute("DELETE FROM openid_clients WHERE provider = $1", provider.value)
    await tx.driver.execute("DELETE FROM openid_flows WHERE provider = $1", provider.value)
    if new is not None:
        row = new_id()
        await tx.driver.execute(
            "INSERT INTO openid_clients (id, agency, provider, client_id, tenant, sealed)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            row,
            tx.agency,
            provider.value,
            new.client_id,
            new.tenant,
            parts.seal.close(PURPOSE, tx.agency, row, new.secret.get_secret_value()),
        )
    details = (await agencies.settings(tx, to_change=True)).details
    if provider is Provider.GOOGLE and details.google != (new is not None):
        await agencies.change(details.model_copy(update={"google": new is not None}), tx)
    clients = await every(parts, tx)
    await activities.record(What.SETTINGS_CHANGED, doer, tx, facts={"fields": provider.value})
    return clients


async def every(parts: Parts, tx: Transaction) -> OpenidClients:
    """The agency's clients, without their secrets."""
    rows = await tx.driver.fetch("SELECT provider, client_id, tenant FROM openid_clients ORDER BY provider")
    return OpenidClients(
        items=[OpenidClient(**dict(row)) for row in rows], return_address=return_address(parts.settings.public_url)
    )


async def find(provider: Provider, seal: Seal, tx: Transaction) -> Client:
    """The agency's client at a provider; raises NotFound."""
    row = await tx.driver.fetchrow(
        "SELECT id, client_id, tenant, sealed FROM openid_clients WHERE provider = $1", provider.value
    )
    if row is None:
        raise NotFound
    secret = seal.open(PURPOSE, tx.agency, UUID(str(row["id"])), row["sealed"])
    return Client(provider, row["client_id"], row["tenant"], secret)


def return_address(public_url: str) -> str:
    """Where providers send browsers back to."""
    return f"{public_url.rstrip('/')}{RETURN}"
