"""Every page of the portal, in the order of a visit."""

from starlette.routing import Route

from gateway.parts import Parts

from . import account, accounts, brand, code, home, id_cards, language, payments, policies, sign_in, sign_out
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
        ("GET", "/sign-in/account", accounts.choose),
        ("POST", "/sign-in/account", accounts.open_one),
        ("GET", "/accounts", accounts.switch),
        ("POST", "/accounts", accounts.open_one),
        ("GET", "/information", account.show),
        ("GET", "/agency", account.show_agency),
        ("GET", "/policies", policies.show_list),
        ("GET", "/policies/{policy:uuid}", policies.show),
        ("GET", "/payments", payments.show),
        ("GET", "/id-cards", id_cards.show),
        ("POST", "/id-cards", id_cards.issue),
        ("POST", "/id-cards/email", id_cards.email),
        ("GET", "/documents/{document:uuid}/content", id_cards.content),
        ("GET", "/sign-out", sign_out.left),
        ("POST", "/sign-out", sign_out.leave),
        ("POST", "/language", language.switch),
        ("GET", "/brand.css", brand.show),
    )
    return [page(parts, method, path, view) for method, path, view in table]
