"""What a household and its agency have in identity beside the AMS's facts, put there as its own services keep it."""

import os
from collections.abc import Collection

from kit.ids import new_id
from tests.logins import Logins

from .households import Household

PASSKEY = """
INSERT INTO passkeys (id, agency, kind, holder, credential_id, public_key, sign_count, transports, synced, name)
VALUES ($1, $2, 'contact', $3, $4, '', 0, '{}', false, $5)
"""
DEVICE = """
INSERT INTO devices (id, agency, contact, account, secret_hash, address, agent, expires_at)
VALUES ($1, $2, $3, $4, $5, '', $6, now() + interval '1 day')
"""
LINK = """
INSERT INTO google_links (id, agency, contact, issuer, subject, email)
VALUES ($1, $2, $3, 'https://accounts.google.com', $4, $5)
"""
SYSTEM = """
INSERT INTO systems (id, agency, name, client_id, scopes, secret_hash)
VALUES ($1, $2, $3, $4, '{ams:publish,impersonate,agency:admin}', $5)
"""
MEMBER = "INSERT INTO staff (id, agency, email, name, role) VALUES ($1, $2, $3, $4, 'admin')"


async def make(identity: Logins, house: Household, but: Collection[str] = ()) -> None:
    """The contact's passkey, remembered device and Google link; a system and two members of staff of its agency."""
    for name in {"passkey", "device", "link", "system", "member", "desk"} - set(but):
        house.things[name] = new_id()
    things, agency, word = house.things, house.agency_id, house.word
    await identity.fetch(PASSKEY, things["passkey"], agency, house.contact, os.urandom(16), f"{word} telephone")
    await identity.fetch(
        DEVICE, things["device"], agency, house.contact, house.account, os.urandom(32), f"Firefox {word}"
    )
    await identity.fetch(LINK, things["link"], agency, house.contact, os.urandom(8).hex(), f"{word}@gmail.com")
    system = f"ams-{os.urandom(4).hex()}"
    await identity.fetch(SYSTEM, things["system"], agency, system, f"{system}_{house.agency}", os.urandom(32))
    for name in {"member", "desk"} - set(but):  # the one of whom others dispose, and the one who does
        email = f"{name}.{os.urandom(4).hex()}@example.com"
        await identity.fetch(MEMBER, things[name], agency, email, f"Agent {house.number}")
