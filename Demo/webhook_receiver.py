#!/usr/bin/env python3
"""A receiver of Standard Webhooks 1.0: verifies each signature and keeps what came.

  webhook_receiver.py --port PORT --secret-file FILE --log FILE [--mode-file FILE]

Every request becomes one JSON line in the log: at, id, verified, problem, mode, body. The mode
file, read at each request, makes the receiver misbehave: "hang" (never answers) or an HTTP status.
"""

import argparse
import base64
import hashlib
import hmac
import http.server
import json
import threading
import time

TOLERANCE_SECONDS = 300


def key_of(secret):
    """The bytes to sign with: whsec_ introduces base64, anything else is the key itself."""
    if secret.startswith("whsec_"):
        return base64.b64decode(secret[len("whsec_"):], validate=True)
    return secret.encode()


def problem_of(headers, body, secret, now):
    """Why this request must not be believed; None if it may."""
    identity, moment = headers.get("webhook-id"), headers.get("webhook-timestamp")
    signatures = headers.get("webhook-signature", "")
    if not identity or not moment:
        return "webhook-id or webhook-timestamp is missing"
    if not moment.isdigit() or abs(now - int(moment)) > TOLERANCE_SECONDS:
        return f"webhook-timestamp {moment!r} is not of the last {TOLERANCE_SECONDS} s"
    signed = f"{identity}.{moment}.".encode() + body
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    if not any(hmac.compare_digest(expected, given) for given in signatures.split()):
        return "webhook-signature does not match"
    return None


class Receiver(http.server.ThreadingHTTPServer):
    """Listens on 127.0.0.1; `on_request` gets each record, also of a request left hanging."""

    daemon_threads = True

    def __init__(self, port, secret, on_request, mode=lambda: ""):
        self.secret, self.on_request, self.mode = secret, on_request, mode
        super().__init__(("127.0.0.1", port), Handler)

    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/alerts"

    def serve_in_background(self):
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        problem = problem_of(self.headers, body, self.server.secret, time.time())
        mode = self.server.mode()
        self.server.on_request({
            "at": time.time(), "id": self.headers.get("webhook-id"), "verified": problem is None,
            "problem": problem, "mode": mode, "body": json.loads(body)})
        if mode == "hang":
            time.sleep(3600)
        status = int(mode) if mode.isdigit() else 204 if problem is None else 401
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--secret-file", required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--mode-file")
    options = parser.parse_args()

    def mode():
        try:
            with open(options.mode_file or "", encoding="utf-8") as file:
                return file.read().strip()
        except OSError:
            return ""

    def keep(record):
        with open(options.log, "a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    with open(options.secret_file, encoding="utf-8") as file:
        secret = file.read().strip()
    Receiver(options.port, secret, keep, mode).serve_forever()


if __name__ == "__main__":
    main()
