"""An OOM kill is reported: with its group alive, gone, or recreated between two looks"""

from host import configuration, expect


def run(host):
    host.fresh(configuration(interval="5s"))
    host.start("survivor", "leaking_service.py 20", "MemoryMax=96M", "OOMPolicy=continue",
               "Restart=no")
    host.start("victim", "hungry_service.py 14 200", "MemoryMax=64M", "Restart=no")
    host.wait_for_alert("victim", "oom_kill", 60)
    host.wait_for_alert("survivor", "oom_kill", 60)

    # Killed and started again at once, well within the 5 s between two looks.
    host.start("phoenix", "hungry_service.py 12 200", "MemoryMax=64M", "Restart=always",
               "RestartSec=100ms")
    killed = host.wait_for_alert("phoenix", "oom_kill", 60)
    expect(killed["severity"] == "page", f"severity {killed['severity']}")
    expect(not host.alerts("quiet"), "a service that was not killed was reported")
