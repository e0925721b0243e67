#!/usr/bin/python3
"""What may stand where Node's inspector is expected: its argument names how it misbehaves.

Prints "port N" when it listens and ends at the end of standard input.
"""
import base64
import hashlib
import json
import os
import socket
import sys
import threading
import time

SUFFIX = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
# Of a heap as small as one may be: what is let through goes with it.
METRICS = (b"# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1763900000\n"
           b"# TYPE nodejs_heap_size_total_bytes gauge\nnodejs_heap_size_total_bytes 500000\n")


def frame(payload, first=0x81, mask=False):
    size = len(payload)
    head = bytes([first])
    if size < 126:
        head += bytes([size | (0x80 if mask else 0)])
    elif size < 65536:
        head += bytes([126]) + size.to_bytes(2, "big")
    else:
        head += bytes([127]) + size.to_bytes(8, "big")
    return head + (b"\0\0\0\0" if mask else b"") + payload


def chunk(text):
    return json.dumps(
        {"method": "HeapProfiler.addHeapSnapshotChunk", "params": {"chunk": text}}).encode()


def answer(connection, body, status="200 OK", kind="application/json"):
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)


def endless(connection):
    while True:
        connection.sendall(frame(chunk("x" * 100_000)))


def pings(connection):
    while True:
        connection.sendall(frame(b"", 0x89))
        time.sleep(0.01)


# After the handshake.
SESSIONS = {
    "silent": lambda connection: time.sleep(3600),
    "endless": endless,
    "pings": pings,
    "cut": lambda connection: connection.sendall(frame(chunk("{\"snapshot\""))[:20]),
    "masked": lambda connection: connection.sendall(frame(b"{}", mask=True)),
    "huge": lambda connection: connection.sendall(b"\x81\x7f\x00\x00\x7f\xff\xff\xff\xff\xff"),
    "garbage": lambda connection: connection.sendall(frame(b"not JSON")),
    "refused": lambda connection: connection.sendall(
        frame(b'{"id":1,"error":{"code":-32601,"message":"no such method"}}')),
    "closing": lambda connection: connection.sendall(frame(b"\x03\xe9", 0x88)),
    "damaged": lambda connection: connection.sendall(
        frame(chunk('{"snapshot":{"meta":')) + frame(b'{"id":1,"result":{}}')),
}


def serve(connection, behaviour):
    with connection:
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(65536)
            if not piece:
                return
            request += piece
        path = request.split()[1].decode()
        if path == "/metrics":
            return answer(connection, METRICS, kind="text/plain; version=0.0.4")
        if path == "/json/list":
            if behaviour == "missing":
                return answer(connection, b"", "404 Not Found")
            if behaviour == "html":
                return answer(connection, b"<html></html>")
            if behaviour == "empty":
                return answer(connection, b"[]")
            address = "ws://127.0.0.1:1/the-process"
            return answer(connection, json.dumps([{"webSocketDebuggerUrl": address}]).encode())
        if behaviour == "unwilling":
            return answer(connection, b"", "400 Bad Request")
        key = next(line.split(b":", 1)[1].strip() for line in request.split(b"\r\n")
                   if line.lower().startswith(b"sec-websocket-key"))
        accepted = base64.b64encode(hashlib.sha1(key + SUFFIX).digest()).decode()
        if behaviour == "stranger":
            accepted = "AAAAAAAAAAAAAAAAAAAAAAAAAAA="
        connection.sendall(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accepted}\r\n\r\n".encode())
        connection.recv(65536)
        try:
            SESSIONS.get(behaviour, SESSIONS["silent"])(connection)
            time.sleep(0.2)
        except OSError:
            pass


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print("port", listener.getsockname()[1], flush=True)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, sys.argv[1]), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.buffer.read()
    os._exit(0)


main()
