"""A script in a process of its own, as a user would start it: its seconds, and the peak of its memory.

Example:
    >>> spent = measured("import polars", "an argument")
    >>> spent.seconds, spent.peak_mb
    (0.08, 71.3)

The seconds are those of the script, its imports included, without the start of the interpreter. The memory is the peak
of the whole process, as Linux counts it (``getrusage`` would count the parent's too).
"""

import subprocess
import sys
from dataclasses import dataclass

_AROUND = """
import sys, time
_started = time.perf_counter()
{script}
_seconds = time.perf_counter() - _started
_peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(_seconds, _peak)
"""


@dataclass(frozen=True)
class Measured:
    """What a script took.

    Attributes:
        seconds: From its first line to its last.
        peak_mb: Largest resident memory.
        printed: Its lines.
    """

    seconds: float
    peak_mb: float
    printed: tuple[str, ...]


def measured(script: str, *arguments: object) -> Measured:
    """Run a script that finds the arguments in ``sys.argv[1:]``."""
    command = [sys.executable, "-c", _AROUND.format(script=script), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    *printed, last = done.stdout.splitlines()
    seconds, peak = map(float, last.split())
    return Measured(seconds, peak, tuple(printed))
