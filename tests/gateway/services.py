"""Small real services that answer the gateway over the bus with fixed data, and what tests change about them."""

import contextlib
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from nats.aio.client import Client

from contracts.documents import id_cards, mailings, vault
from contracts.identity.agencies import Agencies, Agency, FindAgency, ListAgencies
from contracts.identity.contacts import AccountChoice, GetMe, Me
from contracts.identity.impersonations import Impersonate
from contracts.identity.information import GetOnFile, OnFile
from contracts.identity.sessions import (
    Accounts,
    ChooseAccount,
    EndSession,
    ListAccounts,
    ResolveSession,
    Session,
    SignedIn,
)
from contracts.identity.sign_in import (
    Channel,
    CodeOver,
    CodeSent,
    CodeWrong,
    EmailNotFound,
    FinishSignIn,
    SendCode,
    SignInStarted,
    StartSignIn,
)
from contracts.kinds import NotFound, Nothing, Refusal, Request, SignInRequired
from contracts.policy import policies
from kit.bus import Asker, Call, Service
from kit.bus.call import Bus
from kit.bus.requests import RequestServer
from kit.ids import new_id
from kit.principal import PrincipalVerifier, public_set
from ops.stack.nats import NatsServer

from .. import stack
from . import portal_samples as samples
from .book_answers import policy_of
from .google_answers import add_google
from .information_samples import on_file
from .looking import Waiting, answer_views

OTHER = samples.AGENCY.model_copy(update={"id": UUID(int=9), "slug": "riverside", "name": "Riverside Insurance"})
ACCOUNT = samples.me().account.id
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 1200 + b"\n%%EOF\n"  # three pieces
CODE = "402913"
SIGN_IN = "secret-of-the-sign-in"


