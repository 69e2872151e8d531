"""People of the demo agency made up for a measurement, each on an account of their own, told of as its system tells."""

import json
from collections.abc import Iterator

from nats.aio.client import Client

from contracts import ams
from ops.ams.lines import check
from ops.ams.publish import Publisher
from ops.running import Running
from ops.stack.demo import AGENCY, wait_applied


def email_of(number: int) -> str:
    """The address of one of them."""
    return f"bench.{number}@example.com"


async def tell_of_people(stack: Running, client: Client, count: int) -> None:
    """Publishes their accounts and contacts; returns once every service has applied them."""
    publisher = Publisher(client)
    for line in _events(count):
        await publisher.publish(check(AGENCY, line))
    await publisher.finish()
    await wait_applied(client, stack.secrets, stack.places)


def _events(count: int) -> Iterator[bytes]:
    for number in range(count):
        account = ams.Account(name=f"Bench household {number}", number=f"B{number}", state="TX")
        contact = ams.Contact(
            account=f"BA-{number}",
            role="primary",
            first_name="Bench",
            last_name=f"Number {number}",
            email=email_of(number),
        )
        yield _upserted("account", f"BA-{number}", account)
        yield _upserted("contact", f"BC-{number}", contact)


def _upserted(kind: str, subject: str, data: ams.FromAms) -> bytes:
    event = {
        "specversion": "1.0",
        "id": f"bench-{subject}",
        "source": "/ams/bench",
        "type": f"ams.{kind}.upserted.v1",
        "subject": subject,
        "sequence": "1",
        "data": data.model_dump(mode="json", exclude_defaults=True),
    }
    return json.dumps(event).encode()
