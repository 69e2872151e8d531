"""The gateway's cookies: their names, their attributes, and what they carry."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from contracts.identity.sign_in import Channel

FLOW_LIFETIME = 30 * 60  # seconds, as long as identity keeps a sign-in
NOTICE_LIFETIME = 60
LANGUAGE_LIFETIME = 365 * 24 * 3600


class Flow(BaseModel):
    """A browser's way through sign-in, and the outcome of its last step to show once.

    `id` is random and binds forms to this browser; `sign_in` is identity's secret of the sign-in; `next` is the page
    that was asked for; `error` is a refusal's code; `over` says that the code can no longer be used;
    `wait` is how many minutes are to be waited; `certain` says that the code did go out; `openid` is
    identity's secret of the way to a provider and back, and `openid_for` where the browser has come from.
    `passkey` is identity's secret of a sign-in with a passkey; `reset` and `link` are those of a password that is being
    set, `reset_sent_to` where the code went, and `weak` why the new password was refused.
    What begins with `staff_` belongs to the console's door: the way in that is not finished, the sign-in with a passkey
    in progress, the page that was asked for, and a refusal's code.
    """

    id: str
    agency: str
    next: str = ""
    sign_in: str = ""
    channels: list[Channel] = []
    channel: UUID | None = None
    kind: Literal["email", "sms"] = "email"
    sent_to: str = ""
    email: str = ""
    error: str = ""
    attempts_left: int | None = None
    over: bool = False
    wait: int = 0
    certain: bool = True
    openid: str = ""
    openid_for: Literal["", "portal", "console"] = ""
    passkey: str = ""
    user_name: str = ""
    reset: str = ""
    reset_sent_to: str = ""
    link: str = ""
    weak: str = ""
    staff_entry: str = ""
    staff_passkey: str = ""
    staff_next: str = ""
    staff_error: str = ""


class Notice(BaseModel):
    """A sentence about what has just been done, in words for one page."""

    text: str


class Jar:
    """Names and attributes of cookies, which depend on whether browsers come over https."""

    def __init__(self, *, https: bool) -> None:
        # http happens on loopback only (GatewaySettings refuses it elsewhere); there browsers may not keep Secure
        # cookies, and the __Host- prefix demands Secure
        self._https = https
        prefix = "__Host-" if https else ""
        self.session, self.flow = f"{prefix}sid", f"{prefix}flow"
        self.staff = f"{prefix}staff"  # so that a person may be in the portal and in the console at once
        self.device = f"{prefix}device"
        # a path would be refused under __Host-; a view's cookies go to the addresses of that view alone
        of_view = "__Secure-" if https else ""
        self.view, self.view_language = f"{of_view}ro", f"{of_view}ro-language"
        self.notice, self.language = f"{prefix}notice", f"{prefix}language"

    def put(
        self,
        response: Response,
        name: str,
        value: str,
        lifetime: int | None = None,
        *,
        path: str = "/",
        samesite: Literal["lax", "strict"] = "lax",
    ) -> None:
        """Sets a cookie, for all paths unless one is given; without `lifetime` (seconds) it goes with the browser."""
        response.set_cookie(
            name, value, max_age=lifetime, path=path, secure=self._https, httponly=True, samesite=samesite
        )

    def put_session(self, response: Response, token: str, expires_at: datetime) -> None:
        """Sets the session's cookie; identity ends the session earlier when it is idle."""
        self.put(response, self.session, token, _seconds_until(expires_at))

    def put_device(self, response: Response, token: str, expires_at: datetime) -> None:
        """Sets the cookie of a remembered device, which outlives sessions."""
        self.put(response, self.device, token, _seconds_until(expires_at))

    def put_staff(self, response: Response, token: str, expires_at: datetime) -> None:
        """Sets the cookie of the console's session; identity ends the session earlier when it is idle."""
        self.put(response, self.staff, token, _seconds_until(expires_at))

    def put_view(self, response: Response, path: str, token: str, expires_at: datetime) -> None:
        """Sets the cookie of a read-only view, for the addresses below `path`."""
        self.put(response, self.view, token, _seconds_until(expires_at), path=path, samesite="strict")

    def clear(self, response: Response, *names: str, path: str = "/") -> None:
        """Takes cookies away."""
        for name in names:
            response.delete_cookie(name, path=path, secure=self._https, httponly=True, samesite="lax")


def _seconds_until(moment: datetime) -> int:
    return max(0, int(moment.timestamp() - datetime.now(moment.tzinfo).timestamp()))
