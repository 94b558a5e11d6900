# SPDX-License-Identifier: GPL-2.0-or-later
"""Boots a Debian kernel in QEMU (TCG, no KVM needed), runs a script inside, and brings back the
console log, snapshots of /proc and /sys, and memory dumps. Standard library only."""

import glob
import gzip
import json
import lzma
import os
import re
import shutil
import socket
import struct
import subprocess
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PANIC = re.compile(rb"end Kernel panic|Rebooting in \d")
# Multi-threaded TCG now and then executes code half patched: the guest dies, or hangs before its first process.
BROKEN = re.compile(rb"Fatal exception|soft lockup|IO-APIC \+ timer doesn't work")


class Skip(Exception):
    """Something is absent here; the text says what."""


class Failure(Exception):
    """It should have worked and did not."""


def _program(name, package):
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if not path:
        raise Skip("%s is absent (package %s)" % (name, package))
    return path


def build_load(work):
    """Compiles the guest's load; returns its path."""
    cc = shutil.which((os.environ.get("CC") or "cc").replace("ccache ", "").split()[0]) or shutil.which("gcc") or shutil.which("clang")
    if not cc:
        raise Skip("no C compiler for the guest's load")
    out, sources = os.path.join(work, "load"), [os.path.join(HERE, name) for name in ("load.c", "crowd.c")]
    if not os.path.exists(out) or os.path.getmtime(out) < max(os.path.getmtime(s) for s in sources):
        run = subprocess.run([cc, "-O1", "-static", "-o", out] + sources + ["-lpthread", "-lrt"],
                             stderr=subprocess.PIPE, text=True, check=False)
        if run.returncode:
            raise Failure("the load does not compile: " + run.stderr.strip()[-500:])
    return out


def _swollen(elf, size):
    """The module with a .bss of SIZE bytes: what it has no bytes for in the file, the kernel must find room for.
    Its signature, which is no longer true, is taken off."""
    end = b"~Module signature appended~\n"
    if elf.endswith(end):
        signed, = struct.unpack(">I", elf[-len(end) - 4:-len(end)])
        elf = elf[:-len(end) - 12 - signed]
    at, = struct.unpack_from("<Q", elf, 0x28)
    width, count, names = struct.unpack_from("<HHH", elf, 0x3a)
    text, = struct.unpack_from("<Q", elf, at + names * width + 0x18)
    out = bytearray(elf)
    for head in range(at, at + count * width, width):
        name, = struct.unpack_from("<I", elf, head)
        if elf.startswith(b".bss\0", text + name):
            struct.pack_into("<Q", out, head + 0x20, size)
            return bytes(out)
    raise Failure("a module without .bss")


class Kernel:
    """An unpacked kernel package: its image and the paths of its modules."""

    def __init__(self, release, image, modules):
        self.release, self.image, self._paths = release, image, modules
        self.version = tuple(int(n) for n in re.match(r"(\d+)\.(\d+)", release).groups())

    @property
    def short(self):
        return "%d.%d" % self.version

    def image_bytes(self):
        return _read(self.image)

    def _module(self, name):
        """The module's bytes and the names of those that it needs."""
        path = self._paths[name]
        with (lzma.open if path.endswith(".xz") else open)(path, "rb") as f:
            data = f.read()
        needs = re.search(rb"\0depends=([^\0]*)\0", data)
        return data, [n for n in needs.group(1).decode().split(",") if n] if needs else []

    def modules(self, names):
        """[(name, bytes)] in the order in which they load. A built-in one is left out. "NAME:600" has 600 MiB of
        variables more than it was built with."""
        done, out = set(), []

        def add(name):
            name, _, swell = name.replace("-", "_").partition(":")
            if name in done or name not in self._paths:
                return
            done.add(name)
            data, needs = self._module(name)
            for need in needs:
                add(need)
            out.append((name, _swollen(data, int(swell) << 20) if swell else data))

        for name in names:
            add(name)
        return out


def kernels(folder):
    """Kernels unpacked under FOLDER, oldest first."""
    images, modules = {}, {}
    for where, _, names in os.walk(folder):
        inside = re.search(r"/modules/([^/]+)", where)
        for name in names:
            path = os.path.join(where, name)
            if inside and re.search(r"\.ko(\.xz)?$", name):
                short = name[:name.index(".ko")].replace("-", "_")
                modules.setdefault(inside.group(1), {})[short] = path
            elif name.startswith("vmlinuz-"):
                images[name[8:]] = path
            elif name == "vmlinuz" and inside:
                images[inside.group(1)] = path
    found = [Kernel(release, images[release], modules.get(release, {})) for release in images]
    return sorted(found, key=lambda k: k.version)


