"""Activity: what was done in the account, other devices, consents, and a copy of the data."""

from contextlib import suppress
from uuid import UUID

from starlette.responses import Response

from contracts.identity.consents import ChangeConsent, ConsentKind, ConsentTextChanged, NoMobileNumber, TooManyChanges
from contracts.identity.devices import ForgetDevice
from contracts.identity.sessions import EndOtherSession, EndOtherSessions
from contracts.kinds import NotFound
from gateway import acts
from gateway.consents import CONSENTS
from gateway.refusals import FormRefused
from gateway.views import activity, export
from gateway.views.documents import disposition
from gateway.visit import Visit

ENDED = "That device is signed out."
ALL_ENDED = "All other devices are signed out."
FORGOTTEN = "That device is no longer remembered."
AGREED = "Thank you. This is noted."
WITHDRAWN = "This is stopped."


async def show(visit: Visit) -> Response:
    """What was done, newest first, and what belongs to it."""
    cursor = visit.request.query_params.get("cursor", "")
    view = await activity.compose(visit.ask, cursor if _is_number(cursor) else "", visit.agency.time_zone)
    return visit.render("activity.html", view.me, "activity", view=view, acts=acts, texts=CONSENTS, older=bool(cursor))


async def end_session(visit: Visit) -> Response:
    """Signs out one other device."""
    try:
        session = UUID(visit.form().get("session", ""))
    except ValueError:
        raise NotFound from None
    with suppress(NotFound):  # it had ended already
        await visit.ask(EndOtherSession(session=session))
    return visit.go("/activity", notice=visit.say(ENDED))


async def forget_device(visit: Visit) -> Response:
    """Forgets one remembered device."""
    try:
        device = UUID(visit.form().get("device", ""))
    except ValueError:
        raise NotFound from None
    with suppress(NotFound):  # it was forgotten already
        await visit.ask(ForgetDevice(device=device, browser=visit.browser))
    return visit.go("/activity", notice=visit.say(FORGOTTEN))


async def end_others(visit: Visit) -> Response:
    """Signs out all other devices."""
    visit.form()
    await visit.ask(EndOtherSessions())
    return visit.go("/activity", notice=visit.say(ALL_ENDED))


async def change_consent(visit: Visit) -> Response:
    """Agrees to something, or stops it."""
    form = visit.form()
    given = form.get("given") == "yes"
    try:
        kind, version = ConsentKind(form.get("consent", "")), form.get("version", "")[:20]
    except ValueError:
        raise FormRefused from None
    wanted = ChangeConsent(consent=kind, given=given, version=version, language=visit.language)
    try:
        await visit.ask(wanted)
    except (ConsentTextChanged, NoMobileNumber, TooManyChanges) as refusal:
        return visit.go("/activity", notice=visit.say(refusal.title))
    return visit.go("/activity", notice=visit.say(AGREED) if given else visit.say(WITHDRAWN))


async def take_copy(visit: Visit) -> Response:
    """Everything about the account as a file."""
    visit.form()
    copy = await export.compose(visit.ask, visit.agency)
    headers = {"content-disposition": disposition("attachment", export.file_name(copy, visit.agency.slug))}
    return Response(copy.model_dump_json(indent=2), 200, headers, "application/json")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
