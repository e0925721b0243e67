"""A server of target lists, for tests. It answers with what the file that is given says at that
moment: a first line "STATUS CONTENT-TYPE" or "hang", then the body. Prints "port N", and writes the
headers of each request as one JSON line to the file of that name with ".log" behind it. It ends with
its standard input."""

import http.server
import json
import os
import sys
import threading
import time

log = open(sys.argv[1] + ".log", "a", encoding="utf-8")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(json.dumps(dict(self.headers)), file=log, flush=True)
        with open(sys.argv[1], encoding="utf-8") as file:
            head, _, body = file.read().partition("\n")
        if head == "hang":
            time.sleep(600)
        status, _, content_type = head.partition(" ")
        self.send_response(int(status))
        if content_type:
            self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print("port", server.server_port, flush=True)
sys.stdin.read()
os._exit(0)
