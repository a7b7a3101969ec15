"""Time, processor time and memory of processes and of calls."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import date
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


# Runs a command and tells what it took. By a process of its own: what a child had in memory before it became the command
# counts as its peak, and this one holds what DuckDB has left behind.
LAUNCHER = """
import json, os, subprocess, sys, time
start = time.perf_counter()
child = subprocess.Popen(sys.argv[2:], stdout=sys.stdout, stderr=subprocess.STDOUT)
_, status, usage = os.wait4(child.pid, 0)
took = [time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024]
with open(sys.argv[1], "w") as file:
    json.dump([os.waitstatus_to_exitcode(status), took], file)
"""


def run(command: list, cwd: Path | None = None) -> Run:
    """Runs a command to its end; a failure is raised with what it said."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as told:
        launch = [sys.executable, "-S", "-c", LAUNCHER, told.name, *map(str, command)]
        done = subprocess.run(launch, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command))} was not run:\n{done.stdout[-4000:]}")
        code, took = json.load(told)
    if code != 0:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {code}:\n{done.stdout[-4000:]}")
    return Run(*took)


def timed(call, pid: int | None = None) -> Run:
    """What a call takes: of this process, or of the process that answers it."""
    start, spent = time.perf_counter(), processor_time(pid)
    call()
    return Run(time.perf_counter() - start, processor_time(pid) - spent, 0)


def processor_time(pid: int | None) -> float:
    """Seconds of processors that a process has had, this one where none is named."""
    if pid is None:
        return time.process_time()
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def added(runs: list) -> list:
    """Run by run, what several calls take together."""
    return [Run(sum(one.wall for one in run), sum(one.cpu for one in run), 0) for run in zip(*runs, strict=True)]


def memory() -> int:
    """Bytes of memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def keep(path: Path, runs: dict):
    """Writes down what was measured today, by side."""
    told = {side: [asdict(run) for run in of_side] for side, of_side in runs.items()}
    path.write_text(json.dumps({"day": str(date.today()), "runs": told}))


def kept(path: Path):
    """What was written down, and on which day; none where nothing was."""
    if not path.exists():
        return None
    told = json.loads(path.read_text())
    return {side: [Run(**run) for run in of_side] for side, of_side in told["runs"].items()}, told["day"]


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
