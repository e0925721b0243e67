"""A service that leaks on demand, for tests of heap profiles: GET /leak?count=N keeps entries of a dict,
/cycle?count=N objects that hold themselves, with the collector off, /busy allocates and forgets, /metrics is its exporter.

Heap profiles are served by leakwatch_heap at a port of its own, the first argument; the second is the
service's, or any. Prints "port N" and ends at the end of standard input.
"""
import gc
import http.server
import os
import pathlib
import resource
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy/python"))
import leakwatch_heap

began = time.time()
sessions = {}


class Node:
    def __init__(self):
        self.data = bytearray(4096)
        self.itself = self


def remember(count):
    for _ in range(count):
        sessions[len(sessions)] = bytes(4096)


def tie(count):
    gc.disable()
    for _ in range(count):
        Node()


def busy():
    for _ in range(1000):
        [bytes(1000) for _ in range(100)]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        count = int(urllib.parse.parse_qs(address.query).get("count", ["0"])[0])
        actions = {"/leak": lambda: remember(count), "/cycle": lambda: tie(count), "/busy": busy,
                   "/metrics": lambda: None}
        actions[address.path]()
        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        body = (
            "# TYPE python_info gauge\n"
            'python_info{implementation="CPython",major="3",minor="11",version="3.11.2"} 1\n'
            "# TYPE process_start_time_seconds gauge\n"
            f"process_start_time_seconds {began}\n"
            "# TYPE process_resident_memory_bytes gauge\n"
            f"process_resident_memory_bytes {resident}\n").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        pass


def main():
    leakwatch_heap.serve(f"127.0.0.1:{sys.argv[1]}", frames=4)
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("port", server.server_address[1], flush=True)
    sys.stdin.buffer.read()
    os._exit(0)


main()
