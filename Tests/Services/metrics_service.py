#!/usr/bin/python3
"""A Python service with prometheus_client's own server and metrics.

Prints "port N" and ends at the end of standard input.
"""
import gc
import sys

import prometheus_client

# start_http_server does not tell its port before version 0.19: pass one that is free.
port = int(sys.argv[1])
requests = prometheus_client.Counter("http_requests", "Requests served.", ["code"])
requests.labels("200").inc(3)
prometheus_client.start_http_server(port, addr="127.0.0.1")
gc.collect()
print("port", port, flush=True)
sys.stdin.buffer.read()
