# SPDX-License-Identifier: GPL-2.0-or-later
"""What holds for every log, whatever it says (tests/README). Each check yields what is wrong."""
import json
import random
import re
import zlib

from . import dressing, mmwhy

# Of these kinds a fact stands once its last line is printed.
SETTLED = ("task_memory", "slab_cache", "bad_page")
# Each of these is told by one line, or by lines that name what they are of.
WHOLE_LINES = ("task_memory", "slab_cache", "zone_state", "memory_range", "hugetlb_pool", "cgroup")
# What they say of a boot that lost a line of its map is no less than what is left says.
MAP_RULES = ("ram_lost", "ram_lost_cmdline", "memmap_param_harm")
# Lines with which a block of a report begins.
BORDERS = (b"Mem-Info:", b"Tasks state", b"Unreclaimable slab info", b"Out of memory:", b"oom-kill:", b"Memory cgroup stats",
           b"pages RAM", b"Node 0 DMA free:", b"Node 0 DMA:")
# What moves with the dressing, or with where a log stands in a bigger one.
MOVES = {"id", "time_ns", "wall", "report", "boot", "trace", "index", "first_line", "last_line"}


def seeded(log, salt):
    return random.Random(zlib.crc32(log) ^ salt)


def lines_of(log):
    lines = log.split(b"\n")
    return lines[:-1] if lines and lines[-1] == b"" else lines


def join(lines):
    return b"\n".join(lines) + b"\n"


def shape(fact, lines=True):
    """a fact as text, without what moves"""
    kept = {k: v for k, v in fact.items() if k not in MOVES and k != "origin"}
    if lines:
        kept["origin"] = {k: v for k, v in fact["origin"].items() if k in ("line", "last_line")}
    text = json.dumps(kept, sort_keys=True)
    return text if lines else re.sub(" +", " ", text) # wrapping loses blanks


def shapes(result, lines=True, leave=("boot",)):
    found = []
    for kind, facts in result["facts"].items():
        if kind not in leave:
            found += [(kind, shape(f, lines)) for f in facts]
    return sorted(found)


def verdicts(result):
    return sorted((f["id"], f["severity"], f["confidence"]) for f in result["findings"])


def difference(what, got, want):
    """two sorted lists that should be equal"""
    if got == want:
        return
    for x in [x for x in want if x not in got][:2]:
        yield f"{what}: lost {x}"
    for x in [x for x in got if x not in want][:2]:
        yield f"{what}: new {x}"
    if sorted(set(map(str, got))) == sorted(set(map(str, want))):
        yield f"{what}: {len(got)} instead of {len(want)}"


def graver(what, part, whole, but=()):
    """a part of a log must not say worse, nor be certain of what the whole is not"""
    limit = max([mmwhy.severity(f) for f in whole["findings"]], default=-1)
    sure = {f["id"] for f in whole["findings"] if f["confidence"] == "certain"}
    for f in part["findings"]:
        if mmwhy.severity(f) > max(limit, 0) and f["id"] not in but:
            yield f"{what}: graver than the whole log: {f['severity']} {f['id']}: {f['summary']}"
        if f["confidence"] == "certain" and mmwhy.severity(f) >= 2 and f["id"] not in sure:
            yield f"{what}: certain of what the whole log is not: {f['id']}: {f['summary']}"


def settled_before(result, line):
    for kind in SETTLED:
        for f in result["facts"].get(kind, []):
            if f["origin"].get("last_line", f["origin"].get("line", line)) < line:
                yield kind, shape({k: v for k, v in f.items() if k != "cut"})


def page_sizes(result):
    """what reports say in kB and pages tells the page size; a cut may lose it, and with it every figure in pages;
    without a Mem-Info it is the line of a victim that tells"""
    facts = result["facts"]
    if not facts.get("mem_info"):
        return sum("total_vm" in v for o in facts.get("oom", []) for v in o.get("victims", []))
    return {f.get("page_size") for f in facts["mem_info"]}


