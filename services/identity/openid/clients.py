"""OpenID Connect clients of agencies: what Google and Microsoft gave them, the secret sealed."""

from dataclasses import dataclass
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.openid import Audience, NewOpenidClient, OpenidClient, OpenidClients, Provider
from contracts.kinds import BadRequest, NotFound
from kit.database import Transaction
from kit.ids import new_id
from kit.sealing import Seal
from services.identity import agencies
from services.identity.audit import activities
from services.identity.parts import Parts

PURPOSE = "openid-client"
IS_FOR = {Provider.GOOGLE: (Audience.INSUREDS, Audience.STAFF), Provider.MICROSOFT: (Audience.STAFF,)}
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

    With one at Google that lets insureds in the agency's record says so, and everybody is told. Raises BadRequest for
    a client at Microsoft without a tenant or for insureds, at Google with a tenant, and where a secret is missing.
    """
    lets_in = _check(provider, new) if new is not None else ()
    await tx.driver.execute("DELETE FROM openid_flows WHERE provider = $1", provider.value)
    if new is None:
        await tx.driver.execute("DELETE FROM openid_clients WHERE provider = $1", provider.value)
    else:
        await _keep(provider, new, lets_in, parts.seal, tx)
    details = (await agencies.settings(tx, to_change=True)).details
    google = Audience.INSUREDS in lets_in
    if provider is Provider.GOOGLE and details.google != google:
        await agencies.change(details.model_copy(update={"google": google}), tx)
    clients = await every(parts, tx)
    await activities.record(What.SETTINGS_CHANGED, doer, tx, facts={"fields": provider.value})
    return clients


async def every(parts: Parts, tx: Transaction) -> OpenidClients:
    """The agency's clients, without their secrets."""
    rows = await tx.driver.fetch(
        "SELECT provider, client_id, tenant, lets_in, changed_at FROM openid_clients ORDER BY provider"
    )
    return OpenidClients(
        items=[OpenidClient(**dict(row)) for row in rows], return_address=return_address(parts.settings.public_url)
    )


async def letting_in(audience: Audience, tx: Transaction) -> list[OpenidClient]:
    """The agency's clients by which insureds, or staff, may come in."""
    rows = await tx.driver.fetch(
        "SELECT provider, client_id, tenant, lets_in, changed_at FROM openid_clients WHERE $1 = ANY(lets_in)"
        " ORDER BY provider DESC",
        audience.value,
    )
    return [OpenidClient(**dict(row)) for row in rows]


async def find(provider: Provider, audience: Audience, seal: Seal, tx: Transaction) -> Client:
    """The agency's client at a provider that lets this audience in; raises NotFound."""
    row = await tx.driver.fetchrow(
        "SELECT id, client_id, tenant, sealed FROM openid_clients WHERE provider = $1 AND $2 = ANY(lets_in)",
        provider.value,
        audience.value,
    )
    if row is None:
        raise NotFound
    secret = seal.open(PURPOSE, tx.agency, UUID(str(row["id"])), row["sealed"])
    return Client(provider, row["client_id"], row["tenant"], secret)


def _check(provider: Provider, new: NewOpenidClient) -> tuple[Audience, ...]:
    """Whom the new client lets in; raises BadRequest for what does not go together."""
    if (provider is Provider.MICROSOFT) != bool(new.tenant):
        raise BadRequest(pointer="/client/tenant", problem="A directory id is for Microsoft, and needed there.")
    lets_in = tuple(audience for audience in IS_FOR[provider] if audience in (new.lets_in or IS_FOR[provider]))
    if new.lets_in and set(lets_in) != set(new.lets_in):
        raise BadRequest(pointer="/client/lets_in", problem="Microsoft lets staff in, and nobody else.")
    return lets_in


async def _keep(
    provider: Provider, new: NewOpenidClient, lets_in: tuple[Audience, ...], seal: Seal, tx: Transaction
) -> None:
    known = await tx.driver.fetchrow(
        "SELECT id, client_id, tenant, sealed FROM openid_clients WHERE provider = $1 FOR UPDATE", provider.value
    )
    row: UUID = known["id"] if known else new_id()
    if new.secret is not None:
        sealed = seal.close(PURPOSE, tx.agency, row, new.secret.get_secret_value())
    elif known and (known["client_id"], known["tenant"]) == (new.client_id, new.tenant):
        sealed = known["sealed"]
    else:  # a secret belongs to its client: it is never sent in another one's name
        raise BadRequest(pointer="/client/secret", problem="A new client needs its own secret.")
    await tx.driver.execute(
        "INSERT INTO openid_clients (id, agency, provider, client_id, tenant, sealed, lets_in)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (agency, provider) DO UPDATE SET client_id = excluded.client_id, tenant = excluded.tenant,"
        " sealed = excluded.sealed, lets_in = excluded.lets_in, changed_at = now()",
        *(row, tx.agency, provider.value, new.client_id, new.tenant, sealed, list(lets_in)),
    )


def return_address(public_url: str) -> str:
    """Where providers send browsers back to."""
    return f"{public_url.rstrip('/')}{RETURN}"
