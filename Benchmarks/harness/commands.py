"""Commands that run to their end: CPU time and peak memory of each, as the kernel counts them."""

import os
import pathlib
import subprocess

from . import workshop
from .processes import Failed


class Outcome:
    """What a command took, and what it printed."""

    def __init__(self, arguments, name, environment=None):
        output = workshop.log(name)
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("w") as file:
            child = subprocess.Popen(
                [str(argument) for argument in arguments], stdin=subprocess.DEVNULL, stdout=file,
                stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})
            _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.text = pathlib.Path(output).read_text(errors="replace")
        if child.returncode != 0:
            raise Failed(f"{arguments[0]} failed: {self.text[-2000:]}")
        self.cpu_seconds = usage.ru_utime + usage.ru_stime
        self.peak_mebibytes = usage.ru_maxrss / 1024
