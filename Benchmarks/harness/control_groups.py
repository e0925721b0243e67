"""Real cgroups with a process in each, made for the time of a measurement."""

import contextlib
import os
import pathlib
import re
import time

from . import workshop
from .processes import Failed, Program


def memory_root():
    """Where the memory controller is mounted: cgroup v1 if it is there, else v2."""
    mounts = pathlib.Path("/proc/self/mounts").read_text()
    version1 = re.search(r"^\S+ (\S+) cgroup \S*\bmemory\b", mounts, re.MULTILINE)
    version2 = re.search(r"^\S+ (\S+) cgroup2 ", mounts, re.MULTILINE)
    found = version1 or version2
    if not found:
        raise Failed("no cgroup hierarchy is mounted")
    root = pathlib.Path(found[1])
    if not version1 and "memory" not in (root / "cgroup.controllers").read_text().split():
        raise Failed(f"the memory controller is not available in {root}")
    return root, 1 if version1 else 2


@contextlib.contextmanager
def populated(count):
    """- Yields: the mount point, the folder that holds N.service, and the cgroup version."""
    root, version = memory_root()
    folder = root / f"leakwatch-bench-{os.getpid()}"
    try:
        folder.mkdir()
    except OSError as error:
        raise Failed(f"cannot make a cgroup: {error}; run as root") from error
    try:
        if version == 2:
            (folder / "cgroup.subtree_control").write_text("+memory")
        for number in range(count):
            (folder / f"{number}.service").mkdir()
        command = [workshop.floor("residents"), folder, count]
        with Program(command, workshop.log("residents"), capture=True) as residents:
            residents.line()
            yield root, folder, version
    finally:
        remove(folder)


def remove(folder):
    """Cgroups go once the last process has left; killed ones take a moment."""
    for _ in range(100):
        try:
            for child in folder.iterdir():
                if child.is_dir():
                    child.rmdir()
            folder.rmdir()
            return
        except OSError:
            time.sleep(0.1)
    workshop.say(f"warning: {folder} could not be removed")
