#!/usr/bin/python3
"""A metrics endpoint behind TLS, passwords and tokens.

    secured.py [--cert FILE --key FILE [--client-ca FILE]] [--user NAME --password WORD]
               [--token WORD]

Prints "port N" when it listens on 127.0.0.1 and ends at the end of standard input.
"""
import argparse
import base64
import http.server
import json
import os
import ssl
import sys
import threading

METRICS = b"# TYPE go_goroutines gauge\ngo_goroutines 7\n"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wanted = None

    def do_GET(self):
        if self.wanted and self.headers.get("Authorization") != self.wanted:
            return self.answer(401, b"who are you?\n", "text/plain")
        if self.path == "/headers":
            body = json.dumps({name.lower(): value for name, value in self.headers.items()})
            return self.answer(200, body.encode(), "application/json")
        self.answer(200, METRICS, "text/plain; version=0.0.4")

    def answer(self, status, body, content_type):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # refused handshakes are what the tests are about


def end_with_standard_input():
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    parser = argparse.ArgumentParser()
    for name in ["cert", "key", "client-ca", "user", "password", "token"]:
        parser.add_argument("--" + name)
    options = parser.parse_args()
    if options.user:
        pair = f"{options.user}:{options.password}".encode()
        Handler.wanted = "Basic " + base64.b64encode(pair).decode()
    if options.token:
        Handler.wanted = "Bearer " + options.token
    server = Server(("127.0.0.1", 0), Handler)
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)
        if options.client_ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(options.client_ca)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    print("port", server.server_address[1], flush=True)
    server.serve_forever()


main()