def choose(folder, wanted, work):
    """The kernels to boot: those of FOLDER, else the suite's own, fetched once into WORK."""
    if not folder:
        folder = os.path.join(work, "kernels")
        done = subprocess.run([os.path.join(HERE, "kernels.sh"), folder], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise Skip("no kernel: " + (done.stdout.strip().splitlines() or ["kernels.sh failed"])[-1])
    found = kernels(folder)
    if not found:
        raise Skip("no kernel in " + folder)
    if wanted == "all":
        return found
    names = wanted.split(",") if wanted else ["6.1" if any(k.short == "6.1" for k in found) else found[0].short]
    missing = [w for w in names if not any(w in (k.short, k.release) for k in found)]
    if missing:
        raise Skip("no kernel %s in %s" % (" ".join(missing), folder))
    return [k for k in found if k.short in names or k.release in names]


class _Cpio:
    """Just enough of the newc format for an initramfs."""

    def __init__(self):
        self.parts, self.inode = [], 0

    def add(self, name, mode, data=b"", rdev=(0, 0)):
        self.inode += 1
        raw = name.encode() + b"\0"
        fields = (self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, rdev[0], rdev[1], len(raw), 0)
        head = b"070701" + b"".join(b"%08X" % f for f in fields) + raw
        self.parts += [head, b"\0" * (-len(head) % 4), data, b"\0" * (-len(data) % 4)]

    def folder(self, name):
        self.add(name, 0o040755)

    def file(self, name, data, mode=0o644):
        self.add(name, 0o100000 | mode, data)

    def bytes(self):
        self.add("TRAILER!!!", 0)
        return b"".join(self.parts)


def _read(path):
    with open(path, "rb") as f:
        return f.read()


def initramfs(kernel, script, load, modules=(), crash="", extra=None):
    """The guest: busybox, init, the load, modules and the incident's script. CRASH: what a crash kernel does; it
    and its own initramfs are in /boot then. EXTRA: {name: bytes} of more files."""
    cpio = _Cpio()
    for name in ("bin", "dev", "lib"):
        cpio.folder(name)
    cpio.add("dev/console", 0o020600, rdev=(5, 1))
    cpio.file("bin/busybox", _read(_program("busybox", "busybox-static")), 0o755)
    cpio.file("bin/load", _read(load), 0o755)
    cpio.file("init", _read(os.path.join(HERE, "guest", "init")), 0o755)
    cpio.file("incident.sh", script.encode())
    order = kernel.modules(list(modules) + ["qemu_fw_cfg"])
    for name, data in (extra or {}).items():
        cpio.file(name, data)
    if crash:
        cpio.folder("boot")
        cpio.file("boot/vmlinuz", kernel.image_bytes())
        cpio.file("boot/initrd", initramfs(kernel, crash, load, modules))
    for name, data in order:
        cpio.file("lib/%s.ko" % name, data)
    cpio.file("lib/modules.order", "".join("%s.ko\n" % name for name, _ in order).encode())
    return gzip.compress(cpio.bytes(), 6, mtime=0)


class _Qmp:
    """QEMU's monitor."""

    def __init__(self, path, deadline):
        self.socket = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.socket.connect(path)
                break
            except OSError as e:
                if time.monotonic() > deadline:
                    raise Failure("QEMU's monitor does not answer") from e
                time.sleep(0.1)
        self.file = self.socket.makefile("rw")
        self._line()
        self.command("qmp_capabilities")

    def _line(self):
        line = self.file.readline()
        if not line:
            raise Failure("QEMU went away")
        return json.loads(line)

    def command(self, name, timeout=120, **arguments):
        self.socket.settimeout(timeout)
        self.file.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self.file.flush()
        while True:
            answer = self._line()
            if "error" in answer:
                raise Failure("%s: %s" % (name, answer["error"].get("desc")))
            if "return" in answer:
                return answer["return"]

    def close(self):
        self.file.close()
        self.socket.close()


class Gdb:
    """QEMU's debugger: stops the guest where it enters a function. While it is connected the guest may stand still."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.data = b""
        time.sleep(0.5)

    def _send(self, text):
        self.socket.sendall(b"$%s#%02x" % (text.encode(), sum(text.encode()) & 255))

    def _answer(self, timeout):
        self.socket.settimeout(timeout)
        while True:
            m = re.search(rb"\$([^#]*)#..", self.data)
            if m:
                self.data = self.data[m.end():]
                self.socket.sendall(b"+")
                return m.group(1).decode()
            try:
                more = self.socket.recv(4096)
            except socket.timeout as e:
                raise Failure("the guest did not come to where it should stop") from e
            if not more:
                raise Failure("QEMU's debugger went away")
            self.data += more

    def _ask(self, text):
        self._send(text)
        # that it stopped is told unasked, too
        while True:
            said = self._answer(60)
            if said[:1] != "T":
                return said

    def until(self, address, seconds, poke=None):
        """Lets the guest run until it comes to ADDRESS; POKE() is called once it runs."""
        said = self._ask("Z1,%x,1" % address)
        if said != "OK":
            raise Failure("no breakpoint at 0x%x: %s" % (address, said))
        self._send("c")
        if poke:
            poke()
        try:
            while self._answer(seconds)[:1] != "T":
                pass
        finally:
            self._ask("z1,%x,1" % address)

    def leave(self):
        self._ask("D")
        self.socket.close()


class Result:
    """What a guest left: console (bytes), files {name: bytes}, dumps {format: path}, ended."""

    def __init__(self, console, files, dumps, ended, seconds, version):
        self.console, self.files, self.dumps = console, files, dumps
        self.ended, self.seconds, self.qemu_version = ended, seconds, version

    def fact(self, name):
        text = self.files.get(name)
        return text.decode().strip() if text is not None else None

    def save(self, folder):
        """Writes the snapshots below FOLDER."""
        for name, data in self.files.items():
            path = os.path.join(folder, os.path.normpath("/" + name).lstrip("/"))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(data)


def _unzip(data):
    """As much as there is: the last member may be cut; what is not compressed stands behind all that is."""
    import zlib
    out = b""
    while data:
        if not b"\x1f\x8b".startswith(data[:2]):
            return out + data
        member = zlib.decompressobj(31)
        try:
            out += member.decompress(data)
        except zlib.error:
            break
        if not member.eof:
            break
        data = member.unused_data
    return out


def whole(stream):
    """Whether what `load moment` told came without a byte lost or doubled: the emulated serial port does that now and
    then."""
    at = stream.rfind(b"\n=@= sum\n")
    said = stream[at + 9:].split(None, 2) if at >= 0 else []
    if len(said) < 2 or not said[0].isdigit() or int(said[0]) > at:
        return False
    h = 0xcbf29ce484222325
    for byte in stream[at - int(said[0]):at]:
        h = (h ^ byte) * 0x100000001b3 & 0xffffffffffffffff
    return b"%016x" % h == said[1]


def _split(stream):
    files, name = {}, None
    for line in _unzip(stream).split(b"\n"):
        if line.startswith(b"=@= "):
            name = line[4:].decode(errors="replace")
            files[name] = b""
        elif name is not None:
            files[name] += line + b"\n"
    return {k: v[:-1] if v.endswith(b"\n\n") else v for k, v in files.items()}


def _drain(line):
    """Reads a socket to its end."""
    with line:
        try:
            while line.recv(65536):
                pass
        except OSError:
            pass


class Guest:
    """One QEMU. Use as a context manager: leaving it ends QEMU, whatever happened."""

    def __init__(self, kernel, initrd, work, memory=512, cpus=2, append="", devices=(), name="guest",
                 levels=4, vmcoreinfo=True):
        self.base = os.path.join(work, name)
        for old in glob.glob(glob.escape(self.base) + ".*"):
            if os.path.isfile(old):
                os.unlink(old)
        with open(self.base + ".initrd", "wb") as f:
            f.write(initrd)
        # a unix socket's name is at most 107 bytes long: relative to the working folder
        qemu = _program("qemu-system-x86_64", "qemu-system-x86")
        self.command = [
            qemu, "-machine", "q35", "-accel", "tcg,thread=multi",
            # multi-threaded TCG got cmpxchg16b wrong in QEMU 7.2
            "-cpu", "max,la57=%s,cx16=off" % ("on" if levels == 5 else "off"), "-m", str(memory), "-smp", str(cpus),
            "-display", "none", "-nodefaults", "-vga", "none", "-no-reboot",
            "-chardev", "socket,id=console,path=%s.tty,server=on,wait=off,logfile=%s.console" % (name, name),
            "-serial", "chardev:console", "-serial", "file:%s.out" % name,
            "-qmp", "unix:%s.qmp,server,nowait" % name,
            "-gdb", "unix:%s.gdb,server,nowait" % name, "-kernel", os.path.abspath(kernel.image),
            # the check of the timer takes a busy host's delays for a broken one, and panics
            "-initrd", name + ".initrd", "-append", ("console=ttyS0,115200 no_timer_check ignore_loglevel " + append).strip(),
        ] + (["-device", "vmcoreinfo"] if vmcoreinfo else []) + list(devices)
        self.work, self.qmp, self.process, self.stuck = work, None, None, False

    def __enter__(self):
        with open(self.base + ".qemu", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(self.command, cwd=self.work, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        self.started = time.monotonic()
        return self

    def __exit__(self, *_):
        if self.qmp:
            try:
                self.qmp.command("quit", timeout=5)
            except (OSError, Failure, ValueError):
                pass
            self.qmp.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for end in (".qmp", ".tty", ".gdb", ".initrd"):
            if os.path.exists(self.base + end):
                os.unlink(self.base + end)

    def type(self, text):
        """Sends a break and then TEXT to the console: a SysRq from the serial port's interrupt."""
        line = socket.socket(socket.AF_UNIX)
        self._near(line.connect, ".tty")
        self.monitor().command("chardev-send-break", id="console")
        time.sleep(0.5)
        line.sendall(text.encode())
        # a reader that is gone, or does not read, loses what the guest prints, for the log file, too
        threading.Thread(target=_drain, args=(line,), daemon=True).start()

    def _near(self, function, end):
        """FUNCTION of a socket's name that is short enough."""
        here = os.getcwd()
        os.chdir(self.work)
        try:
            return function(os.path.basename(self.base) + end)
        finally:
            os.chdir(here)

    def monitor(self):
        if not self.qmp:
            self.qmp = self._near(lambda path: _Qmp(path, time.monotonic() + 60), ".qmp")
        return self.qmp

    def debugger(self):
        """Stops the guest, for Gdb."""
        return self._near(Gdb, ".gdb")

    def console(self):
        return _read(self.base + ".console") if os.path.exists(self.base + ".console") else b""

    def files(self):
        return _split(_read(self.base + ".out")) if os.path.exists(self.base + ".out") else {}

    def moment(self):
        """The files that `load moment` told."""
        if not whole(_read(self.base + ".out")):
            raise Failure("the serial port lost some of what the guest told")
        return self.files()

    def wait(self, wanted, seconds):
        """Until a fact of that name came or the kernel panicked; returns "done", "panic", "broken" (by QEMU),
        "gone" or "late"."""
        end = self.started + seconds
        while time.monotonic() < end:
            time.sleep(0.25)
            console = self.console()
            if BROKEN.search(console) and not self.stuck and b"invoked oom-killer" not in console:
                return "broken"
            if PANIC.search(console):
                time.sleep(1)
                return "panic"
            if wanted in self.files():
                return "done"
            if self.process.poll() is not None:
                return "gone"
        return "late"

    def dump(self, form):
        """A dump of the stopped guest; form is "elf", "elf-paging" (with virtual addresses), or as QEMU names it."""
        monitor, path = self.monitor(), "%s.%s" % (self.base, form)
        monitor.command("stop")
        monitor.command("dump-guest-memory", timeout=1800, paging=form == "elf-paging",
                        protocol="file:" + os.path.abspath(path), **({} if form.startswith("elf") else {"format": form}))
        return path


def qemu_version():
    out = subprocess.run([_program("qemu-system-x86_64", "qemu-system-x86"), "--version"],
                         stdout=subprocess.PIPE, text=True, check=True).stdout
    return re.search(r"version (\S+)", out).group(1)


def run(kernel, script, work, seconds=120, modules=(), dumps=(), at=None, crash="", extra=None, stuck=False, **options):
    """Boots, runs SCRIPT, waits for its end; AT(guest) is called when the fact "host" comes. With CRASH a crash
    kernel runs that script behind a panic, and its end is waited for. STUCK: a lockup is what is wanted."""
    load = build_load(work)
    with Guest(kernel, initramfs(kernel, script, load, modules, crash, extra), work, **options) as guest:
        guest.stuck = stuck
        if at:
            if guest.wait("host", seconds) == "done":
                at(guest)
        ended = guest.wait("end", seconds)
        if ended == "gone" and not guest.console():
            raise Failure("QEMU ended: " + _read(guest.base + ".qemu").decode(errors="replace").strip()[-300:])
        made = {form: guest.dump(form) for form in dumps} if ended in ("done", "panic") else {}
        return Result(guest.console(), guest.files(), made, ended, time.monotonic() - guest.started, qemu_version())


def choose_kernel(folder, wanted, work):
    """The first of those that choose() takes."""
    return choose(folder, wanted, work)[0]
