"""Certificate holders: added in the portal, and one with what the AMS tells, whatever comes when and how often."""

from uuid import uuid4

import pytest
import pytest_asyncio

from contracts.kinds import BadRequest, NotFound, ReadOnly
from contracts.policy.holders import (
    AddHolder,
    ChangeHolder,
    ConfirmHolder,
    GetHolder,
    HolderConfirmed,
    HolderExists,
    ListAccountHolders,
    ListHolders,
    WithdrawHolder,
)
from contracts.policy.tasks import FinishTask
from kit.ids import new_id
from tests import stack
from tests.policy.conftest import Book, tell_account

from .holders import add, emptied, fields, logged, portal_events, seen, staff, tasks, told


@pytest_asyncio.fixture
async def book(open_book: Book) -> Book:
    return await emptied(open_book)


async def test_an_added_holder_waits_and_the_agency_hears_of_it(book: Book) -> None:
    holder = await add(book, attention="Loan department", email="certs@bank.example")
    assert holder.standing == "waiting"
    assert holder.added_at is not None
    assert (holder.street, holder.postal_code) == ("200 Main Street", "78701")
    assert await seen(book) == [("First Prairie Bank", "waiting")]
    ((what, data),) = await portal_events(book)
    assert what == "certificate-holder.added"
    assert (data["holder"], data["account"], data["name"]) == (str(holder.id), "A1", "First Prairie Bank")
    assert await logged(book) == ["certificate-holder-added"]
    (task,) = (await tasks(book)).items
    assert (task.about, task.facts["holder"], task.account_name) == (holder.id, holder.name, "Rivera household")


async def test_the_ams_confirms_with_its_own_id_and_one_row_stays(book: Book) -> None:
    holder = await add(book)
    confirmed = told(portal_id=str(holder.id), name="First Prairie Bank, N.A.")
    await book.publish("certificate-holder", "H7", 1, confirmed)
    assert await seen(book) == [("First Prairie Bank, N.A.", "confirmed")]
    assert (await book.ask(GetHolder(holder=holder.id))).id == holder.id  # our id stays, it may be noted anywhere
    await book.publish("certificate-holder", "H7", 1, confirmed)  # again, as another event
    await book.publish("certificate-holder", "H7", 2, told(name="First Prairie Bank NA"))  # our id left out later
    assert await seen(book) == [("First Prairie Bank NA", "confirmed")]
    assert (await tasks(book)).items == []
    assert await logged(book) == ["certificate-holder-added", "certificate-holder-confirmed"]


async def test_the_confirmation_may_come_after_a_newer_event(book: Book) -> None:
    holder = await add(book)
    await book.publish("certificate-holder", "H7", 3, told(name="The Prairie Bank"))  # typed otherwise: not alike
    assert await seen(book) == [("First Prairie Bank", "waiting"), ("The Prairie Bank", "confirmed")]
    await book.publish("certificate-holder", "H7", 2, told(portal_id=str(holder.id)))
    assert await seen(book) == [("The Prairie Bank", "confirmed")]
    assert (await book.ask(GetHolder(holder=holder.id))).name == "The Prairie Bank"  # found by the id that was ours


async def test_a_confirmation_older_than_the_deletion_ends_the_waiting_too(book: Book) -> None:
    holder = await add(book)
    await book.publish("certificate-holder", "H7", 5, None)
    assert await seen(book) == [("First Prairie Bank", "waiting")]
    await book.publish("certificate-holder", "H7", 4, told(portal_id=str(holder.id)))
    assert await seen(book) == []
    assert (await tasks(book)).open == 0


async def test_two_versions_in_one_batch_lose_nothing(book: Book) -> None:
    holder = await add(book)
    first = stack.cloud_event("certificate-holder", "H7", 1, told(portal_id=str(holder.id)))
    second = stack.cloud_event("certificate-holder", "H7", 2, told(name="Prairie"))
    stream = book.ops.jetstream()
    await stream.publish("ams.oakhill.certificate-holder", first)
    await stream.publish("ams.oakhill.certificate-holder", second)

    async def one() -> bool:
        return await seen(book) == [("Prairie", "confirmed")]

    await stack.eventually(one)


