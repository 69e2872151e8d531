"""Remembered devices: a browser that may open ID cards, and nothing else, without a new code."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from contracts.kinds import Caller, Model, NotFound, Nothing, Request

from .sessions import Browser, Session


class DeviceRemembered(Model):
    """What the browser keeps: shown once, kept only as a hash."""

    token: str
    expires_at: datetime


class DeviceSession(Model):
    """What a remembered device may ask with; `token` is what the browser keeps from now on, empty for no change."""

    session: Session
    token: str = ""
    expires_at: datetime


class Device(Model):
    """A remembered device of the person who asks; `browser` and `system` are names like Chrome and Windows."""

    id: UUID
    browser: str
    system: str
    account_name: str
    made_at: datetime
    used_at: datetime
    expires_at: datetime


class Devices(Model):
    """Remembered devices, the most recently used first."""

    items: list[Device]


class RememberDevice(Request[DeviceRemembered], owner="identity", caller=Caller.INSURED, refusals=(NotFound,)):
    """Remembers this browser for 30 days, for the open account; not found where the agency does not want it.

    `replaces` is what the browser kept until now, so that it is remembered once.
    """

    replaces: str = Field(default="", max_length=200)
    browser: Browser = Browser()


class ResolveDevice(Request[DeviceSession], owner="identity", caller=Caller.ANYONE):
    """A session of a remembered device, limited to ID cards; refused with `sign_in_required` when there is none."""

    token: str = Field(max_length=200)
    browser: Browser = Browser()


class ListDevices(Request[Devices], owner="identity", caller=Caller.INSURED, reads=True):
    """Where the person is remembered."""


class ForgetDevice(
    Request[Nothing], owner="identity", caller=Caller.INSURED, refusals=(NotFound,), limits=("id-cards",)
):
    """Forgets a device of the person who asks; a remembered device can only forget itself."""

    device: UUID
    browser: Browser = Browser()
