#!/usr/bin/env python3
"""A throw-away Debian 12 guest with systemd as PID 1 and cgroup v2, under QEMU. See README.md.

Python 3 standard library only. Building the image needs root (debootstrap); running a guest needs
only its own folders. Commands travel over virtio-serial to an agent in the guest, so that the guest
has no network device.
"""

import argparse
import contextlib
import ctypes
import fcntl
import glob
import hashlib
import io
import json
import lzma
import os
import platform
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import zlib

CACHE = os.environ.get("VMHOST_CACHE") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "vmhost")
STATE = os.environ.get("VMHOST_STATE") or os.path.join(CACHE, "vms")
ACCELERATOR = os.environ.get("VMHOST_ACCEL", "auto")  # auto, kvm or tcg
MEMORY_MIB = os.environ.get("VMHOST_MEM", "1024")
PROCESSORS = os.environ.get("VMHOST_SMP", str(min(2, os.cpu_count() or 1)))
BOOT_TIMEOUT = float(os.environ.get("VMHOST_BOOT_TIMEOUT", "180"))

SUITE = "bookworm"
KERNEL_PACKAGE = "linux-image-cloud-amd64"
PACKAGES = ("systemd,systemd-sysv,dbus,udev,kmod,libsystemd0,libcurl4,libmicrohttpd12,"
            "ca-certificates,python3,procps,curl,man-db,tzdata,"
            "polkitd,libpam-systemd,libnss-systemd").split(",")
EXTRA_PACKAGES = []
DISK_GIB = 4
QEMU = "qemu-system-x86_64"
PORTS = 4  # commands at a time in one guest
FAILED = 125  # exit status where the guest, not the command in it, failed
MAGIC = b"\xf5vmhost\xfa"

