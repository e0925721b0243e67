#!/usr/bin/python3
"""A double of Prometheus's query API that misbehaves; the first part of the path says how:
http://127.0.0.1:PORT/flaky/api/v1/query_range.

Prints "port N" when it listens and ends at the end of standard input. /log tells, as JSON, every
request so far: its path, form and headers.
"""
import http.server
import json
import os
import sys
import threading
import time
import urllib.parse

log = []


def points(form):
    start, end, step = (float(form[name]) for name in ["start", "end", "step"])
    return [start + index * step for index in range(int((end - start) / step + 1e-9) + 1)]


def matrix(form, series=2):
    result = [
        {"metric": {"service": f"s{number}"}, "values": [[time, f"{time:.0f}"] for time in points(form)]}
        for number in range(series)
    ]
    return {"status": "success", "data": {"resultType": "matrix", "result": result}}


def error(kind, text):
    return {"status": "error", "errorType": kind, "error": text}


TOO_MANY = error("execution", "query processing would load too many samples into memory in query execution")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.serve(body)

    def do_GET(self):
        if self.path == "/log":
            return self.answer(200, log)
        self.serve(urllib.parse.urlsplit(self.path).query)

    def serve(self, body):
        form = dict(urllib.parse.parse_qsl(body))
        scenario = self.path.split("/")[1]
        headers = {name.lower(): value for name, value in self.headers.items()}
        log.append({"path": self.path, "form": form, "headers": headers})
        number = sum(1 for entry in log if entry["path"].split("/")[1] == scenario)
        if "/label/" in self.path:
            return self.answer(200, {"status": "success", "data": ["s0", "s1"]})
        getattr(self, "do_" + scenario.replace("-", "_"))(form, number)

    def do_good(self, form, number):
        self.answer(200, matrix(form))

    def do_flaky(self, form, number):
        if number <= 2:
            return self.answer(503, error("unavailable", "starting"))
        self.answer(200, matrix(form))

    def do_busy(self, form, number):
        if number == 1:
            return self.answer(429, error("", "slow down"), {"Retry-After": "1"})
        self.answer(200, matrix(form))

    def do_down(self, form, number):
        self.answer(503, error("unavailable", "shutting down"))

    def do_patient(self, form, number):
        self.answer(503, error("unavailable", "come back tomorrow"), {"Retry-After": "86400"})

    def do_small(self, form, number):
        """Only short questions are answered."""
        if len(points(form)) > 100:
            return self.answer(422, TOO_MANY)
        self.answer(200, matrix(form))

    def do_tiny(self, form, number):
        self.answer(422, TOO_MANY)

    def do_hole(self, form, number):
        """A stretch in the middle fails for good, for a reason of its own."""
        if any(1800 <= time < 2400 for time in points(form)):
            return self.answer(422, error("execution", "found duplicate series for the match group"))
        self.answer(200, matrix(form))

    def do_truncated(self, form, number):
        text = json.dumps(matrix(form))
        self.send(200, text[: len(text) // 2] if number == 1 else text)

    def do_cut(self, form, number):
        """Always half an answer, with the length of all of it."""
        text = json.dumps(matrix(form)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text[: len(text) // 2])
        self.close_connection = True

    def do_vector(self, form, number):
        self.answer(200, {"status": "success", "data": {"resultType": "vector", "result": []}})

    def do_scalar(self, form, number):
        self.answer(200, {"status": "success", "data": {"resultType": "scalar", "result": [1, "2"]}})

    def do_html(self, form, number):
        self.send(200, "<html>a login page</html>", "text/html")

    def do_large(self, form, number):
        """Bytes without end, but for short questions."""
        if len(points(form)) <= 60:
            return self.answer(200, matrix(form))
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b'2d\r\n{"status":"success","data":{"resultType":"mat\r\n')
        try:
            while True:
                self.wfile.write(b"1000\r\n" + b" " * 4096 + b"\r\n")
        except OSError:
            self.close_connection = True

    def do_crowd(self, form, number):
        """A million series in one answer."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

        def chunk(data):
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

        try:
            chunk(b'{"status":"success","data":{"resultType":"matrix","result":[')
            for block in range(1000):
                chunk(b",".join(
                    b'{"metric":{"service":"s%d"},"values":[[%s,"1"]]}'
                    % (block * 1000 + n, form["start"].encode()) for n in range(1000))
                    + (b"," if block < 999 else b""))
            chunk(b"]}}")
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

    def do_warned(self, form, number):
        answer = matrix(form)
        answer["warnings"] = ["one store did not answer"]
        self.answer(200, answer)

    def do_unknown(self, form, number):
        self.send(401, "who are you?", "text/plain")

    def do_moved(self, form, number):
        self.send(302, "", "text/plain", {"Location": "http://127.0.0.1:1/elsewhere"})

    def do_slow(self, form, number):
        if len(points(form)) > 40:
            time.sleep(30)
        self.answer(200, matrix(form))

    def answer(self, status, value, headers={}):
        self.send(status, json.dumps(value), headers=headers)

    def send(self, status, text, content_type="application/json", headers={}):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # clients that hang up are what the tests are about


def end_with_standard_input():
    sys.stdin.buffer.read()
    os._exit(0)


server = Server(("127.0.0.1", 0), Handler)
threading.Thread(target=end_with_standard_input, daemon=True).start()
print("port", server.server_port, flush=True)
server.serve_forever()
