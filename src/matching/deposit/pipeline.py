"""Work on slices two at a time, results in file order: libxml2 and polars release the interpreter's lock.

Example:
    >>> [count for part, count in in_order(slices("janvier.xml", Skeleton()), lambda part: len(part.starts))]
    [412, 409, 77]
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_WORKERS = 2
_MOST_WAITING = 4  # slices in flight: a quarter of a megabyte each, ten times that once parsed

Part = TypeVar("Part")
Result = TypeVar("Result")


def in_order(parts: Iterable[Part], work: Callable[[Part], Result]) -> Iterator[tuple[Part, Result]]:
    """Each part with its result, in order; memory is bounded by a few parts.

    What ``parts`` raises comes after the results of all the parts it gave; what ``work`` raises comes in the place of
    its result.
    """
    waiting: deque[tuple[Part, Future[Result]]] = deque()
    stopped: Exception | None = None
    source = iter(parts)
    with ThreadPoolExecutor(_WORKERS) as pool:
        while True:
            try:
                part = next(source)
            except StopIteration:
                break
            except Exception as error:  # noqa: BLE001 - raised again below, in its place
                stopped = error
                break
            waiting.append((part, pool.submit(work, part)))
            if len(waiting) > _MOST_WAITING:
                part, result = waiting.popleft()
                yield part, result.result()
        for part, result in waiting:
            yield part, result.result()
    if stopped is not None:
        raise stopped
