# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what mmwhy finds in a dump with what the guest's own /proc said a moment before.

Each function yields what is wrong, a line each, and adds to a table of what was counted."""

import mmap
import re
import struct

FRAME = re.compile(r"\[<[0-9a-f]+>\] (\S+)\+0x([0-9a-f]+)/0x[0-9a-f]+(?: \[(\w+)\])?")
# Gone or come between the snapshot and the dump by the kernel's own doing.
FLEETING = re.compile(r"kworker/")
# Whose slabs are given back a while after the snapshot's own thousand files are closed (fput(), RCU).
OWN_SLABS = {"filp"}
# Whose state is another one while it takes the snapshot.
TELLER = "load"


class Moment:
    """The snapshot: tasks {tid: (pid, comm, state)}, stacks {tid: [(symbol, offset, module)]}, slabs, modules."""

    def __init__(self, files):
        self.tasks, self.stacks, self.slabs, self.modules = {}, {}, {}, {}
        self.teller = None
        for name, data in files.items():
            text = data.decode(errors="replace")
            m = re.fullmatch(r"m/proc/(\d+)/task/(\d+)/(stat|stack)", name)
            if m and m.group(3) == "stat" and text:
                self._stat(int(m.group(1)), int(m.group(2)), text)
            elif m and m.group(3) == "stack":
                self.stacks[int(m.group(2))] = [(f[0], int(f[1], 16), f[2]) for f in FRAME.findall(text)]
        for line in files.get("m/proc/slabinfo", b"").decode().splitlines():
            w = line.split()
            if w and w[0] not in ("slabinfo", "#"):
                self.slabs[w[0]] = {"active": int(w[1]), "objects": int(w[2]), "size": int(w[3]), "slabs_count": int(w[14])}
        self.dmesg = files.get("m/tmp/dmesg", b"")
        slab = re.search(rb"^Slab: +(\d+) kB", files.get("m/proc/meminfo", b""), re.M)
        self.slab_kib = int(slab.group(1)) if slab else 0
        for line in files.get("m/proc/modules", b"").decode().splitlines():
            w = line.split()
            self.modules[w[0]] = (int(w[1]), int(w[5], 16))
        sched = {w[2]: int(w[0], 16) for w in
                 (line.split() for line in files.get("m/tmp/sched", b"").decode().splitlines()) if len(w) > 2}
        self.sched = (sched.get("__sched_text_start", 0), sched.get("__sched_text_end", 0))
        self.nodes = len([n for n in files if re.fullmatch(r"m/sys/devices/system/node/node\d+/meminfo", n)])

    def _stat(self, pid, tid, text):
        comm = text[text.index("(") + 1:text.rindex(")")]
        state = text[text.rindex(")") + 2]
        # /proc shows a kernel thread's whole name, its task_struct the first 15 bytes
        self.tasks[tid] = (pid, comm[:15], state)
        if comm == "moment" and state == "R":
            self.teller = tid


def _types_at(m, at):
    """Where the header of the kernel's own BTF lies, if AT is its magic; modules' are smaller."""
    kinds_at, kinds, names_at, names = struct.unpack_from("<4I", m, at + 8)
    return (at, at + 24) if kinds_at == 0 and names_at == kinds > 1 << 20 and names > 1 << 20 else None


def _tokens_at(m, at):
    """Where kallsyms_token_table lies, if AT is its '0': 256 texts, and behind them where each begins."""
    begin = at
    for _ in range(ord("0")):
        begin = m.rfind(b"\0", 0, begin - 1) + 1
    end, starts = begin, []
    for _ in range(256):
        starts.append(end - begin)
        end = m.find(b"\0", end) + 1
        if end <= 0 or end - begin > 8192:
            return None
    index = struct.pack("<256H", *starts)
    return (begin, end) if 0 <= m.find(index, end, end + 64 + len(index)) else None


def spoil(dump, what):
    """Overwrites the kernel's own types or symbols; nothing beside them, and nothing that only looks like them (old
    pages, other programs' tables)."""
    mark, place = (b"\x9f\xeb\x01\x00\x18\x00\x00\x00", _types_at) if what == "types" else (
        b"".join(b"%d\0" % i for i in range(10)), _tokens_at)
    done = 0
    with open(dump, "r+b") as f, mmap.mmap(f.fileno(), 0) as m:
        at = m.find(mark)
        while 4096 < at < len(m) - 65536:
            found = place(m, at)
            if found:
                m[found[0]:found[1]] = b"\xff" * (found[1] - found[0])
                done += 1
            at = m.find(mark, at + len(mark))
    return done


