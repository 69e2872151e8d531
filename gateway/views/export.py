"""A copy of everything that the portal holds about an account, asked of each service that holds some of it."""

from asyncio import Semaphore, TaskGroup
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from contracts.documents.vault import Document, ListDocuments
from contracts.identity.activities import Entry, ListActivity
from contracts.identity.agencies import AgencyDetails
from contracts.identity.consents import Consent, GetConsents
from contracts.identity.sessions import ListSessions, LiveSession, NoteExport
from contracts.kinds import NotFound, Request
from contracts.policy.holders import Holder, ListHolders
from contracts.policy.payments import ListPayments, Payment
from contracts.policy.policies import GetPolicy, ListPolicies, Policy
from contracts.policy.requests import GetRequest, ListRequests, RequestRecord
from gateway.parts import Ask

from . import information

Answer = TypeVar("Answer", bound=BaseModel)
AT_ONCE = 8  # questions of one export side by side


class Export(BaseModel):
    """The copy: the person, the account and its insureds, policies and requests in full, payments, certificate holders,
    documents (their bytes are on their own addresses), what was done, where the person is signed in, and what was
    agreed to.
    """

    made_at: datetime
    agency: str
    profile: information.Information
    policies: list[Policy]
    payments: list[Payment]
    certificate_holders: list[Holder]
    requests: list[RequestRecord]
    documents: list[Document]
    activity: list[Entry]
    sessions: list[LiveSession]
    consents: list[Consent]


async def compose(ask: Ask, agency: AgencyDetails) -> Export:
    """The copy of the open account; that it was taken is part of the activity."""
    await ask(NoteExport())
    profile = await information.compose(ask)
    policies = await _all(ask, lambda cursor: ListPolicies(status="all", limit=200, cursor=cursor))
    requests = await _all(ask, lambda cursor: ListRequests(limit=200, cursor=cursor))
    return Export(
        made_at=datetime.now(UTC),
        agency=agency.name,
        profile=profile,
        policies=await _each(ask, [GetPolicy(policy=policy.id) for policy in policies]),
        payments=await _all(ask, lambda cursor: ListPayments(limit=200, cursor=cursor)),
        certificate_holders=await _all(ask, lambda cursor: ListHolders(limit=200, cursor=cursor)),
        requests=await _each(ask, [GetRequest(request=request.id) for request in requests]),
        documents=await _all(ask, lambda cursor: ListDocuments(limit=100, cursor=UUID(cursor) if cursor else None)),
        activity=await _all(ask, lambda cursor: ListActivity(limit=100, cursor=cursor)),
        sessions=(await ask(ListSessions())).items,
        consents=(await ask(GetConsents())).items,
    )


def file_name(export: Export, slug: str) -> str:
    """demo-1001-2026-11-22.json"""
    number = "".join(letter for letter in export.profile.account.number if letter.isalnum())
    return f"{slug}-{number or 'account'}-{export.made_at:%Y-%m-%d}.json"


async def _all(ask: Ask, page: Callable[[str], Request[Any]]) -> list[Any]:
    """Everything on the pages of a list; `page` asks for the one that a cursor names, the first where it is empty."""
    found, cursor = [], ""
    while True:
        answer = await ask(page(cursor))
        found += answer.items
        if not answer.cursor:
            return found
        cursor = answer.cursor


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
