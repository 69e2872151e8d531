"""Webhooks: portal events sent to addresses of the agency's own, signed after the Standard Webhooks specification."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.agency_requests import AdminRequest
from contracts.identity.sessions import Browser
from contracts.kinds import Model, NotFound, Nothing, Refusal

Url = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[\x21-\x7e]+$")]
EventNames = Annotated[tuple[Annotated[str, Field(max_length=80)], ...], Field(max_length=100)]
WebhookState = Literal["on", "failing", "off", "given-up"]
DeliveryState = Literal["waiting", "delivered", "given-up"]


class AddressRefused(Refusal):
    """No webhook can go there; facts: `problem`, a sentence that says why."""

    code, status, title = "address_refused", 422, "Webhooks cannot be sent to this address."


class UnknownEvents(Refusal):
    """Names that no portal event has; facts: `unknown`."""

    code, status, title = "unknown_events", 422, "There is no portal event of this name."


class TooManyWebhooks(Refusal):
    """The agency has as many as it may; facts: `most`."""

    code, status, title = "too_many_webhooks", 409, "Your agency has as many webhooks as it can have."


class WebhookOff(Refusal):
    """Nothing is sent to a webhook that is off."""

    code, status, title = "webhook_off", 409, "This webhook is off. Please turn it on first."


class Webhook(Model):
    """An address of the agency's that is told portal events.

    `events` are what it hears (`signed-in`, `document.viewed` …); none means all. `state`: `failing` since its last
    answers were no success, `off` by the agency, `given-up` by rule after three days without one, or at once when it
    answered 410. `waiting` events are on their way; `problem` says what was wrong the last time. Of two live secrets
    the older one signs too until `old_secret_until`.
    """

    id: UUID
    url: str
    events: tuple[str, ...]
    state: WebhookState
    made_at: datetime
    failing_since: datetime | None
    off_since: datetime | None
    delivered_at: datetime | None
    problem: str
    waiting: int
    old_secret_until: datetime | None


class Webhooks(Model):
    """The agency's webhooks, oldest first; `known` are the names of all portal events."""

    items: list[Webhook]
    known: tuple[str, ...]


class WebhookSecret(Model):
    """A webhook with a new secret (`whsec_` and 256 random bits in base64), which is shown once."""

    webhook: Webhook
    secret: str


class WebhookDelivery(Model):
    """One event for one webhook.

    `message` is its `webhook-id`, the same at every try; `status` the HTTP status of the last answer, 0 where there
    was none; `problem` what was wrong, empty once delivered.
    """

    message: str
    what: str
    at: datetime
    state: DeliveryState
    tries: int
    status: int
    problem: str
    tried_at: datetime | None
    next_try_at: datetime | None


class WebhookLog(Model):
    """A page of deliveries, newest event first; `cursor` fetches the older ones."""

    webhook: Webhook
    items: list[WebhookDelivery]
    cursor: str | None = None


class ReplayStarted(Model):
    """How many events are sent again."""

    events: int


class ListWebhooks(AdminRequest[Webhooks], owner="policy", reads=True):
    """The agency's webhooks."""


class AddWebhook(
    AdminRequest[WebhookSecret], owner="policy", refusals=(AddressRefused, UnknownEvents, TooManyWebhooks)
):
    """Adds a webhook: it hears what happens from now on."""

    url: Url
    events: EventNames = ()
    browser: Browser = Browser()


class ChangeWebhook(AdminRequest[Webhook], owner="policy", refusals=(AddressRefused, UnknownEvents, NotFound)):
    """Changes what is named, or turns it off and on again: what happened while it was off is not sent by itself."""

    webhook: UUID
    url: Url | None = None
    events: EventNames | None = None
    on: bool | None = None
    browser: Browser = Browser()


class ChangeWebhookSecret(AdminRequest[WebhookSecret], owner="policy", refusals=(NotFound,)):
    """A new secret; the one before signs too for another day, unless it ends `at_once`."""

    webhook: UUID
    at_once: bool = False
    browser: Browser = Browser()


class EndWebhook(AdminRequest[Nothing], owner="policy", refusals=(NotFound,)):
    """Ends a webhook with all that was on its way to it."""

    webhook: UUID
    browser: Browser = Browser()


class TryWebhook(AdminRequest[WebhookDelivery], owner="policy", refusals=(NotFound, WebhookOff)):
    """Sends a `portal.webhook.tested.v1` to this webhook alone."""

    webhook: UUID


class ListWebhookDeliveries(AdminRequest[WebhookLog], owner="policy", reads=True, refusals=(NotFound,)):
    """What was sent to a webhook in the last 30 days, and what came of it."""

    webhook: UUID
    state: DeliveryState | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=120)


class ReplayWebhook(AdminRequest[ReplayStarted], owner="policy", refusals=(NotFound, WebhookOff)):
    """Sends every event again that the webhook hears and that happened since then, up to 30 days back."""

    webhook: UUID
    since: datetime
    browser: Browser = Browser()