def tasks(moment, facts, table):
    mine = {t["pid"]: (t["tgid"], t["comm"], t["state"]) for t in facts.get("task", []) if t["pid"]}
    idle = [t for t in facts.get("task", []) if not t["pid"]]
    fleeting = sorted(c[1] for t, c in list(moment.tasks.items()) + list(mine.items())
                      if (t in moment.tasks) != (t in mine) and FLEETING.match(c[1]))
    for name, a, b in (("only /proc has", moment.tasks, mine), ("only the dump has", mine, moment.tasks)):
        lost = [(t, c[1]) for t, c in a.items() if t not in b and not FLEETING.match(c[1])]
        if lost:
            yield "%s %d tasks: %s" % (name, len(lost), lost[:6])
    changed = [(t, moment.tasks[t], mine[t]) for t in moment.tasks if t in mine and t != moment.teller
               and moment.tasks[t] != mine[t] and not FLEETING.match(mine[t][1])]
    moving = [c for c in changed if c[1][:2] == c[2][:2] and "R" in (c[1][2], c[2][2])]
    for c in changed:
        if c not in moving:
            yield "task %d: /proc says %s, the dump %s" % c
    table["tasks"] = "%d (+%d idle), %d kworkers came or went, %d woke or slept" % (
        len(mine), len(idle), len(fleeting), len(moving))


def _mine(trace, moment):
    """Our frames as /proc/PID/stack shows them: without those of the scheduler (in_sched_functions())."""
    low, high = moment.sched
    return [(f["symbol"], f.get("offset"), f.get("module") or "") for f in trace.get("frames", [])
            if not low <= int(f["address"], 16) < high]


def stacks(moment, facts, table):
    """Frame by frame, for every task that slept through both."""
    traces = {b["pid"]: b for b in facts.get("backtrace", []) if b.get("origin", {}).get("address") and b.get("pid")}
    compared = equal = whole = 0
    skipped, wrong = [], []
    for tid, theirs in moment.stacks.items():
        trace = traces.get(tid)
        _, comm, state = moment.tasks.get(tid, (0, "", "?"))
        if not trace or tid == moment.teller or state in "RZX" or trace["reason"] != "switched out":
            skipped.append(comm)
            continue
        mine = _mine(trace, moment)
        compared += max(len(mine), len(theirs))
        same = sum(a == b for a, b in zip(mine, theirs))
        equal += same
        whole += mine == theirs
        if mine != theirs:
            wrong.append((comm, [f[0] for f in theirs], [f[0] for f in mine]))
    share = 100.0 * equal / compared if compared else 0
    table["stacks"] = "%d equal of %d, frames %d of %d (%.2f %%), %d not comparable (running, zombies)" % (
        whole, whole + len(wrong), equal, compared, share, len(skipped))
    for w in wrong:
        table.setdefault("stack exceptions", []).append("%s: /proc %s, the dump %s" % w)
    if share < 99 or not compared:
        yield "stacks: %.2f %% of the frames equal" % share


