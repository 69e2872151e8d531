"""The AMS's certificates, masters and documents as tests tell them to documents, and how they look at them."""

from dataclasses import dataclass
from typing import Any

from tests import stack

from .conftest import Household, Office

SHA256 = "9f" * 32
LINE = {
    "policy": "P-1",
    "line": "CGL",
    "number": "QFG 1002233",
    "effective": "2026-03-01",
    "expiration": "2027-03-01",
    "basis": "Occurrence",
    "limits": [{"basis": "each occurrence", "amount": "1000000"}],
}
CERTIFICATE: dict[str, Any] = {
    "account": "a-1",
    "holder": "H-1",
    "issued_on": "2026-11-02",
    "number": "C-100",
    "lines": [LINE],
    "made_out_to": {"name": "Harbor Street Properties LLC", "city": "Austin", "state": "TX"},
}
MASTER: dict[str, Any] = {"account": "a-1", "name": "General contractors", "lines": [{"policy": "P-1", "line": "CGL"}]}
DOCUMENT: dict[str, Any] = {
    "account": "a-1",
    "title": "Declarations",
    "category": "dec-page",
    "size": 48213,
    "sha256": SHA256,
    "visible": True,
}


@dataclass(frozen=True)
class Kind:
    """A kind with its table: `data` of one, and the field by which it is told apart, with that field's column."""

    name: str
    table: str
    data: dict[str, Any]
    field: str

    def called(self, name: str) -> dict[str, Any]:
        """One of this name."""
        return {**self.data, self.field: name}


KINDS = (
    Kind("certificate", "certificates", CERTIFICATE, "number"),
    Kind("certificate-master", "certificate_masters", MASTER, "name"),
    Kind("document", "received_documents", DOCUMENT, "title"),
)


async def publish(office: Office, house: Household, *events: tuple[str, bytes]) -> None:
    """Puts events on the bus, each with its kind; returns once documents has settled them."""
    for kind, body in events:
        stored = await office.ops.jetstream().publish(f"ams.{house.slug}.{kind}", body)
    await stack.eventually(lambda: stack.settled(office.ops, "AMS", "documents-ams", stored.seq))


async def say(
    office: Office, house: Household, kind: str, ams_id: str, sequence: int, data: dict[str, Any] | None, **more: Any
) -> None:
    """What the AMS says of an entity; without data that it is deleted."""
    await publish(office, house, (kind, stack.cloud_event(kind, ams_id, sequence, data, **more)))


async def there(office: Office, kind: Kind) -> dict[str, tuple[int, str]]:
    """What is not deleted: version and name by the AMS's id."""
    rows = await office.logins.fetch(
        f"SELECT ams_id, version, {kind.field} AS name FROM {kind.table} WHERE NOT deleted"
    )
    return {row["ams_id"]: (row["version"], row["name"]) for row in rows}
