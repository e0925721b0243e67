"""A reload takes a changed configuration; a faulty one is refused, said, and the old one stays"""

from host import CONFIGURATION, configuration, expect


def run(host):
    host.fresh()
    pid = host.show("MainPID")

    before = len(host.journal("configuration_reloaded"))
    host.write(CONFIGURATION, configuration(host="renamed"))
    host.sh("systemctl reload leakwatch")
    host.wait("a record of the reload",
              lambda: len(host.journal("configuration_reloaded")) > before, 15)

    before = len(host.journal("configuration_rejected"))
    faulty = configuration(host="never").replace("interval =", "intervall =", 1)
    line = faulty.splitlines().index('intervall = "1s"') + 1
    host.write(CONFIGURATION, faulty)
    host.status("systemctl reload leakwatch")
    host.wait("a record of the refusal",
              lambda: len(host.journal("configuration_rejected")) > before, 15)
    told = host.journal("configuration_rejected")[-1]["MESSAGE"]
    expect(f"{CONFIGURATION}:{line}:" in told, f"the refusal names no place: {told}")
    expect(host.show("MainPID") == pid and host.show("ActiveState") == "active",
           "it did not live through the refusal")

    host.start("hungry", "hungry_service.py 3 200", "MemoryMax=64M")
    kill = host.wait_for_alert("hungry", "oom_kill")
    expect(kill["host"] == "renamed", f"an alert after the refusal speaks for {kill['host']!r}")
