"""A copy of everything that the portal holds about an account, asked of each service that holds some of it."""

from asyncio import Semaphore, TaskGroup
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import BaseModel

from contracts.documents import Document, ListDocuments
from contracts.identity.activities import Entry, ListActivity
from contracts.identity.agencies import AgencyDetails
from contracts.identity.consents import Consent, GetConsents
from contracts.identity.contacts import GetMe, Me
from contracts.identity.sessions import ListSessions, LiveSession, NoteExport
from contracts.kinds import NotFound, Request
from contracts.policy.policies import GetPolicy, ListPolicies, Policy
from contracts.policy.requests import GetRequest, ListRequests, RequestRecord
from gateway.parts import Ask

Answer = TypeVar("Answer", bound=BaseModel)
AT_ONCE = 8  # questions of one export side by side


class Export(BaseModel):
    """The copy: the person and the account, policies and requests in full, documents (their bytes are on their own
    addresses), what was done, where the person is signed in, and what was agreed to.
    """

    made_at: datetime
    agency: str
    profile: Me
    policies: list[Policy]
    requests: list[RequestRecord] = []
    documents: list[Document]
    activity: list[Entry]
    sessions: list[LiveSession]
    consents: list[Consent]


async def compose(ask: Ask, agency: AgencyDetails) -> Export:
    """The copy of the open account; that it was taken is part of the activity."""
    await ask(NoteExport())
    profile = await ask(GetMe())
    return Export(
        made_at=datetime.now(UTC),
        agency=agency.name,
        profile=profile,
        policies=await _policies(ask),
        requests=await _requests(ask),
        documents=await _documents(ask),
        activity=await _activity(ask),
        sessions=(await ask(ListSessions())).items,
        consents=(await ask(GetConsents())).items,
    )


def file_name(export: Export, slug: str) -> str:
    """demo-1001-2026-11-22.json"""
    number = "".join(letter for letter in export.profile.account.number if letter.isalnum())
    return f"{slug}-{number or 'account'}-{export.made_at:%Y-%m-%d}.json"


async def _policies(ask: Ask) -> list[Policy]:
    found, cursor = [], ""
    while True:
        page = await ask(ListPolicies(status="all", limit=200, cursor=cursor))
        found += [policy.id for policy in page.items]
        if not page.cursor:
            return await _each(ask, [GetPolicy(policy=policy) for policy in found])
        cursor = page.cursor


async def _requests(ask: Ask) -> list[RequestRecord]:
    found, cursor = [], ""
    while True:
        page = await ask(ListRequests(limit=200, cursor=cursor))
        found += [request.id for request in page.items]
        if not page.cursor:
            return await _each(ask, [GetRequest(request=request) for request in found])
        cursor = page.cursor


async def _documents(ask: Ask) -> list[Document]:
    found: list[Document] = []
    page = await ask(ListDocuments(limit=100))
    while True:
        found += page.items
        if not page.cursor:
            return found
        page = await ask(ListDocuments(limit=100, cursor=found[-1].id))


async def _activity(ask: Ask) -> list[Entry]:
    found: list[Entry] = []
    page = await ask(ListActivity(limit=100))
    while True:
        found += page.items
        if not page.cursor:
            return found
        page = await ask(ListActivity(limit=100, cursor=page.cursor))


async def _each(ask: Ask, questions: Iterable[Request[Answer]]) -> list[Answer]:
    """The answers to questions, a few at a time; one whose subject is gone meanwhile is left out."""
    some = Semaphore(AT_ONCE)

    async def one(question: Request[Answer]) -> Answer | None:
        async with some:
            try:
                return await ask(question)
            except NotFound:
                return None

    try:
        async with TaskGroup() as group:
            tasks = [group.create_task(one(question)) for question in questions]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [answer for task in tasks if (answer := task.result()) is not None]
