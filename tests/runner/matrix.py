# SPDX-License-Identifier: GPL-2.0-or-later
"""The rule matrix: has each rule a real firing case, a near miss, and one in which it cannot tell?"""
import glob
import os
import re

from . import invariants, mmwhy

# One line of the kernel's own says it, or there is nothing to ask: no log leaves these open.
BY_ITS_OWN_LINE = {"lowmemorykiller", "alloc_cma", "alloc_early_boot", "alloc_nommu", "alloc_swiotlb"}


def all_rules(program):
    _, out, _ = mmwhy.run(program, ["explain"])
    return [line.split()[0] for line in out.decode().splitlines() if line.strip()]


def cut_behind_heads(program, found):
    """the rules that cannot tell of a real log that breaks off behind the first line of its report"""
    cannot = set()
    for case in found:
        lines = invariants.lines_of(case.log() or b"")
        heads = [i for i, text in enumerate(lines) if b"invoked oom-killer" in text or b"page allocation failure" in text]
        if heads and case.is_real():
            part = mmwhy.diagnose(program, ["-"], invariants.join(lines[:heads[0] + 1]))
            cannot |= {rule for rule, outcome in mmwhy.outcomes(part).items() if outcome == "cannot_tell"}
    return cannot


def gather(program, found, flipped):
    real, near, cannot = set(), set(), cut_behind_heads(program, found)
    for case in found:
        if not case.result:
            continue
        for rule, outcome in mmwhy.outcomes(case.result).items():
            if outcome == "fired" and case.is_real():
                real.add(rule)
            if outcome == "cannot_tell":
                cannot.add(rule)
        near |= set(case.expect.get("near_miss", []))
    # one change from firing: the mutated log, or the one it was made of
    near |= {rule for rule, *ends, _ in flipped if sorted(ends) == ["clear", "fired"]}
    cannot |= {rule for rule, _, to, is_real in flipped if is_real and to == "cannot_tell"}
    return real, near, cannot


def fires_in(program, folder):
    """the rules that fire on a folder of real logs"""
    fired = set()
    for path in sorted(glob.glob(os.path.join(folder, "*.log"))):
        found = mmwhy.outcomes(mmwhy.diagnose(program, [path]))
        fired |= {rule for rule, outcome in found.items() if outcome == "fired"}
    return fired


def readme_count(root):
    """(rules, rules without a real firing case) as README.md has them"""
    path = os.path.join(root, "README.md")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as f:
        hit = re.search(r"\b(\d+) rules\b.*?\b(\d+) of them\b.*?\bno real firing case\b", f.read(), re.DOTALL)
    return (int(hit.group(1)), int(hit.group(2))) if hit else None


def misquotes(program, root):
    """lines of README.md's sample output that the program does not print"""
    with open(os.path.join(root, "README.md"), encoding="utf-8") as f:
        text = f.read()
    sample = re.search(r"\$ mmwhy (\S+).*?\nit says\n\n((?: {4}[^\n]*\n)+)", text, re.DOTALL)
    if not sample:
        yield "no sample found"
        return
    _, out, _ = mmwhy.run(program, [os.path.join(root, sample.group(1))])
    printed = [line.strip() for line in out.decode().splitlines()]
    for line in sample.group(2).splitlines():
        if line.strip() not in ("", "...") and line.strip() not in printed:
            yield f"README.md says, the program does not: {line.strip()}"


def report(tap, program, found, flipped, root, corpus):
    rules = all_rules(program)
    real, near, cannot = gather(program, found, flipped)
    tap.note(f"{len(BY_ITS_OWN_LINE)} rules can always tell: {', '.join(sorted(BY_ITS_OWN_LINE))}")
    tap.result("rules that can always tell do", [f"{r} did not" for r in sorted(BY_ITS_OWN_LINE & cannot)])
    for what, have in (("real firing case", real), ("near miss", near),
                       ("case in which it cannot tell", cannot | BY_ITS_OWN_LINE)):
        missing = [r for r in rules if r not in have]
        tap.note(f"{len(missing)} of {len(rules)} rules have no {what}" + (": " + ", ".join(missing) if missing else ""))
    if os.path.isdir(corpus or ""):
        others = sorted(fires_in(program, corpus) - real)
        tap.note(f"{len(others)} more fire on the labelled corpus: {', '.join(others)}")
    want = (len(rules), len([r for r in rules if r not in real]))
    got = readme_count(root)
    tap.result("README.md counts the rules without a real firing case",
               [] if got == want else [f"it says {got}, the truth is {want} (rules, without a real firing case)"])
    tap.result("README.md quotes the program", misquotes(program, root))
