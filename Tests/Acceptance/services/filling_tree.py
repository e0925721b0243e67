#!/usr/bin/env python3
"""A made-up cgroup v2 tree whose services fill up at their own pace and are then emptied:
filling_tree.py FOLDER SERVICES [CALM_FILE]

While CALM_FILE is there, all of them rest.
"""

import os
import pathlib
import sys
import time

LIMIT = 512 << 20


class FillingTree:
    def __init__(self, root, services):
        self.root, self.services = pathlib.Path(root), services
        self.root.mkdir(parents=True, exist_ok=True)
        for name in ("cgroup.controllers", "cgroup.subtree_control"):
            (self.root / name).write_text("memory\n")
        self.write("system.slice", 0, "max")
        self.step(0, False)

    def write(self, path, anon, limit):
        group = self.root / path
        group.mkdir(exist_ok=True)
        for name, text in {
                "memory.current": f"{anon + 4096}\n",
                "memory.stat": f"anon {anon}\nfile 4096\ninactive_file 4096\nkernel 8192\n"
                               "shmem 0\nsock 0\nslab_reclaimable 4096\n",
                "memory.max": f"{limit}\n", "memory.high": "max\n", "memory.swap.current": "0\n",
                "memory.events": "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n",
                "cgroup.procs": "1\n"}.items():
            (group / name).write_text(text)

    def step(self, seconds, is_calm):
        for index in range(self.services):
            period = 6 + index * 0.7
            share = 0.5 if is_calm else 0.4 + 0.45 * (seconds % period) / period
            self.write(f"system.slice/service{chr(97 + index)}.service", int(LIMIT * share), LIMIT)


def main(root, services, calm=None):
    began = time.monotonic()
    tree = FillingTree(root, int(services))
    while True:
        tree.step(time.monotonic() - began, calm is not None and os.path.exists(calm))
        time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
