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
OWN_PASSKEY = PASSKEY.replace("'contact'", "'staff'")
OWN_SESSION = """
INSERT INTO sessions (id, agency, token_hash, kind, subject, email, amr, idle, expires_at)
VALUES ($1, $2, $3, 'staff', $4, '', '{}', interval '1 hour', now() + interval '1 hour')
"""
HOLDER = """
INSERT INTO certificate_holders (id, agency, version, deleted, account_ams_id, name, attention, street, city, state,
  postal_code, email, likeness, told, addition, added_at, raw)
VALUES ($1, $2, -1, false, $3, $4, '', '1 Elm Street', 'Austin', 'TX', '78701', '', $4, ARRAY[$4], $1, now(), '{}')
"""
TASK = """
INSERT INTO tasks (id, agency, action, account, about, facts)
VALUES ($1, $2, 'certificate-holder-added', $3, $4, jsonb_build_object('holder', $5::text))
"""
SHEET = """
INSERT INTO holder_sheets (id, agency, account, contact, file_name, rows) VALUES ($1, $2, $3, $4, $5, '[]')
"""
WEBHOOK = "INSERT INTO webhooks (id, agency, url, events, secret) VALUES ($1, $2, $3, '{webhook.given-up}', $4)"
CAUGHT = """
INSERT INTO quarantine (id, consumer, stream, stream_sequence, subject, agency, body, body_sha256, code, problem)
VALUES ($1, 'policy-ams', 'AMS', 1, $2, $3, $4, $5, 'not_json', 'This is not JSON.')
"""
AMS_REQUEST = """
INSERT INTO ams_requests (id, agency, ams_id, version, deleted, stored_at, raw, portal_id, status,
  previous_status, name)
VALUES ($1, $2, $3, 1, false, now() - interval '1 day', '{}', '', '', '', '')
"""
HELD = """
INSERT INTO held_removals (id, agency, snapshot, kind, began_at, going, there)
VALUES ($1, $2, $3, 'request', now(), 1, 1)
"""
MEMBER = "INSERT INTO staff (id, agency, email, name, role) VALUES ($1, $2, $3, $4, 'admin')"


async def make(identity: Logins, house: Household, but: Collection[str] = ()) -> None:
    """The contact's passkey, remembered device and Google link; a system and two members of staff of its agency.

    The one who does has two passkeys, since the last one stays, and another session.
    """
    for name in {"passkey", "device", "link", "system", "member", "desk", "own_passkey", "own_session"} - set(but):
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
    for passkey in (things["own_passkey"], new_id()):
        await identity.fetch(OWN_PASSKEY, passkey, agency, things["desk"], os.urandom(16), "key")
    await identity.fetch(OWN_SESSION, things["own_session"], agency, os.urandom(32), things["desk"])


async def make_holder(policy: Logins, house: Household) -> None:
    """A certificate holder that waits for the agency, the task about it, and a file with holders."""
    for name in ("holder", "task", "sheet"):
        house.things[name] = new_id()
    things, word = house.things, house.word
    await policy.fetch(HOLDER, things["holder"], house.agency_id, f"a-{word}", f"{word} Bank {things['holder']}")
    await policy.fetch(TASK, things["task"], house.agency_id, house.account, things["holder"], house.word)
    await policy.fetch(SHEET, things["sheet"], house.agency_id, house.account, house.contact, f"{word}.csv")


async def make_feed(policy: Logins, house: Household) -> None:
    """Of its agency: a webhook, an event of its system that could not be read, and a removal that is held back."""
    things, agency = house.things, house.agency
    things["webhook"], things["caught"] = new_id(), new_id()
    await policy.fetch(
        WEBHOOK, things["webhook"], house.agency_id, f"https://{house.word}.example.com/", os.urandom(60)
    )
    things["held"] = new_id()
    await policy.fetch(AMS_REQUEST, new_id(), house.agency_id, f"{house.word}-{things['held']}")
    await policy.fetch(HELD, things["held"], house.agency_id, f"{house.word}-{things['held']}")
    body = f"{house.word} {things['caught']}".encode()
    await policy.fetch(CAUGHT, things["caught"], f"ams.{agency}.policy", agency, body, os.urandom(32))
