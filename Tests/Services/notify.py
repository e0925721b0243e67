#!/usr/bin/python3
"""A service manager's end of the notification socket: writes what arrives to a file, a line each.

    notify.py SOCKET FILE

Prints "port 0" when it listens and ends at the end of standard input.
"""
import os
import socket
import sys
import threading


def end_with_standard_input():
    sys.stdin.buffer.read()
    os._exit(0)


receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
threading.Thread(target=end_with_standard_input, daemon=True).start()
print("port 0", flush=True)
with open(sys.argv[2], "w") as file:
    while True:
        print(receiver.recv(4096).decode().replace("\n", " | "), file=file, flush=True)
