"""Until when the bus knows a repeat: it forgets by a timer of its own, which is late where the machine is busy."""

from nats.aio.client import Client

from kit.ids import new_id
from tests.stack import eventually


async def forgotten(client: Client, subject: str) -> None:
    """Returns once the stream of `subject` takes for new what came before this call; leaves nothing behind in it.

    Ids are forgotten in the order in which they came, so it asks about one that came last.
    """
    stream, headers = client.jetstream(), {"Nats-Msg-Id": str(new_id())}
    first = await stream.publish(subject, b"", headers=headers)

    async def taken_for_new() -> int:
        again = await stream.publish(subject, b"", headers=headers)
        return 0 if again.duplicate else again.seq

    for number in (first.seq, await eventually(taken_for_new)):
        await client.jsm().delete_msg(first.stream, number)
