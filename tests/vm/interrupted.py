# SPDX-License-Identifier: GPL-2.0-or-later
"""Dumps taken while a CPU is in a softirq, a timer interrupt, an NMI, a page fault of the kernel, or has panicked
in an interrupt: the stack must lead from there to the task below, each frame saying how it was found."""

import re
import time

import vm

SCRIPT = """
grep -wE '%s' /proc/kallsyms > /tmp/names
ifconfig lo 127.0.0.1 up
load chatter &
while :; do load forks 4; done &
sleep 1
files m /tmp/names
"""

# what is interrupted: (functions to stop in, the first that the kernel has; what must lie below it, any of each
# group; what the host does meanwhile)
STOPS = {
    "softirq": (["net_rx_action"], [["handle_softirqs", "__do_softirq"], ["do_softirq", "__irq_exit_rcu", "irq_exit_rcu"]],
                None),
    "timer": (["hrtimer_interrupt"], [["__sysvec_apic_timer_interrupt"], ["asm_sysvec_apic_timer_interrupt"]], None),
    "nmi": (["default_do_nmi"], [["exc_nmi"], ["asm_exc_nmi", "end_repeat_nmi"]], "inject-nmi"),
    "page fault": (["handle_mm_fault"], [["do_user_addr_fault", "exc_page_fault"], ["asm_exc_page_fault"]], None),
}
TRIES = 6
HOW = {"regs", "switch frame", "orc", "frame pointer"}


def script():
    return SCRIPT % "|".join(n for names, _, _ in STOPS.values() for n in names)


def _addresses(files):
    out = {}
    for line in files.get("m/tmp/names", b"").decode().splitlines():
        w = line.split()
        if len(w) == 3:
            out.setdefault(w[2], int(w[0], 16))
    return out


def stops(guest, dump, enough):
    """Stops the guest in each place until ENOUGH(name); yields (name, function, dump) with the dump made by DUMP()."""
    known = _addresses(guest.files())
    debugger = guest.debugger()
    for name, (functions, _, poke) in STOPS.items():
        function = next((f for f in functions if f in known), None)
        if not function:
            continue
        for _ in range(TRIES):
            monitor = guest.monitor()
            try:
                debugger.until(known[function], 300, (lambda c=poke: monitor.command(c)) if poke else None)
            except vm.Failure as e:
                raise vm.Failure("%s in %s: %s" % (name, function, e)) from e
            yield name, function, dump()
            if enough(name):
                break
    debugger.leave()
    guest.monitor().command("cont")


def stack_in(facts, function):
    """The stack of the CPU that entered FUNCTION."""
    for b in facts.get("backtrace", []):
        f = b.get("frames", [])
        if f and f[0]["symbol"] == function and b["reason"] == "running" and f[0].get("offset", 1) == 0:
            return b
    return None


def below(name, trace):
    """What is wrong with a stack; and whether it reached a kernel mode below the interrupt."""
    frames = [f["symbol"].split(".")[0] for f in trace["frames"]]
    wrong = []
    at = 0
    for group in STOPS[name][1]:
        hit = next((i for i in range(at, len(frames)) if frames[i] in group), None)
        if hit is None:
            wrong.append("%s: no %s in %s" % (name, " or ".join(group), frames))
            break
        at = hit + 1
    if trace.get("cut"):
        wrong.append("%s: cut: %s" % (name, frames))
    strange = [f.get("found") for f in trace["frames"] if f.get("found") not in HOW]
    if strange:
        wrong.append("%s: frames found by %s" % (name, strange))
    crossed = [f["symbol"] for f in trace["frames"][1:] if f.get("found") == "regs"]
    return wrong, crossed


CALL = re.compile(rb"\] +(\? |RIP: 0010:)?([\w.]+)\+0x([0-9a-f]+)/0x([0-9a-f]+)")


def printed(console):
    """The frames of the panic's own trace, outermost last, without those marked '?'."""
    at = console.find(b"Kernel panic - not syncing")
    frames = []
    for line in console[at:].splitlines():
        m = CALL.search(line)
        if m and m.group(1) != b"? ":
            frames.append((m.group(2).decode(), int(m.group(3), 16)))
        if b"Kernel Offset" in line or b"end Kernel panic" in line:
            break
    names = [f[0] for f in frames]
    return frames[names.index("panic") + 1:] if "panic" in names else []


def panicked(console, facts):
    """What is wrong with the stack of the CPU that panicked, by what the kernel printed; and how long it is."""
    theirs = printed(console)
    for b in facts.get("backtrace", []):
        if "found" not in b.get("frames", [{}])[0]:
            continue  # not unwound, but read from the dump's log
        mine = [(f["symbol"], f.get("offset")) for f in b.get("frames", []) if b.get("reason") != "switched out"]
        names = [f[0] for f in mine]
        if "panic" not in names:
            continue
        mine = mine[names.index("panic") + 1:]
        if mine != theirs:
            return ["panic: printed %s, found %s" % (theirs, mine)], len(theirs), b
        return [] if theirs and not b.get("cut") else ["panic: %s%s" % (mine, " cut" if b.get("cut") else "")], len(theirs), b
    return ["panic: no CPU is in panic()"], len(theirs), None


def crash(guest, how):
    """Panics the guest in an interrupt."""
    if how == "sysrq":
        guest.type("c")
    else:
        guest.monitor().command("inject-nmi")
    end = time.monotonic() + 300
    while b"Kernel Offset:" not in guest.console():
        if time.monotonic() > end:
            raise vm.Failure("no panic by " + how)
        time.sleep(0.5)
    time.sleep(2)
