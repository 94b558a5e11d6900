# SPDX-License-Identifier: GPL-2.0-or-later
"""Mutation pairs: a case and the same with one thing changed: the verdict must flip, and cite the line that was
changed. Where what a rule needs is taken away, it must say that it cannot tell, and name what it needs.

A row of tests/mutations.json:
    case     the folder below tests/cases
    what     the change in words
    match    a regular expression; its first group is what is changed
    nth      which match, from 0 (default 0)
    times, plus, or put    what becomes of the number; or the text that is put in its place
    edits    instead: a list of such changes, made one after the other
    drop     or: every line that matches is lost
    until    or: the log ends with the first line that matches
    rule     whose outcome flips
    from, to its outcome before and after
    also     (optional) {rule: outcome} after
    needs    (where it cannot tell) the kind of fact or the file that it must name
    cites    (default: where one thing is edited) whether the finding, before or after, must cite that line
"""
import os
import re

from . import cases, mmwhy


def edited(m, log):
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


def changed(m, log):
    """as edited(), whatever kind of change it is"""
    line = 0
    if "drop" in m:
        lost = re.compile(m["drop"].encode())
        return b"".join(text for text in log.splitlines(keepends=True) if not lost.search(text)), 0
    if "until" in m:
        hit = re.search(m["until"].encode(), log)
        return (log[:(log.find(b"\n", hit.end()) + 1) or len(log)], 0) if hit else (None, 0)
    for edit in m.get("edits", [m]):
        log, line = edited(edit, log)
        if log is None:
            break
    return log, line


def unnamed(result, m):
    """what is wrong with how the rule says that it cannot tell"""
    said = [r for r in result["rules"] if r["id"] == m["rule"] and r["outcome"] == "cannot_tell"]
    if not all(r.get("why") for r in said):
        yield f"{m['rule']} does not say why it cannot tell"
    if "needs" in m and not any(m["needs"] in r.get("needs", []) for r in said):
        yield f"{m['rule']} needs {[r.get('needs') for r in said]}, should name {m['needs']}"


def cites(result, rule, line):
    return any(f["id"] == rule and any(c.get("line") == line for c in f["evidence"]) for f in result["findings"])


def check(program, m, root, flipped):
    """yields what is wrong; adds (rule, from, to, of a real case) of a good flip to `flipped`"""
    if not os.path.isdir(os.path.join(root, m["case"])):
        yield "no such case"
        return
    case = cases.Case(os.path.join(root, m["case"]), m["case"])
    log = case.log()
    new, line = changed(m, log)
    if new is None:
        yield "nothing matches"
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
    if m["to"] == "cannot_tell":
        yield from unnamed(after, m)
    elif m.get("cites", "match" in m):
        speaks = after if m["to"] == "fired" else before
        if not cites(speaks, m["rule"], line):
            yield f"{m['rule']} does not cite line {line}, which was changed"
    flipped.add((m["rule"], m["from"], m["to"], case.is_real()))
