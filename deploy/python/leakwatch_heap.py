"""Serves what a Python process holds, by the line that allocated it, for LeakWatch.

    import leakwatch_heap
    leakwatch_heap.serve("127.0.0.1:9191")

or, with the address in LEAKWATCH_HEAP, `import leakwatch_heap` alone, or without touching the code

    LEAKWATCH_HEAP=127.0.0.1:9191 python3 -m leakwatch_heap app.py ARGUMENTS…
    LEAKWATCH_HEAP=127.0.0.1:9191 python3 -m leakwatch_heap -m MODULE ARGUMENTS…

Tracing memory is dear: it makes Python code several times slower (docs/evidence.md has figures). So
nothing is traced until GET /heap on that address is asked for the first time, as LeakWatch does when it
suspects a leak, and no longer after GET /heap?keep=0, or when it was not asked again within the seconds of
`keep`. Where the program or PYTHONTRACEMALLOC traces already, that is used and left on.

The answer has tracemalloc's blocks in use that were allocated since, summed by traceback: JSON, gzip,
which `leakwatch diff` reads. Paths and line numbers are in it, no data of the program. One answer is made
at a time, on a thread of its own; while the blocks are listed, the interpreter stands still.

Python 3.9 or later, standard library alone. An address that is not this host's own is refused.
"""

import gzip
import http.server
import ipaddress
import json
import os
import sys
import threading
import time
import tracemalloc
import urllib.parse

__all__ = ["serve"]

VARIABLE = "LEAKWATCH_HEAP"
PATH = "/heap"

FRAMES_VARIABLE = "LEAKWATCH_HEAP_FRAMES"

# Frames kept of each traceback. Each costs with every allocation.
FRAMES = 1
# How long tracing goes on after an answer, unless `keep` says.
KEEP_SECONDS = 2 * 3600
MOST_KEEP_SECONDS = 2 * 86400
# Tracebacks that are listed, the largest; the rest is one sum.
MOST_TRACEBACKS = 20_000
# Bytes of tracemalloc's own account, about ten million blocks: listing more of them would take
# seconds and hundreds of megabytes.
MOST_ACCOUNT_BYTES = 512 * 1024 * 1024
# A client that sends or reads nothing for so long is dropped.
PATIENCE_SECONDS = 10

_lock = threading.Lock()
_server = None


def serve(address="127.0.0.1:9191", frames=None):
    """Serves at "HOST:PORT" (a loopback address), once in a process; returns the port.

    Raises ValueError for another address, OSError where it cannot listen there.
    """
    global _server
    host, port = _parsed(address)
    frames = int(os.environ.get(FRAMES_VARIABLE) or FRAMES) if frames is None else frames
    with _lock:
        if _server is not None:
            raise RuntimeError("leakwatch_heap serves already")
        server = (_Server6 if ":" in host else _Server)((host, port), _Handler)
        server.tracing = _Tracing(frames)
        _server = server
    threading.Thread(target=server.serve_forever, name="leakwatch_heap", daemon=True).start()
    return server.server_address[1]


class _Tracing:
    """Whether memory is traced, and until when. Used by the server's thread and by the timer's."""

    def __init__(self, frames):
        self.frames = frames
        self.lock = threading.Lock()
        self.since = time.time()
        self.is_ours = False
        self.timer = None

    def begin(self):
        """Makes sure that memory is traced from now on."""
        with self.lock:
            if self.timer is not None:
                self.timer.cancel()
                self.timer = None
            if not tracemalloc.is_tracing():
                tracemalloc.start(self.frames)
                self.is_ours = True
                self.since = time.time()

    def keep(self, seconds):
        """Lets tracing end in so many seconds, unless it is asked for again or was not begun here."""
        with self.lock:
            if not self.is_ours:
                return
            if seconds == 0:
                self._end()
            else:
                self.timer = threading.Timer(seconds, self._expire)
                self.timer.daemon = True
                self.timer.start()

    def _expire(self):
        with self.lock:
            if self.timer is threading.current_thread():
                self._end()

    def _end(self):
        self.timer = None
        self.is_ours = False
        tracemalloc.stop()


