#!/usr/bin/env python3
"""A service that breathes: it takes and gives back 8 MiB, over and over."""

import math
import mmap
import time

PERIOD_SECONDS = 4
AMPLITUDE = 8 << 20
PAGE = mmap.PAGESIZE

start = time.monotonic()
while True:
    phase = (time.monotonic() - start) / PERIOD_SECONDS
    size = PAGE + int(AMPLITUDE * (1 + math.sin(2 * math.pi * phase)) / 2)
    with mmap.mmap(-1, size) as work:  # goes back to the kernel at once, as free() might not
        for page in range(0, size, PAGE):
            work[page] = 1
        time.sleep(0.25)
