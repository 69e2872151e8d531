"""Uploads: a form that carries a file, read whole; the door has bounded its size already."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from .refusals import FormRefused, WrongType

MULTIPART = "multipart/form-data"
FIELDS = 10
FIELD_BYTES = 4096


@dataclass(frozen=True)
class Upload:
    """What was sent: the form's fields, and the one file, empty where none was chosen."""

    fields: Mapping[str, str]
    file_name: str
    content: bytes


async def read_upload(request: Request) -> Upload:
    """The form of a request; raises WrongType, or FormRefused for what no browser of ours sends."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MULTIPART:
        raise WrongType
    try:
        form = await request.form(max_files=1, max_fields=FIELDS, max_part_size=FIELD_BYTES)
    except (HTTPException, MultiPartException, UnicodeError):  # the last for fields in a charset that reads nothing
        raise FormRefused from None
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    file = next((value for value in form.values() if isinstance(value, UploadFile)), None)
    sent = Upload(fields, (file.filename or "") if file else "", await file.read() if file else b"")
    if not all(_is_text(value) for value in (*fields.values(), sent.file_name)):
        raise FormRefused
    return sent


def _is_text(value: str) -> bool:
    """Whether it can be kept: a charset such as UTF-7 lets halves of characters through."""
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False
