"""A manager on a bus of its own, FOLDER/bus: fake_systemd.py FOLDER. Answers as systemd does.

Units: good.service is restarted, bad.service's job fails, secret.service may not be restarted,
slow.service has a job that never ends, silent.service gets no answer.
"""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time

from dbus_next import BusType, Message, MessageType, Variant
from dbus_next.aio import MessageBus
from dbus_next.errors import DBusError  # noqa: F401  (what the library raises)

MANAGER = "org.freedesktop.systemd1.Manager"
PATH = "/org/freedesktop/systemd1"
UNIT = PATH + "/unit/"


async def main(address):
    bus = await MessageBus(bus_address=address, bus_type=BusType.SYSTEM).connect()
    state = {"subscribed": False, "jobs": 0}

    def end(job, unit, result):
        bus.send(Message(path=PATH, interface=MANAGER, member="JobRemoved",
                         message_type=MessageType.SIGNAL, signature="uoss",
                         body=[state["jobs"], job, unit, result]))

    def restart(message):
        unit, mode = message.body
        if mode != "replace" or not state["subscribed"]:
            return Message.new_error(message, "org.example.Wrong", "not asked as expected")
        if unit == "secret.service":
            return Message.new_error(
                message, "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
                "Interactive authentication required.")
        if unit == "silent.service":
            return True
        state["jobs"] += 1
        job = f"{PATH}/job/{state['jobs']}"
        if unit != "slow.service":
            loop = asyncio.get_running_loop()
            loop.call_later(0.05, end, f"{PATH}/job/999", "other.service", "done")
            loop.call_later(0.1, end, job, unit, "failed" if unit == "bad.service" else "done")
        return Message.new_method_return(message, "o", [job])

    def get(message):
        unit = message.path.removeprefix(UNIT)
        values = {
            "ActiveState": Variant("s", "failed" if unit.startswith("bad") else "active"),
            "InvocationID": Variant("ay", bytes(range(16))),
            "Job": Variant("(uo)", [7, f"{PATH}/job/7"] if unit.startswith("slow") else [0, "/"]),
        }
        return Message.new_method_return(message, "v", [values[message.body[1]]])

    def handle(message):
        if message.message_type != MessageType.METHOD_CALL:
            return None
        if message.member == "Subscribe":
            state["subscribed"] = True
            return Message.new_method_return(message)
        if message.member == "RestartUnit":
            return restart(message)
        if message.member == "Get" and message.path.startswith(UNIT):
            return get(message)
        return None

    bus.add_message_handler(handle)
    await bus.request_name("org.freedesktop.systemd1")
    print("port 0", flush=True)
    await bus.wait_for_disconnect()


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


SOCKET = sys.argv[1] + "/bus"
daemon = subprocess.Popen(
    ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={SOCKET}"],
    preexec_fn=die_with_parent)
while not os.path.exists(SOCKET):
    time.sleep(0.01)
asyncio.run(main(f"unix:path={SOCKET}"))
