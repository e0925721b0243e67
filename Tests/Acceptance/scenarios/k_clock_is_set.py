"""The clock is set by hours, forward and back: no alert is lost, made up or told twice

Set while an alert is pending, while it waits for a receiver that refuses it, and while it fires.
"""

import json
import time

from host import expect

HELD_SECONDS = 20  # `for` of growth_rule in the guest's configuration


def run(host):
    host.fresh()
    timekeeper = host.status("systemctl --quiet is-active systemd-timesyncd")[0] == 0
    if timekeeper:
        host.sh("systemctl stop systemd-timesyncd")
    start = int(host.sh("date +%s")) - uptime(host)
    try:
        forward_while_pending(host)
        forward_while_waiting(host)
        back_while_firing(host)
    finally:
        host.sh(f"date --set=@{start + uptime(host):.0f}")
        if timekeeper:
            host.sh("systemctl start systemd-timesyncd")


def forward_while_pending(host):
    """A jump of three hours is no time for which the condition held."""
    host.start("first", "leaking_service.py 1")
    host.wait("a pending alert", lambda: state(host, "first") == "pending", 60)
    pending_since = uptime(host)
    jump(host, "+3 hours")
    host.wait_for_alert("first", "growth_rule", 120)
    held = uptime(host) - pending_since
    expect(held >= HELD_SECONDS - 5, f"it fired {held:.0f} s after it was pending")


def forward_while_waiting(host):
    """30 hours are more than the age limit of a notification: it is delivered all the same, once."""
    with host.receiver_mode("503"):
        before = len(host.received())
        host.start("second", "leaking_service.py 1")
        host.wait("an attempt", lambda: len(host.received()) > before, 120)
        jump(host, "+30 hours")
        time.sleep(5)
    host.wait("the alert from before the jump",
              lambda: taken(host, "second", "growth_rule", "firing"), 120)
    given_up = host.journal("delivery_failed")
    expect(not given_up, f"given up: {[each['MESSAGE'] for each in given_up]}")


def back_while_firing(host):
    """Two days back: what fires goes on, in silence, and ends when it ends."""
    jump(host, "-48 hours")
    time.sleep(20)
    for name in ("first", "second"):
        told = taken(host, name, "growth_rule", "firing")
        expect(len(told) == 1, f"acceptance-{name} was told {len(told)} times")
        ended = taken(host, name, "growth_rule", "resolved")
        expect(not ended, f"acceptance-{name} ended while it leaked: {ended}")
        host.sh(f"systemctl stop acceptance-{name}")
    for name in ("first", "second"):
        host.wait(f"the end of acceptance-{name}",
                  lambda: taken(host, name, "growth_rule", "resolved"), 120)
    time.sleep(5)
    for name in ("first", "second"):
        for status in ("firing", "resolved"):
            count = len(taken(host, name, "growth_rule", status))
            expect(count == 1, f"acceptance-{name} {status}: told {count} times")


def jump(host, span):
    """Sets the clock, and waits until LeakWatch has told of it."""
    before = told_jumps(host)
    host.sh(f"date --set='{span}'")
    host.wait(f"a record of the clock, {span}", lambda: told_jumps(host) > before, 15)


def told_jumps(host):
    return sum("the clock" in each["MESSAGE"] for each in host.journal("source_problem"))


def taken(host, name, alert, status):
    """Webhook-ids of the messages that the receiver took, each once."""
    return {each["id"] for each in host.received() if each["mode"] == ""
            and each["body"]["data"]["service"] == f"acceptance-{name}"
            and each["body"]["data"]["alert"] == alert
            and each["body"]["data"]["status"] == status}


def state(host, name):
    """How growth_rule of the service stands, "pending" or "firing"; None while it is quiet."""
    services = json.loads(host.sh("leakwatch status --json"))["services"]
    return next((alert["state"] for service in services
                 if service["service"] == f"acceptance-{name}" for alert in service["alerts"]
                 if alert["alert"] == "growth_rule"), None)


def uptime(host):
    return float(host.sh("cut -d' ' -f1 /proc/uptime"))
