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
    that was asked for; `error` is a refusal's code; `over` says that the code can no longer be used.
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
        self.notice, self.language = f"{prefix}notice", f"{prefix}language"

    def put(self, response: Response, name: str, value: str, lifetime: int | None = None) -> None:
        """Sets a cookie for all paths; without `lifetime` (seconds) it goes when the browser is closed."""
        response.set_cookie(name, value, max_age=lifetime, path="/", secure=self._https, httponly=True, samesite="lax")

    def put_session(self, response: Response, token: str, expires_at: datetime) -> None:
        """Sets the session's cookie; identity ends the session earlier when it is idle."""
        lifetime = max(0, int(expires_at.timestamp() - datetime.now(expires_at.tzinfo).timestamp()))
        self.put(response, self.session, token, lifetime)

    def clear(self, response: Response, *names: str) -> None:
        """Takes cookies away."""
        for name in names:
            response.delete_cookie(name, path="/", secure=self._https, httponly=True, samesite="lax")
