"""OpenID Connect: the agencies' clients, and insureds who sign in with Google."""

from contracts.identity.openid import (
    Audience,
    ChangeOpenidClient,
    EndGoogleLink,
    FinishGoogleSignIn,
    GoogleLinks,
    GoogleSignIn,
    ListGoogleLinks,
    ListOpenidClients,
    OpenidBegun,
    OpenidClients,
    SetOpenidClient,
    StartGoogleSignIn,
)
from contracts.kinds import Nothing
from kit.bus import Call
from services.identity import agencies
from services.identity.audit import doers
from services.identity.openid import clients, google, google_links, redirects
from services.identity.parts import parts

from .service import service


@service.answers(SetOpenidClient)
async def set_openid_client(request: SetOpenidClient, call: Call) -> OpenidClients:
    """From the command line."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await clients.put(request.provider, request.client, doers.COMMAND_LINE, parts(call), transaction)


@service.answers(ChangeOpenidClient)
async def change_openid_client(request: ChangeOpenidClient, call: Call) -> OpenidClients:
    """From the console, or from the agency's own system."""
    async with call.transaction() as transaction:
        doer = await doers.of(call.who, request.browser, transaction)
        return await clients.put(request.provider, request.client, doer, parts(call), transaction)


@service.answers(ListOpenidClients)
async def list_openid_clients(_: ListOpenidClients, call: Call) -> OpenidClients:
    """What is registered where, without the secrets."""
    async with call.transaction() as transaction:
        return await clients.every(parts(call), transaction)


@service.answers(StartGoogleSignIn)
async def start_google_sign_in(request: StartGoogleSignIn, call: Call) -> OpenidBegun:
    """Off to Google."""
    async with call.transaction() as transaction:
        await agencies.visit(request.agency, transaction)
        outcome = await google.begin(request.email.strip(), request.browser, parts(call), transaction)
    return await parts(call).pace.say(outcome, request.browser)


@service.answers(FinishGoogleSignIn)
async def finish_google_sign_in(request: FinishGoogleSignIn, call: Call) -> GoogleSignIn:
    """Back from Google. The way is used up and committed before Google is asked, and that outside a transaction."""
    async with call.transaction() as transaction:
        agency = await agencies.visit(request.agency, transaction)
        going = await redirects.take(request.returned, Audience.INSUREDS, parts(call), transaction)
    claims = await redirects.finish(going, request.returned, parts(call))
    async with call.transaction(agency) as transaction:
        return await google.arrive(claims, request.browser, parts(call), transaction)


@service.answers(ListGoogleLinks)
async def list_google_links(_: ListGoogleLinks, call: Call) -> GoogleLinks:
    """Ways to sign in."""
    async with call.transaction() as transaction:
        return await google_links.of_contact(call.who.sub, transaction)


@service.answers(EndGoogleLink)
async def end_google_link(request: EndGoogleLink, call: Call) -> Nothing:
    """From the same page."""
    async with call.transaction() as transaction:
        await google_links.end_one(request.link, call.who, request.browser, transaction)
        return Nothing()
