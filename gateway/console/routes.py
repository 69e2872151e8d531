"""Every page of the console, in the order of a visit."""

from starlette.routing import Route

from gateway.parts import Parts

from . import (
    accounts,
    activity,
    addresses,
    contact,
    invitation,
    language,
    second_factor,
    settings,
    sign_in,
    staff,
    systems,
)
from .route import page


def routes(parts: Parts) -> list[Route]:
    """The console's routes below /{agency}/console; each path with the function that answers it."""
    table = (
        ("GET", "", accounts.find),
        ("GET", "/", accounts.find),
        ("GET", "/sign-in", sign_in.show),
        ("POST", "/sign-in/passkey.json", sign_in.begin_passkey),
        ("POST", "/sign-in/passkey", sign_in.with_passkey),
        ("GET", "/sign-in/{provider}", sign_in.to_provider),
        ("GET", "/invitation", invitation.show),
        ("POST", "/invitation", invitation.accept),
        ("GET", "/second-factor", second_factor.show),
        ("POST", "/second-factor/passkey.json", second_factor.begin_passkey),
        ("POST", "/second-factor/passkey", second_factor.make_passkey),
        ("GET", "/second-factor/authenticator", second_factor.show_authenticator),
        ("POST", "/second-factor/authenticator", second_factor.prove),
        ("GET", "/open", accounts.open_by_number),
        ("GET", "/accounts/{account:uuid}", accounts.show),
        ("GET", "/accounts/{account:uuid}/contacts/{contact:uuid}", contact.show),
        ("POST", "/accounts/{account:uuid}/contacts/{contact:uuid}/user-name", contact.assign),
        ("POST", "/accounts/{account:uuid}/contacts/{contact:uuid}/user-name/end", contact.remove_name),
        ("POST", "/accounts/{account:uuid}/contacts/{contact:uuid}/password-link", contact.mail_link),
        ("POST", "/accounts/{account:uuid}/contacts/{contact:uuid}/first-password", contact.print_first),
        ("POST", "/accounts/{account:uuid}/contacts/{contact:uuid}/passkeys/end", contact.end_passkeys),
        ("POST", "/accounts/{account:uuid}/contacts/{contact:uuid}/passkeys/excuse", contact.excuse),
        ("POST", "/access", accounts.set_access),
        ("POST", "/look", accounts.look),
        ("GET", "/addresses", addresses.show),
        ("POST", "/addresses", addresses.decide),
        ("GET", "/staff", staff.show),
        ("POST", "/staff", staff.invite),
        ("GET", "/staff/{member:uuid}", staff.show_one),
        ("POST", "/staff/{member:uuid}/role", staff.change),
        ("POST", "/staff/{member:uuid}/recover", staff.recover),
        ("POST", "/staff/{member:uuid}/end", staff.end),
        ("GET", "/activity", activity.show),
        ("GET", "/settings", settings.show),
        ("POST", "/settings", settings.change),
        ("GET", "/settings/preview.css", settings.preview),
        ("GET", "/systems", systems.show),
        ("POST", "/systems", systems.add),
        ("POST", "/systems/{system:uuid}/secret", systems.change_secret),
        ("POST", "/systems/{system:uuid}/end", systems.end),
        ("POST", "/language", language.switch),
        ("POST", "/sign-out", sign_in.leave),
    )
    return [page(parts, method, path, view) for method, path, view in table]