# The program that runs commands in the guest. Frames are a letter, a length and bytes: X the
# command, I its input, E the end of it, K a signal; O and R its output and errors, Q its status.
AGENT = r'''
import os, select, signal, struct, subprocess, sys, threading, time
MAGIC = b"\xf5vmhost\xfa"
AWAY = 3.0                        # seconds without a host, after which its command is ended
class Gone(Exception): pass
class Again(Exception): pass      # the host came back with a new handshake
class Port:
    def __init__(self, path):
        while True:
            try:
                self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK); break
            except OSError: time.sleep(0.05)
        self.buf = b""; self.since = None
    def away(self):
        # The kernel's word that a host has gone may come after the first frames of the next one:
        # only what stays is believed.
        now = time.monotonic()
        if self.since is None: self.since = now
        elif now - self.since > AWAY: self.since = None; raise Gone
        time.sleep(0.02)
    def fill(self):
        try: d = os.read(self.fd, 65536)
        except BlockingIOError: self.since = None; return
        if not d: return self.away()
        self.since = None; self.buf += d
    def frame(self):
        b = self.buf
        if len(b) < 5: return None
        if b[:1] == MAGIC[:1]: raise Again
        n, = struct.unpack(">I", b[1:5])
        if len(b) < 5 + n: return None
        self.buf = b[5 + n:]
        return b[:1], b[5:5 + n]
    def send(self, raw):
        v = memoryview(raw)
        while v:
            try: v = v[os.write(self.fd, v):]; self.since = None
            except BlockingIOError:
                p = select.poll(); p.register(self.fd, select.POLLOUT)
                ev = p.poll(1000)
                if ev and ev[0][1] & select.POLLHUP: self.away()
    def put(self, t, d=b""): self.send(t + struct.pack(">I", len(d)) + d)
def serve(path):
    p = Port(path)
    while True:
        try: session(p)
        except Again: pass
        except Gone: p.buf = b""; time.sleep(0.02)
        except Exception as e:
            p.buf = b""; print("vmhost-agent:", repr(e), file=sys.stderr, flush=True); time.sleep(0.1)
def session(p):
    # wait for  MAGIC + 16-byte nonce
    while True:
        i = p.buf.find(MAGIC)
        if i >= 0 and len(p.buf) >= i + len(MAGIC) + 16: break
        select.select([p.fd], [], []); p.fill()
        if len(p.buf) > 1 << 20: p.buf = p.buf[-4096:]
    e = i + len(MAGIC) + 16
    nonce = p.buf[e - 16:e]; p.buf = p.buf[e:]
    p.send(MAGIC + nonce)
    f = None
    while f is None:
        f = p.frame()
        if f is None: select.select([p.fd], [], []); p.fill()
    t, d = f
    if t != b"X": return
    cwd, nenv, rest = d.split(b"\0", 2)
    rest = rest.split(b"\0"); k = int(nenv)
    env = {b"PATH": b"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", b"HOME": b"/root",
           b"LANG": b"C.UTF-8", b"TERM": b"dumb", b"USER": b"root", b"SHELL": b"/bin/bash"}
    for kv in rest[:k]: a, _, b = kv.partition(b"="); env[a] = b
    def pre():
        os.setsid()
        with open("/proc/self/oom_score_adj", "w") as f: f.write("0")
    try:
        c = subprocess.Popen(rest[k:], cwd=cwd or b"/root", env=env, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=pre, bufsize=0)
    except OSError as ex:
        p.put(b"R", ("vmhost: cannot run %r: %s\n" % (rest[k:], ex)).encode())
        p.put(b"Q", struct.pack(">i", 127)); return
    try: pump(p, c)
    except BaseException:
        try: os.killpg(c.pid, 9)
        except OSError: pass
        c.wait(); raise
    finally:
        for s in (c.stdin, c.stdout, c.stderr):
            try: s.close()
            except OSError: pass
def pump(p, c):
    si, so, se = c.stdin.fileno(), c.stdout.fileno(), c.stderr.fileno()
    os.set_blocking(si, False)
    outs = {so: b"O", se: b"R"}; pend = b""; eof = False; sopen = True; grace = None
    pidfd = os.pidfd_open(c.pid); exited = False
    while outs:
        po = select.poll(); po.register(p.fd, select.POLLIN if len(pend) < 1 << 20 else 0)
        for f in outs: po.register(f, select.POLLIN)
        if sopen and pend: po.register(si, select.POLLOUT)
        if not exited: po.register(pidfd, select.POLLIN)
        evs = po.poll(200 if exited else None)
        # a background child may keep the pipes: after exit, stop when they are quiet
        if exited and not any(f in outs for f, _ in evs): break
        for f, ev in evs:
            if f == p.fd:
                if ev & select.POLLIN: p.fill()
                elif ev & select.POLLHUP: p.away()
            elif f in outs:
                d = os.read(f, 32768)
                if d: p.put(outs[f], d)
                else: del outs[f]
            elif f == pidfd: exited = True
        while True:
            fr = p.frame()
            if fr is None: break
            if fr[0] == b"I": pend += fr[1]
            elif fr[0] == b"E": eof = True
            elif fr[0] == b"K":
                try: os.killpg(c.pid, fr[1][0])
                except OSError: pass
        if sopen and pend:
            try: pend = pend[os.write(si, pend):]
            except BlockingIOError: pass
            except OSError: sopen = False; pend = b""
        if not sopen: pend = b""
        if sopen and eof and not pend: c.stdin.close(); sopen = False
    os.close(pidfd)
    p.put(b"Q", struct.pack(">i", c.wait()))
ts = [threading.Thread(target=serve, args=("/dev/virtio-ports/vmhost.%d" % i,)) for i in range(int(sys.argv[1]))]
for t in ts: t.start()
for t in ts: t.join()
'''
AGENT_UNIT = """[Unit]
Description=vmhost command agent
DefaultDependencies=no
After=systemd-udevd.service dbus.socket local-fs.target
Wants=modprobe@virtio_console.service
After=modprobe@virtio_console.service
Conflicts=shutdown.target
Before=shutdown.target
[Service]
ExecStart=/usr/bin/python3 -S -E /usr/lib/vmhost/agent.py %d
Restart=always
RestartSec=0
Delegate=yes
OOMPolicy=continue
OOMScoreAdjust=-1000
TasksMax=infinity
LimitNOFILE=524288
KillMode=mixed
TimeoutStopSec=5
[Install]
WantedBy=basic.target
""" % PORTS


class GuestError(Exception):
    """The guest failed, and not a command in it."""


def say(*words):
    print("guest:", *words, file=sys.stderr, flush=True)


