"""A daemon that hangs is restarted by the watchdog"""

from host import expect


def run(host):
    host.fresh()
    before = host.show("NRestarts")
    pid = host.show("MainPID")
    host.sh(f"kill -STOP {pid}")
    # WatchdogSec=10s here, then at most as long again for the abort and the restart.
    host.wait("a restart", lambda: host.show("NRestarts") != before, 40)
    host.wait("active again", lambda: host.show("ActiveState") == "active", 30)
    expect(host.show("MainPID") != pid, "it is the same process")
    told = host.log()
    expect("watchdog" in told.lower(), f"the journal does not name the watchdog: {told}")
