"""Who computes: this process, several processes, or the workers of a Dask cluster, all behind one `submit`.

Each takes (index, job) pairs and yields (index, outcome) as they are finished, with a bounded number under way, so
that memory does not grow with their number. Who computes changes no byte of any outcome.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

from experiments.errors import BadInput
from experiments.work import Job, Outcome, perform, perform_elsewhere

__all__ = ["ENGINES", "Jobs", "Outcomes", "dask", "engine", "processes", "serial"]

Jobs = Iterable[tuple[int, Job]]
Outcomes = Iterator[tuple[int, Outcome]]

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_PATIENCE = 60
"""Seconds that a scheduler may be without workers."""
_AHEAD = 3
"""Jobs under way for each worker: one at work, and some so that it never waits."""


def serial(jobs: Jobs) -> Outcomes:
    """One after another, here."""
    for index, job in jobs:
        yield index, perform(job)


def processes(jobs: Jobs, *, workers: int) -> Outcomes:
    """In processes of their own, each with one thread for linear algebra.

    When a process dies, what was under way is run again one job at a time; a job that kills its process twice is
    reported as failed, and the others go on.
    """
    left = iter(jobs)
    while True:
        under_way: dict[Future[Outcome], tuple[int, Job]] = {}
        entering: list[tuple[int, Job]] = []
        try:
            with _pool(workers) as pool:
                for job in left:
                    entering = [job]  # a pool that broke meanwhile takes it no more
                    under_way[pool.submit(perform_elsewhere, job[1])] = job
                    entering = []
                    if len(under_way) >= _AHEAD * workers:
                        yield from _finished(under_way)
                while under_way:
                    yield from _finished(under_way)
            return
        except BrokenProcessPool:
            suspects = [*under_way.values(), *entering]
        for suspect in suspects:
            yield _alone(suspect)


def _finished(under_way: dict[Future[Outcome], tuple[int, Job]]) -> Outcomes:
    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
    for future in done:
        outcome = future.result()  # a broken pool raises here, while its jobs are all still in the table
        index, _job = under_way.pop(future)
        yield index, outcome


def _alone(suspect: tuple[int, Job]) -> tuple[int, Outcome]:
    index, job = suspect
    try:
        with _pool(1) as pool:
            return index, pool.submit(perform_elsewhere, job).result()
    except BrokenProcessPool:
        return index, Outcome(stage="worker", message="its process died twice: killed, or out of memory")


class _Worker(SpawnProcess):
    """A process that does not begin by running the caller's script: a study comes to it as text, and needs no guard.

    Python's own would run the script again, and with it the batch that it was started for.
    """

    @staticmethod
    def _Popen(process: Any) -> Any:
        script = vars(sys.modules["__main__"])
        before = {name: script.get(name) for name in ("__file__", "__spec__")}
        script.update(dict.fromkeys(before))
        try:
            return SpawnProcess._Popen(process)
        finally:
            script.update(before)
            if before["__file__"] is None:
                del script["__file__"]


class _Context(SpawnContext):
    Process = _Worker


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes end with this one, whatever ends it; they are stopped, not awaited, on the way out."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))  # read when a child imports NumPy
    pool = ProcessPoolExecutor(workers, mp_context=_Context(), initializer=_in_child)
    try:
        yield pool
        pool.shutdown(wait=True)
    finally:
        children = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.terminate()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _in_child() -> None:
    """A child leaves interrupts to its parent, and ends when the parent does."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def dask(jobs: Jobs, *, workers: int, scheduler: str | None = None) -> Outcomes:
    """On the workers of a Dask scheduler (`tcp://HOST:PORT`), or of one started here on 127.0.0.1.

    Dask runs the jobs of a dead worker again elsewhere; one that outlives no worker is reported as failed. `BadInput`
    where there is no scheduler, or it goes away.
    """
    try:
        import distributed
    except ImportError:
        raise BadInput("--engine dask needs the packages of the extra dist; pip install 'yuma-games[dist]'") from None
    gone = (OSError, TimeoutError, distributed.client.FutureCancelledError, distributed.comm.CommClosedError)
    where = scheduler or "the cluster on this machine"
    try:
        with _client(distributed, workers, scheduler) as client:
            try:
                client.wait_for_workers(1, timeout=_PATIENCE)
            except TimeoutError:
                raise BadInput(
                    f"the Dask scheduler at {where} has had no workers for {_PATIENCE} s; start some with "
                    f"`dask worker {scheduler or 'ADDRESS'}`, and run this again"
                ) from None
            waiting = iter(jobs)
            first = list(islice(waiting, _AHEAD * max(workers, len(client.scheduler_info()["workers"]), 1)))
            under_way = {client.submit(perform_elsewhere, job, pure=False): index for index, job in first}
            finished = distributed.as_completed(under_way, loop=client.loop)
            for future in finished:
                index = under_way.pop(future)
                if future.status == "error" and isinstance(future.exception(), distributed.KilledWorker):
                    outcome = Outcome(stage="worker", message="its worker died several times: killed, or out of memory")
                elif future.status == "error":  # such as a worker without this package
                    error = future.exception()
                    outcome = Outcome(stage="worker", message=f"{type(error).__name__}: {error}"[:500])
                else:
                    outcome = future.result()
                yield index, outcome
                for after, job in islice(waiting, 1):
                    submitted = client.submit(perform_elsewhere, job, pure=False)
                    under_way[submitted] = after
                    finished.add(submitted)
    except gone as error:
        reason = str(error).strip() or type(error).__name__
        raise BadInput(
            f"the Dask scheduler at {where} cannot be reached ({reason:.100}); start one with `dask scheduler` and its "
            "workers with `dask worker`, and run this again: what was finished is kept"
        ) from None


def local_cluster(distributed: Any, workers: int) -> Any:
    """A Dask cluster on 127.0.0.1 alone, on ports that are free: `dashboard_address=None` would still take 8787."""
    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False},
        silence_logs=50,
    )


@contextmanager
def _client(distributed: Any, workers: int, scheduler: str | None) -> Iterator[Any]:
    if scheduler is not None:
        client = distributed.Client(scheduler, timeout=10, set_as_default=False)
        try:
            yield client
        finally:
            client.close(timeout=5)
        return
    with local_cluster(distributed, workers) as cluster, distributed.Client(cluster, set_as_default=False) as client:
        yield client


ENGINES: tuple[str, ...] = ("serial", "processes", "dask")
"""The engines by name."""


def engine(name: str, *, workers: int | None = None, scheduler: str | None = None) -> Callable[[Jobs], Outcomes]:
    """The `submit` of an engine: takes (index, job) pairs, yields (index, outcome) as they are finished.

    `workers` is the number of processes (default: the cores this process may use). `BadInput` for what is no engine.
    """
    if name not in ENGINES:
        raise BadInput(f"--engine is {name!r}; it may be {', '.join(ENGINES)}")
    if workers is not None and (isinstance(workers, bool) or not isinstance(workers, int) or not 1 <= workers <= 1024):
        raise BadInput(f"--workers is {workers!r:.40}; it must be a whole number in [1, 1024]")
    if scheduler is not None and name != "dask":
        raise BadInput(f"--scheduler {scheduler!r:.60} is for --engine dask; this engine is {name}")
    several = workers or usable_cores()
    if name == "serial":
        return serial
    if name == "processes":
        return lambda jobs: processes(jobs, workers=several)
    return lambda jobs: dask(jobs, workers=several, scheduler=scheduler)


def usable_cores() -> int:
    """The cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS or Windows
        return os.cpu_count() or 1
