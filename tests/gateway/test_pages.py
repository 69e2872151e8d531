"""The portal's pages: what they show, whose they are, and what they refuse."""

import asyncio
import re
from html import unescape
from uuid import uuid4

import httpx
import pytest
from starlette.types import Message

from contracts.documents.id_cards import IssueIdCard, ListIdCards
from contracts.documents.mailings import EmailDocument, MailLimit
from contracts.kinds import Unavailable
from contracts.policy import policies
from contracts.policy.policies import GetHomePolicies
from gateway.portal.id_cards import SENT

from . import portal_samples as samples
from .browsing import links, send
from .conftest import SAME_SITE, Gateway
from .id_card_samples import FLEET_ID_CARDS, STALE_ID_CARDS
from .services import OTHER, World

PAGES = ("/", "/information", "/agency", "/policies", f"/policies/{samples.POLICY.id}", "/id-cards", "/accounts")


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_opens_for_the_insured(insured: httpx.AsyncClient, path: str) -> None:
    page = await insured.get(f"/demo{path}")
    assert page.status_code == 200
    assert "Pat Rivera" in page.text
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_opens_without_a_session(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(f"/demo{path}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/demo/sign-in")


@pytest.mark.parametrize("path", PAGES)
async def test_session_of_another_agency_is_none_here(insured: httpx.AsyncClient, path: str) -> None:
    answer = await insured.get(f"/{OTHER.slug}{path}")
    assert answer.headers["location"].startswith(f"/{OTHER.slug}/sign-in")
    assert (await insured.get(f"/demo{path}")).status_code == 200  # and it still is one at home


async def test_home_asks_each_service_once(insured: httpx.AsyncClient, world: World) -> None:
    await insured.get("/demo/")
    world.asked.clear()
    await insured.get("/demo/")
    assert sorted(world.asked) == ["GetHomeDocuments", "GetHomePolicies", "GetMe"]


async def test_list_is_asked_for_as_the_address_says(insured: httpx.AsyncClient, world: World) -> None:
    await insured.get("/demo/policies?status=past&sort=carrier&line=AUTOP&q=%20ford%20&cursor=abc")
    wanted = policies.ListPolicies(status="past", sort="carrier", line="AUTOP", q="ford", cursor="abc")
    assert world.wanted[-1] == wanted
    page = await insured.get(f"/demo/policies?status=nonsense&sort=&line={'x' * 50}&q={'y' * 300}&cursor={'z' * 900}")
    assert page.status_code == 200
    assert world.wanted[-1].status == "active"


async def test_lines_are_sorted_by_what_their_reader_calls_them(insured: httpx.AsyncClient, world: World) -> None:
    held = ["BOAT", "DFIRE", "HOME", "Pet", "UMBRL"]
    world.page_of_policies = samples.POLICY_LIST.model_copy(update={"lines": held})
    shown = {
        "en": ["Boat", "Dwelling Fire", "Homeowners", "Pet", "Umbrella"],
        "es": ["Embarcación", "Incendio de vivienda", "Paraguas", "Pet", "Vivienda"],
    }
    for language, names in shown.items():
        insured.cookies.set("language", language, domain="localhost.local")
        page = await insured.get("/demo/policies?sort=line")
        options = page.text.partition('<select id="line"')[2].partition("</select>")[0]
        assert re.findall(r"<option[^>]*>([^<]*)</option>", options)[1:] == names
        told = world.wanted[-1].line_names
        by_name = sorted(held, key=lambda line: told.get(line, line.lower()))
        assert [told.get(line, "pet") for line in by_name] == [name.lower().replace("ó", "o") for name in names]
    await insured.get("/demo/policies")
    assert world.wanted[-1].line_names == {}


async def test_id_card_opens_by_a_redirect_to_its_pdf(insured: httpx.AsyncClient, world: World) -> None:
    page = await insured.get("/demo/id-cards")
    answer = await send(insured, page, {"policy": str(samples.AUTO["id"]), "vehicle": "v1"})
    (document,) = world.papers
    assert (answer.status_code, answer.headers["location"]) == (303, f"/demo/documents/{document}/content")


async def test_id_card_that_cannot_be_made_says_why(insured: httpx.AsyncClient) -> None:
    page = await insured.get("/demo/id-cards")
    answer = await send(insured, page, {"policy": str(samples.AUTO["id"]), "vehicle": "v3"})
    assert answer.status_code == 409
    assert "An ID card cannot be made for this vehicle." in answer.text
    main = answer.text[answer.text.index("<main") : answer.text.index("</main")]
    assert "vehicle identification number (VIN) on file is not complete" in main


async def test_a_fleet_s_cards_are_searched_and_come_page_by_page(insured: httpx.AsyncClient, world: World) -> None:
    world.cards = FLEET_ID_CARDS
    policy = samples.AUTO["id"]
    page = await insured.get("/demo/id-cards", params={"policy": str(policy), "q": " F-150 " + "x" * 90})
    assert world.looked_for[-1].model_dump() == {
        **ListIdCards().model_dump(),
        "policy": policy,
        "q": ("F-150 " + "x" * 90)[:80],
    }
    assert "2000 vehicles" in page.text
    (more,) = [link for link in links(page.text) if "cursor=next" in link]
    assert (await insured.get(more)).status_code == 200
    assert (world.looked_for[-1].policy, world.looked_for[-1].cursor) == (policy, "next")
    for nonsense in ("x", "%E9", ""):
        assert (await insured.get(f"/demo/id-cards?policy={nonsense}")).status_code == 200
        assert world.looked_for[-1].policy is None


async def test_from_old_data_no_card_is_made_and_those_made_before_are_there(
    insured: httpx.AsyncClient, world: World
) -> None:
    page = await insured.get("/demo/id-cards")
    assert "Not updated since" not in page.text
    world.cards = STALE_ID_CARDS
    old = await insured.get("/demo/id-cards")
    assert "Not updated since" in old.text and "so a card might not be right" in old.text
    assert [link for link in links(old.text) if "/documents/" in link] == [
        f"/demo/documents/{samples.DOCUMENTS.items[0].id}/content"
    ]
    assert "agency's records on Nov 20" in unescape(old.text)
    refused = await send(insured, page, {"policy": str(samples.AUTO["id"]), "vehicle": "v1"})
    assert (refused.status_code, "so a card might not be right" in refused.text) == (409, True)


async def test_id_card_is_emailed_and_the_page_says_so_once(insured: httpx.AsyncClient, world: World) -> None:
    page = await insured.get("/demo/id-cards")
    values = {"policy": str(samples.AUTO["id"]), "vehicle": "v1"}
    answer = await send(insured, page, values, to="/demo/id-cards/email")
    assert answer.headers["location"] == "/demo/id-cards"
    assert [mail.document for mail in world.mailed] == list(world.papers)
    said = SENT.format(to="p•••@e•••.com")
    assert said in (await insured.get("/demo/id-cards")).text
    assert said not in (await insured.get("/demo/id-cards")).text


async def test_too_many_mails_are_refused_with_the_time_to_wait(insured: httpx.AsyncClient, world: World) -> None:
    world.refuse[EmailDocument] = MailLimit(retry_after=600)
    page = await insured.get("/demo/id-cards")
    values = {"policy": str(samples.AUTO["id"]), "vehicle": "v1"}
    answer = await send(insured, page, values, to="/demo/id-cards/email")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "600")
    assert "Too many documents were e-mailed today." in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/demo/nothing",
        f"/demo/policies/{uuid4()}",
        "/demo/policies/not-an-id",
        f"/demo/documents/{uuid4()}/content",
        "/demo/sign-in/elsewhere",
    ],
)
async def test_unknown_address_is_a_page_in_the_agencys_dress(insured: httpx.AsyncClient, path: str) -> None:
    answer = await insured.get(path)
    assert answer.status_code == 404
    assert "Page not found" in answer.text
    assert samples.AGENCY.phone[-4:] in answer.text
    assert "Pat Rivera" in answer.text


