"""Passkeys (WebAuthn): made and proven by contacts and staff alike, each bound to its agency.

A ceremony has two halves: `begin_…` says what the browser is to be asked, then the caller takes the challenge up
(`challenges.take`, committed), and `finish_…` verifies what the browser answered.
"""

import json
import logging
from typing import Any
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from contracts.identity.passkeys import Passkey, PasskeyRefused, TooManyPasskeys
from contracts.principal import Kind
from kit.database import Transaction
from kit.ids import new_id
from services.identity.site import Site

from . import challenges, keyrings
from .challenges import Challenge, Holder, Purpose

log = logging.getLogger(__name__)

AMR = ("hwk", "user")  # RFC 8176: a key of a device, and its user was there
KINDS_OF_HANDLE = {Kind.CONTACT: b"c", Kind.STAFF: b"s"}


async def begin_registration(
    holder: Holder, name: str, address: str, binding: str, site: Site, tx: Transaction
) -> dict[str, Any]:
    """What the browser is to be asked so that it makes a passkey; raises TooManyPasskeys.

    `name` and `address` are what the person sees in the list of passkeys on the device.
    """
    rows = await keyrings.rows_of([holder.id], tx)
    if len(rows) >= keyrings.MOST:
        raise TooManyPasskeys(most=keyrings.MOST)
    challenge = await challenges.make(Purpose.MAKE, binding, holder, tx)
    agency: str = await tx.driver.fetchval("SELECT details->>'name' FROM agencies WHERE id = $1", tx.agency)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=agency,
        user_id=handle_of(tx.agency, holder),
        user_name=address,
        user_display_name=f"{name} · {agency}",
        challenge=challenge,
        exclude_credentials=[_descriptor(row) for row in rows],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,  # so that it signs in alone, without a typed address
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return _as_json(options)


async def finish_registration(
    challenge: Challenge, holder: Holder, credential: str, name: str, site: Site, tx: Transaction
) -> Passkey:
    """Keeps the passkey that the browser made; raises PasskeyRefused, TooManyPasskeys."""
    if challenge.purpose is not Purpose.MAKE or challenge.holder != holder:
        raise PasskeyRefused
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge.value,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        transports = _transports(credential)
    except Exception as error:  # the library does not promise what hostile bytes raise
        raise _refused(error) from None
    # one at a time for a holder, so that the count holds
    await tx.driver.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"passkeys {holder.id}")
    if len(await keyrings.rows_of([holder.id], tx)) >= keyrings.MOST:
        raise TooManyPasskeys(most=keyrings.MOST)
    row = await tx.driver.fetchrow(
        "INSERT INTO passkeys (id, agency, kind, holder, credential_id, public_key, sign_count, transports, synced,"
        " name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT (agency, credential_id) DO NOTHING RETURNING *",
        new_id(),
        tx.agency,
        holder.kind,
        holder.id,
        made.credential_id,
        made.credential_public_key,
        made.sign_count,
        transports,
        made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        name,
    )
    if row is None:
        raise PasskeyRefused
    return keyrings.shown(row)


async def begin_assertion(holder: Holder | None, binding: str, site: Site, tx: Transaction) -> dict[str, Any]:
    """What the browser is to be asked to prove a passkey: one of the holder's, or without a holder any that it has."""
    rows = await keyrings.rows_of([holder.id], tx) if holder else []
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=await challenges.make(Purpose.PROVE, binding, holder, tx),
        allow_credentials=[_descriptor(row) for row in rows],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_json(options)


async def finish_assertion(
    challenge: Challenge, kind: Kind, credential: str, site: Site, tx: Transaction
) -> tuple[Holder, UUID]:
    """Who holds the passkey that was proven, and its id; raises PasskeyRefused.

    Only holders of this kind: a contact's passkey never opens the console. A counter that does not rise is refused,
    since it says that the key was copied.
    """
    row = await tx.driver.fetchrow(
        "SELECT * FROM passkeys WHERE agency = $1 AND credential_id = $2 AND kind = $3 FOR UPDATE",
        tx.agency,
        _credential_id(credential),
        kind,
    )
    if row is None or challenge.purpose is not Purpose.PROVE:
        raise PasskeyRefused
    holder = Holder(kind, row["holder"])
    if challenge.holder not in (None, holder) or not _names(credential, handle_of(tx.agency, holder), challenge):
        raise PasskeyRefused
    try:
        proven = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.value,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=row["public_key"],
            credential_current_sign_count=row["sign_count"],
            require_user_verification=True,
        )
    except Exception as error:  # the library does not promise what hostile bytes raise
        raise _refused(error) from None
    await tx.driver.execute(
        "UPDATE passkeys SET sign_count = $2, used_at = now() WHERE id = $1", row["id"], proven.new_sign_count
    )
    return holder, row["id"]


def handle_of(agency: UUID, holder: Holder) -> bytes:
    """The user handle that a passkey carries: one host serves many agencies, so it names the agency too."""
    return KINDS_OF_HANDLE[holder.kind] + agency.bytes + holder.id.bytes


def _descriptor(row: Any) -> PublicKeyCredentialDescriptor:
    known = {transport.value: transport for transport in AuthenticatorTransport}
    return PublicKeyCredentialDescriptor(
        id=row["credential_id"], transports=[known[name] for name in row["transports"] if name in known]
    )


def _as_json(options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found


def _credential_id(credential: str) -> bytes:
    try:
        return base64url_to_bytes(json.loads(credential)["rawId"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PasskeyRefused from None


def _names(credential: str, handle: bytes, challenge: Challenge) -> bool:
    """Whether the answer carries this user handle; where the holder was known already it may carry none."""
    try:
        given = json.loads(credential)["response"].get("userHandle")
        return base64url_to_bytes(given) == handle if given else challenge.holder is not None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PasskeyRefused from None


def _transports(credential: str) -> list[str]:
    """How the authenticator is reached, as far as the browser says and we know the words."""
    given = json.loads(credential)["response"].get("transports") or []
    return [transport.value for transport in AuthenticatorTransport if transport.value in given]


def _refused(error: Exception) -> PasskeyRefused:
    log.info("passkey refused", extra={"problem": type(error).__name__})
    return PasskeyRefused()
