"""A webhook receiver for tests. Prints "port N", appends one JSON line for each request to the
file that is given, and answers by path: /STATUS answers with that status, /hang never answers,
/reset cuts the connection in the middle of its answer.
It ends with its standard input."""

import http.server
import json
import os
import socket
import struct
import sys
import threading
import time

log = open(sys.argv[1], "a", encoding="utf-8")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        print(json.dumps({"path": self.path, "headers": dict(self.headers), "body": body}),
              file=log, flush=True)
        if self.path == "/hang":
            time.sleep(600)
        if self.path == "/reset":
            self.send_response(200)
            self.send_header("content-length", "1000")
            self.end_headers()
            self.wfile.write(b"half an answer")
            self.wfile.flush()
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            return
        self.send_response(int(self.path[1:]))
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print("port", server.server_port, flush=True)
sys.stdin.read()
os._exit(0)
