"""A tree of folders like cgroup v2's, for more services than a machine has."""

import os
import pathlib

FILES = {
    "memory.current": "268439552\n",
    "memory.stat": "anon 268435456\nfile 4096\ninactive_file 4096\nkernel 8192\nshmem 0\nsock 0\n"
                   "slab_reclaimable 4096\n",
    "memory.max": "536870912\n", "memory.high": "max\n", "memory.swap.current": "0\n",
    "memory.events": "low 0\nhigh 0\nmax 0\noom 000\noom_kill 000\noom_group_kill 0\n",
    "cgroup.procs": "1\n"}


class MadeUpGroups:
    def __init__(self, root, count):
        self.root = pathlib.Path(root)
        self.kills = 0
        slice_folder = self.root / "system.slice"
        self.groups = [slice_folder / f"{letters(number)}.service" for number in range(count)]
        for folder in [self.root, slice_folder, *self.groups]:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in FILES.items():
                (folder / name).write_text(text)
        for name in ("cgroup.controllers", "cgroup.subtree_control"):
            (self.root / name).write_text("memory\n")

    def kill_everywhere(self):
        """One more OOM kill in every group, written in place as the kernel does."""
        self.kills += 1
        text = FILES["memory.events"].replace("000", f"{self.kills:03d}").encode()
        for folder in self.groups:
            file = os.open(folder / "memory.events", os.O_WRONLY)
            os.pwrite(file, text, 0)
            os.close(file)


def letters(number):
    """A name without digits, which would make replicas of them."""
    return "svc" + "".join(chr(97 + int(digit)) for digit in str(number))
