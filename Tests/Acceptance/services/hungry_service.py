#!/usr/bin/env python3
"""A service that lives for a while and then takes more than it may: hungry_service.py SECONDS MIB"""

import sys
import time

seconds, mebibytes = float(sys.argv[1]), int(sys.argv[2])
time.sleep(seconds)
taken = bytearray(mebibytes << 20)
time.sleep(3600)
