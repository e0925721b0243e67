"""Two large pprof profiles compared, beside Go's own tool."""

import gzip
import json
import random
import re
import shutil

from . import commands, workshop
from .figures import OURS, PEER, Figure
from .processes import Failed

SAMPLES, FUNCTIONS, LOCATIONS, DEPTH, REPETITIONS = 100_000, 20_000, 40_000, 30, 5
CPU, PEAK = "CPU to compare two profiles", "peak resident memory"
GREW = 64 << 20


def measure(measurement, leakwatch):
    folder = workshop.SCRATCH / "profiles"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    old, new = folder / "old.pb.gz", folder / "new.pb.gz"
    sizes = [write(old, 0), write(new, GREW)]
    ours = [commands.Outcome([leakwatch, "diff", "--json", old, new], "profiles-leakwatch")]
    peer = []
    check(ours[0].text)
    for _ in range(REPETITIONS):
        ours.append(commands.Outcome([leakwatch, "diff", "--json", old, new], "profiles-leakwatch"))
        peer.append(commands.Outcome(
            ["go", "tool", "pprof", "-top", "-sample_index=inuse_space", "-base", old, new],
            "profiles-pprof", environment={"PPROF_NO_BROWSER": "1"}))
    if not re.search(r"function0\b", peer[0].text):
        raise Failed("go tool pprof does not list the function that grew")
    for name, role, runs in (("LeakWatch, every site and stack", OURS, ours[1:]),
                             ("go tool pprof -top -base", PEER, peer)):
        measurement.figures += [
            Figure(CPU, "s", name, role, [run.cpu_seconds for run in runs]),
            Figure(PEAK, "MiB", name, role, [run.peak_mebibytes for run in runs])]
    measurement.remarks.append(
        f"{SAMPLES:,} stacks of {DEPTH} frames each, {sizes[0] / 1e6:.1f} MB a profile unpacked, "
        "both packed on disk; go tool pprof is started for each comparison, as LeakWatch is.")
    shutil.rmtree(folder)


def check(text):
    first = json.loads(text)["growers"][0]
    if (first["name"], first["delta_bytes"]) != ("function0", GREW):
        raise Failed(f"LeakWatch finds {first['name']} with {first['delta_bytes']} bytes")


def write(path, grown):
    """A profile whose first function holds `grown` bytes more. - Returns: its bytes unpacked."""
    chance = random.Random(41)
    texts = ["", "alloc_objects", "count", "alloc_space", "bytes", "inuse_objects", "inuse_space",
             "space", "main.go"] + [f"function{number}" for number in range(FUNCTIONS)]
    body = bytearray()
    for kind, unit in ((1, 2), (3, 4), (5, 2), (6, 4)):
        add(body, 1, number(1, kind) + number(2, unit))
    for sample in range(SAMPLES):
        # Each leaf has a function of its own share; the frames above are drawn.
        leaf = sample % LOCATIONS + 1
        frames = [leaf] + [chance.randrange(1, LOCATIONS + 1) for _ in range(DEPTH - 1)]
        count, size = chance.randrange(1, 50), chance.randrange(16, 4096)
        space = count * size + (grown if sample == 0 else 0)
        values = [count * 3, space * 3, count, space]
        add(body, 2, packed(1, frames) + packed(2, values))
    for location in range(1, LOCATIONS + 1):
        line = number(1, (location - 1) % FUNCTIONS + 1) + number(2, location % 900 + 1)
        add(body, 4, number(1, location) + bytes([4 << 3 | 2]) + varint(len(line)) + line)
    for function in range(1, FUNCTIONS + 1):
        add(body, 5, number(1, function) + number(2, 8 + function) + number(4, 8))
    for text in texts:
        add(body, 6, text.encode())
    add(body, 11, number(1, 7) + number(2, 4))
    body += number(12, 512 << 10)
    path.write_bytes(gzip.compress(bytes(body), 1))
    return len(body)


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return bytes([field << 3]) + varint(value)


def packed(field, values):
    inner = b"".join(map(varint, values))
    return bytes([field << 3 | 2]) + varint(len(inner)) + inner


def add(body, field, message):
    body += bytes([field << 3 | 2]) + varint(len(message)) + message
