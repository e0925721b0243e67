"""Processes that are measured, and how: from outside, all by the same stick."""

import ctypes
import dataclasses
import glob
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import urllib.request

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_running = []


class Failed(Exception):
    """A measurement that cannot be taken, with the reason for a person."""


@dataclasses.dataclass
class Memory:
    """Kilobytes of one process, as the kernel tells them."""
    rss: int
    peak_rss: int
    anonymous: int
    proportional: int


class Program:
    """A child that dies with the harness. Its output goes to a log, or is read as lines."""

    def __init__(self, arguments, log, capture=False, folder=None, environment=None):
        self.log = pathlib.Path(log)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        errors = self.log.open("w")
        self.child = subprocess.Popen(
            [str(argument) for argument in arguments], text=True, cwd=folder, env=environment,
            stdin=subprocess.PIPE if capture else subprocess.DEVNULL,
            stdout=subprocess.PIPE if capture else errors, stderr=errors,
            preexec_fn=lambda: _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
        errors.close()
        self.pid = self.child.pid
        _running.append(self)

    def line(self):
        """The next line of its output."""
        text = self.child.stdout.readline()
        if not text:
            self.child.wait()
            raise Failed(f"{self.child.args[0]} ended early: {self.tail()}")
        return text

    def stop(self):
        if self in _running:
            _running.remove(self)
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout):
            if pipe:
                pipe.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def tail(self):
        return self.log.read_text(errors="replace")[-1500:].strip() or "it said nothing"

    def wait_until_ready(self, url, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.child.poll() is not None:
                raise Failed(f"{self.child.args[0]} ended early: {self.tail()}")
            try:
                return get(url, timeout=2)
            except OSError:
                time.sleep(0.1)
        raise Failed(f"{self.child.args[0]} does not answer at {url}: {self.tail()}")

    def cpu_seconds(self):
        """CPU time of all its threads, from its CPU clock: nanoseconds, not ticks."""
        return time.clock_gettime(((~self.pid) << 3) | 2)

    def memory(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        rollup = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        field = lambda text, name: int(re.search(rf"\n{name}:\s+(\d+)", text)[1])
        return Memory(
            rss=field(status, "VmRSS"), peak_rss=field(status, "VmHWM"),
            anonymous=field(status, "RssAnon"), proportional=field(rollup, "Pss"))

    def voluntary_switches(self):
        counts = (re.search(r"\nvoluntary_ctxt_switches:\s+(\d+)", pathlib.Path(path).read_text())
                  for path in glob.glob(f"/proc/{self.pid}/task/*/status"))
        return sum(int(count[1]) for count in counts)


def stop_all():
    for program in list(_running):
        program.stop()


def get(url, timeout=120):
    with urllib.request.urlopen(url, timeout=timeout) as response:
        return response.read()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def free_ports(count):
    """The first of `count` ports in a row that nobody listens on."""
    for first in range(21_000, 31_000, count):
        probes = [socket.socket() for _ in range(count)]
        try:
            for offset, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + offset))
            return first
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise Failed(f"no {count} free ports in a row above 21000")


def load_average():
    return [round(value, 2) for value in os.getloadavg()]