def run(command, **options):
    options.setdefault("check", True)
    return subprocess.run(command, **options)


# ---------------------------------------------------------------- the image


def recipe():
    """Names everything that the image is made from; another recipe means a new image."""
    parts = (AGENT, AGENT_UNIT, SUITE, KERNEL_PACKAGE, PACKAGES, EXTRA_PACKAGES, DISK_GIB, 1)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def image():
    """(description, disk image, kernel) of the image in the cache."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        with open(os.path.join(CACHE, "meta.json")) as file:
            meta = json.load(file)
        base = os.path.join(CACHE, "base-%s.img" % meta["tag"])
        kernel = os.path.join(CACHE, "kernel-" + meta["tag"])
        if os.path.exists(base) and os.path.exists(kernel):
            return meta, base, kernel
    raise GuestError("no image in the cache: run `vmhost.py build` first")


def build(force=False):
    """Builds the image unless the cache has it. As root; one to five minutes."""
    if not force:
        with contextlib.suppress(GuestError):
            if image()[0].get("recipe") == recipe():
                return
    if os.geteuid() != 0:
        raise GuestError("building the image needs root (debootstrap): run it once as root")
    for tool in ("debootstrap", "mke2fs", "qemu-img", "dpkg-deb", QEMU):
        if not shutil.which(tool):
            raise GuestError("%s is missing: run `make acceptance` as root, or install "
                             "qemu-system-x86 qemu-utils debootstrap e2fsprogs" % tool)
    if not os.environ.get("_VMHOST_NAMESPACE"):
        # In a mount namespace of its own nothing stays mounted, whatever happens.
        environment = dict(os.environ, _VMHOST_NAMESPACE="1")
        status = subprocess.run(
            ["unshare", "-m", "--propagation", "private", sys.executable,
             os.path.abspath(__file__), "build", "--force"], env=environment).returncode
        if status:
            raise GuestError("the image could not be built")
        return
    os.makedirs(CACHE, exist_ok=True)
    work = tempfile.mkdtemp(prefix="build-", dir=CACHE)
    try:
        # On a tmpfs dpkg's syncs cost nothing.
        run(["mount", "-t", "tmpfs", "-o", "size=4g,mode=755", "vmhost-build", work])
        build_in(work)
    finally:
        subprocess.run(["umount", "-l", work], stderr=subprocess.DEVNULL)
        with contextlib.suppress(OSError):
            os.rmdir(work)


def build_in(work):
    started = time.time()
    root = os.path.join(work, "root")
    bootstrap(root)
    version, kernel, is_elf = fetch_kernel(work, root)
    customise(root)
    disk = os.path.join(work, "base.img")
    run(["truncate", "-s", "%dG" % DISK_GIB, disk])
    run(["mke2fs", "-q", "-t", "ext4", "-L", "root", "-m", "0", "-E",
         "lazy_itable_init=0,lazy_journal_init=0", "-d", root, disk])
    remove_unused_images()
    tag = "%s-%d" % (recipe(), int(started))
    run(["cp", "--sparse=always", disk, os.path.join(CACHE, "base-%s.img" % tag)])
    with open(os.path.join(CACHE, "kernel-" + tag), "wb") as file:
        file.write(kernel)
    meta = os.path.join(CACHE, "meta.json")
    with open(meta + ".new", "w") as file:
        json.dump({"recipe": recipe(), "tag": tag, "kernel": version, "pvh": is_elf}, file)
    os.rename(meta + ".new", meta)
    say("image built in %.0f s, kernel %s" % (time.time() - started, version))


def bootstrap(root):
    packages = ",".join(PACKAGES + EXTRA_PACKAGES)
    say("debootstrap %s: %s" % (SUITE, packages))
    debs = os.path.join(CACHE, "debs")
    os.makedirs(debs, exist_ok=True)
    result = subprocess.run(
        ["debootstrap", "--variant=minbase", "--arch=amd64", "--cache-dir=" + debs,
         "--include=" + packages, SUITE, root, archive()],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if result.returncode:
        raise GuestError("debootstrap failed:\n" + without_addresses(result.stdout[-3000:]))


def archive():
    """The archive that apt is configured to use. May hold credentials: never printed."""
    output = run(["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT)",
                  "Created-By: Packages"], stdout=subprocess.PIPE, text=True).stdout
    for line in output.splitlines():
        fields = line.split()
        if fields[1:] == [SUITE, "main"]:
            return fields[0]
    raise GuestError("apt has no index of %s main: run apt-get update on a Debian 12 host" % SUITE)


def without_addresses(text):
    return re.sub(r"[a-z+]+://\S+", "<archive>", text)


def fetch_kernel(work, root):
    """Unpacks Debian's kernel: its modules into `root`; returns (version, kernel, is ELF).

    Unpacked and not installed: NVMe and ext4 are built in, so no initrd is needed.
    """
    depends = run(["apt-cache", "depends", KERNEL_PACKAGE], stdout=subprocess.PIPE, text=True)
    named = re.search(r"Depends: (linux-image-\S+)", depends.stdout)
    package = named.group(1) if named else KERNEL_PACKAGE
    download = os.path.join(work, "download")
    os.makedirs(download)
    os.chmod(download, 0o777)
    result = subprocess.run(["apt-get", "download", "-qq", package], cwd=download, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    debs = glob.glob(download + "/*.deb")
    if result.returncode or not debs:
        raise GuestError("cannot download %s:\n%s" % (package, without_addresses(result.stdout)))
    unpacked = os.path.join(work, "kernel")
    run(["dpkg-deb", "-x", debs[0], unpacked])
    compressed_path = glob.glob(unpacked + "/boot/vmlinuz-*")[0]
    version = os.path.basename(compressed_path)[len("vmlinuz-"):]
    with open(unpacked + "/boot/config-" + version) as file:
        options = file.read()
    for needed in ("CONFIG_BLK_DEV_NVME=y", "CONFIG_EXT4_FS=y"):
        if needed not in options:
            raise GuestError("%s lacks %s, needed to boot without an initrd" % (package, needed))
    install_modules(unpacked, root, version)
    with open(compressed_path, "rb") as file:
        compressed = file.read()
    elf = uncompressed_kernel(compressed)
    return version, elf or compressed, elf is not None


def install_modules(unpacked, root, version):
    modules = os.path.join(unpacked, "lib/modules", version)
    for unused in ("gpu", "media", "infiniband", "net/ethernet", "scsi"):
        shutil.rmtree(os.path.join(modules, "kernel/drivers", unused), ignore_errors=True)
    shutil.rmtree(os.path.join(modules, "kernel/sound"), ignore_errors=True)
    os.makedirs(root + "/lib/modules", exist_ok=True)
    shutil.copytree(modules, os.path.join(root, "lib/modules", version), symlinks=True)
    run(["chroot", root, "depmod", version])


def uncompressed_kernel(image_bytes):
    """The ELF inside a bzImage, which QEMU starts at once (PVH); None where it cannot be had."""
    setup_sectors = image_bytes[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image_bytes, 0x248)
    start = (setup_sectors + 1) * 512 + offset
    payload = image_bytes[start:start + length]
    elf = b""
    with contextlib.suppress(lzma.LZMAError, zlib.error, OSError):
        if payload[:6] == b"\xfd7zXZ\0":
            elf = lzma.LZMADecompressor().decompress(payload)
        elif payload[:2] == b"\x1f\x8b":
            elf = zlib.decompressobj(31).decompress(payload)
        elif payload[:4] == b"\x02\x21\x4c\x18":
            elf = lz4_frames(payload)
    return elf if elf[:4] == b"\x7fELF" and b"Xen\0" in elf else None


def lz4_frames(data):
    """LZ4's legacy frame format, as the kernel uses it: a magic number, then sized blocks."""
    out, position = bytearray(), 4
    while position + 4 <= len(data):
        size, = struct.unpack_from("<I", data, position)
        position += 4
        if position + size > len(data):
            break  # what follows the last block is no block
        out += lz4_block(data[position:position + size])
        position += size
    return bytes(out)


