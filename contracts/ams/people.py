"""Accounts and the contacts on them, as the AMS tells them."""

from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from .values import FromAms, Id, Short, State


class Account(FromAms):
    """A household or business; `number` is what people call it by in the AMS."""

    kind: ClassVar[str] = "account"
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    number: Short
    type: Literal["personal", "commercial"] = "personal"
    street: Short = ""
    city: Short = ""
    state: State = ""
    postal_code: Short = ""


class Contact(FromAms):
    """A person on an account.

    `email` is the primary e-mail; `access` is the AMS's Client Center Access toggle (a primary contact has access by
    having a primary e-mail); `mobile` is in E.164 form and may receive identification codes.
    """

    kind: ClassVar[str] = "contact"
    account: Id
    role: Literal["primary", "second", "additional"]
    first_name: Short = ""
    last_name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    email: Annotated[str, StringConstraints(max_length=254, pattern=r"^([^\s@]+@[^\s@]+\.[^\s@]+)?$")] = ""
    mobile: Annotated[str, StringConstraints(pattern=r"^(\+[1-9]\d{7,14})?$")] = ""
    phone: Short = ""
    access: bool = False
    language: Literal["", "en", "es"] = ""
