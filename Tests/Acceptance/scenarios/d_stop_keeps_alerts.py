"""SIGTERM ends it within 5 s while a receiver hangs, and the alert is delivered after the start"""

from host import expect


def run(host):
    host.fresh()
    with host.receiver_mode("hang"):
        host.start("leaky", "leaking_service.py 2")
        pending = host.wait("a request that hangs", host.received, 90)[0]
        host.sh("systemctl stop leakwatch")
        expect(host.show("Result") == "success", f"it ended with {host.show('Result')}")
        seconds = stopping_seconds(host)
        expect(seconds < 5, f"it took {seconds:.1f} s to end")
    host.sh("systemctl start leakwatch")
    delivered = host.wait(
        "the alert after the start",
        lambda: [each for each in host.received() if each["mode"] == ""], 60)
    expect(pending["id"] in [each["id"] for each in delivered],
           f"webhook-id {pending['id']} was not kept: {[each['id'] for each in delivered]}")
    expect(all(each["verified"] for each in delivered), "a signature does not verify")


def stopping_seconds(host):
    """From the manager's SIGTERM to the end of the main process, on the guest's clock."""
    stopping, ended = (int(host.show(name)) for name in
                       ("ActiveExitTimestampMonotonic", "ExecMainExitTimestampMonotonic"))
    expect(0 < stopping <= ended, f"systemd's timestamps are out of order: {stopping}, {ended}")
    return (ended - stopping) / 1e6
