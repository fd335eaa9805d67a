"""One engine on one instance in a process of its own, with its memory measured."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection

from tests.benchmarks.solver.engines import engine
from tests.benchmarks.solver.instance import Answer, Instance

_SLACK = 4.0
"""An engine that takes this many times its time, and a minute more, is given up."""
_UNIT = 1 if sys.platform == "darwin" else 1024


def run(name: str, instance: Instance, seconds: float, cores: int, seed: int) -> Answer:
    """What the engine gave back; an Answer with a note where it broke."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(theirs, name, instance, seconds, cores, seed))
    process.start()
    theirs.close()
    try:
        if ours.poll(seconds * _SLACK + 60):
            answer: Answer = ours.recv()
            return answer
        return Answer(routes=(), seconds=seconds * _SLACK + 60, note="gave no answer in time")
    except EOFError:
        process.join()
        return Answer(routes=(), seconds=0.0, note=f"died with exit code {process.exitcode}")
    finally:
        ours.close()
        process.join(5)
        process.kill()
        process.join()


def _child(
    connection: Connection, name: str, instance: Instance, seconds: float, cores: int, seed: int
) -> None:
    solver = engine(name)
    before = time.process_time()
    try:
        answer = solver(instance, seconds, cores, seed)
    except Exception as error:  # noqa: BLE001 - a broken engine is a line of the table
        answer = Answer(routes=(), seconds=0.0, note=f"{type(error).__name__}: {error}")
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    megabytes = sum(each.ru_maxrss for each in used) * _UNIT / 1e6
    cpu_s = sum(each.ru_utime + each.ru_stime for each in used) - before
    connection.send(replace(answer, megabytes=megabytes, cpu_s=cpu_s))
