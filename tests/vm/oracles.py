# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what mmwhy finds in a dump without debuginfo with what drgn and crash find with it."""

import glob
import itertools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
KERNEL = 0xffff800000000000


def vmlinux(release, folder):
    """The kernel with debuginfo, where a package put it; None."""
    for root in [folder] if folder else []:
        for path in glob.glob(os.path.join(glob.escape(root), "**", "vmlinux-" + release), recursive=True):
            if os.path.isfile(path):
                return path
    for path in ("/usr/lib/debug/boot/vmlinux-" + release, "/usr/lib/debug/lib/modules/%s/vmlinux" % release):
        if os.path.exists(path):
            return path
    return None


def drgn_command(given):
    if given:
        return shlex.split(given)
    if subprocess.run([sys.executable, "-c", "import drgn"], stderr=subprocess.DEVNULL, check=False).returncode:
        return None
    return [sys.executable]


def crash_command(given):
    path = given or shutil.which("crash")
    return shlex.split(path) if path else None


def ask_drgn(command, dump, kernel):
    """{"tasks": {pid: (comm, [pc])}, "slabs": {name: (objects, active)}}"""
    done = subprocess.run(command + [os.path.join(HERE, "oracle-drgn.py"), dump, kernel], capture_output=True, text=True,
                          timeout=600, check=False)
    if done.returncode:
        raise ValueError("drgn cannot: " + (done.stderr.strip().splitlines() or ["?"])[-1])
    data = json.loads(done.stdout)
    return {"tasks": {pid: (comm, pcs) for pid, comm, pcs in data["tasks"]},
            "slabs": {name: (s[1], s[2]) for name, s in data["slabs"].items()}}


def ask_crash(command, dump, kernel):
    done = subprocess.run(command + ["-s", kernel, dump], input="ps\nforeach bt\nkmem -s\nquit\n", capture_output=True,
                          text=True, errors="replace", timeout=900, check=False)
    tasks, slabs, frames = {}, {}, None
    for line in done.stdout.splitlines():
        m = re.match(r'PID: (\d+) .*COMMAND: "(.*)"', line)
        if m:
            frames = []
            tasks[int(m.group(1))] = (m.group(2), frames)
        m = re.match(r" *#\d+ \[[0-9a-f]+\] .* at ([0-9a-f]{16})", line)
        if m and frames is not None:
            frames.append(int(m.group(1), 16))
        # where an exception interrupted the kernel
        m = re.match(r" +RIP: ([0-9a-f]{16}) ", line)
        if m and frames is not None and int(m.group(1), 16) >= KERNEL:
            frames.append(int(m.group(1), 16))
        w = line.split()
        if len(w) == 7 and re.fullmatch(r"[0-9a-f]{16}", w[0]) and w[3].isdigit():
            # what it calls allocated is less the CPUs' own free objects, which slabinfo counts as active
            slabs[w[6]] = (int(w[3]), None)
    if len(tasks) < 10:
        raise ValueError("it lists %d tasks" % len(tasks))
    return {"tasks": tasks, "slabs": slabs}


def compare(name, theirs, facts, table):
    """What is wrong; NAME is the oracle's."""
    mine = {t["pid"]: t["comm"] for t in facts["task"] if t["pid"]}
    others = {pid: comm for pid, (comm, _) in theirs["tasks"].items() if pid}
    if mine != others:
        yield "%s: tasks differ: %s" % (name, sorted(set(mine.items()) ^ set(others.items()))[:6])
    traces = {b["pid"]: [int(f["address"], 16) for f in b["frames"]] for b in facts["backtrace"]
              if b.get("pid") and b.get("frames") and b["reason"] == "switched out"}
    frames = equal = 0
    for pid, pcs in traces.items():
        # drgn goes on into user mode
        want = list(itertools.takewhile(lambda pc: pc >= KERNEL, theirs["tasks"].get(pid, ("", []))[1]))
        frames += max(len(pcs), len(want))
        equal += sum(a == b for a, b in zip(pcs, want))
        if pcs != want:
            table.setdefault("stacks unlike " + name, []).append(
                "%s: %s, not %s" % (mine.get(pid), ["%x" % p for p in pcs], ["%x" % p for p in want]))
    counts = {s["name"]: (s["objects"], s["active"]) for s in facts["slab_cache"]}
    differ = [(n, c, counts.get(n)) for n, c in theirs["slabs"].items()
              if n not in counts or any(b is not None and a != b for a, b in zip(counts[n], c))]
    share = 100.0 * equal / frames if frames else 0
    table[name] = "%d tasks, frames %d of %d (%.2f %%), %d of %d slab caches with other counts" % (
        len(others), equal, frames, share, len(differ), len(theirs["slabs"]))
    if share < 99:
        yield "%s: %.2f %% of the frames equal" % (name, share)
    if differ or not theirs["slabs"]:
        yield "%s: slab counts differ: %s" % (name, differ[:4])


def check(release, dump, facts, options, table):
    """With each oracle that is here; why others are not goes to the table."""
    kernel = vmlinux(release, options.kernels)
    if not kernel:
        table["oracles"] = "none: no vmlinux of %s with debuginfo" % release
        return
    for name, command, ask in (("drgn", drgn_command(options.drgn), ask_drgn),
                               ("crash", crash_command(options.crash), ask_crash)):
        if not command:
            table[name] = "not installed"
            continue
        try:
            theirs = ask(command, dump, kernel)
        except (ValueError, subprocess.TimeoutExpired) as e:
            table[name] = "cannot open it: %s" % e
            continue
        yield from compare(name, theirs, facts, table)
