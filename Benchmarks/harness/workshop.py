"""Builds what is measured and what it is measured with; knows where everything lies."""

import os
import pathlib
import subprocess
import sys

from .processes import Failed

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "Benchmarks"
OUT = ROOT / "out"
SCRATCH = OUT / "bench"
BINARIES = SCRATCH / "bin"

SWIFT = [ROOT / "scripts/swift", "build", "-c", "release", "--static-swift-stdlib",
         "--disable-local-rpath", "-Xswiftc", "-use-ld=lld"]
# Debian's Go packages lie in a GOPATH; no module is ever fetched.
GO = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}


def prepare():
    BINARIES.mkdir(parents=True, exist_ok=True)


def log(name):
    return SCRATCH / "logs" / f"{name}.log"


def daemon():
    """The daemon as it ships."""
    run(["make", "-C", ROOT, "build"])
    return ROOT / ".build/leakwatch"


def bench():
    """Our side of the measurements that look at parts of the daemon."""
    product = [*SWIFT, "--product", "leakwatch-bench"]
    run(product)
    return pathlib.Path(run([*product, "--show-bin-path"]).strip()) / "leakwatch-bench"


def floor(name):
    """A C program: what the machine can do at best."""
    source, binary = SOURCES / "floors" / f"{name}.c", BINARIES / name
    if not is_current(binary, [source]):
        run(["gcc", "-O3", "-march=native", "-Wall", "-Werror", "-o", binary, source])
    return binary


def go(name):
    folder, binary = SOURCES / name, BINARIES / name
    if not is_current(binary, folder.glob("*.go")):
        run(["go", "build", "-o", binary, *sorted(folder.glob("*.go"))], environment=GO)
    return binary


def is_current(binary, sources):
    return binary.exists() and all(
        source.stat().st_mtime <= binary.stat().st_mtime for source in sources)


def run(arguments, environment=None):
    """Runs to the end. - Returns: standard output; a failure is told with what was said."""
    arguments = [str(argument) for argument in arguments]
    done = subprocess.run(
        arguments, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
        env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Failed(f"{' '.join(arguments)} failed: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def say(text):
    print(text, file=sys.stderr, flush=True)
