#!/usr/bin/env python3
"""Two weeks of ten services as OpenMetrics, up to now: what pages are drawn from.

  service_history.py STEP [SERVICE…]      only these

Every STEP seconds a value of each signal that LeakWatch knows, under the signal's own name: a leak
after a deployment, a cache that fills, page cache that fills, replicas that leak together, a service
that is killed again and again, one that is two hours old, and some at rest.
"""

import math
import random
import sys
import time

DAYS = 14
DAY = 86400
MIB = 1 << 20
STEP = int(sys.argv[1])
END = int(time.time()) // STEP * STEP


def load(moment, peak):
    """Requests a second: people sleep, and the weekend is quieter."""
    hour = moment % DAY / 3600
    day = moment // DAY % 7
    return peak * (0.55 - 0.45 * math.cos((hour - 3) / 24 * 2 * math.pi)) * (0.7 if day in (2, 3) else 1)


class Service:
    """Draws one service; `step` gives heap, file, shmem, kernel, sock in MiB at an age in days."""

    def __init__(self, name, limit, peak, begin=0, restarts=(), kills=False):
        self.name, self.limit, self.peak = name, limit, peak
        self.begin, self.restarts, self.kills = begin, restarts, kills
        self.random = random.Random(name)

    def samples(self, memory):
        started = END - int((DAYS - self.begin) * DAY)
        births = [started] + [END - int((DAYS - day) * DAY) for day in self.restarts]
        requests = pause = kills = 0.0
        birth = None
        for moment in range(started, END + 1, STEP):
            life = max(b for b in births if b <= moment)
            if life != birth:
                if birth is not None and self.kills:
                    kills += 1
                birth, requests, pause = life, 0.0, 0.0
            rate = load(moment, self.peak) * self.random.uniform(0.95, 1.05)
            requests += rate * STEP
            age = (moment - birth) / DAY
            heap, file, shmem, kernel, sock = memory(age, rate / max(self.peak, 1), self.random)
            pause += STEP * (0.004 + 0.05 * (heap / self.limit) ** 2)
            anon = heap * 1.12 + 38 + 9 * rate / max(self.peak, 1) + self.random.uniform(0, 2)
            parts = {"mem_anon": anon, "mem_file": file + shmem, "mem_shmem": shmem,
                     "mem_kernel": kernel, "mem_sock": sock, "mem_inactive_file": file * 0.8,
                     "mem_current": anon + file + shmem + kernel + sock,
                     "heap_live_bytes": heap, "mem_max": self.limit}
            for signal, value in parts.items():
                yield signal, moment, int(value * MIB) // 4096 * 4096
            yield "requests_total", moment, int(requests)
            yield "gc_pause_seconds_total", moment, round(pause, 3)
            yield "start_time_seconds", moment, birth
            if self.kills:
                yield "oom_kills_total", moment, int(kills)


def leak(base, per_day, file=60):
    return lambda age, busy, dice: (
        base + per_day * age + dice.uniform(0, 4), file + 6 * busy, 0, 11 + 2 * busy, 1 + busy)


def rest(base, swing, file=40, shmem=0):
    return lambda age, busy, dice: (
        base * (1 - math.exp(-age * 24)) + swing * busy + dice.uniform(0, 3), file, shmem,
        8 + busy, 0.5)


SERVICES = {
    "api": (Service("api", 1024, 420, restarts=(4.2,)), leak(240, 52)),
    "checkout": (Service("checkout", 2048, 160), rest(610, 190)),
    "search": (Service("search", 4096, 90, restarts=(9.5,)),
               lambda age, busy, dice: (
                   2100 * (1 - math.exp(-age / 0.9)) + dice.uniform(0, 9), 310, 64, 21, 2)),
    "imgproxy": (Service("imgproxy", 1024, 55),
                 lambda age, busy, dice: (
                     120 + 25 * busy + dice.uniform(0, 3), min(790, 60 + 110 * age), 0, 14, 1)),
    "worker-1": (Service("worker-1", 768, 30), leak(150, 21, file=20)),
    "worker-2": (Service("worker-2", 768, 30), leak(150, 19, file=20)),
    "reports": (Service("reports", 512, 4, restarts=(2.1, 4.3, 6.9, 9.2, 11.6), kills=True),
                leak(70, 136, file=9)),
    "auth": (Service("auth", 256, 300), rest(74, 6, file=12)),
    "postgres": (Service("postgres", 8192, 900),
                 lambda age, busy, dice: (
                     (900 if age < 6.4 else 1350) + 40 * busy + dice.uniform(0, 9), 3100, 2048, 90,
                     3)),
    "mailer": (Service("mailer", 512, 12, begin=DAYS - 2 / 24), rest(90, 4)),
}


def main(names):
    families = {}
    for name in names or SERVICES:
        service, memory = SERVICES[name]
        for signal, moment, value in service.samples(memory):
            families.setdefault(signal, []).append(f'{signal}{{service="{name}"}} {value} {moment}')
    for signal, lines in families.items():
        counter = signal.endswith("_total")
        print(f"# TYPE {signal.removesuffix('_total')} {'counter' if counter else 'gauge'}")
        print("\n".join(lines))
    print("# EOF")


if __name__ == "__main__":
    main(sys.argv[2:])