def lz4_block(block):
    out, position = bytearray(), 0

    def length(nibble):
        nonlocal position
        total = nibble
        while nibble == 15:
            byte = block[position]
            position += 1
            total += byte
            if byte != 255:
                break
        return total

    while position < len(block):
        token = block[position]
        position += 1
        literals = length(token >> 4)
        out += block[position:position + literals]
        position += literals
        if position >= len(block):
            break  # the last sequence has no match
        offset = block[position] | block[position + 1] << 8
        position += 2
        count = length(token & 15) + 4
        start = len(out) - offset
        while count > 0:  # a match may overlap what it writes
            piece = out[start:start + min(count, offset)]
            out += piece
            count -= len(piece)
    return out


# Nothing in a guest that lives for minutes waits for these.
MASKED_UNITS = """
    getty@tty1.service serial-getty@ttyS0.service console-getty.service apt-daily.timer
    apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service
    fstrim.timer systemd-binfmt.service modprobe@dm_mod.service modprobe@loop.service
    modprobe@efi_pstore.service modprobe@drm.service systemd-pstore.service
    systemd-quotacheck.service sys-kernel-debug.mount sys-kernel-tracing.mount
    systemd-hwdb-update.service ldconfig.service""".split()


def customise(root):
    def put(path, text, mode=0o644):
        target = root + path
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.islink(target):
            os.unlink(target)
        with open(target, "w") as file:
            file.write(text)
        os.chmod(target, mode)

    put("/usr/lib/vmhost/agent.py", AGENT)
    put("/etc/systemd/system/vmhost-agent.service", AGENT_UNIT)
    run(["chroot", root, "systemctl", "-q", "enable", "vmhost-agent.service"])
    put("/etc/hostname", "vmhost\n")
    put("/etc/hosts", "127.0.0.1 localhost vmhost\n::1 localhost\n")
    put("/etc/fstab", "/dev/nvme0n1 / ext4 rw,relatime,errors=remount-ro 0 1\n")
    put("/etc/apt/sources.list", "# none: the guest has no network\n")
    put("/etc/machine-id", os.urandom(16).hex() + "\n", 0o444)
    put("/etc/locale.conf", "LANG=C.UTF-8\n")
    os.makedirs(root + "/var/log/journal", exist_ok=True)  # makes the journal persistent
    for unit in MASKED_UNITS:
        with contextlib.suppress(FileExistsError):
            os.symlink("/dev/null", root + "/etc/systemd/system/" + unit)
    for folder in ("/usr/share/doc", "/usr/share/man", "/usr/share/locale", "/usr/share/info",
                   "/var/cache/apt", "/var/lib/apt/lists"):
        shutil.rmtree(root + folder, ignore_errors=True)
        os.makedirs(root + folder, exist_ok=True)
    for path in ("/etc/.updated", "/var/.updated"):  # no first-boot rebuild of caches
        put(path, "")


