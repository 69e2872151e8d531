"""Who asks is proven by a signed principal, checked before a handler runs; the database is the second wall."""

import time
from uuid import UUID

import pytest

from contracts.documents.id_cards import IssueIdCard
from contracts.documents.vault import Documents, GetHomeDocuments
from contracts.kinds import Broken, NotFound, Nothing, ReadOnly, SignInRequired
from contracts.principal import HEADER
from kit.bus import Call, Service, wire
from kit.ids import new_id
from kit.principal import generate_key, public_set
from tests import stack
from tests.kit.asking import INSURED, gateway
from tests.kit.messages import OAKHILL, RIVERSIDE, keep
from tests.stack import running, settings_for, signed


def forged() -> str:
    """The right claims, signed with a key that we never published, under the name of ours."""
    key = generate_key("tests")
    return stack.signer(key).sign(stack.principal(*INSURED))


def unsigned() -> str:
    """The right signature over other claims."""
    header, _, signature = signed(*INSURED).split(".")
    other = signed(RIVERSIDE, INSURED[1]).split(".")[1]
    return f"{header}.{other}.{signature}"


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        (lambda: signed(*INSURED), None),
        (lambda: None, SignInRequired),
        (lambda: "", SignInRequired),
        (lambda: "nonsense", SignInRequired),
        (forged, SignInRequired),
        (unsigned, SignInRequired),
        (lambda: signed(*INSURED, exp=int(time.time()) - 1), SignInRequired),
        (lambda: signed(OAKHILL), SignInRequired),
        (lambda: signed(*INSURED, read_only=True), ReadOnly),
    ],
    ids=["insured", "nobody", "empty", "nonsense", "forged", "swapped", "over", "no-account", "read-only"],
)
async def test_only_who_may_ask_is_heard(nats_server, made_up, who, refusal) -> None:
    """The request writes, and needs a session with an account."""
    logins = await made_up("documents")
    service = Service("documents")
    asked: list[UUID] = []

    @service.answers(IssueIdCard)
    async def issue(request: IssueIdCard, call: Call) -> Nothing:
        async with call.transaction() as transaction:
            await keep("a card", transaction)
        asked.append(call.account)
        return Nothing()

    client = await stack.connect(nats_server, "gateway")
    headers = {HEADER: value} if (value := who()) is not None else None
    async with running(service, settings_for(nats_server, logins)):
        body = IssueIdCard(policy=new_id(), vehicle="V-1").model_dump_json().encode()
        reply = await client.request(IssueIdCard.subject, body, timeout=20, headers=headers)
    await client.close()
    if refusal is None:
        wire.read_reply(reply, Nothing, wire.refusals())
        assert asked == [INSURED[1]]
    else:
        with pytest.raises(refusal):
            wire.read_reply(reply, Nothing, wire.refusals())
        assert not asked


async def test_the_principal_of_an_agency_opens_no_other(nats_server, made_up) -> None:
    service = Service("documents")

    @service.answers(GetHomeDocuments)
    async def peek(request: GetHomeDocuments, call: Call) -> Documents:
        async with call.transaction(RIVERSIDE):
            raise AssertionError("never begun")

    async with (
        gateway(nats_server) as asker,
        running(service, settings_for(nats_server, await made_up("documents"))),
    ):
        with pytest.raises(NotFound):
            await asker.ask(GetHomeDocuments(), signed(*INSURED))


async def test_a_read_only_session_writes_nothing_even_past_the_first_check(nats_server, made_up) -> None:
    """The database's login for read-only sessions is the second wall."""
    logins = await made_up("documents")
    service = Service("documents")

    @service.answers(GetHomeDocuments)
    async def write_while_reading(request: GetHomeDocuments, call: Call) -> Documents:
        async with call.transaction() as transaction:
            await keep("smuggled", transaction)
        return Documents(items=[])

    count = "SELECT count(*) FROM things WHERE what = 'smuggled'"
    async with gateway(nats_server) as asker, running(service, settings_for(nats_server, logins)):
        with pytest.raises(Broken):
            await asker.ask(GetHomeDocuments(), signed(*INSURED, read_only=True))
        assert await logins.value(count) == 0
        await asker.ask(GetHomeDocuments(), signed(*INSURED))
        assert await logins.value(count) == 1


async def test_two_keys_are_good_while_they_change(nats_server, made_up) -> None:
    new = generate_key("next")
    keys = public_set(stack.SIGNING_KEY, new)
    settings = settings_for(nats_server, await made_up("documents"), principal_keys=keys)
    with_new = stack.signer(new).sign(stack.principal(*INSURED))

    service = Service("documents")

    @service.answers(GetHomeDocuments)
    async def list_newest(request: GetHomeDocuments, call: Call) -> Documents:
        return Documents(items=[])

    async with gateway(nats_server) as asker, running(service, settings):
        await asker.ask(GetHomeDocuments(), signed(*INSURED))
        await asker.ask(GetHomeDocuments(), with_new)
