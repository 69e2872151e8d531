"""Live sessions: a person sees where it is signed in, and ends what it does not want."""

import pytest

from contracts.identity.activities import ListActivity, What
from contracts.identity.sessions import EndOtherSession, EndOtherSessions, ListSessions
from contracts.kinds import NotFound, ReadOnly
from contracts.principal import Actor
from kit.ids import new_id
from services.identity.signed_in.browsers import browser_and_system
from tests import stack
from tests.identity.conftest import Identity
from tests.identity.test_activity import DESK, PHONE, ROBIN, arrive, household


async def test_a_person_sees_where_it_is_signed_in_and_ends_what_it_does_not_want(identity: Identity) -> None:
    await household(identity)
    desk, phone = await arrive(identity), await arrive(identity, agent=PHONE)
    robin = await arrive(identity, ROBIN)
    listed = (await identity.asker.ask(ListSessions(), phone.principal)).items
    assert [(one.browser, one.system, one.here) for one in listed] == [
        ("Safari", "iPhone", True),
        ("Edge", "Windows", False),
    ]
    for foreign in (robin.sid, new_id()):
        with pytest.raises(NotFound):
            await identity.asker.ask(EndOtherSession(session=foreign), phone.principal)
    await identity.asker.ask(EndOtherSession(session=desk.sid), phone.principal)
    assert [one.id for one in (await identity.asker.ask(ListSessions(), phone.principal)).items] == [phone.sid]
    with pytest.raises(NotFound):
        await identity.asker.ask(EndOtherSession(session=desk.sid), phone.principal)
    newest = (await identity.asker.ask(ListActivity(), phone.principal)).items[0]
    assert (newest.what, newest.facts) == (What.SESSION_ENDED, {"browser": "Edge", "system": "Windows"})
    ended = await identity.logins.fetch("SELECT id FROM sessions WHERE ended_at IS NOT NULL")
    assert [row["id"] for row in ended] == [desk.sid]


async def test_all_other_sessions_end_at_once_and_this_one_stays(identity: Identity) -> None:
    await household(identity)
    here, _, _ = [await arrive(identity) for _ in range(3)]
    robin = await arrive(identity, ROBIN)
    assert (await identity.asker.ask(EndOtherSessions(), here.principal)).count == 2
    assert (await identity.asker.ask(EndOtherSessions(), here.principal)).count == 0
    alive = await identity.logins.fetch("SELECT id FROM sessions WHERE ended_at IS NULL")
    assert {row["id"] for row in alive} == {here.sid, robin.sid}


async def test_staff_who_look_see_the_sessions_and_end_none(identity: Identity) -> None:
    await household(identity)
    pat = await arrive(identity)
    rows = await identity.logins.fetch("SELECT subject FROM sessions")
    looking = Actor(id="7", name="Jamie Cruz")
    view = stack.signed(identity.agency.id, pat.account, sub=rows[0]["subject"], read_only=True, act=looking)
    listed = (await identity.asker.ask(ListSessions(), view)).items
    assert [(one.id, one.here) for one in listed] == [(pat.sid, False)]
    for request in (EndOtherSession(session=pat.sid), EndOtherSessions()):
        with pytest.raises(ReadOnly):
            await identity.asker.ask(request, view)


@pytest.mark.parametrize(
    ("agent", "names"),
    [
        (PHONE, ("Safari", "iPhone")),
        (DESK, ("Edge", "Windows")),
        (PHONE.replace("Version/18.5", "CriOS/140.0"), ("Chrome", "iPhone")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", ("Firefox", "Linux")),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0"
            " Chrome/130.0.0.0 Mobile Safari/537.36",
            ("Samsung Internet", "Android"),
        ),
        ("curl/8.5.0", ("", "")),
        ("", ("", "")),
    ],
)
def test_browsers_have_names(agent: str, names: tuple[str, str]) -> None:
    assert browser_and_system(agent) == names