def remove_unused_images():
    in_use = set()
    for path in glob.glob(os.path.join(STATE, "*", "kernel")):
        with open(path) as file:
            in_use.add(file.read())
    for kernel in glob.glob(os.path.join(CACHE, "kernel-*")):
        if kernel not in in_use:
            tag = os.path.basename(kernel)[len("kernel-"):]
            for path in (kernel, os.path.join(CACHE, "base-%s.img" % tag)):
                with contextlib.suppress(OSError):
                    os.unlink(path)


# ---------------------------------------------------------------- KVM or not


def accelerator_arguments(kind):
    if kind == "kvm":
        return ["-accel", "kvm", "-cpu", "host"]
    return ["-accel", "tcg,thread=multi,tb-size=256", "-cpu", "Nehalem"]


def choose_accelerator():
    """KVM counts if it boots this kernel: a nested one may start QEMU and then get nowhere."""
    if ACCELERATOR in ("kvm", "tcg"):
        return ACCELERATOR
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    meta, _, kernel = image()
    with open("/proc/sys/kernel/random/boot_id") as file:
        key = "%s %s %s" % (platform.release(), meta["tag"], file.read().strip())
    memo = os.path.join(CACHE, "accel.json")
    with contextlib.suppress(OSError, ValueError, KeyError):
        with open(memo) as file:
            known = json.load(file)
        if known["key"] == key:
            return known["accel"]
    kind = "kvm" if kvm_boots(kernel) else "tcg"
    with open(memo, "w") as file:
        json.dump({"key": key, "accel": kind}, file)
    return kind


