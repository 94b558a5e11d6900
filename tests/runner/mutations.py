# SPDX-License-Identifier: GPL-2.0-or-later
"""Mutation pairs: a case and the same with one thing changed: the verdict must flip, and cite the line that was
changed. Where what a rule needs is taken away, it must say that it cannot tell, and name what it needs.

A row of tests/mutations.json:
    case     the folder below tests/cases
    what     the change in words
    match    a regular expression; its first group is what is changed
    nth      which match, from 0 (default 0); all: every one of them
    times, plus, or put    what becomes of the number; or the text that is put in its place
    edits    instead: a list of such changes, made one after the other
    given    what is done before: the same members again; it makes the log that the change is made to
    drop     and, or instead: every line that matches is lost; keep: every other line is;
             until: all behind the first (nth) line that matches
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
    chosen = hits if m.get("all") else [hits[m.get("nth", 0)]]
    for hit in reversed(chosen):
        if "put" in m:
            new = m["put"].encode()
        else:
            new = b"%d" % int(int(hit.group(1)) * m.get("times", 1) + m.get("plus", 0))
        log = log[:hit.start(1)] + new + log[hit.end(1):]
    return log, log.count(b"\n", 0, chosen[0].start(1)) + 1


def shortened(m, log):
    """the log without the lines that are lost, or None if none is"""
    lines = log.splitlines(keepends=True)
    if "keep" in m:
        kept = [text for text in lines if re.search(m["keep"].encode(), text)]
    elif "drop" in m:
        kept = [text for text in lines if not re.search(m["drop"].encode(), text)]
    else:
        ends = [i for i, text in enumerate(lines) if re.search(m["until"].encode(), text)][m.get("nth", 0):]
        kept = lines[:ends[0] + 1] if ends else lines
    return b"".join(kept) if 0 < len(kept) < len(lines) else None


def changed(m, log):
    """as edited(), whatever kind of change it is"""
    line = 0
    for edit in m.get("edits", [m] if "match" in m else []):
        log, line = edited(edit, log)
        if log is None:
            return None, 0
    if {"drop", "keep", "until"} & set(m):
        log, line = shortened(m, log), 0
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
    if "given" in m:
        log, _ = changed(m["given"], log)
    new, line = changed(m, log) if log else (None, 0)
    if new is None:
        yield "nothing matches"
        return
    if new == log:
        yield "the change changes nothing"
    before = mmwhy.diagnose(program, ["-"], log)
    after = mmwhy.diagnose(program, ["-"], new)
    # a rule that nothing was put to is clear
    outcomes = tuple(mmwhy.outcomes(r).get(m["rule"], "clear") for r in (before, after))
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
    flipped.add((m["rule"], m["from"], m["to"], case.is_real() and "given" not in m))