def slab_pages(moment, facts, table):
    """By page type, by the caches' counters and by the guest's meminfo."""
    caches = [s for s in facts.get("slab_cache", []) if "slabs_count" in s]
    differ = [(s["name"], s["slabs_count"], s.get("type_slabs_count")) for s in caches
              if s["slabs_count"] != s.get("type_slabs_count")]
    counted, typed = sum(s["bytes"] for s in caches) >> 10, sum(s.get("type_bytes", 0) for s in caches) >> 10
    table["slab pages"] = "%d KiB by counters, %d KiB by page type, %d caches differ; meminfo's Slab %d KiB" % (
        counted, typed, len(differ), moment.slab_kib)
    if sum(abs(a - (b or 0)) for _, a, b in differ) > sum(s["slabs_count"] for s in caches) / 200:
        yield "slabs by counters and by page type: %s" % differ[:6]
    # meminfo's counts kmalloc()s beyond two pages, too, which are in no cache
    if not 0.85 * moment.slab_kib <= typed <= 1.02 * moment.slab_kib:
        yield "by page type %d KiB are slab, by meminfo %d KiB" % (typed, moment.slab_kib)


def slabs(moment, facts, table):
    mine = {}
    for s in facts.get("slab_cache", []):
        mine.setdefault(s["name"], s)
    missing = [n for n in moment.slabs if n not in mine]
    if missing:
        yield "slab caches not found: %s" % missing[:6]
    differ = {}
    for name, theirs in moment.slabs.items():
        if name in mine:
            d = {k: (v, mine[name].get(k)) for k, v in theirs.items() if mine[name].get(k) != v}
            if d:
                differ[name] = d
    objects = [n for n, d in differ.items() if "objects" in d or "size" in d]
    total = sum(s["objects"] for s in moment.slabs.values())
    off = sum(abs(d["objects"][0] - (d["objects"][1] or 0)) for d in differ.values() if "objects" in d)
    table["slabs"] = "%d caches, %d with other counts (%d other totals: %d of %d objects)" % (
        len(moment.slabs), len(differ), len(objects), off, total)
    for name in objects:
        table.setdefault("slab exceptions", []).append("%s: %s" % (name, differ[name]))
    off -= sum(abs(d["objects"][0] - (d["objects"][1] or 0)) for n, d in differ.items() if n in OWN_SLABS and "objects" in d)
    if off > total / 200 or any("size" in d for d in differ.values()):
        yield "slab totals differ by %d of %d objects" % (off, total)


def modules(moment, facts, table):
    mine = {m["name"]: (m["size"], int(m["base"], 16)) for m in facts.get("module", [])}
    table["modules"] = "%d" % len(mine)
    for name in sorted(set(mine) ^ set(moment.modules)):
        yield "module %s: only in %s" % (name, "the dump" if name in mine else "/proc")
    for name, theirs in moment.modules.items():
        if name in mine and mine[name] != theirs:
            yield "module %s: /proc says %s, the dump %s" % (name, theirs, mine[name])


def dmesg(moment, console, text, table):
    """The guest's own dmesg, of a ring that has wrapped, is the dump's; what it dropped stands on the console."""
    mark = re.compile(rb"\[ *\d+\.\d{6}\]")
    mine = [line.rstrip() for line in text.splitlines() if mark.match(line)]
    theirs = [line.rstrip() for line in moment.dmesg.splitlines() if mark.match(line)]
    early = [line.rstrip() for line in console.replace(b"\r", b"").splitlines() if mark.match(line)]
    # the guest's buffer for it takes fewer lines; and what was printed since may have pushed out the oldest
    if theirs and theirs[0] in mine:
        pair = (mine[mine.index(theirs[0]):], theirs)
    else:
        pair = (mine, theirs[theirs.index(mine[0]):] if mine and mine[0] in theirs else [])
    same = len(pair[1]) > 1000 and pair[0][:len(pair[1])] == pair[1]
    table["dmesg"] = "%d lines, %d of the guest's %d the same in order, %d empty; %d on the console" % (
        len(mine), len(pair[1]) if same else 0, len(theirs), sum(line.endswith(b"]") for line in mine), len(early))
    if not same:
        yield "dmesg is not the guest's own: %r" % (next(((a, b) for a, b in zip(*pair) if a != b), None),)
    if not any(b"wrapped 2499 " in line for line in mine) or set(early[:20]) & set(mine):
        yield "dmesg: the ring has not wrapped"
