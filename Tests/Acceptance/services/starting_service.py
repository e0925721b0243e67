#!/usr/bin/env python3
"""A service that fills its caches when it starts, and then rests: starting_service.py MIB"""

import sys
import time

caches = []
for _ in range(int(sys.argv[1])):
    caches.append(bytearray(1 << 20))
    time.sleep(0.05)
time.sleep(3600)