@pytest.mark.parametrize("portal_id", ["", "not-an-id", str(uuid4())])
async def test_an_unknown_portal_id_makes_a_holder_of_its_own(book: Book, portal_id: str) -> None:
    await add(book)
    await book.publish("certificate-holder", "H8", 1, told(portal_id=portal_id, name="Other Bank"))
    assert await seen(book) == [("First Prairie Bank", "waiting"), ("Other Bank", "confirmed")]


async def test_another_accounts_portal_id_touches_nothing(book: Book) -> None:
    holder = await add(book)
    other = new_id()
    await tell_account(book.ops, book.agency, other, "A2", "Lee household")

    async def known() -> bool:
        return await book.logins.value("SELECT count(*) FROM accounts") == 2

    await stack.eventually(known)
    await book.publish("certificate-holder", "H9", 1, told(account="A2", portal_id=str(holder.id)))
    assert await seen(book) == [("First Prairie Bank", "waiting")]
    (mine,) = (await book.ask(ListHolders(), other)).items
    assert (mine.standing, mine.id != holder.id) == ("confirmed", True)
    with pytest.raises(NotFound):
        await book.ask(WithdrawHolder(holder=holder.id), other)


async def test_where_the_ams_leaves_our_id_out_name_and_address_say_that_it_is_the_same(book: Book) -> None:
    holder = await add(book)
    await book.publish(
        "certificate-holder", "H7", 1, told(name="FIRST PRAIRIE BANK.", street="200 Main St", postal_code="78701-1234")
    )
    assert await seen(book) == [("FIRST PRAIRIE BANK.", "confirmed")]
    assert (await book.ask(GetHolder(holder=holder.id))).standing == "confirmed"


@pytest.mark.parametrize(
    "change", [{"name": "First Prairie Bank of Texas"}, {"street": "202 Main Street"}, {"city": ""}]
)
async def test_who_only_looks_alike_stays_another(book: Book, change: dict[str, str]) -> None:
    await add(book)
    await book.publish("certificate-holder", "H7", 1, told(**change))
    assert sorted(standing for _, standing in await seen(book)) == ["confirmed", "waiting"]


async def test_an_older_version_that_looks_like_it_does_not_count(book: Book) -> None:
    await book.publish("certificate-holder", "H7", 2, told(name="Renamed Bank"))
    await add(book)
    await book.publish("certificate-holder", "H7", 1, told())  # what it was called long ago
    assert await seen(book) == [("First Prairie Bank", "waiting"), ("Renamed Bank", "confirmed")]


async def test_a_changed_one_is_known_by_what_the_ams_was_told_first(book: Book) -> None:
    holder = await add(book)
    await book.ask(ChangeHolder(holder=holder.id, fields=fields(street="300 Main Street")))
    await book.publish("certificate-holder", "H7", 1, told())  # entered as it was first told
    ((name, standing),) = await seen(book)
    assert (name, standing) == ("First Prairie Bank", "confirmed")
    assert [what for what, _ in await portal_events(book)] == ["certificate-holder.added", "certificate-holder.changed"]


async def test_a_snapshot_sweeps_the_amss_holders_and_not_what_waits(book: Book) -> None:
    await book.publish("certificate-holder", "H1", 1, told(name="Old Bank"))
    holder = await add(book)
    stream = book.ops.jetstream()
    snapshot = {"snapshot": "S1"}
    started = stack.cloud_event("snapshot", "S1", 1, {}, type="ams.snapshot.started.v1")
    item = stack.cloud_event("certificate-holder", "H2", 1, told(name="New Bank"), **snapshot)
    ended = stack.cloud_event("snapshot", "S1", 2, {"counts": {"certificate-holder": 1}}, type="ams.snapshot.ended.v1")
    await stream.publish("ams.oakhill.snapshot", started)
    await stream.publish("ams.oakhill.certificate-holder", item)
    await stream.publish("ams.oakhill.snapshot", ended)

    async def swept() -> bool:
        return await seen(book) == [("First Prairie Bank", "waiting"), ("New Bank", "confirmed")]

    await stack.eventually(swept)
    await book.publish("certificate-holder", "H7", 1, told(portal_id=str(holder.id)))
    assert len(await seen(book)) == 2


