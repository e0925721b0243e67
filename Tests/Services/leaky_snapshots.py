"""Dumps two tracemalloc snapshots of itself, OLD and NEW (its arguments), with a leak in between,
and prints what tracemalloc itself says grew: file:line, bytes and blocks, a line each."""

import sys
import tracemalloc

sessions = {}


def remember(number):
    sessions[number] = bytes(1000)


def main(older, newer):
    tracemalloc.start(25)
    for number in range(100):
        remember(number)
    before = tracemalloc.take_snapshot()
    before.dump(older)
    for number in range(100, 5000):
        remember(number)
    after = tracemalloc.take_snapshot()
    after.dump(newer)
    for difference in after.compare_to(before, "lineno"):
        frame = difference.traceback[0]
        print(frame.filename, frame.lineno, difference.size_diff, difference.count_diff, sep="\t")


main(*sys.argv[1:])
