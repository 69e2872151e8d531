"""The development mailbox: what people were sent, and the wait for it."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import httpx

from .portal import until

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
Message = dict[str, Any]


@dataclass(frozen=True)
class Mailbox:
    """The mailbox of a stack; `client` speaks to its gateway."""

    client: httpx.AsyncClient

    async def listed(self) -> list[Message]:
        """Every message, newest first."""
        answer = await self.client.get("/dev/mailbox.json")
        answer.raise_for_status()
        messages: list[Message] = answer.json()
        return messages

    async def sent_to(self, address: str) -> list[Message]:
        """What went to an e-mail address or a mobile number, newest first."""
        return [message for message in await self.listed() if message["to"] == address]

    async def after(self, address: str, before: list[Message]) -> Message:
        """The newest message to an address, once there are more than there were before."""

        async def arrived() -> Message | None:
            messages = await self.sent_to(address)
            return messages[0] if len(messages) > len(before) else None

        message = await until(arrived)
        assert message is not None
        return message

    async def code_after(self, address: str, before: list[Message]) -> str:
        """The identification code in the message that comes next."""
        return code_in(await self.after(address, before))

    async def sha256_of(self, attachment: dict[str, Any]) -> str:
        """The hash of an attached file, in hex."""
        answer = await self.client.get(attachment["url"])
        answer.raise_for_status()
        return sha256(answer.content).hexdigest()


def code_in(message: Message) -> str:
    """The identification code that a message carries."""
    found = CODE.search(message["text"])
    assert found, message["text"]
    return found.group()
