#!/usr/bin/env python3
"""Looks like a HotSpot JVM from outside and misbehaves when it is attached to.

  false-jvm.py LIBRARY silent     opens no socket after SIGQUIT
  false-jvm.py LIBRARY hang       opens it, takes the command, says nothing
  false-jvm.py LIBRARY endless    answers without end
  false-jvm.py LIBRARY error      answers that it refuses
  false-jvm.py LIBRARY link       puts a link where its socket should be

LIBRARY is a file named libjvm.so that it makes and maps. Prints "port N" as other services do (there
is no port) and ends with its standard input.
"""

import ctypes
import mmap
import os
import signal
import socket
import sys
import threading

library, mode = sys.argv[1:]
with open(library, "wb") as file:
    file.write(bytes(4096))
descriptor = os.open(library, os.O_RDONLY)
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap(None, ctypes.c_size_t(4096), mmap.PROT_READ | mmap.PROT_EXEC, mmap.MAP_PRIVATE, descriptor,
          ctypes.c_long(0))
path = f"/tmp/.java_pid{os.getpid()}"


def serve():
    if mode == "silent":
        return
    if mode == "link":
        os.symlink(library, path)
        return
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()
    connection, _ = server.accept()
    connection.recv(1024)
    if mode == "error":
        connection.sendall(b"100\nnot today\n")
        connection.close()
    while mode == "endless":
        connection.sendall(b"0\n" + bytes(1 << 20))
    threading.Event().wait()


def quit_signal(_number, _frame):
    print("SIGQUIT", file=sys.stderr)
    threading.Thread(target=serve, daemon=True).start()


signal.signal(signal.SIGQUIT, quit_signal)
# Whoever starts it may have it blocked.
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGQUIT])
print("port 1", flush=True)
try:
    sys.stdin.read()
finally:
    if os.path.lexists(path):
        os.unlink(path)
