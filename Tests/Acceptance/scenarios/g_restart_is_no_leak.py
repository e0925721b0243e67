"""A service that restarts, larger each time, is a new incarnation and not a leak

Read as one series its memory would rise by 2.5 MiB/s for most of a minute: far beyond the rule.
"""

import time

from host import expect

SIZE_FILE = "/run/steady-size"


def run(host):
    host.fresh()
    for mebibytes in (20, 50, 80, 110):
        host.write(SIZE_FILE, str(mebibytes))
        if mebibytes == 20:
            host.start("steady", f"starting_service.py {SIZE_FILE}")
        else:
            host.sh("systemctl restart acceptance-steady")
        time.sleep(12)
    alerts = host.alerts()
    expect(not alerts, f"reported: {[each['summary'] for each in alerts]}")
    expect(host.show("ActiveState", "acceptance-steady") == "active", "the service is gone")
    expect("1 service" in host.status_sentence(), f"status: {host.status_sentence()}")
