"""Questions that do not wait for one another, asked side by side; none is left behind when one fails."""

from asyncio import TaskGroup
from collections.abc import Coroutine
from typing import Any, TypeVar, overload

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


@overload
async def together(first: Coroutine[Any, Any, A], second: Coroutine[Any, Any, B], /) -> tuple[A, B]: ...
@overload
async def together(
    first: Coroutine[Any, Any, A], second: Coroutine[Any, Any, B], third: Coroutine[Any, Any, C], /
) -> tuple[A, B, C]: ...
async def together(*questions: Coroutine[Any, Any, Any]) -> tuple[Any, ...]:
    """The answers in the order of the questions.

    Raises the first error that happened, after the other questions were called off.
    """
    try:
        async with TaskGroup() as group:
            tasks = [group.create_task(question) for question in questions]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return tuple(task.result() for task in tasks)
