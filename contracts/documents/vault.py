"""The account's documents and their bytes."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.kinds import Caller, Model, NotFound, Request

CHUNK = 128 * 1024  # bytes of a document in one answer: a message stays under the bus's 256 KiB
DocumentKind = Literal["id_card"]


class Document(Model):
    """A document of the account; `sha256` is of its bytes, in hex; `current` is False once it no longer holds.

    `as_of` is when the agency's system was last heard from that told what stands on it.
    """

    id: UUID
    kind: DocumentKind
    title: str
    file_name: str
    content_type: str
    size: int
    sha256: str
    made_at: datetime
    current: bool
    as_of: datetime | None = None


class Documents(Model):
    """Documents, newest first."""

    items: list[Document]


class GetHomeDocuments(Request[Documents], owner="documents", caller=Caller.INSURED, reads=True):
    """What Home shows of the account's documents: the newest five."""


class DocumentList(Model):
    """A page of documents, newest first; `cursor` fetches the older ones."""

    items: list[Document]
    cursor: str | None = None


class ListDocuments(Request[DocumentList], owner="documents", caller=Caller.INSURED, reads=True):
    """Every document of the account, also those that no longer hold."""

    limit: int = Field(default=50, ge=1, le=100)
    cursor: UUID | None = None


class Content(Model):
    """A piece of a document's bytes: at most CHUNK of them from `offset`."""

    document: Document
    offset: int
    chunk: bytes


class ReadContent(
    Request[Content],
    owner="documents",
    caller=Caller.INSURED,
    reads=True,
    refusals=(NotFound,),
    limits=("id-cards",),
):
    """Bytes of a document of the account, checked against its hash before they leave.

    `download` says that they are to be kept rather than shown. A remembered device gets ID cards alone.
    """

    document: UUID
    offset: int = Field(default=0, ge=0)
    download: bool = False


class ReadAttachment(
    Request[Content],
    owner="documents",
    caller=Caller.PROCESS,
    reads=True,
    asked_by=("notify",),
    refusals=(NotFound,),
):
    """Bytes of a document that a mail carries; only notify can ask."""

    agency: UUID
    document: UUID
    offset: int = Field(default=0, ge=0)
