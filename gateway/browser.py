"""Where a request comes from: the client's address, also behind proxies of ours, and what its browser is."""

from ipaddress import ip_address

from starlette.requests import HTTPConnection

from contracts.identity.sessions import Browser

LONGEST_AGENT = 400


def browser_of(request: HTTPConnection, proxies: int) -> Browser:
    """The browser behind a request; `proxies` is how many of ours it has come through.

    Each proxy appends the address that it sees to X-Forwarded-For; what stands before theirs is anybody's word.
    """
    address = request.client.host if request.client else ""
    if proxies:
        hops = [hop.strip() for line in request.headers.getlist("x-forwarded-for") for hop in line.split(",")]
        address = hops[-proxies] if len(hops) >= proxies else address
    agent = request.headers.get("user-agent", "")[:LONGEST_AGENT]
    return Browser(address=_normal(address), agent="".join(letter for letter in agent if letter.isprintable()))


def _normal(address: str) -> str:
    try:
        return str(ip_address(address))
    except ValueError:
        return ""
