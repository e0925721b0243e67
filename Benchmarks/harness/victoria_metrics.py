"""A VictoriaMetrics that holds the history, for those who replay it."""

import shutil

from . import workshop
from .processes import Program, free_port, get
from .remote_write import post


class VictoriaMetrics:
    def __init__(self):
        self.folder = workshop.SCRATCH / "victoria-metrics"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.program = Program(
            ["victoria-metrics", f"-storageDataPath={self.folder}",
             f"-httpListenAddr=127.0.0.1:{self.port}", "-retentionPeriod=100y",
             "-search.latencyOffset=0s", "-loggerLevel=WARN"], workshop.log("victoria-metrics"))
        self.program.wait_until_ready(f"{self.url}/health")

    def load(self, folder):
        post(self.port, folder, "victoria-metrics")
        get(f"{self.url}/internal/force_flush")

    def remove(self):
        self.program.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