def cut_places(log, n):
    """lines to cut before: some anywhere, some where reports are"""
    lines = lines_of(log)
    rng = seeded(log, 1)
    interesting = [i for i, text in enumerate(lines) if b"oom" in text or b"Mem-Info" in text or b"free:" in text
                   or b"Killed" in text or b"allocation" in text]
    places = {rng.randrange(1, len(lines) + 1) for _ in range(n // 2)} if lines else set()
    if interesting:
        places |= {min(len(lines), rng.choice(interesting) + rng.randrange(0, 6)) for _ in range(n - n // 2)}
    return sorted(places - {0})


def check_cuts(program, log, whole, n=8):
    lines = lines_of(log)
    for at in cut_places(log, n):
        part = mmwhy.diagnose(program, ["-"], join(lines[:at]))
        yield from graver(f"cut behind line {at}", part, whole)
        have = {(kind, shape({k: v for k, v in f.items() if k != "cut"}))
                for kind in SETTLED for f in part["facts"].get(kind, [])}
        for fact in settled_before(whole, at):
            if fact not in have and page_sizes(part) == page_sizes(whole):
                yield f"cut behind line {at}: lost {fact}"
                break
        # and in the middle of the next line
        if at < len(lines) and len(lines[at]) > 1:
            half = join(lines[:at])[:-1] + b"\n" + lines[at][:len(lines[at]) // 2]
            limit = max([mmwhy.severity(f) for f in whole["findings"]], default=0)
            for f in mmwhy.diagnose(program, ["-"], half)["findings"]:
                if mmwhy.severity(f) > limit:
                    yield f"cut in line {at + 1}: graver: {f['severity']} {f['id']}"


def check_dressings(program, log, whole, only=None):
    lines = lines_of(log)
    for name, dress in dressing.dressings(lines).items():
        if only and name not in only:
            continue
        other = mmwhy.diagnose(program, ["-"], join(dress(lines)))
        same = name not in dressing.MOVED
        yield from difference(f"{name}: facts", shapes(other, same), shapes(whole, same))
        yield from difference(f"{name}: findings", verdicts(other), verdicts(whole))


def check_noise(program, log, whole):
    """1,000 unrelated lines before it, and in its middle"""
    lines = lines_of(log)
    rng = seeded(log, 2)
    if not lines:
        return
    before = mmwhy.diagnose(program, ["-"], join(dressing.unrelated(lines[0], 1000) + lines))
    yield from difference("1,000 lines before: facts", shapes(before, False), shapes(whole, False))
    yield from difference("1,000 lines before: findings", verdicts(before), verdicts(whole))
    # between two blocks of a report; and a few of another CPU anywhere in it
    borders = [i for i, text in enumerate(lines) if any(b in text for b in BORDERS)]
    heads = [i for i, text in enumerate(lines) if b"invoked oom-killer" in text or b"page allocation failure" in text]
    middle = rng.choice(heads) + rng.randrange(1, 60) if heads else rng.randrange(len(lines))
    for n, at in ((1000, rng.choice(borders) if borders else None), (3, min(len(lines) - 1, middle))):
        if at is None:
            continue
        noisy = lines[:at] + dressing.unrelated(lines[at], n, seed=3) + lines[at:]
        other = mmwhy.diagnose(program, ["-"], join(noisy))
        yield from difference(f"{n} lines behind line {at}: facts", shapes(other, False), shapes(whole, False))
        yield from difference(f"{n} lines behind line {at}: findings", verdicts(other), verdicts(whole))


def fits(part, whole):
    """whether a fact says nothing that another does not say, too"""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(k in MOVES or k in ("cut", "origin", "tasks_cut") or
                                               (k in whole and fits(v, whole[k])) for k, v in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and all(any(fits(v, w) for w in whole) for v in part)
    return part == whole


def check_dropped(program, log, whole):
    """printk() or a network lost lines, and says so or not: less is known, but nothing else"""
    lines = lines_of(log)
    for what, note in (("dropped", True), ("missing", False)):
        rng = seeded(log, 5 + note)
        for n in (1, 3, 20):
            kept, at = [], 0
            for start in sorted(rng.sample(range(len(lines)), min(len(lines) // 30, 40))):
                kept += lines[at:start]
                kept += [b"** %d printk messages dropped **" % n] if note and start >= at else []
                at = max(at, min(len(lines), start + n))
            part = mmwhy.diagnose(program, ["-"], join(kept + lines[at:]))
            yield from graver(f"runs of {n} lines {what}", part, whole, MAP_RULES)
            yield from new_lines(f"runs of {n} lines {what}", part, whole)


def new_lines(what, part, whole):
    for kind in WHOLE_LINES:
        for f in part["facts"].get(kind, []):
            if not any(fits(f, w) for w in whole["facts"].get(kind, [])):
                yield f"{what}: new {kind} {shape(f)}"


def check_interleaved(program, log, whole):
    """another CPU prints in the middle of what this log holds, with printk's callers and without"""
    lines = lines_of(log)
    if not dressing.has_clock(lines) or dressing.is_glued(lines):
        return
    alone = mmwhy.diagnose(program, ["-"], join(dressing.another_cpu(lines[-1:])))
    heads = [i for i, text in enumerate(lines) if b"invoked oom-killer" in text or b"page allocation failure" in text]
    at = heads[len(heads) // 2] + 2 if heads else len(lines) // 2
    both = mmwhy.diagnose(program, ["-"], join(dressing.interleaved(lines, at, True)))
    yield from difference("with callers: facts", shapes(both, False),
                          sorted(shapes(whole, False) + shapes(alone, False)))
    both = mmwhy.diagnose(program, ["-"], join(dressing.interleaved(lines, at, False)))
    told = {**whole, "findings": whole["findings"] + alone["findings"]}
    yield from graver("without callers", both, told)
    yield from new_lines("without callers", both, whole)


def begins_with_banner(log):
    return any(b"Linux version " in line for line in lines_of(log)[:40])


def check_pair(program, first, second):
    """two logs, one behind the other, each (bytes, result); the second begins with a banner"""
    both = mmwhy.diagnose(program, ["-"], join(lines_of(first[0])) + second[0])
    yield from difference("facts", shapes(both, False), sorted(shapes(first[1], False) + shapes(second[1], False)))
    got = verdicts(both)
    for v in verdicts(first[1]) + verdicts(second[1]):
        if v not in got:
            yield f"findings: lost {v}"
