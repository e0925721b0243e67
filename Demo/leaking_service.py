#!/usr/bin/env python3
"""A service that never gives back what it takes: leaking_service.py MIB_PER_SECOND"""

import sys
import time

STEPS_PER_SECOND = 8

step = int(float(sys.argv[1]) * (1 << 20) / STEPS_PER_SECOND)
sessions = []
while True:
    sessions.append(bytearray(step))
    time.sleep(1 / STEPS_PER_SECOND)
