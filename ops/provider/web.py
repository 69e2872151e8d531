"""A stand-in's HTTP side: the page with its accounts, the token endpoint, and its public key."""

from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from .accounts import Account, account_of
from .codes import Codes

PAGE = Template(Path(__file__).with_name("page.html").read_text("utf-8"))
CHOICE = Template(
    '<button class="account" name="email" value="$email"><span class="letter" aria-hidden="true">$letter</span>'
    '<span><strong>$name</strong><span class="address">$email</span><span class="shows">$shows</span></span></button>'
)
NEEDED = ("state", "nonce", "code_challenge")
HEADERS = {
    # no form-action: browsers hold it against the way back to the portal too
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


def routes(codes: Codes) -> list[Route]:
    """The stand-in at the addresses of its role."""

    async def choose(request: Request) -> Response:
        wrong = _wrong(request, codes)
        return PlainTextResponse(wrong, 400) if wrong else _page(request, codes)

    async def go_back(request: Request) -> Response:
        wrong = _wrong(request, codes)
        if wrong:
            return PlainTextResponse(wrong, 400)
        asked = request.query_params
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        answer = {"state": asked["state"], **({"iss": codes.role.issuer} if codes.role.names_issuer else {})}
        if "deny" in form:
            return _back(codes, {**answer, "error": "access_denied"})
        account = account_of(form.get("email") or form.get("other", ""), codes.role.accounts)
        if account is None:
            return _page(request, codes, "This is not an e-mail address.")
        return _back(codes, {**answer, "code": codes.make(account, asked["nonce"], asked["code_challenge"])})

    async def token(request: Request) -> Response:
        status, answer = codes.trade(dict(parse_qsl((await request.body()).decode("utf-8", "replace"))))
        return JSONResponse(answer, status, headers=HEADERS)

    async def keys(_: Request) -> Response:
        return JSONResponse(codes.keys)

    at_authorize, at_token, at_keys = codes.role.paths
    return [
        Route(at_authorize, choose, methods=["GET"]),
        Route(at_authorize, go_back, methods=["POST"]),
        Route(at_token, token, methods=["POST"]),
        Route(at_keys, keys, methods=["GET"]),
    ]


def _wrong(request: Request, codes: Codes) -> str:
    """What is wrong with an authorization request; a browser that it came with is not sent on."""
    asked = request.query_params
    if asked.get("client_id") != codes.client.id:
        return f"The stand-in for {codes.role.name} does not know this client.\n"
    if asked.get("redirect_uri") != codes.client.return_address:
        return "This is not the redirect address of the client.\n"
    if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
        return "Only authorization codes with PKCE (S256) are given out.\n"
    if "openid" not in asked.get("scope", "").split() or not all(asked.get(name) for name in NEEDED):
        return "The request needs the scope openid, a state, a nonce and a code challenge.\n"
    return ""


def _page(request: Request, codes: Codes, problem: str = "") -> Response:
    hint = request.query_params.get("login_hint", "")
    first = account_of(hint, codes.role.accounts) if hint else None
    accounts = [account for account in codes.role.accounts if account != first]
    shown = "\n".join(map(_choice, [first, *accounts] if first else accounts))
    alert = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    return HTMLResponse(
        PAGE.substitute(provider=codes.role.name, accounts=shown, problem=alert), 400 if problem else 200, HEADERS
    )


def _choice(account: Account) -> str:
    return CHOICE.substitute(
        email=escape(account.email),
        letter=escape(account.name[:1].upper()),
        name=escape(account.name),
        shows=escape(account.shows),
    )


def _back(codes: Codes, answer: dict[str, str]) -> Response:
    return RedirectResponse(f"{codes.client.return_address}?{urlencode(answer)}", 303, HEADERS)
