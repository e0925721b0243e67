"""Work shared between processes, with its progress on a terminal."""

import concurrent.futures
import os
import signal
import sys
import time


def ignore_interrupt():
    """Ctrl-C is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


class Progress:
    def __init__(self, title, total):
        self.title, self.total, self.done = title, total, 0
        self.started = time.monotonic()

    def step(self):
        self.done += 1
        if sys.stderr.isatty():
            spent = time.monotonic() - self.started
            left = spent / self.done * (self.total - self.done)
            end = f" in {spent:.0f} s\n" if self.done == self.total else f", {left:.0f} s left  "
            print(f"\r{self.title}: {self.done} of {self.total}{end}", end="", file=sys.stderr,
                  flush=True)


def each(title, action, jobs, count=None):
    """The answers of `action`, in the order of `jobs`."""
    progress, answers = Progress(title, len(jobs)), []
    with concurrent.futures.ProcessPoolExecutor(
            count or os.cpu_count(), initializer=ignore_interrupt) as pool:
        try:
            for answer in pool.map(action, jobs):
                answers.append(answer)
                progress.step()
        except BaseException:
            # A job that failed ends the whole: nobody waits for those that have not begun.
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return answers
