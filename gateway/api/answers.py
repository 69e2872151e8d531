"""How the JSON API answers: models written by Pydantic itself, problems after RFC 9457."""

from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

PREFIX = "/api/v1"


class Problem(BaseModel):
    """RFC 9457: what went wrong, for programs by `code` and for people by `title`; facts stand beside them."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    trace: str


# FastAPI would announce its own 422 otherwise, which never comes
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem, named by its code",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def answer(model: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The model as JSON: money as decimal strings, times as RFC 3339 in UTC."""
    return Response(model.model_dump_json(), status, headers, "application/json")
