# SPDX-License-Identifier: GPL-2.0-or-later
"""Mutation pairs: a real case, one number changed, and the verdict must flip and cite the changed line.

A row of tests/mutations.json:
    case     the folder below tests/cases
    what     the change in words
    match    a regular expression; its first group is what is changed
    nth      which match, from 0 (default 0)
    times, plus, or put    what becomes of the number; or the text that is put in its place
    rule     whose outcome flips
    from, to its outcome before and after
    also     (optional) {rule: outcome} after
    cites    (default true) whether the finding, before or after, must cite the changed line
"""
import os
import re

from . import cases, mmwhy


def changed(m, log):
    """(the new log, the number of the changed line), or (None, 0) if nothing matches"""
    hits = list(re.finditer(m["match"].encode(), log, re.MULTILINE))
    if len(hits) <= m.get("nth", 0):
        return None, 0
    hit = hits[m.get("nth", 0)]
    old = hit.group(1)
    if "put" in m:
        new = m["put"].encode()
    else:
        new = b"%d" % int(int(old) * m.get("times", 1) + m.get("plus", 0))
    return log[:hit.start(1)] + new + log[hit.end(1):], log.count(b"\n", 0, hit.start(1)) + 1


def cites(result, rule, line):
    return any(f["id"] == rule and any(c.get("line") == line for c in f["evidence"]) for f in result["findings"])


def check(program, m, root, flipped):
    """yields what is wrong; adds (rule, outcome) pairs of a good flip to `flipped`"""
    if not os.path.isdir(os.path.join(root, m["case"])):
        yield "no such case"
        return
    case = cases.Case(os.path.join(root, m["case"]), m["case"])
    log = case.log()
    new, line = changed(m, log)
    if new is None:
        yield f"nothing matches {m['match']}"
        return
    if new == log:
        yield "the change changes nothing"
    before = mmwhy.diagnose(program, ["-"], log)
    after = mmwhy.diagnose(program, ["-"], new)
    outcomes = mmwhy.outcomes(before).get(m["rule"]), mmwhy.outcomes(after).get(m["rule"])
    if outcomes != (m["from"], m["to"]):
        yield f"{m['rule']}: {outcomes[0]} before, {outcomes[1]} after; should be {m['from']}, {m['to']}"
        return
    for rule, want in m.get("also", {}).items():
        if mmwhy.outcomes(after).get(rule) != want:
            yield f"{rule} is {mmwhy.outcomes(after).get(rule)} after, should be {want}"
    if m.get("cites", True):
        speaks = after if m["to"] == "fired" else before
        if not cites(speaks, m["rule"], line):
            yield f"{m['rule']} does not cite line {line}, which was changed"
    flipped.add((m["rule"], m["to"], case.is_real()))