async def test_the_same_holder_is_not_added_twice(book: Book) -> None:
    holder = await add(book)
    with pytest.raises(HolderExists) as refused:
        await add(book, name="first prairie  bank", street="200 Main St.", attention="Somebody")
    assert refused.value.facts["holder"] == str(holder.id)
    await book.publish("certificate-holder", "H3", 1, told(name="Known Bank"))
    with pytest.raises(HolderExists):
        await add(book, name="KNOWN BANK")
    assert len(await portal_events(book)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": "x" * 121},
        {"name": "Bank\nBcc: x"},
        {"street": ""},
        {"state": "ZZ"},
        {"postal_code": "7870"},
        {"email": "not an address"},
    ],
)
async def test_what_is_no_address_is_refused(book: Book, change: dict[str, str]) -> None:
    wanted = AddHolder.model_construct(fields=fields().model_copy(update=change))
    with pytest.raises(BadRequest) as refused:
        await book.ask(wanted)
    assert refused.value.facts["pointer"] == f"/fields/{next(iter(change))}"
    assert await seen(book) == []


async def test_a_waiting_one_is_withdrawn_and_a_confirmed_one_is_not(book: Book) -> None:
    holder = await add(book)
    await book.ask(WithdrawHolder(holder=holder.id))
    assert await seen(book) == []
    assert [what for what, _ in await portal_events(book)] == [
        "certificate-holder.added",
        "certificate-holder.withdrawn",
    ]
    assert (await tasks(book)).open == 0
    await book.publish("certificate-holder", "H3", 1, told())
    (known,) = (await book.ask(ListHolders())).items
    with pytest.raises(HolderConfirmed):
        await book.ask(WithdrawHolder(holder=known.id))
    with pytest.raises(HolderConfirmed):
        await book.ask(ChangeHolder(holder=known.id, fields=fields(name="Mine")))
    with pytest.raises(NotFound):
        await book.ask(WithdrawHolder(holder=holder.id))


async def test_staff_enter_it_by_hand_and_the_amss_own_is_one_with_it(book: Book) -> None:
    holder = await add(book)
    (task,) = (await tasks(book)).items
    done = await staff(book, FinishTask(task=task.id))
    assert done.done_at is not None
    assert await seen(book) == [("First Prairie Bank", "confirmed")]
    with pytest.raises(HolderConfirmed):
        await book.ask(WithdrawHolder(holder=holder.id))
    await book.publish("certificate-holder", "H7", 1, told())
    assert await seen(book) == [("First Prairie Bank", "confirmed")]
    assert await logged(book) == ["certificate-holder-added", "certificate-holder-confirmed"]
    assert (await staff(book, FinishTask(task=task.id))).done_at == done.done_at
    assert [one.id for one in (await tasks(book, state="done")).items] == [task.id]


async def test_one_of_them_may_be_confirmed_alone(book: Book) -> None:
    first, second = await add(book), await add(book, name="Second Bank")
    await staff(book, ConfirmHolder(holder=first.id))
    listed = await staff(book, ListAccountHolders(account=book.account))
    assert [(one.id, one.standing) for one in listed.items] == [(second.id, "waiting"), (first.id, "confirmed")]
    assert (listed.waiting, listed.total) == (1, 2)
    assert [task.about for task in (await tasks(book)).items] == [second.id]
    with pytest.raises(NotFound):
        await staff(book, ConfirmHolder(holder=new_id()))


async def test_who_only_looks_changes_nothing(book: Book) -> None:
    holder = await add(book)
    looking = stack.signed(book.agency, book.account, read_only=True)
    for wanted in (AddHolder(fields=fields(name="Other")), WithdrawHolder(holder=holder.id)):
        with pytest.raises(ReadOnly):
            await book.asker.ask(wanted, looking)
    assert [one.id for one in (await book.asker.ask(ListHolders(), looking)).items] == [holder.id]
