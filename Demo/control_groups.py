"""Real control groups for the demo's services, whichever way this host allows.

A way is a context manager: `start(name, command, limit_bytes)` runs a command in a group of its
own, `used_bytes(name)` reads what it uses, `include` are the globs under which LeakWatch finds the
groups. Leaving it ends every process that it started and removes every group that it made.
"""

import contextlib
import ctypes
import errno
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

TREE = pathlib.Path("/sys/fs/cgroup")


class NoControlGroups(Exception):
    """This host lets us make none; the text says what is missing."""


def way_of_this_host():
    """The first way that works here; NoControlGroups where there is none."""
    if os.path.isdir("/run/systemd/system") and shutil.which("systemd-run"):
        if os.geteuid() == 0:
            return SystemdUnits("--system")
        if os.environ.get("XDG_RUNTIME_DIR") and user_manager_has_memory():
            return SystemdUnits("--user")
        raise NoControlGroups(
            "no user manager with the memory controller is at hand; run `sudo make demo`")
    if os.geteuid() != 0:
        raise NoControlGroups("without systemd only root may make control groups; "
                              "run `sudo make demo`")
    if os.access(TREE / "memory/cgroup.procs", os.W_OK):
        return Folders(TREE / "memory", version=1)
    if "memory" in words_of(TREE / "cgroup.subtree_control"):
        return Folders(TREE, version=2)
    raise NoControlGroups(
        f"{TREE} offers no writable memory controller (a container without its own control "
        "groups?); run the demo on a host or in a virtual machine")


def words_of(path):
    try:
        return path.read_text(encoding="utf-8").split()
    except OSError:
        return []


def user_manager_has_memory():
    user = os.geteuid()
    manager = TREE / f"user.slice/user-{user}.slice/user@{user}.service"
    return "memory" in words_of(manager / "cgroup.subtree_control")


class SystemdUnits(contextlib.AbstractContextManager):
    """Transient services of the system's or the user's manager."""

    def __init__(self, manager):
        self.manager = manager
        self.units = {}
        self.include = [f"**/leakwatch-demo-*-{os.getpid()}.service"]

    def start(self, name, command, limit_bytes):
        unit = f"leakwatch-demo-{name}-{os.getpid()}.service"
        self.units[name] = unit
        subprocess.run(
            ["systemd-run", self.manager, "--quiet", "--collect", f"--unit={unit}",
             "--property=MemoryAccounting=yes", f"--property=MemoryMax={limit_bytes}",
             "--property=MemorySwapMax=0", *command], check=True)

    def place(self, name):
        return f"unit {self.units[name]}"

    def used_bytes(self, name):
        shown = subprocess.run(
            ["systemctl", self.manager, "show", "--property=MemoryCurrent", "--value",
             self.units[name]], capture_output=True, text=True, check=False).stdout.strip()
        return int(shown) if shown.isdigit() else None

    def __exit__(self, *_):
        for unit in self.units.values():
            subprocess.run(["systemctl", self.manager, "stop", unit], check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Folders(contextlib.AbstractContextManager):
    """Groups made by hand below one folder of the tree."""

    LIMIT = {1: "memory.limit_in_bytes", 2: "memory.max"}
    SWAP = {1: ("memory.memsw.limit_in_bytes", None), 2: ("memory.swap.max", 0)}
    USED = {1: "memory.usage_in_bytes", 2: "memory.current"}

    def __init__(self, tree, version):
        self.version = version
        self.parent = tree / f"leakwatch-demo-{os.getpid()}"
        self.include = [f"{self.parent.name}/*"]
        self.processes = []

    def __enter__(self):
        self.parent.mkdir()
        if self.version == 2:
            (self.parent / "cgroup.subtree_control").write_text("+memory")
        return self

    def start(self, name, command, limit_bytes):
        group = self.parent / name
        group.mkdir()
        (group / self.LIMIT[self.version]).write_text(str(limit_bytes))
        file, value = self.SWAP[self.version]
        with contextlib.suppress(OSError):  # a kernel without swap accounting has no such file
            (group / file).write_text(str(limit_bytes if value is None else value))
        libc = ctypes.CDLL(None)

        def enter_group():
            (group / "cgroup.procs").write_text(str(os.getpid()))
            libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: it does not outlive the demo

        self.processes.append(subprocess.Popen(command, preexec_fn=enter_group,
                                               start_new_session=True))

    def place(self, name):
        return str(self.parent / name)

    def used_bytes(self, name):
        try:
            return int((self.parent / name / self.USED[self.version]).read_text())
        except OSError:
            return None

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()
        for group in [*self.parent.glob("*/"), self.parent]:
            remove_group(group)


def remove_group(group):
    """The kernel needs a moment after the last process has gone."""
    for _ in range(50):
        try:
            group.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            time.sleep(0.1)
    print(f"could not remove {group}; do it with: rmdir {group}", file=sys.stderr)
