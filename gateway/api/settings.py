"""The agency's settings over the JSON API: for its admins, and for its system with the scope agency:admin."""

from fastapi import APIRouter
from pydantic import ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from contracts.identity.settings import ChangeSettings, GetSettings, Settings, SettingsChange, SignInChange
from contracts.identity.telling import ToldChange, WhoIsToldChange

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller, browser

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["agency"])


class SignInPatch(SignInChange):
    """What to change of the ways in; a name that there is not is refused."""

    model_config = ConfigDict(extra="forbid")


class ToldPatch(ToldChange):
    """What to change of who is told of one action; a name that there is not is refused."""

    model_config = ConfigDict(extra="forbid")


class WhoIsToldPatch(WhoIsToldChange):
    """What to change of who is told; a name that there is not is refused."""

    model_config = ConfigDict(extra="forbid")

    request_made: ToldPatch | None = None
    request_answered: ToldPatch | None = None
    request_replied: ToldPatch | None = None
    contact_correction_asked: ToldPatch | None = None
    certificate_holder_added: ToldPatch | None = None


class SettingsPatch(SettingsChange):
    """What to change; what is left out stays, and a name that there is not is refused.

    With `version` it is changed only if the settings are still the ones of that version.
    """

    model_config = ConfigDict(extra="forbid")

    sign_in: SignInPatch | None = None
    who_is_told: WhoIsToldPatch | None = None
    version: int | None = None


@router.get("/{agency}/settings", response_model=Settings)
async def show(agency: str, request: Request) -> Response:
    """The agency's record and settings, with their version."""
    who = await agency_caller(request, agency)
    found = await who.ask(GetSettings())
    return answer(found)


@router.patch("/{agency}/settings", response_model=Settings)
async def change(agency: str, body: SettingsPatch, request: Request) -> Response:
    """Changes what is named."""
    who = await agency_caller(request, agency)
    changes = SettingsChange(**body.model_dump(exclude_none=True, exclude={"version"}))
    changed = await who.ask(ChangeSettings(changes=changes, version=body.version, browser=browser(request)))
    return answer(changed)
