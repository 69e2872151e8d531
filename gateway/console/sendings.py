"""What staff send to a contact from its page: the portal's address, an ID card."""

from uuid import UUID

from starlette.responses import Response

from contracts.documents.id_cards import IdCardRefused, SendIdCard
from contracts.documents.mailings import MailLimit, NoEmailOnFile
from contracts.identity.addressees import SendPortalLink
from contracts.identity.passwords import NoAccess
from contracts.identity.sign_in import SlowDown
from contracts.kinds import NotFound, Refusal
from gateway.words import REASONS

from . import contact
from .desk import Desk
from .words import reason_of

LINK_SENT = "The portal's address is on its way to {to}."
CARD_SENT = "The ID card is on its way to {to}."


async def send_portal_link(desk: Desk) -> Response:
    """Mails where the portal is and how to sign in."""
    desk.form()
    wanted = SendPortalLink(contact=await contact.on_account(desk), browser=desk.browser)
    try:
        sent = await desk.ask(wanted)
    except (NoAccess, SlowDown) as refusal:
        return await _refused(desk, refusal)
    return contact.back(desk, desk.say(LINK_SENT, to=sent.sent_to))


async def send_id_card(desk: Desk) -> Response:
    """Has the ID card of a vehicle drawn and mailed, or says why there is none."""
    form = desk.form()
    try:
        policy = UUID(form.get("policy", ""))
    except ValueError:
        raise NotFound from None
    vehicle = form.get("vehicle", "")[:80]
    wanted = SendIdCard(contact=await contact.on_account(desk), policy=policy, vehicle=vehicle)
    try:
        sent = await desk.ask(wanted)
    except IdCardRefused as refusal:
        reason = refusal.facts.get("reason")
        return await contact.page(desk, error=desk.say(REASONS[reason][0] if reason in REASONS else refusal.title))
    except (NoEmailOnFile, MailLimit) as refusal:
        return await _refused(desk, refusal)
    return contact.back(desk, desk.say(CARD_SENT, to=sent.sent_to))


async def _refused(desk: Desk, refusal: Refusal) -> Response:
    return await contact.page(desk, error=reason_of(desk, refusal.code))
