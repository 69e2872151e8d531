"""The JSON API as a FastAPI application: its routes, and the documents that describe it and the bus."""

from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.parts import Parts
from kit import asyncapi

from . import (
    account,
    activity,
    ams,
    contacts,
    documents,
    feed,
    holders,
    impersonations,
    openid,
    own_ways,
    passkeys,
    passwords,
    policies,
    requests,
    sendings,
    session,
    settings,
    sign_in,
    staff,
    systems,
    tasks,
    webhooks,
)
from .answers import Problem

TITLE = "Portico portal API"
DESCRIPTION = (
    "For portal front ends. Errors are application/problem+json with a stable code; money is a decimal string "
    "with its ISO 4217 currency, times are RFC 3339 in UTC."
)


def create_api(parts: Parts) -> FastAPI:
    """The application; the door takes its routes one by one."""
    api = FastAPI(title=TITLE, description=DESCRIPTION, version="1", openapi_url=None)
    api.state.parts = parts
    for router in (
        account.router,
        policies.router,
        requests.router,
        documents.router,
        holders.router,
        session.router,
        # before sign_in, whose addresses begin alike
        passkeys.router,
        passwords.router,
        sign_in.router,
        openid.router,
        impersonations.router,
        activity.router,
        settings.router,
        systems.router,
        staff.router,
        contacts.router,
        tasks.router,
        own_ways.router,
        sendings.router,
        ams.router,
        feed.router,
        webhooks.router,
    ):
        api.router.routes.extend(router.routes)  # flat, so that the door sees each route's template
    api.add_route("/api/openapi.json", show_openapi, methods=["GET"])
    api.add_route("/api/asyncapi.json", show_asyncapi, methods=["GET"])
    return api


def describe(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI document."""
    if api.openapi_schema is None:
        document = api.openapi()
        components = document.setdefault("components", {})
        components.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        ams.add_schema(components["schemas"])
        components["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": "A session's token"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": api.state.parts.jar.session},
        }
        document["security"] = [{"token": []}, {"cookie": []}]
        api.openapi_schema = document
    return api.openapi_schema


async def show_openapi(request: Request) -> Response:
    """The OpenAPI document of this API."""
    return JSONResponse(describe(request.app))


async def show_asyncapi(_: Request) -> Response:
    """The AsyncAPI document of everything that is said on the bus."""
    return JSONResponse(asyncapi.describe())
