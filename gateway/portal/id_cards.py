"""ID Card(s): the vehicles, a card in a new tab, a card by e-mail."""

from uuid import UUID

from starlette.responses import Response

from contracts.kinds import NotFound
from gateway.views import documents, id_cards
from gateway.visit import Visit

from . import devices

SENT = "The ID card was e-mailed to {to}."


async def show(visit: Visit) -> Response:
    """A page of vehicles, each with its card, or the reason why there is none."""
    if visit.session is None and visit.view is None and devices.is_kept(visit):
        return await devices.show_cards(visit)
    wanted = id_cards.wanted_of(visit.request.query_params)
    me, options = await id_cards.list_with_me(visit.ask, wanted)
    return visit.render("id_cards.html", me, "id-cards", options=options, wanted=wanted)


async def issue(visit: Visit) -> Response:
    """Makes the card and leads to its PDF: the form's new tab shows it."""
    vehicle = _vehicle(visit)
    cards = devices.Cards(visit)
    document = await id_cards.issue(await cards.ask(), *vehicle)
    return cards.finish(visit.go(f"/documents/{document.id}/content"))


async def email(visit: Visit) -> Response:
    """Sends the card to the person who asks."""
    emailed = await id_cards.email(visit.ask, *_vehicle(visit))
    return visit.go("/id-cards", notice=visit.say(SENT, to=emailed.sent_to))


async def content(visit: Visit) -> Response:
    """A document's PDF."""
    download = visit.request.query_params.get("download") == "1"
    document: UUID = visit.request.path_params["document"]
    cards = devices.Cards(visit)
    return cards.finish(await documents.open_content(await cards.ask(), document, visit.request, download=download))


def _vehicle(visit: Visit) -> tuple[UUID, str]:
    form = visit.form()
    try:
        return UUID(form.get("policy", "")), form.get("vehicle", "")[:80]
    except ValueError:
        raise NotFound from None
