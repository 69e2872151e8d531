"""What becomes of insureds' requests, as the AMS tells it."""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from .values import FromAms, Id, Short

Words = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]


class RequestReply(FromAms):
    """Something that the agency has written to the insured; `id` is the AMS's own id of it within the request.

    `name` is who wrote it; without `at` it counts as written when it arrives.
    """

    id: Id
    text: Words
    name: Short = ""
    at: AwareDatetime | None = None


class RequestProgress(FromAms):
    """How far the agency is with a request that was made in the portal.

    `portal_id` is the `request` of `portal.<agency>.request.made`; `status` is the agency's word for it, empty where it
    stays; `name` is who works on it. `replies` are all that were written: each reaches the insured once, whichever
    event brings it first.
    """

    kind: ClassVar[str] = "request"
    portal_id: Annotated[
        str, StringConstraints(pattern=r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$", strip_whitespace=True)
    ]
    status: Literal["", "seen", "in-progress", "waiting-for-you", "done", "declined"] = ""
    name: Short = ""
    replies: Annotated[list[RequestReply], Field(max_length=200)] = Field(default_factory=list)