def kvm_boots(kernel, seconds=6):
    command = [QEMU, *accelerator_arguments("kvm"), "-M", "pc", "-m", "256", "-display", "none",
               "-nodefaults", "-serial", "stdio", "-no-reboot", "-kernel", kernel, "-append",
               "console=ttyS0 earlyprintk=serial panic=-1"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True)
    output, end = b"", time.time() + seconds
    try:
        while select.select([process.stdout], [], [], max(0, end - time.time()))[0]:
            chunk = os.read(process.stdout.fileno(), 65536)
            output += chunk
            if b"Unable to mount root" in output or b"VFS:" in output:
                return True
            if not chunk:
                return False
        return False
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


# ---------------------------------------------------------------- a guest

KERNEL_ARGUMENTS = (
    "root=/dev/nvme0n1 rootfstype=ext4 rw console=ttyS0 quiet loglevel=3 systemd.show_status=0 "
    "systemd.unified_cgroup_hierarchy=1 systemd.legacy_systemd_cgroup_controller=0 psi=1 "
    "mitigations=off panic=-1 net.ifnames=0 nowatchdog tsc=reliable no_timer_check "
    "cryptomgr.notests")


class Guest:
    """One guest: a folder with a disk laid over the image, and at most one QEMU."""

    def __init__(self, name):
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", name):
            raise GuestError("bad guest name %r" % name)
        self.name = name
        self.folder = os.path.join(STATE, name)
        self.process = None

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def pid(self):
        """QEMU's, or None. Known by its start time too, so that it is never a stranger's."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            with open(self.path("pid")) as file:
                pid, start = file.read().split()
            fields = process_fields(pid)
            return int(pid) if fields[19] == start and fields[0] != "Z" else None

    def start(self, dies_with_parent=False):
        """Boots it and waits for systemd to be done; returns (accelerator, seconds)."""
        if self.pid():
            raise GuestError("guest %r is already running" % self.name)
        if not os.path.exists(self.path("disk.qcow2")):
            self.create()
        for path in glob.glob(self.path("*.sock")):
            os.unlink(path)
        kind, started = choose_accelerator(), time.time()
        self.process = self.spawn(kind, dies_with_parent)
        with open(self.path("pid"), "w") as file:
            file.write("%d %s" % (self.process.pid, process_fields(self.process.pid)[19]))
        self.wait_for_agent(started + BOOT_TIMEOUT)
        self.output("systemctl", "is-system-running", "--wait")
        return kind, time.time() - started

    def create(self):
        _, base, kernel = image()
        os.makedirs(self.folder, exist_ok=True)
        run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "raw",
             self.path("disk.qcow2")])
        with open(self.path("kernel"), "w") as file:
            file.write(kernel)

    def spawn(self, kind, dies_with_parent):
        def before_exec():
            if dies_with_parent:
                ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG

        with open(self.path("qemu.log"), "ab") as log:
            # Started in its folder, so that the socket paths are short whatever the cache's is.
            return subprocess.Popen(self.command(kind), cwd=self.folder, stdin=subprocess.DEVNULL,
                                    stdout=log, stderr=log, start_new_session=True,
                                    preexec_fn=before_exec)

    def command(self, kind):
        with open(self.path("kernel")) as file:
            kernel = file.read()
        command = [
            QEMU, "-name", "vmhost-" + self.name, *accelerator_arguments(kind),
            "-M", "pc,vmport=off,hpet=off,usb=off", "-m", MEMORY_MIB, "-smp", PROCESSORS,
            "-display", "none", "-nodefaults", "-nic", "none", "-no-reboot",
            "-rtc", "base=utc,clock=host", "-serial", "file:console.log",
            "-drive", "if=none,id=d0,file=disk.qcow2,format=qcow2,cache=writeback,discard=unmap",
            "-device", "nvme,drive=d0,serial=vmhost0", "-device", "virtio-rng-pci",
            "-device", "virtio-serial-pci,max_ports=%d" % (PORTS + 1)]
        for port in range(PORTS):
            command += [
                "-chardev", "socket,id=c%d,path=p%d.sock,server=on,wait=off" % (port, port),
                "-device", "virtserialport,chardev=c%d,name=vmhost.%d" % (port, port)]
        return command + ["-kernel", kernel, "-append", KERNEL_ARGUMENTS]

    def wait_for_agent(self, end):
        while True:
            if self.process.poll() is not None:
                with open(self.path("qemu.log"), errors="replace") as file:
                    raise GuestError("qemu ended at start:\n" + file.read()[-2000:])
            if time.time() > end:
                raise GuestError("no answer within %.0f s of starting; its console: %s"
                                 % (BOOT_TIMEOUT, self.path("console.log")))
            try:
                connection = self.connect(end - time.time())
            except (OSError, GuestError):
                time.sleep(0.1)
                continue
            connection.close()
            return

    def connect(self, timeout=90.0):
        """A free port with the agent listening at its other end."""
        end = time.time() + timeout
        while time.time() < end:
            for port in range(PORTS):
                lock = open(self.path("p%d.lock" % port), "w")
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    lock.close()
                    continue
                try:
                    return Connection(self, port, lock, end)
                except BaseException:
                    lock.close()
                    raise
            time.sleep(0.02)
        raise GuestError("all %d ports are busy" % PORTS)

    def exec(self, command, output=None, errors=None, stdin=b"", timeout=None):
        """Runs a command as root and streams to binary files; returns its exit status, 128 + n
        for signal n."""
        if not self.pid():
            raise GuestError("guest %r is not running" % self.name)
        connection = self.connect()
        try:
            connection.put(b"X", b"\0".join([b"", b"0"] + [os.fsencode(word) for word in command]))
            return connection.pump(stdin, output or sys.stdout.buffer,
                                   errors or sys.stderr.buffer, timeout)
        except TimeoutError:
            raise GuestError("timed out after %g s (the command was killed): %s"
                             % (timeout, " ".join(command))) from None
        finally:
            connection.close()

    def output(self, *command, timeout=120):
        """(exit status, what it wrote to output and errors)."""
        collected = io.BytesIO()
        status = self.exec(list(command), output=collected, errors=collected, timeout=timeout)
        return status, collected.getvalue().decode(errors="replace")

    def push(self, source, destination="/root/"):
        """Copies a file or folder in, owned by root; a destination ending in / is a folder."""
        folder, name = os.path.split(destination)
        name = name or os.path.basename(os.path.abspath(source))

        def owned_by_root(member):
            member.uid = member.gid = 0
            member.uname = member.gname = "root"
            return member

        archived = io.BytesIO()
        with tarfile.open(fileobj=archived, mode="w") as tar:
            tar.add(source, arcname=name, filter=owned_by_root)
        status = self.exec(["sh", "-c", 'mkdir -p "$1" && exec tar -xf - -C "$1"', "sh", folder],
                           stdin=archived.getvalue())
        if status:
            raise GuestError("copying %s into the guest failed" % source)

    def kill(self):
        """Power loss: what the guest had not sent to its disk is gone."""
        pid = self.pid()
        if pid:
            os.kill(pid, signal.SIGKILL)
            self.wait_gone(10)
            if self.process:
                # Its first thread may be gone before the last one has let go of the disk.
                self.process.wait()

    def power_off(self):
        if self.pid():
            with contextlib.suppress(GuestError, OSError):
                self.output("systemctl", "--no-block", "poweroff")
            if not self.wait_gone(60):
                self.kill()

    def wait_gone(self, seconds):
        end = time.time() + seconds
        while time.time() < end:
            if self.process:
                self.process.poll()
            if not self.pid():
                return True
            time.sleep(0.05)
        return False

    def delete(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def process_fields(pid):
    """/proc/PID/stat from the state on."""
    with open("/proc/%s/stat" % pid) as file:
        return file.read().rsplit(")", 1)[1].split()


class Connection:
    """One port, its lock, and the frames that travel over it."""

    def __init__(self, guest, port, lock, end):
        self.guest, self.lock, self.buffer = guest, lock, b""
        folder = os.open(guest.folder, os.O_RDONLY)
        try:
            # By way of /proc: a Unix socket's path has room for 107 bytes only.
            self.handshake("/proc/self/fd/%d/p%d.sock" % (folder, port), end)
        finally:
            os.close(folder)

    def handshake(self, path, end):
        """A fresh nonce each time, so that no late frame of an earlier command is ours."""
        patience = 2.0
        while time.time() < end:
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(path)
                hello = MAGIC + os.urandom(16)
                self.socket.sendall(hello)
                if self.hears(hello, min(end, time.time() + patience)):
                    return
            except BaseException:
                self.socket.close()
                raise
            self.socket.close()
            time.sleep(0.2)
            patience = min(patience * 2, 30)
        raise GuestError("the agent does not answer")

    def hears(self, hello, until):
        heard = b""
        while time.time() < until:
            wait = min(1.0, max(0.0, until - time.time()))
            if select.select([self.socket], [], [], wait)[0]:
                chunk = self.socket.recv(65536)
                if not chunk:
                    raise OSError("qemu closed the port")
                heard += chunk
                if hello in heard:
                    self.buffer = heard.split(hello, 1)[1]
                    return True
            elif self.guest.pid() is None:
                raise OSError("the guest is gone")
        return False

    def close(self):
        self.socket.close()
        self.lock.close()

    def put(self, kind, payload=b""):
        self.socket.sendall(kind + struct.pack(">I", len(payload)) + payload)

    def pump(self, stdin, output, errors, timeout):
        end = timeout and time.time() + timeout
        unsent = bytearray()
        for start in range(0, len(stdin), 65536):
            chunk = stdin[start:start + 65536]
            unsent += b"I" + struct.pack(">I", len(chunk)) + chunk
        unsent += b"E\0\0\0\0"
        self.socket.setblocking(False)
        while True:
            if end and time.time() > end:
                raise TimeoutError
            readable, writable, _ = select.select(
                [self.socket], [self.socket] if unsent else [], [], 0.2)
            if writable:
                with contextlib.suppress(BlockingIOError):
                    del unsent[:self.socket.send(unsent[:65536])]
            if readable:
                status = self.receive(output, errors)
                if status is not None:
                    return status if status >= 0 else 128 - status
            elif not writable:
                if not self.guest.pid():
                    raise GuestError("the guest went away during the command")
                # The agent looks at the frames that it has when a new one comes.
                unsent += b"N\0\0\0\0"

    def receive(self, output, errors):
        """Takes what has come; returns the exit status once it is there."""
        chunk = self.socket.recv(1 << 16)
        if not chunk:
            raise GuestError("the guest went away during the command")
        self.buffer += chunk
        while len(self.buffer) >= 5:
            length, = struct.unpack(">I", self.buffer[1:5])
            if len(self.buffer) < 5 + length:
                break
            kind, payload = self.buffer[:1], self.buffer[5:5 + length]
            self.buffer = self.buffer[5 + length:]
            if kind == b"Q":
                return struct.unpack(">i", payload)[0]
            stream = output if kind == b"O" else errors
            stream.write(payload)
            stream.flush()
        return None


# ---------------------------------------------------------------- the command line


def parser():
    top = argparse.ArgumentParser(prog="vmhost.py", description=__doc__.splitlines()[0])
    commands = top.add_subparsers(dest="command", required=True)
    command = commands.add_parser("build", help="build the image, unless the cache has it")
    command.add_argument("--force", action="store_true")
    for name, text in (("up", "boot a guest, or boot its disk again"), ("kill", "power loss"),
                       ("down", "orderly power-off"), ("delete", "forget it, disk and all")):
        commands.add_parser(name, help=text).add_argument("name")
    command = commands.add_parser("exec", help="run a command in a guest as root")
    command.add_argument("name")
    command.add_argument("words", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    command = commands.add_parser("push", help="copy a file or folder in")
    command.add_argument("name")
    command.add_argument("source")
    command.add_argument("destination", nargs="?", default="/root/")
    return top


def main(arguments):
    options = parser().parse_args(arguments)
    if options.command == "build":
        build(options.force)
        return 0
    guest = Guest(options.name)
    if options.command == "up":
        say("up after %.1f s (%s)" % guest.start()[::-1])
    elif options.command == "exec":
        return guest.exec([word for word in options.words if word != "--"] or ["true"])
    elif options.command == "push":
        guest.push(options.source, options.destination)
    else:
        {"kill": guest.kill, "down": guest.power_off, "delete": guest.delete}[options.command]()
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:]))
    except GuestError as error:
        say(error)
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(130)
