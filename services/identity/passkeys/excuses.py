"""What an agency can do about a contact's passkeys: see them, end lost ones, excuse whose devices cannot have any."""

from uuid import UUID

from contracts.identity.activities import What
from contracts.identity.passkeys import EndPasskeys, ExcuseFromPasskey, PasskeyState
from contracts.kinds import NotFound
from contracts.principal import Principal
from kit.database import Transaction
from services.identity.access import change_mails
from services.identity.audit import activities, doers
from services.identity.signed_in import sessions

from . import keyrings


async def state(contact: UUID, tx: Transaction) -> PasskeyState:
    """How many there are, and whether the contact may do without; raises NotFound."""
    await account_of(contact, tx)
    excused = await tx.driver.fetchval("SELECT 1 FROM passkey_excuses WHERE contact = $1", contact)
    return PasskeyState(contact=contact, passkeys=await keyrings.count_of([contact], tx), excused=excused is not None)


async def end_all(who: Principal, wanted: EndPasskeys, tx: Transaction) -> PasskeyState:
    """Removes a contact's passkeys and ends the person's sessions, since who has them may be in; raises NotFound."""
    account = await account_of(wanted.contact, tx)
    if await keyrings.end_of([wanted.contact], tx):
        await change_mails.leave(wanted.contact, "passkey-removed", tx)
    await sessions.end_of_person(wanted.contact, tx)
    doer = await doers.of(who, wanted.browser, tx)
    after = await state(wanted.contact, tx)
    await activities.record(What.PASSKEYS_ENDED, doer, tx, account=account, contact=wanted.contact)
    return after


async def excuse(who: Principal, wanted: ExcuseFromPasskey, tx: Transaction) -> PasskeyState:
    """Lets a contact do without a passkey, or no longer; raises NotFound."""
    account = await account_of(wanted.contact, tx)
    if wanted.excused:
        await tx.driver.execute(
            "INSERT INTO passkey_excuses (contact, agency) VALUES ($1, $2) ON CONFLICT (contact) DO NOTHING",
            wanted.contact,
            tx.agency,
        )
    else:
        await tx.driver.execute("DELETE FROM passkey_excuses WHERE contact = $1", wanted.contact)
    doer = await doers.of(who, wanted.browser, tx)
    after = await state(wanted.contact, tx)
    facts = {"reason": "excused" if wanted.excused else "needed"}
    await activities.record(What.PASSKEY_EXCUSED, doer, tx, account=account, contact=wanted.contact, facts=facts)
    return after


async def account_of(contact: UUID, tx: Transaction) -> UUID | None:
    """The account that a contact is on; raises NotFound for a contact that is none of this agency's."""
    row = await tx.driver.fetchrow(
        "SELECT a.id FROM contacts c LEFT JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id"
        " WHERE c.id = $1 AND NOT c.deleted",
        contact,
    )
    if row is None:
        raise NotFound
    found: UUID | None = row["id"]
    return found
