"""A faulty configuration: exit status 2 with file:line:column, and no restart loop"""

import re

from host import CONFIGURATION, configuration, expect


def run(host):
    host.sh("systemctl stop leakwatch")
    faulty = configuration().replace("interval =", "intervall =", 1)
    line = faulty.splitlines().index('intervall = "1s"') + 1
    host.write(CONFIGURATION, faulty)
    status, told = host.status(f"leakwatch run --config {CONFIGURATION} 2>&1 >/dev/null")
    expect(status == 2, f"exit status {status}: {told}")
    expect(re.search(rf"{CONFIGURATION}:{line}:\d+: error: .*intervall", told),
           f"no place in: {told}")

    expect(host.status("systemctl start leakwatch")[0] != 0, "the unit started")
    expect(host.show("ExecMainStatus") == "2", f"status {host.show('ExecMainStatus')}")
    expect(host.show("ActiveState") == "failed", f"{host.show('ActiveState')}: it is tried again")
    expect(f"{CONFIGURATION}:{line}:" in host.log(), "the journal does not name the place")

    host.write(CONFIGURATION, configuration())
    host.sh("systemctl reset-failed leakwatch; systemctl start leakwatch")
