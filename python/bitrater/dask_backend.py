"""joblib's Dask backend, with an end for files that kill every worker they come to.

Dask gives up a task whose worker died more often than the scheduler allows (`KilledWorker`; three times, unless configured otherwise).
joblib's backend then never calls back, and the whole run would wait for ever. Dask counts the deaths for whatever the worker had been sent, also
for what still waited there, so a task that is given up is no proof against its file.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any

from bitrater import _core
from bitrater.pools import Suspect

try:
    import distributed
    from joblib._dask import DaskDistributedBackend
except ImportError as error:
    raise _core.BitraterError("the backend `dask` needs Dask: pip install 'bitrater[dask]'") from error

SECONDS_TO_CONNECT = 30
SECONDS_FOR_WORKERS = 120
"""How long to wait while the cluster has no worker at all: the last may have died, and its nanny is starting another."""
SECONDS_BETWEEN_LOOKS = 1
"""How often the cluster is asked for its workers during a run."""


class Backend(DaskDistributedBackend):  # type: ignore[misc]
    """Tells joblib of tasks that Dask gave up, and which file each was for."""

    def effective_n_jobs(self, n_jobs: int) -> int:
        """How many files are in work at the same time; never one, with which joblib would run them in this very process, where
        a crash ends the program. A cluster has a single thread when it is small, and while a nanny replaces a worker.
        """
        try:
            return max(2, int(super().effective_n_jobs(n_jobs)))
        except TimeoutError as error:
            raise _no_worker() from error

    def start_call(self) -> None:
        super().start_call()
        self.client.loop.add_callback(self._watch)

    async def _watch(self) -> None:
        """Ends the call when there has been no worker for too long: Dask would wait for ever."""
        seen = time.monotonic()
        while self._continue:
            try:
                if await self.client.scheduler.ncores():
                    seen = time.monotonic()
            except OSError:
                # Without a scheduler Dask ends all tasks by itself.
                return
            if time.monotonic() - seen > SECONDS_FOR_WORKERS:
                for future in list(self._results.values()):
                    future.set_exception(_no_worker())
                return
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    def submit(self, func: Any, callback: Callable[[Any], None] | None = None) -> Any:
        def ended(future: Future[Any]) -> None:
            error = future.exception()
            if callback is not None and error is not None:
                callback(_GivenUp(error, numbers))

        numbers = [arguments[0] for _, arguments, _ in func.items]
        future = super().submit(func, callback)
        future.add_done_callback(ended)
        return future

    def retrieve_result_callback(self, out: Any) -> Any:
        if isinstance(out, CancelledError):
            raise _core.BitraterError("the Dask scheduler was lost, or told to restart; run the same again when it is back") from out
        if not isinstance(out, _GivenUp):
            return super().retrieve_result_callback(out)
        if isinstance(out.error, distributed.KilledWorker):
            # A result like others, so that the run goes on: ended here, it would leave files in work on the cluster.
            return [(number, Suspect()) for number in out.numbers]
        raise out.error


def _no_worker() -> _core.BitraterError:
    return _core.BitraterError(f"the Dask scheduler has had no worker for {SECONDS_FOR_WORKERS} s; start some with `dask worker`")


class _GivenUp:
    """Stands for the result of a task that has none."""

    def __init__(self, error: BaseException, numbers: list[int]) -> None:
        self.error = error
        self.numbers = numbers


def connect(scheduler: str | None) -> tuple[Any, bool, Backend]:
    """A client of the scheduler at this address, whether it is ours to close, and the backend that uses it. Without an
    address the client that the program has already.

    Raises:
        BitraterError: nothing answers there, or there is no client yet.
    """
    if scheduler is None:
        try:
            client = distributed.get_client()
        except ValueError as error:
            raise _core.BitraterError(
                "the backend `dask` needs the address of a scheduler, such as tcp://host:8786, or an open Dask client"
            ) from error
        return client, False, _backend(client)
    try:
        client = distributed.Client(  # type: ignore[no-untyped-call]
            scheduler, timeout=SECONDS_TO_CONNECT, set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise _core.BitraterError(
            f"no Dask scheduler answers at {scheduler}; start one with `dask scheduler`, and workers with `dask worker {scheduler}`"
        ) from error
    return client, True, _backend(client)


def _backend(client: Any) -> Backend:
    return Backend(client=client, wait_for_workers_timeout=SECONDS_FOR_WORKERS)
