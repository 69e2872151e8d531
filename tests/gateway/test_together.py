"""Questions side by side: all answers, or the first error and nothing left behind."""

import asyncio

import pytest

from contracts.kinds import NotFound
from gateway.views.together import together


async def _answer(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def test_answers_come_in_the_order_of_the_questions() -> None:
    assert await together(_answer(1), _answer(2), _answer(3)) == (1, 2, 3)


async def test_first_error_calls_the_others_off() -> None:
    ended: list[str] = []

    async def slow() -> int:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("slow")
        return 1

    async def refused() -> int:
        await asyncio.sleep(0)
        raise NotFound

    with pytest.raises(NotFound):
        await together(slow(), refused())
    assert ended == ["slow"]


async def test_cancelled_question_cancels_all() -> None:
    ended: list[int] = []
    begun = asyncio.Barrier(3)

    async def slow(number: int) -> int:
        try:
            await begun.wait()
            await asyncio.sleep(60)
        finally:
            ended.append(number)
        return number

    asking = asyncio.create_task(together(slow(1), slow(2)))
    await begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert sorted(ended) == [1, 2]
