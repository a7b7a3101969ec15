"""Time, processor time and memory of processes and of calls."""

import os
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

THREADS = 2


@dataclass(frozen=True)
class Run:
    """What a process took: seconds on the clock, seconds of processors, most bytes in memory."""

    wall: float
    cpu: float
    memory: int


def pin():
    """Keeps the calling process, and those it starts, to as many processors as there are threads."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])


def run(command: list, cwd: Path | None = None) -> Run:
    """Runs a command to its end; a failure is raised with what it said."""
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {child.returncode}:\n{output[-4000:]}")
    # kilobytes on Linux
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def timed(call):
    """The seconds a call takes, and what it gives."""
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def forget(*places: Path):
    """Asks the system to drop files from its page cache, so that the next reader goes to the disk."""
    for place in places:
        for path in [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]:
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def median(values: list) -> float:
    """The middle of several measurements."""
    return statistics.median(values)


def peak_of_this_process() -> int:
    """Most bytes this process has had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
