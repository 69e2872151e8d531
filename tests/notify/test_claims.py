"""Whoever claims a delivery has it alone, and a code costs no more transactions than its claim and its end."""

from typing import Any

import pytest

from kit.database import Database
from kit.ids import new_id
from services.notify import deliveries
from services.notify.outcomes import NotNow

from .conftest import Notify


async def test_an_attempt_that_comes_back_late_changes_nothing(notify: Notify) -> None:
    delivery = deliveries.Delivery(new_id(), notify.agency, "invitation", "email", "p•••@e•••.com")
    attempts = []
    for _ in range(2):
        async with notify.database.transaction(notify.agency) as transaction:
            attempts.append(await deliveries.claim(delivery, transaction))
        await notify.pass_time(delivery.id, deliveries.PREPARING)
    late, newest = attempts
    assert late is not None and newest is not None
    async with notify.database.transaction(notify.agency) as transaction:
        with pytest.raises(NotNow):
            await deliveries.begin(late, transaction)
        await deliveries.begin(newest, transaction)
        await deliveries.settle(newest, "sent", "", transaction)
        await deliveries.settle(late, "failed", "too late", transaction)
        await deliveries.postpone(late, "too late", transaction)
    assert await notify.state(delivery.id) == "sent"


async def test_a_code_is_claimed_and_settled_and_no_more(notify: Notify, monkeypatch: pytest.MonkeyPatch) -> None:
    began = []
    transaction = Database.transaction

    def counted(database: Database, *arguments: Any, **named: Any) -> Any:
        began.append(arguments)
        return transaction(database, *arguments, **named)

    monkeypatch.setattr(Database, "transaction", counted)
    await notify.send_code(notify.code_job())
    assert len(began) == 2
