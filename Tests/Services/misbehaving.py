#!/usr/bin/python3
"""An HTTP server that misbehaves: one port on 127.0.0.1, the path selects how.

Prints "port N" when it listens and ends at the end of standard input, so that it never
outlives the test that started it. A TLS client hello on the port is answered by silence.
"""
import gzip
import json
import os
import socket
import sys
import threading
import time
import zlib

TEXT = "text/plain; version=0.0.4; charset=utf-8"
HEALTHY = (
    "# HELP process_resident_memory_bytes Resident memory size in bytes.\n"
    "# TYPE process_resident_memory_bytes gauge\n"
    "process_resident_memory_bytes 12345678\n"
    "# TYPE process_start_time_seconds gauge\n"
    "process_start_time_seconds 1763900000.5\n"
    "# TYPE python_info gauge\n"
    'python_info{implementation="CPython",major="3"} 1\n'
).encode()


def reply(connection, status, body=b"", content_type=TEXT, headers=()):
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def start_chunked(connection, content_type=TEXT):
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection.sendall(head.encode())


def send_chunk(connection, data):
    connection.sendall(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def hang(connection, request):
    time.sleep(3600)


def drip(connection, request):
    start_chunked(connection)
    while True:
        send_chunk(connection, b"#")
        time.sleep(0.05)


def endless_body(connection, request):
    start_chunked(connection)
    line = b"filler_total 1\n" * 4000
    while True:
        send_chunk(connection, line)


def endless_headers(connection, request):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Filler: " + b"a" * 1000 + b"\r\n")


def endless_header_line(connection, request):
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Filler: ")
    while True:
        connection.sendall(b"a" * 10000)


def zipped(connection, request):
    accepts = "gzip" in request["headers"].get("accept-encoding", "")
    if not accepts:
        return reply(connection, "200 OK", HEALTHY)
    body = gzip.compress(HEALTHY)
    reply(connection, "200 OK", body, headers=[("Content-Encoding", "gzip")])


def gzip_bomb(connection, request):
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = b"0" * (1 << 20)
    while True:
        data = packer.compress(zeros)
        if data:
            send_chunk(connection, data)


def broken_gzip(connection, request):
    reply(connection, "200 OK", b"this is not gzip", headers=[("Content-Encoding", "gzip")])


def million(connection, request):
    start_chunked(connection)
    for start in range(0, 1_000_000, 10_000):
        lines = (f'filler{{series="{n}"}} {n}\n' for n in range(start, start + 10_000))
        send_chunk(connection, "".join(lines).encode())
    send_chunk(connection, HEALTHY)
    connection.sendall(b"0\r\n\r\n")


def many_kept(connection, request):
    lines = (f'process_resident_memory_bytes{{n="{n}"}} 1\n' for n in range(60_000))
    reply(connection, "200 OK", "".join(lines).encode())


def long_line(connection, request):
    start_chunked(connection)
    send_chunk(connection, b'filler{a="')
    part = b"x" * 1_000_000
    for _ in range(100):
        send_chunk(connection, part)
    send_chunk(connection, b'"} 1\n')
    connection.sendall(b"0\r\n\r\n")


def close_mid_body(connection, request):
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n" + HEALTHY
    )
    raise ConnectionAbortedError


def truncated_chunks(connection, request):
    start_chunked(connection)
    connection.sendall(b"ffff\r\n" + HEALTHY)
    raise ConnectionAbortedError


def bad_chunks(connection, request):
    start_chunked(connection)
    connection.sendall(b"zz\r\nnot a chunk\r\n")
    raise ConnectionAbortedError


def leave(connection, request):
    """Closes the connection that it seemed to keep."""
    reply(connection, "200 OK", HEALTHY)
    raise ConnectionAbortedError


def close_at_once(connection, request):
    raise ConnectionAbortedError


def not_http(connection, request):
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n" * 10)
    raise ConnectionAbortedError


def echo(connection, request):
    body = json.dumps(request).encode()
    reply(connection, "200 OK", body, "application/json")


asked = {}


def note(connection, request):
    global asked
    asked = request["headers"]
    reply(connection, "200 OK", HEALTHY)


def tell(connection, request):
    reply(connection, "200 OK", json.dumps(asked).encode(), "application/json")


def said(body, content_type=TEXT, status="200 OK", headers=()):
    return lambda connection, request: reply(connection, status, body, content_type, headers)


DUPLICATE = HEALTHY + b"process_resident_memory_bytes 99\n"
NOT_A_NUMBER = HEALTHY.replace(b"12345678", b"NaN")

PATHS = {
    "/metrics": said(HEALTHY),
    "/empty": said(b""),
    "/500": said(b"out of order\n", status="500 Internal Server Error"),
    "/404": said(b"nothing here\n", status="404 Not Found"),
    "/429": said(b"", status="429 Too Many Requests", headers=[("Retry-After", "7")]),
    "/redirect": said(b"", status="302 Found", headers=[("Location", "/metrics")]),
    "/html": said(b"<html><body>Welcome</body></html>\n", "text/html"),
    "/protobuf": said(b"\x0a\x05hello", "application/vnd.google.protobuf"),
    "/no-type": said(HEALTHY, ""),
    "/garbage": said(bytes(range(256)) * 64),
    "/garbage-line": said(b"}}}{{{ not a sample\n" + HEALTHY),
    "/nan": said(NOT_A_NUMBER),
    "/duplicate": said(DUPLICATE),
    "/hang": hang,
    "/drip": drip,
    "/endless-body": endless_body,
    "/endless-headers": endless_headers,
    "/endless-header-line": endless_header_line,
    "/gzip": zipped,
    "/gzip-bomb": gzip_bomb,
    "/broken-gzip": broken_gzip,
    "/million": million,
    "/many-kept": many_kept,
    "/long-line": long_line,
    "/close-mid-body": close_mid_body,
    "/truncated-chunks": truncated_chunks,
    "/bad-chunks": bad_chunks,
    "/leave": leave,
    "/close-at-once": close_at_once,
    "/not-http": not_http,
    "/echo": echo,
    "/asked": note,
    "/asked-before": tell,
}

connections = 0


def read_request(stream):
    line = stream.readline(65536).decode("latin-1").split()
    if len(line) != 3:
        return None
    headers = {}
    while True:
        field = stream.readline(65536).decode("latin-1").rstrip("\r\n")
        if not field:
            break
        name, _, value = field.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0)))
    return {
        "method": line[0],
        "target": line[1],
        "headers": headers,
        "body": body.decode("latin-1"),
        "connection": connections,
    }


def serve(connection):
    try:
        if connection.recv(1, socket.MSG_PEEK) == b"\x16":
            time.sleep(3600)
        stream = connection.makefile("rb")
        while True:
            request = read_request(stream)
            if request is None:
                break
            path = request["target"].split("?")[0]
            PATHS.get(path, PATHS["/404"])(connection, request)
    except OSError:
        pass
    finally:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        connection.close()


def end_with_standard_input():
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    global connections
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    print("port", listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        connections += 1
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


main()
