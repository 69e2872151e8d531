"""Certificate holders, as the AMS tells them."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from .values import FromAms, Id, Short, State


class MadeOutTo(FromAms):
    """Whom a certificate of insurance is made out to: the name and the address that stand on the paper."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    attention: Short = ""
    street: Short = ""
    city: Short = ""
    state: State = ""
    postal_code: Short = ""


class CertificateHolder(MadeOutTo):
    """Whom certificates of an account are made out to.

    `portal_id` is the id in `portal.<agency>.certificate-holder.added`, where the holder was added in the portal: with
    it the AMS confirms that one, instead of adding another.
    """

    kind: ClassVar[str] = "certificate-holder"
    account: Id
    email: Annotated[str, StringConstraints(max_length=254, pattern=r"^([^\s@]+@[^\s@]+\.[^\s@]+)?$")] = ""
    portal_id: Annotated[str, StringConstraints(max_length=80, strip_whitespace=True)] = ""
