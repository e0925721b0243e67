#!/usr/bin/env python3
"""A service that fills its caches when it starts, and then rests: starting_service.py MIB

MIB is a number, or a file that holds it: then a restart may need more than the last one did.
"""

import sys
import time

size = sys.argv[1]
if not size.isdigit():
    with open(size, encoding="ascii") as file:
        size = file.read()
caches = []
for _ in range(int(size)):
    caches.append(bytearray(1 << 20))
    time.sleep(0.05)
time.sleep(3600)
