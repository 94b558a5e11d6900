# SPDX-License-Identifier: GPL-2.0-or-later
"""Running mmwhy on bytes or files, and TAP."""
import json
import os
import subprocess
import sys

SEVERITIES = ["info", "low", "medium", "high", "critical"]
TIMEOUT = 120


class Broken(Exception):
    """mmwhy crashed, hung, or printed something that is no JSON"""


def run(program, args, data=None):
    """(exit status, stdout, stderr); raises Broken when it did not end as a program should"""
    try:
        done = subprocess.run([program, *args], input=data if data is not None else b"", capture_output=True,
                              timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired as e:
        raise Broken(f"still running after {TIMEOUT} s") from e
    if done.returncode not in (0, 1, 2, 3) or b"Sanitizer" in done.stderr:
        raise Broken(f"exit status {done.returncode}: {done.stderr[-600:].decode(errors='replace')}")
    return done.returncode, done.stdout, done.stderr


def diagnose(program, paths, data=None):
    """the object of --json --facts, with its exit status under "exit" """
    status, out, err = run(program, ["--json", "--facts", *paths], data)
    try:
        result = json.loads(out)
    except ValueError as e:
        raise Broken(f"no JSON ({e}), exit status {status}: {err[-300:].decode(errors='replace')}") from e
    result["exit"] = status
    return result


def outcomes(result):
    """{rule id: "fired" | "cannot_tell" | "clear"}, the gravest over all evidence and boots"""
    worst = {}
    for rule in result["rules"]:
        rank = ["clear", "cannot_tell", "fired"].index(rule["outcome"])
        worst[rule["id"]] = max(worst.get(rule["id"], 0), rank)
    return {id: ["clear", "cannot_tell", "fired"][rank] for id, rank in worst.items()}


def severity(finding):
    return SEVERITIES.index(finding["severity"])


class Tap:
    """Prints one line a test as it ends; the plan last."""

    def __init__(self):
        self.n = self.failed = 0

    def result(self, what, problems=(), skip=None):
        self.n += 1
        problems = list(problems)
        self.failed += bool(problems)
        # '#' would begin a directive
        what = what.replace("#", "")
        print(f"{'not ok' if problems else 'ok'} {self.n} - {what}" + (f" # SKIP {skip}" if skip else ""))
        for line in problems[:12]:
            self.note(line)
        if len(problems) > 12:
            self.note(f"... and {len(problems) - 12} more")

    @staticmethod
    def note(text):
        for line in str(text).split("\n"):
            print(f"# {line}", flush=True)

    def end(self):
        print(f"1..{self.n}", flush=True)
        return 1 if self.failed else 0


def source_root():
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def die(text):
    print(text, file=sys.stderr)
    sys.exit(2)
