# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory maps to boot: fixed ones, and some drawn from a seed. Each boots as it is and with parameters;
the second boot must be as mmwhy simulate memmap says from the first one's log."""

import random

MIB = 1 << 20


class Machine:
    """memory: MiB of each node (0: none); one number and no nodes is a machine without NUMA."""

    def __init__(self, memory, kind="q35", nodes=None):
        self.kind, self.nodes = kind, nodes
        self.memory = sum(nodes) if nodes else memory

    @property
    def name(self):
        return "%s-%d%s" % (self.kind, self.memory, "".join("-%d" % n for n in self.nodes or ()))

    def devices(self):
        out = []
        for i, size in enumerate(self.nodes or ()):
            if size:
                out += ["-object", "memory-backend-ram,id=m%d,size=%dM" % (i, size),
                        "-numa", "node,nodeid=%d,cpus=%d,memdev=m%d" % (i, i, i)]
            else:
                out += ["-numa", "node,nodeid=%d,cpus=%d" % (i, i)]
        return out

    @property
    def cpus(self):
        return max(len(self.nodes or ()), 1)


class Map:
    def __init__(self, name, machine, parameters):
        self.name, self.machine, self.parameters = name, machine, parameters


SMALL, FLAT = Machine(1024), Machine(4096, kind="pc")
TWO, UNEVEN = Machine(0, nodes=[3072, 3072]), Machine(0, kind="pc", nodes=[640, 0, 1408])

FIXED = [
    Map("persistent-4g", TWO, "memmap=1G!4G"),
    Map("node-start", TWO, "memmap=100M!5G memmap=1000K$0x30000000"),
    Map("exactmap", SMALL, "memmap=exactmap memmap=639K@0 memmap=700M@1M,64K#800M"),
    Map("mem", UNEVEN, "mem=600M"),
    Map("mem-odd", UNEVEN, "mem=nopentium mem=0x5fffb800"),
    Map("acpi-at-the-end", SMALL, "memmap=16M#0x3e000000 memmap=0x3e000000"),
    Map("types", FLAT, "memmap=64M%1G-1+12 memmap=32M%1088M-1+12 memmap=1M%2G memmap=3M%2050M-1 memmap=4M%3G-1+4"),
    Map("neighbours", FLAT, "memmap=64M!1G,64M!1088M memmap=8K$512M memmap=8K$0x20002000 memmap=5000$0x20004000"),
    Map("movablecore", TWO, "movablecore=700M"),
    Map("kernelcore", UNEVEN, "kernelcore=40% memmap=50M$900M"),
    Map("numa-off", TWO, "numa=off memmap=1G!4G"),
    Map("node-gone", TWO, "memmap=3G!5G memmap=1000M@0x8000000"),
]


def _machine(r):
    nodes = r.choice([None, None, 2, 2, 3])
    if not nodes:
        return Machine(r.randrange(768, 6144, 4), kind=r.choice(["pc", "q35"]))
    sizes = [r.randrange(512, 2048, 8)] + [r.choice([0, r.randrange(64, 2048, 2)]) for _ in range(nodes - 1)]
    return Machine(0, kind=r.choice(["pc", "q35"]), nodes=sizes)


def _size(r, most):
    """A number as people write it; unaligned now and then."""
    most = max(min(most, 1 << 30), 1 << 16)
    return r.choice([lambda: "%dM" % r.randint(1, max(most >> 20, 1)), lambda: "%dK" % r.randint(1, most >> 10),
                     lambda: "0x%x" % (r.randint(1, most >> 12) << 12), lambda: "%d" % r.randint(4096, most)])()


def _parameter(r, machine):
    """Leaves the first 384 MiB alone: the kernel must have a place to stand."""
    top = machine.memory * MIB
    at = "0x%x" % (r.randint(384 * MIB, top + 512 * MIB) & r.choice([~0xfff, ~0xfffff, ~0x7ffffff, ~0x3f]))
    size = _size(r, top // 4)
    return r.choice([
        lambda: "memmap=%s!%s" % (size, at), lambda: "memmap=%s$%s" % (size, at), lambda: "memmap=%s#%s" % (size, at),
        lambda: "memmap=%s%%%s-1+%d" % (size, at, r.choice([2, 3, 4, 12])), lambda: "memmap=%s%%%s" % (size, at),
        lambda: "mem=%dM" % r.randint(400, machine.memory), lambda: "memmap=%s" % at,
        lambda: "movablecore=%dM" % r.randint(16, machine.memory // 2), lambda: "kernelcore=%d%%" % r.randint(40, 99)])()


def drawn(seed, count):
    r = random.Random(seed)
    out = []
    for i in range(count):
        machine = _machine(r)
        out.append(Map("drawn-%d" % i, machine, " ".join(_parameter(r, machine) for _ in range(r.randint(1, 4)))))
    return out
