"""The five attacks of Sudhodanan and Paverd (2022): accounts that were made ready before their owner came."""

import pytest

from contracts.identity.openid import GoogleAccountNotFound
from contracts.identity.sign_in import CodeOver, CodeWrong, EmailNotFound, SendCode
from contracts.kinds import SignInRequired

from ..conftest import SLUG, contact
from .world import PAT, Google


async def test_pre_hijacking_classic_federated_merge(google: Google) -> None:
    """A stranger begins with the victim's address the ordinary way; the victim's Google sign-in must not join it."""
    await google.household()
    await google.set_methods(gmail="google-or-code")
    strangers = await google.identity.start(PAT)
    await google.asker.ask(SendCode(agency=SLUG, sign_in=strangers.sign_in))
    ordinary = await google.identity.newest_code(0)
    answer = await google.come(subject="victim")
    assert answer.sign_in is not None
    victims = await google.identity.newest_code(1)
    assert answer.sign_in.sign_in != strangers.sign_in
    await google.enter(answer, victims)
    assert await google.identity.logins.value("SELECT count(*) FROM google_links") == 1
    again = await google.come(subject="another-of-the-victims")
    assert again.sign_in is not None
    # what the victim typed opens nothing for the stranger, whose own code links no Google account
    with pytest.raises((CodeWrong, CodeOver)):
        stolen = answer.model_copy(update={"sign_in": strangers})
        await google.enter(stolen, victims)
    assert await google.identity.logins.value("SELECT count(*) FROM sessions") == 1
    # nor does an ordinary code link what Google said at the beginning of another sign-in
    await google.enter(stolen, ordinary)
    assert await google.identity.logins.value("SELECT count(*) FROM google_links") == 1


async def test_pre_hijacking_unexpired_session(google: Google) -> None:
    """Whoever had the address before keeps a session open; it ends when the contact gets the victim's address."""
    await google.household("former.owner.3@gmail.com")
    former = await google.link("former.owner.3@gmail.com", "former")
    await google.household(PAT, sequence=2)
    with pytest.raises(SignInRequired):
        await google.session(former)
    await google.link(subject="victim")
    with pytest.raises(SignInRequired):
        await google.session(former)


async def test_pre_hijacking_trojan_identifier(google: Google) -> None:
    """A stranger's Google account on the contact, from before: it is gone, and none can be planted without a code."""
    await google.household("former.owner.3@gmail.com")
    await google.link("former.owner.3@gmail.com", "former")
    await google.household(PAT, sequence=2)
    await google.link(subject="victim")
    with pytest.raises(EmailNotFound):
        await google.come("former.owner.3@gmail.com", "former")
    planted = await google.come(PAT, "former")  # even if Google said so: the code goes to the victim
    assert planted.signed_in is None
    linked = await google.identity.logins.fetch("SELECT subject FROM google_links")
    assert [row["subject"] for row in linked] == ["victim"]


async def test_pre_hijacking_unexpired_email_change(google: Google) -> None:
    """A sign-in that was begun, and its code sent, before the address changed cannot be finished after it."""
    await google.household("former.owner.3@gmail.com")
    waiting = await google.come("former.owner.3@gmail.com", "former")
    code = await google.identity.newest_code(0)
    await google.household(PAT, sequence=2)
    with pytest.raises(CodeOver):
        await google.enter(waiting, code)
    await google.identity.publish("contact", "K1", 3, contact("A1", "former.owner.3@gmail.com"))
    with pytest.raises(CodeOver):  # not even when it changes back
        await google.enter(waiting, code)
    assert await google.identity.logins.value("SELECT count(*) FROM google_links") == 0


async def test_pre_hijacking_non_verifying_identity_provider(google: Google) -> None:
    """A provider that repeats an address nobody has verified: no code is sent, and no link used."""
    await google.household()
    await google.set_methods(google_accounts="verified")
    for verified in (False, None, "yes", 1):
        with pytest.raises(GoogleAccountNotFound):
            await google.come(PAT, "stranger", email_verified=verified)
    assert google.identity.codes == []
    await google.link(subject="victim")
    with pytest.raises(GoogleAccountNotFound):
        await google.come(PAT, "victim", email_verified=False)