@pytest.mark.parametrize("path", ["/nobody/", "/nobody", "/NOBODY/sign-in", "/x/y/z", "/%2e%2e/etc", "//evil.example/"])
async def test_unknown_agency_is_a_plain_page(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(f"http://localhost:8080{path}")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.text
    assert samples.AGENCY.name not in answer.text


async def test_service_that_is_away_is_a_page_to_try_again(insured: httpx.AsyncClient, world: World) -> None:
    world.refuse[GetHomePolicies] = Unavailable(retry_after=2)
    answer = await insured.get("/demo/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "Try again" in answer.text


async def test_broken_service_shows_a_number_and_no_trace(insured: httpx.AsyncClient, world: World) -> None:
    world.refuse[GetHomePolicies] = RuntimeError("secret-detail")
    answer = await insured.get("/demo/")
    assert answer.status_code == 500
    assert "please give them this number" in answer.text
    assert "secret-detail" not in answer.text
    assert "Traceback" not in answer.text


async def test_read_only_session_is_none_outside_its_view(gateway: Gateway, world: World) -> None:
    async with gateway.browser(cookies={"sid": world.sign_in(read_only=True)}) as agent:
        for path in PAGES:
            assert (await agent.get(f"/demo{path}")).headers["location"].startswith("/demo/sign-in")


async def test_visitor_who_leaves_takes_the_questions_along(insured: httpx.AsyncClient, world: World) -> None:
    await insured.get("/demo/")
    before = asyncio.all_tasks()
    asking = asyncio.create_task(insured.get("/demo/"))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    for _ in range(20):  # turns of the loop, in which whatever was called off ends
        await asyncio.sleep(0)
    assert {task for task in asyncio.all_tasks() - before if "ask" in repr(task.get_coro())} == set()


async def test_front_door_leads_to_the_only_agency(visitor: httpx.AsyncClient, world: World) -> None:
    assert (await visitor.get("/")).status_code == 404  # with two of them, nobody is told which
    del world.agencies[OTHER.slug]
    answer = await visitor.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/demo/")
    assert (await visitor.get("/demo")).headers["location"] == "/demo/"


async def test_address_that_is_none_is_refused(gateway: Gateway) -> None:
    answered: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send_part(message: Message) -> None:
        answered.append(message)

    for path in ("*", ""):
        scope = {"type": "http", "method": "OPTIONS", "path": path, "query_string": b"", "headers": [], "client": None}
        await gateway.app(scope, receive, send_part)
        assert answered.pop(0)["status"] == 404
        answered.clear()


async def test_method_that_no_page_has_is_refused(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.delete("/demo/policies", headers=SAME_SITE)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


async def test_head_answers_as_get_without_a_body(insured: httpx.AsyncClient) -> None:
    assert (await insured.head("/demo/")).status_code == 200


async def test_foreign_vehicle_is_not_found(insured: httpx.AsyncClient, world: World) -> None:
    page = await insured.get("/demo/id-cards")
    for values in ({"policy": "nonsense", "vehicle": "v1"}, {"policy": str(uuid4()), "vehicle": "v99"}, {}):
        assert (await send(insured, page, values, to="/demo/id-cards")).status_code == 404
    assert IssueIdCard.__name__ in world.asked
