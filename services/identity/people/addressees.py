"""Addressees: contacts as the agency writes to them, and the portal's address that staff send by mail."""

from contracts.identity.activities import What
from contracts.identity.addressees import Addressee, GetAddressee, PortalLinkSent, SendPortalLink
from contracts.identity.passwords import NoAccess
from contracts.identity.sign_in import SlowDown
from contracts.kinds import NotFound
from contracts.notify import MailPortalLink
from contracts.principal import Principal
from kit.database import Transaction
from kit.ids import new_id
from kit.masking import mask_email
from services.identity.audit import activities, doers
from services.identity.limits import budgets
from services.identity.limits.budgets import HOUR, BackOff
from services.identity.openid import gmail

from . import accounts

LINKS = BackOff("portal-links", 3, 60, 900, HOUR)

ADDRESSEE = """
SELECT c.id, a.id AS account, trim(c.first_name || ' ' || c.last_name) AS name, c.email,
       coalesce(nullif(c.language, ''), g.details->>'default_language') AS language,
       ARRAY(SELECT o.id FROM contacts o WHERE o.agency = c.agency AND NOT o.deleted
             AND o.email_key <> '' AND o.email_key = c.email_key AND o.id <> c.id) || c.id AS same
FROM contacts c JOIN agencies g ON g.id = c.agency
LEFT JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id AND NOT a.deleted
WHERE c.id = $1 AND NOT c.deleted
"""


async def one(wanted: GetAddressee, tx: Transaction) -> Addressee:
    """A contact of the agency; raises NotFound."""
    row = await tx.driver.fetchrow(ADDRESSEE, wanted.contact)
    if row is None:
        raise NotFound
    return Addressee(**dict(row))


async def send_link(who: Principal, wanted: SendPortalLink, tx: Transaction) -> PortalLinkSent:
    """Leaves the mail for notify; raises NotFound, NoAccess for a contact who cannot sign in, SlowDown."""
    contact = await one(GetAddressee(contact=wanted.contact), tx)
    if not (await accounts.contact(contact.id, tx)).enters:
        raise NoAccess
    stepped = await budgets.step(LINKS, contact.id.bytes, tx)
    if stepped.wait:
        raise SlowDown(retry_after=stepped.wait)
    by_google = await gmail.way_of(contact.email, tx) == "google"
    tx.enqueue(
        MailPortalLink(
            agency=tx.agency,
            delivery=new_id(),
            contact=contact.id,
            to=contact.email,
            name=contact.name,
            way="google" if by_google else "code",
            language=contact.language,
        )
    )
    sent_to = mask_email(contact.email)
    doer = await doers.of(who, wanted.browser, tx)
    facts = {"to": sent_to}
    await activities.record(What.PORTAL_LINK_SENT, doer, tx, account=contact.account, contact=contact.id, facts=facts)
    return PortalLinkSent(contact=contact.id, sent_to=sent_to)
