"""The history as remote-write requests, and a server that is given them."""

import http.client
import json
import pathlib
import shutil

from . import workshop
from .processes import Failed

HEADERS = {
    "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Write-Version": "0.1.0"}


def load(bench, server, options):
    """Gives `server` the history. - Returns: how many series and samples it is."""
    folder = workshop.SCRATCH / "remote-write"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    told = json.loads(workshop.run([bench, "write-history", *options, folder]))
    server.load(folder)
    shutil.rmtree(folder)
    return told


def post(port, folder, name):
    """Posts the requests that lie in `folder`, oldest first, and removes them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for path in sorted(pathlib.Path(folder).iterdir()):
        connection.request("POST", "/api/v1/write", path.read_bytes(), HEADERS)
        response = connection.getresponse()
        body = response.read()
        if response.status >= 300:
            raise Failed(f"{name} refused {path.name}: {response.status} {body[:300]}")
        path.unlink()
    connection.close()
