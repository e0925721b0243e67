"""A manager on a bus of its own, FOLDER/bus: fake_systemd.py FOLDER. Answers as systemd does.

Units: good.service is restarted, bad.service's job fails, secret.service may not be restarted,
slow.service has a job that never ends, silent.service gets no answer. With a second folder, a tree of
cgroups, the restart of each of its services takes half a second and gives it a new group; what was done
stands in FOLDER/restarts, a line "SECONDS begin|done UNIT" each.
"""

import asyncio
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from dbus_next import BusType, Message, MessageType, Variant
from dbus_next.aio import MessageBus
from dbus_next.errors import DBusError  # noqa: F401  (what the library raises)

MANAGER = "org.freedesktop.systemd1.Manager"
PATH = "/org/freedesktop/systemd1"
UNIT = PATH + "/unit/"


def note(what, unit):
    with open(sys.argv[1] + "/restarts", "a", encoding="utf-8") as log:
        print(time.time(), what, unit, file=log)


async def main(address):
    bus = await MessageBus(bus_address=address, bus_type=BusType.SYSTEM).connect()
    state = {"subscribed": False, "jobs": 0, "lives": {}, "busy": set(), "tasks": set()}

    def end(job, unit, result):
        bus.send(Message(path=PATH, interface=MANAGER, member="JobRemoved",
                         message_type=MessageType.SIGNAL, signature="uoss",
                         body=[state["jobs"], job, unit, result]))

    async def replace_group(job, unit):
        group = f"{sys.argv[2]}/system.slice/{unit}"
        note("begin", unit)
        state["busy"].add(unit)
        await asyncio.sleep(0.5)
        shutil.copytree(group, group + ".new")
        shutil.rmtree(group)
        os.rename(group + ".new", group)
        state["lives"][unit] = state["lives"].get(unit, 0) + 1
        state["busy"].discard(unit)
        note("done", unit)
        end(job, unit, "done")

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
        if len(sys.argv) > 2:
            task = asyncio.ensure_future(replace_group(job, unit))
            state["tasks"].add(task)
        elif unit != "slow.service":
            loop = asyncio.get_running_loop()
            loop.call_later(0.05, end, f"{PATH}/job/999", "other.service", "done")
            loop.call_later(0.1, end, job, unit, "failed" if unit == "bad.service" else "done")
        return Message.new_method_return(message, "o", [job])

    def get(message):
        unit = re.sub("_([0-9a-f]{2})", lambda code: chr(int(code[1], 16)),
                      message.path.removeprefix(UNIT))
        values = {
            "ActiveState": Variant("s", "failed" if unit.startswith("bad") else "active"),
            "InvocationID": Variant("ay", bytes(range(15)) + bytes([15 + state["lives"].get(unit, 0)])),
            "Job": Variant("(uo)", [7, f"{PATH}/job/7"] if unit.startswith("slow") or unit in state["busy"] else [0, "/"]),
        }
        if message.body == ["org.freedesktop.systemd1.Service", "ExecStart"]:
            try:
                with open(f"{sys.argv[1]}/{unit}.command", encoding="utf-8") as command:
                    words = command.read().split()
            except FileNotFoundError:
                words = ["/bin/true"]
            values["ExecStart"] = Variant(
                "a(sasbttttuii)", [[words[0], words, False, 0, 0, 0, 0, 0, 0, 0]])
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
while daemon.poll() is None:
    # The file is there before anybody listens at it.
    with socket.socket(socket.AF_UNIX) as probe:
        if probe.connect_ex(SOCKET) == 0:
            break
    time.sleep(0.01)
asyncio.run(main(f"unix:path={SOCKET}"))
