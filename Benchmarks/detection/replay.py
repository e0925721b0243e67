"""Runs `leakwatch replay` over traces and reads what it says."""

import json
import pathlib
import subprocess

from .outcomes import Firing, Outcome
from .traces import stem

EVERY = 3600


class ReplayFailed(Exception):
    """leakwatch did not do what it was asked to, with its own words."""


def run(binary, paths, configuration=None):
    """The outcome of each trace that could be read, by the trace's name."""
    command = [str(binary), "replay", "--every", str(EVERY), "--jsonl"]
    if configuration:
        command += ["--config", str(configuration)]
    command += map(str, paths)
    child = subprocess.run(command, text=True, capture_output=True, check=False)
    outcomes = read(child.stdout.splitlines())
    # 1 means that some trace cannot be read; nothing at all means that nothing ran.
    if child.returncode not in (0, 1) or not outcomes:
        raise ReplayFailed(f"{' '.join(command[:3])} … ended with {child.returncode}: "
                           f"{child.stderr.strip()[-500:]}")
    return outcomes


def read(lines):
    firings, outcomes = {}, {}
    for line in lines:
        record = json.loads(line)
        service = stem(pathlib.PurePath(record["service"]).name)
        if record["type"] == "summary":
            outcomes[service] = Outcome(tuple(firings.pop(service, [])), record["verdict"])
        elif (record["type"], record["alert"], record["to"]) == (
                "transition", "memory_growth", "firing"):
            firings.setdefault(service, []).append(Firing(
                record["at"], record["verdict"], record["slope_bytes_per_day"], record["flavour"]))
    return outcomes
