"""Every page of the portal, in the order of a visit."""

from starlette.routing import Route

from gateway.parts import Parts

from . import (
    account,
    accounts,
    activity,
    brand,
    code,
    devices,
    google,
    home,
    id_cards,
    language,
    passkeys,
    passwords,
    payments,
    policies,
    sign_in,
    sign_in_methods,
    sign_out,
)
from .in_views import in_views
from .route import page


def routes(parts: Parts) -> list[Route]:
    """The portal's routes below /{agency}/; each path with the function that answers it."""
    table = (
        ("GET", "/", home.show),
        ("GET", "/sign-in", sign_in.show),
        ("POST", "/sign-in", sign_in.start),
        ("GET", "/sign-in/channel", sign_in.choose_channel),
        ("POST", "/sign-in/channel", sign_in.send),
        ("GET", "/sign-in/code", code.show),
        ("POST", "/sign-in/code", code.finish),
        ("POST", "/sign-in/code/new", code.again),
        ("GET", "/sign-in/google", google.show),
        ("GET", "/sign-in/google/open", google.leave),
        ("POST", "/sign-in/passkey.json", passkeys.begin_sign_in),
        ("POST", "/sign-in/passkey", passkeys.sign_in),
        ("GET", "/sign-in/passkey/first", passkeys.make_first),
        ("POST", "/sign-in/passkey/first", passkeys.keep),
        ("GET", "/sign-in/password", passwords.show),
        ("POST", "/sign-in/password", passwords.sign_in),
        ("GET", "/sign-in/password/forgot", passwords.forgot),
        ("POST", "/sign-in/password/forgot", passwords.send_code),
        ("GET", "/sign-in/password/new", passwords.choose),
        ("POST", "/sign-in/password/new", passwords.set_by_code),
        ("GET", "/set-password", passwords.show_link),
        ("POST", "/set-password", passwords.set_by_link),
        ("GET", "/sign-in/account", accounts.choose),
        ("POST", "/sign-in/account", accounts.open_one),
        ("GET", "/accounts", accounts.switch),
        ("POST", "/accounts", accounts.open_one),
        ("GET", "/sign-in-methods", sign_in_methods.show),
        ("POST", "/sign-in-methods/google/remove", sign_in_methods.remove_google),
        ("GET", "/sign-in-methods/passkeys/new", passkeys.make),
        ("POST", "/sign-in-methods/passkeys", passkeys.keep),
        ("POST", "/sign-in-methods/passkeys/rename", passkeys.rename),
        ("POST", "/sign-in-methods/passkeys/remove", passkeys.remove),
        ("GET", "/sign-in-methods/password", passwords.show_change),
        ("POST", "/sign-in-methods/password", passwords.change),
        ("GET", "/information", account.show),
        ("GET", "/agency", account.show_agency),
        ("GET", "/policies", policies.show_list),
        ("GET", "/policies/{policy:uuid}", policies.show),
        ("GET", "/payments", payments.show),
        ("GET", "/id-cards", id_cards.show),
        ("POST", "/id-cards", id_cards.issue),
        ("POST", "/id-cards/email", id_cards.email),
        ("POST", "/id-cards/forget", devices.forget),
        ("GET", "/documents/{document:uuid}/content", id_cards.content),
        ("GET", "/activity", activity.show),
        ("POST", "/activity/sessions/end", activity.end_session),
        ("POST", "/activity/devices/forget", activity.forget_device),
        ("POST", "/activity/sessions/end-others", activity.end_others),
        ("POST", "/activity/consents", activity.change_consent),
        ("POST", "/activity/export", activity.take_copy),
        ("GET", "/sign-out", sign_out.left),
        ("POST", "/sign-out", sign_out.leave),
        ("POST", "/language", language.switch),
        ("GET", "/brand.css", brand.show),
    )
    return [*(page(parts, *row) for row in table), *in_views(parts, table)]