@dataclass
class World:
    """What the services know; `asked` are the requests that reached them, `refuse` what they refuse next."""

    agencies: dict[str, Agency] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    papers: dict[UUID, tuple[vault.Document, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refuse: dict[type[Request[Any]], Refusal | Exception] = field(default_factory=dict)
    accounts: int = 1
    people: list[AccountChoice] = field(default_factory=list)  # instead of `accounts`: two of them on one account
    chosen: list[ChooseAccount] = field(default_factory=list)
    certain: bool = True
    channels: list[Channel] = field(default_factory=lambda: samples.CHANNELS[:1])
    cards: id_cards.IdCardOptions = samples.ID_CARDS
    page_of_policies: policies.PolicyList = samples.POLICY_LIST
    wanted: list[policies.ListPolicies] = field(default_factory=list)
    looked_for: list[id_cards.ListIdCards] = field(default_factory=list)
    requested: list[Any] = field(default_factory=list)
    mailed: list[mailings.EmailDocument] = field(default_factory=list)
    waiting: dict[UUID, Waiting] = field(default_factory=dict)
    impersonated: list[Impersonate] = field(default_factory=list)
    last_call: Call | None = None

    def __post_init__(self) -> None:
        self.agencies = {agency.slug: agency for agency in (samples.AGENCY, OTHER)}
        self.add_document("Rivera's card 2021 Toyota RAV4 · Übersicht.pdf", PDF)

    def add_document(self, name: str, content: bytes, kind: str = "application/pdf") -> UUID:
        """A document with these bytes."""
        known = samples.document(1, "ID card").model_copy(
            update={
                "id": new_id(),
                "file_name": name,
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "content_type": kind,
            }
        )
        self.papers[known.id] = known, content
        return known.id

    def sign_in(self, agency: UUID = samples.AGENCY.id, account: UUID | None = ACCOUNT, **changes: Any) -> str:
        """A new session's token."""
        token = f"token-{new_id()}"
        sid = new_id()
        read_only = changes.pop("read_only", False)
        known: dict[str, Any] = {
            "principal": stack.signed(agency, account, sid=sid, read_only=read_only),
            "sid": sid,
            "agency": agency,
            "slug": next((a.slug for a in self.agencies.values() if a.id == agency), "unknown"),
            "account": account,
            "read_only": read_only,
            "language": "en",
            "good_until": datetime.now(UTC) + timedelta(seconds=60),
        }
        self.sessions[token] = Session(**(known | changes))
        return token

    def note(self, request: Request[Any], call: Call) -> None:
        """Notes the request; refuses it when the test wants that."""
        self.asked.append(type(request).__name__)
        self.last_call = call
        if type(request) in self.refuse:
            raise self.refuse[type(request)]


def identity_of(world: World) -> Service:
    """Identity's side of the contracts."""
    service = Service("identity")
    answer_views(service, world)

    @service.answers(FindAgency)
    async def find_agency(request: FindAgency, call: Call) -> Agency:
        world.note(request, call)
        if request.slug not in world.agencies:
            raise NotFound
        return world.agencies[request.slug]

    @service.answers(ListAgencies)
    async def list_agencies(request: ListAgencies, call: Call) -> Agencies:
        world.note(request, call)
        return Agencies(items=list(world.agencies.values()))

    @service.answers(ResolveSession)
    async def resolve(request: ResolveSession, call: Call) -> Session:
        world.note(request, call)
        if request.token not in world.sessions:
            raise SignInRequired
        return world.sessions[request.token]

    @service.answers(StartSignIn)
    async def start(request: StartSignIn, call: Call) -> SignInStarted:
        world.note(request, call)
        if request.email != "pat.rivera@example.com":
            raise EmailNotFound
        choose = len(world.channels) > 1
        return SignInStarted(
            sign_in=SIGN_IN,
            next="channel" if choose else "code",
            channels=world.channels,
            sent_to=None if choose else world.channels[0].masked,
            certain=world.certain,
        )

    @service.answers(SendCode)
    async def send(request: SendCode, call: Call) -> CodeSent:
        world.note(request, call)
        if request.sign_in != SIGN_IN:
            raise CodeOver
        channel = next((c for c in world.channels if c.id == request.channel), world.channels[0])
        return CodeSent(sent_to=channel.masked, kind=channel.kind)

    @service.answers(FinishSignIn)
    async def finish(request: FinishSignIn, call: Call) -> SignedIn:
        world.note(request, call)
        if request.code != CODE:
            raise CodeWrong(attempts_left=4)
        several = world.accounts > 1 or bool(world.people)
        return SignedIn(
            next="account" if several else "home",
            accounts=samples.ACCOUNTS[: world.accounts],
            token=world.sign_in(account=None if several else ACCOUNT),
            expires_at=datetime.now(UTC) + timedelta(hours=12),
        )

    @service.answers(ListAccounts)
    async def list_accounts(request: ListAccounts, call: Call) -> Accounts:
        world.note(request, call)
        return Accounts(items=world.people or samples.ACCOUNTS[: world.accounts])

    @service.answers(ChooseAccount)
    async def choose(request: ChooseAccount, call: Call) -> SignedIn:
        world.note(request, call)
        world.chosen.append(request)
        if request.account not in {account.id for account in samples.ACCOUNTS}:
            raise NotFound
        world.sessions = {t: s for t, s in world.sessions.items() if s.sid != call.who.sid}
        return SignedIn(
            next="home",
            accounts=samples.ACCOUNTS,
            token=world.sign_in(account=request.account),
            expires_at=datetime.now(UTC) + timedelta(hours=12),
        )

    @service.answers(EndSession)
    async def end(request: EndSession, call: Call) -> Nothing:
        world.note(request, call)
        world.sessions = {t: s for t, s in world.sessions.items() if s.sid != call.who.sid}
        return Nothing()

    @service.answers(GetMe)
    async def get_me(request: GetMe, call: Call) -> Me:
        world.note(request, call)
        alone = call.account == ACCOUNT and world.accounts == 1
        account = samples.me().account if alone else next(a for a in samples.ACCOUNTS if a.id == call.account)
        return samples.me(accounts=world.accounts, account=account, read_only=call.who.read_only)

    @service.answers(GetOnFile)
    async def get_on_file(request: GetOnFile, call: Call) -> OnFile:
        world.note(request, call)
        return on_file()

    add_google(service, world)
    return service


def documents_of(world: World) -> Service:
    """Documents' side of the contracts."""
    service = Service("documents")

    @service.answers(vault.GetHomeDocuments)
    async def home(request: vault.GetHomeDocuments, call: Call) -> vault.Documents:
        world.note(request, call)
        return samples.DOCUMENTS

    @service.answers(id_cards.ListIdCards)
    async def options(request: id_cards.ListIdCards, call: Call) -> id_cards.IdCardOptions:
        world.note(request, call)
        world.looked_for.append(request)
        return world.cards

    @service.answers(vault.ListDocuments)
    async def every(request: vault.ListDocuments, call: Call) -> vault.DocumentList:
        world.note(request, call)
        return vault.DocumentList(items=samples.DOCUMENTS.items)

    @service.answers(id_cards.IssueIdCard)
    async def issue(request: id_cards.IssueIdCard, call: Call) -> vault.Document:
        world.note(request, call)
        option = next((o for o in world.cards.items if o.vehicle == request.vehicle), None)
        if option is None:
            raise NotFound
        if not option.available:
            raise id_cards.IdCardRefused(reason=option.reason)
        return next(iter(world.papers.values()))[0]

    @service.answers(vault.ReadContent)
    async def read(request: vault.ReadContent, call: Call) -> vault.Content:
        world.note(request, call)
        if request.document not in world.papers:
            raise NotFound
        known, content = world.papers[request.document]
        chunk = content[request.offset : request.offset + vault.CHUNK]
        return vault.Content(document=known, offset=request.offset, chunk=chunk)

    @service.answers(mailings.EmailDocument)
    async def email(request: mailings.EmailDocument, call: Call) -> mailings.Emailed:
        world.note(request, call)
        world.mailed.append(request)
        return mailings.Emailed(sent_to="p•••@e•••.com")

    return service


@contextlib.asynccontextmanager
async def answering(server: NatsServer, world: World) -> AsyncIterator[dict[str, Client]]:
    """The three services on the bus, each with its own limited user; yields their connections by name."""
    verifier = PrincipalVerifier(public_set(stack.SIGNING_KEY))
    clients: dict[str, Client] = {}
    async with contextlib.AsyncExitStack() as opened:
        for service in (identity_of(world), policy_of(world), documents_of(world)):
            client = await stack.connect(server, service.name)
            opened.push_async_callback(client.close)
            bus = Bus(None, client, Asker(client), None)  # type: ignore[arg-type]  # no handler opens a transaction
            requests = RequestServer(service, bus, verifier, 64)
            await requests.start()
            opened.push_async_callback(requests.drain)
            clients[service.name] = client
        yield clients
