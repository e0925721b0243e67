"""A service that restarts and fills its caches is a new incarnation, not an alert"""

import time

from host import expect


def run(host):
    host.fresh()
    host.start("steady", "starting_service.py 40", "MemoryMax=256M")
    for _ in range(3):
        time.sleep(12)
        host.sh("systemctl restart acceptance-steady")
    time.sleep(12)
    expect(host.show("ActiveState", "acceptance-steady") == "active", "the service is gone")
    alerts = host.alerts()
    expect(not alerts, f"reported: {[each['summary'] for each in alerts]}")
    expect("1 service" in host.status_sentence(), f"status: {host.status_sentence()}")