def profile(since):
    """The blocks in use as a value for JSON; `since`: when tracing began, Unix time in seconds."""
    taken_at = time.time()
    sums = {}
    # The public iterator makes two objects for each block; the tuples beneath are what Snapshot.dump
    # writes: (domain, size, ((file, line), …), frames in all), the innermost frame first. Equal
    # tracebacks are one object.
    for trace in tracemalloc.take_snapshot().traces._traces:
        traceback = trace[2]
        entry = sums.get(id(traceback))
        if entry is None:
            sums[id(traceback)] = [trace[1], 1, traceback]
        else:
            entry[0] += trace[1]
            entry[1] += 1
    largest = sorted(sums.values(), key=lambda entry: entry[0], reverse=True)
    files, frames, tracebacks = {}, {}, []
    for size, count, traceback in largest[:MOST_TRACEBACKS]:
        places = []
        for file, line in traceback:
            frame = (files.setdefault(file, len(files)), line)
            places.append(frames.setdefault(frame, len(frames)))
        tracebacks.append([size, count, places])
    rest = largest[MOST_TRACEBACKS:]
    if rest:
        tracebacks.append([sum(entry[0] for entry in rest), sum(entry[1] for entry in rest), []])
    return {
        "tracemalloc": {
            "format": 1, "since_ms": int(since * 1000), "at_ms": int(taken_at * 1000)},
        "files": list(files), "frames": list(frames), "tracebacks": tracebacks,
    }


def _parsed(address):
    host, colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"leakwatch_heap: {address!r} is no HOST:PORT such as 127.0.0.1:9191")
    try:
        is_loopback = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise ValueError(f"leakwatch_heap: {host!r} is not this host's own: take 127.0.0.1 or [::1]")
    return ("127.0.0.1" if host == "localhost" else host), int(port)


class _Handler(http.server.BaseHTTPRequestHandler):
    timeout = PATIENCE_SECONDS
    server_version = "leakwatch_heap"
    sys_version = ""

    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        # A web page in some browser of this host must not begin a trace, whatever name it asks for.
        if self.headers.get("Sec-Fetch-Site") or self.headers.get("Origin"):
            return self._answer(403, "text/plain", b"not for web pages\n")
        if address.path != PATH:
            return self._answer(404, "text/plain", b"the heap profile is at /heap\n")
        keep = urllib.parse.parse_qs(address.query).get("keep", [""])[-1]
        keep = min(int(keep), MOST_KEEP_SECONDS) if keep.isdecimal() else KEEP_SECONDS
        tracing = self.server.tracing
        tracing.begin()
        try:
            if tracemalloc.get_tracemalloc_memory() > MOST_ACCOUNT_BYTES:
                return self._answer(503, "text/plain", b"there are too many blocks to list\n")
            value = profile(tracing.since)
        finally:
            tracing.keep(keep)
        text = json.dumps(value, separators=(",", ":")).encode("utf-8", "replace")
        return self._answer(200, "application/gzip", gzip.compress(text, 1))

    def _answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        """The service's log is its own."""


class _Server(http.server.HTTPServer):
    def handle_error(self, request, client_address):
        """A client that goes away early is no event."""


class _Server6(_Server):
    address_family = 10  # AF_INET6 on Linux


def _leave_in_child():
    """A process that forks goes on serving; its child has no thread for it, and must not hold the port."""
    global _server
    if _server is not None:
        _server.socket.close()
        _server = None


def _serve_as_told(address):
    """A service must start whether its memory is watched or not."""
    try:
        serve(address)
    except (OSError, ValueError) as error:
        print(f"leakwatch_heap: no heap profiles are served at {address}: {error}", file=sys.stderr)


def _main(arguments):
    import runpy

    if not arguments or arguments[0] in ("-h", "--help") or arguments == ["-m"]:
        print(__doc__)
        return
    # This file was loaded as __main__, which the program is about to become.
    import leakwatch_heap

    if VARIABLE not in os.environ:
        leakwatch_heap._serve_as_told("127.0.0.1:9191")
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        sys.path.insert(0, os.getcwd())
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path.insert(0, os.path.dirname(os.path.abspath(arguments[0])))
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    _main(sys.argv[1:])
else:
    os.register_at_fork(after_in_child=_leave_in_child)
    if os.environ.get(VARIABLE):
        _serve_as_told(os.environ[VARIABLE])
