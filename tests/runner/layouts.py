# SPDX-License-Identifier: GPL-2.0-or-later
"""What mmwhy simulate memmap says against the facts of a boot, entry by entry."""

COMPARED = ("user", "zone", "movable", "early-node", "initmem", "unavailable")
MEMBERS = ("start", "end", "type", "node", "zone", "pages", "empty")


def ranges(facts, name, boot=None):
    """An empty node is printed with the range 0-0 by old kernels."""
    return [{m: f[m] for m in MEMBERS if m in f and not (f.get("empty") and m in ("start", "end"))}
            for f in facts.get("memory_range", []) if f["map"] == name and boot in (None, f.get("boot"))]


def compare(simulated, facts, boot=None):
    """What differs, a line each. BOOT: its index, where there are several."""
    for name in COMPARED:
        said, is_so = ranges(simulated["facts"], name), ranges(facts, name, boot)
        for i in range(max(len(said), len(is_so))):
            s, b = (list_[i] if i < len(list_) else None for list_ in (said, is_so))
            if s != b:
                yield "%s %d: simulated %s, booted %s" % (name, i, s, b)
    last = facts["boot"][boot or 0].get("last_pfn")
    if int(str(last), 0) != simulated["last_pfn"]:
        yield "last_pfn: simulated %#x, booted %s" % (simulated["last_pfn"], last)
