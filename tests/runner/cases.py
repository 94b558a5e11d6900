# SPDX-License-Identifier: GPL-2.0-or-later
"""Case folders (tests/README): loading them, and what their expect.json asks."""
import bz2
import gzip
import json
import lzma
import os

from . import mmwhy

MEMBERS = {"fired", "may", "first", "clear", "near_miss", "cannot_tell", "silent", "values", "count", "facts",
           "unexplained"}


class Case:
    def __init__(self, path, name):
        self.path, self.name = path, name
        self.inputs = [os.path.join(path, f) for f in sorted(os.listdir(path)) if f.startswith("input")]
        self.expect = {}
        if os.path.exists(os.path.join(path, "expect.json")):
            with open(os.path.join(path, "expect.json"), encoding="utf-8") as f:
                self.expect = json.load(f)
        self.origin = read_origin(os.path.join(path, "ORIGIN"))
        self.result = None

    def is_real(self):
        return self.origin.get("kind", "").startswith("real")

    def log(self):
        """the bytes of a case that is one log, else None"""
        if len(self.inputs) != 1 or os.path.isdir(self.inputs[0]):
            return None
        return unpacked(self.inputs[0])

    def problems(self):
        """what is wrong with the folder itself"""
        if not self.inputs:
            yield "no input*"
        if not os.path.exists(os.path.join(self.path, "expect.json")):
            yield "no expect.json (tests/update-golden writes one)"
        for name in ("kind", "kernel", "how"):
            if not self.origin.get(name):
                yield f"ORIGIN has no '{name.capitalize()}:' line"
        if self.origin.get("kind", "real").split()[0] not in ("real", "written"):
            yield "ORIGIN: Kind is neither real nor written"
        for name in set(self.expect) - MEMBERS:
            yield f"expect.json: unknown member {name}"


def unpacked(path):
    openers = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
    opener = openers.get(os.path.splitext(path)[1], open)
    if path.endswith((".zst", ".tar", ".zip")) or ".tar." in os.path.basename(path):
        return None
    with opener(path, "rb") as f:
        return f.read()


def read_origin(path):
    found = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            for line in f:
                name, colon, value = line.partition(":")
                if colon and name.isalpha():
                    found.setdefault(name.lower(), value.strip())
    return found


def find_cases(root):
    """every folder below root that holds an expect.json, an ORIGIN or an input*"""
    found = []
    for folder, _, files in sorted(os.walk(root)):
        if any(f in ("expect.json", "ORIGIN") or f.startswith("input") for f in files):
            found.append(Case(folder, os.path.relpath(folder, root)))
    return found


def includes(got, want):
    """whether `got` has at least what `want` says; of a list, an element for each that it has, in order"""
    if isinstance(want, dict):
        return isinstance(got, dict) and all(k in got and includes(got[k], v) for k, v in want.items())
    if isinstance(want, list):
        if not isinstance(got, list):
            return False
        rest = iter(got)
        return all(any(includes(g, w) for g in rest) for w in want)
    return got == want and isinstance(got, bool) == isinstance(want, bool)


def matches(finding, want):
    if finding["id"] != want["id"]:
        return False
    if "cites" in want and not any(want["cites"] in cited["text"] for cited in finding["evidence"]):
        return False
    return all(finding.get(k) == want[k] for k in ("severity", "confidence") if k in want)


def check_findings(expect, findings):
    wanted = [w if isinstance(w, dict) else {"id": w} for w in expect.get("fired", [])]
    for want in wanted:
        if not any(matches(f, want) for f in findings):
            same = [f"{f['severity']}, {f['confidence']}" for f in findings if f["id"] == want["id"]]
            yield f"should have fired: {want}" + (f"; it is {'; '.join(same)}" if same else "")
    if "first" in expect and [f["id"] for f in findings[:1]] != [expect["first"]]:
        yield f"first finding is {[f['id'] for f in findings[:1]]}, not {expect['first']}"
    known = {w["id"] for w in wanted} | set(expect.get("may", []))
    for f in findings:
        if expect.get("silent") and mmwhy.severity(f) >= 1:
            yield f"should be silent, says: {f['id']}: {f['summary']}"
        elif f["id"] not in known and f["confidence"] == "certain" and mmwhy.severity(f) >= 2:
            yield f"certain, but not expected: {f['id']}: {f['summary']}"


def check_outcomes(expect, outcomes):
    for want, names in (("clear", "clear"), ("clear", "near_miss"), ("cannot_tell", "cannot_tell")):
        for rule in expect.get(names, []):
            if outcomes.get(rule) != want:
                yield f"{rule} should be {want}, is {outcomes.get(rule)}"


def check_values(expect, findings):
    for rule, values in expect.get("values", {}).items():
        got = [f["values"] for f in findings if f["id"] == rule]
        if not any(includes(v, values) for v in got):
            yield f"values of {rule} should have {values}, are {got}"


def check_facts(expect, facts):
    for kind, n in expect.get("count", {}).items():
        if len(facts.get(kind, [])) != n:
            yield f"{len(facts.get(kind, []))} facts of kind {kind}, not {n}"
    for kind, wanted in expect.get("facts", {}).items():
        for want in wanted:
            if not any(includes(f, want) for f in facts.get(kind, [])):
                yield f"no {kind} with {json.dumps(want)}"


def check_unexplained(pages, facts):
    """the budget's rest is the leak of so many 4 KiB pages, within its own error, which is at most 2 % of RAM"""
    budgets = [b for b in facts.get("budget", []) if "unexplained" in b]
    if not budgets:
        yield "no budget says what is unexplained"
    for b in budgets[:1]:
        off, err = b["unexplained"] - pages * 4096, b["may_err_by"]
        if abs(off) > err:
            yield f"unexplained {b['unexplained']} is {off} off the leak of {pages} pages, more than {err}"
        if err * 50 > b["total"]:
            yield f"may_err_by {err} is more than 2 % of {b['total']}"


def check(case, result):
    """the ways in which the result is not what the case expects"""
    yield from check_findings(case.expect, result["findings"])
    yield from check_outcomes(case.expect, mmwhy.outcomes(result))
    yield from check_values(case.expect, result["findings"])
    yield from check_facts(case.expect, result["facts"])
    if "unexplained" in case.expect:
        yield from check_unexplained(case.expect["unexplained"], result["facts"])
    grave = any(mmwhy.severity(f) >= 1 for f in result["findings"])
    if result["exit"] != int(grave):
        yield f"exit status is {result['exit']}, not {int(grave)}"


def golden(case, result):
    """an expect.json that the result fulfils; members that people wrote are kept where they still hold"""
    outcomes = mmwhy.outcomes(result)
    by = {want: sorted(id for id, o in outcomes.items() if o == want) for want in ("clear", "cannot_tell")}
    near = [id for id in case.expect.get("near_miss", []) if id in by["clear"]]
    new = {
        "fired": [{k: f[k] for k in ("id", "severity", "confidence")} for f in result["findings"]],
        "clear": [id for id in by["clear"] if id not in near],
        "cannot_tell": by["cannot_tell"],
        "count": {kind: len(list) for kind, list in result["facts"].items()},
    }
    seen, unique = set(), []
    for want in new["fired"]:
        if tuple(want.values()) not in seen:
            seen.add(tuple(want.values()))
            unique.append(want)
    new["fired"] = unique
    if not any(mmwhy.severity(f) >= 1 for f in result["findings"]):
        new["silent"] = True
    if near:
        new["near_miss"] = near
    for name in ("facts", "values", "may", "unexplained"):
        if name in case.expect:
            new[name] = case.expect[name]
    return {k: v for k, v in new.items() if v}
