# SPDX-License-Identifier: GPL-2.0-or-later
"""What drgn finds in a dump with debuginfo: oracle-drgn.py DUMP VMLINUX prints tasks with their stacks, and slab
caches, as JSON. Run by whatever Python has drgn."""

import json
import sys

import drgn
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.pid import for_each_task


def slab(prog, cache, nodes):
    """[slabs, objects, active] as mm/slub.c:get_slabinfo() counts them"""
    slabs = objects = free = 0
    for i in range(nodes):
        node = cache.node[i]
        if not node:
            continue
        slabs += node.nr_slabs.counter.value_()
        objects += node.total_objects.counter.value_()
        for s in list_for_each_entry("struct slab", node.partial.address_of_(), "slab_list"):
            free += s.objects.value_() - s.inuse.value_()
    return [slabs, objects, objects - free]


def main(dump, vmlinux):
    prog = drgn.Program()
    prog.set_core_dump(dump)
    prog.load_debug_info([vmlinux])
    out = {"tasks": [], "slabs": {}}
    for task in for_each_task(prog):
        try:
            frames = [f.pc for f in prog.stack_trace(task) if not f.is_inline]
        except (ValueError, LookupError, drgn.FaultError):
            frames = []
        out["tasks"].append([task.pid.value_(), task.comm.string_().decode(errors="replace"), frames])
    nodes = prog["nr_node_ids"].value_()
    for cache in list_for_each_entry("struct kmem_cache", prog["slab_caches"].address_of_(), "list"):
        out["slabs"][cache.name.string_().decode()] = slab(prog, cache, nodes)
    json.dump(out, sys.stdout)


main(*sys.argv[1:])
