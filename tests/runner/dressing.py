# SPDX-License-Identifier: GPL-2.0-or-later
"""Other ways to print the same log. Each takes lines (bytes, without newline) and returns as many lines."""
import json
import re

CLOCK = re.compile(rb"^(<\d+>)?\[ *(\d+)\.(\d{6})\](?:\[ *[TC]\d+\])? ?")


def bare(line):
    return CLOCK.sub(b"", line)


def has_clock(lines):
    return sum(bool(CLOCK.match(line)) for line in lines) * 2 > len(lines)


def crlf(lines):
    return [line + b"\r" for line in lines]


def colours(lines):
    """as dmesg --color=always"""
    def one(line):
        clock = CLOCK.match(line)
        if not clock:
            return b"\x1b[0m" + line
        return b"\x1b[32m" + clock.group(0).rstrip(b" ") + b" \x1b[0m" + line[clock.end():] + b"\x1b[0m"
    return [one(line) for line in lines]


def quoted(lines):
    return [b"> " + line for line in lines]


def quoted_deep(lines):
    return [b"> >> > " + line for line in lines]


def syslog(lines):
    return [b"Nov 21 12:%02d:%02d host-1 kernel: " % (i // 60 % 60, i % 60) + line for i, line in enumerate(lines)]


def syslog_iso(lines):
    return [b"2024-11-21T12:%02d:%02d.123456+01:00 host-1 kernel: " % (i // 60 % 60, i % 60) + bare(line)
            for i, line in enumerate(lines)]


def priority(lines):
    return [b"<4>" + line for line in lines]


def other_clock(lines):
    def one(line):
        clock = CLOCK.match(line)
        if not clock:
            return line
        return b"[%12.6f] " % (int(clock.group(2)) + 86400 + int(clock.group(3)) / 1e6) + line[clock.end():]
    return [one(line) for line in lines]


def dmesg_t(lines):
    return [b"[Thu Nov 21 12:%02d:%02d 2024] " % (i // 60 % 60, i % 60) + bare(line) for i, line in enumerate(lines)]


def journal_json(lines):
    def one(i, line):
        entry = {"__REALTIME_TIMESTAMP": str(1732190400000000 + i * 1000), "_TRANSPORT": "kernel", "PRIORITY": "4",
                 "SYSLOG_IDENTIFIER": "kernel", "_HOSTNAME": "host-1",
                 "MESSAGE": bare(line).decode("utf-8", errors="replace")}
        return json.dumps(entry).encode()
    return [one(i, line) for i, line in enumerate(lines)]


# A log that has no clock of its own keeps its leading blanks only under these.
PLAIN = {"CRLF": crlf, "colours": colours, "quoted": quoted, "quoted three deep": quoted_deep, "syslog": syslog,
         "<4>": priority}
# These take the clock off or change it.
CLOCKED = {"ISO syslog": syslog_iso, "another clock": other_clock, "dmesg -T": dmesg_t, "journal JSON": journal_json}


def dressings(lines):
    return {**PLAIN, **CLOCKED} if has_clock(lines) else PLAIN


def unrelated(like, n, seed=0):
    """n lines of a healthy machine, dressed as the line `like`"""
    words = [b"usb 1-1: new high-speed USB device number %d using xhci_hcd",
             b"e1000e 0000:00:1f.6 eth0: NIC Link is Up %d Mbps Full Duplex, Flow Control: None",
             b"EXT4-fs (sda%d): mounted filesystem with ordered data mode. Quota mode: none.",
             b"systemd[1]: Started Session %d of User root.",
             b"audit: type=1400 audit(1732190400.123:%d): apparmor=\"STATUS\" operation=\"profile_load\"",
             b"perf: interrupt took too long (%d > 2500), lowering kernel.perf_event_max_sample_rate",
             b"br0: port %d(veth1) entered forwarding state",
             b"device tap%d left promiscuous mode"]
    clock = CLOCK.match(like)
    head = clock.group(0) if clock else b""
    return [head + words[(i + seed) % len(words)] % (i % 97) for i in range(n)]
