#!/usr/bin/env python3
"""A service that breathes: it takes and gives back 8 MiB, over and over."""

import math
import time

PERIOD_SECONDS = 4
AMPLITUDE = 8 << 20

base = bytearray(24 << 20)
start = time.monotonic()
while True:
    phase = (time.monotonic() - start) / PERIOD_SECONDS
    work = bytearray(int(AMPLITUDE * (1 + math.sin(2 * math.pi * phase)) / 2) + 1)
    time.sleep(0.25)
    del work
