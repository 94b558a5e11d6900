# SPDX-License-Identifier: GPL-2.0-or-later
"""Other ways to print the same log. Each takes lines (bytes, without newline); but for MOVED, it returns as many."""
import json
import re

CLOCK = re.compile(rb"^(<\d+>)?\[ *(\d+)\.(\d{6})\](?:\[ *[TC]\d+\])? ?")

# A message behind a program's, whose newline is missing.
GLUED = re.compile(rb"[^ ]\[ *\d+\.\d{6}\]")


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


def stamps(lines):
    """(microseconds of the kernel's clock, who said it, the bare line) of each; what has no clock is another program's"""
    us, found = 0, []
    for line in lines:
        clock = CLOCK.match(line)
        us = int(clock.group(2)) * 1000000 + int(clock.group(3)) if clock else us
        found.append((us, b"kernel" if clock else b"init[1]", bare(line)))
    return found


def quoted_twelve(lines):
    return [b"> " * 12 + line for line in lines]


def entities(lines):
    """as a web page has it: entities, and blanks that do not break"""
    def one(line):
        line = line.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;").replace(b'"', b"&quot;")
        return line.replace(b"  ", b" &nbsp;")
    return [b"<pre>" + one(lines[0])] + [one(line) for line in lines[1:]] + [b"</pre>"] if lines else lines


def container_json(lines):
    """as a container's runtime keeps what it printed"""
    return [json.dumps({"log": line.decode("utf-8", errors="replace") + "\n", "stream": "stdout",
                        "time": "2024-11-21T12:%02d:%02d.000000001Z" % (i // 60 % 60, i % 60)}).encode()
            for i, line in enumerate(lines)]


def cri(lines):
    return [b"2024-11-21T12:%02d:%02d.123456789Z stdout F " % (i // 60 % 60, i % 60) + line
            for i, line in enumerate(lines)]


def cloud_json(lines):
    return [json.dumps({"insertId": "%06d" % i, "resource": {"type": "gce_instance"}, "severity": "WARNING",
                        "textPayload": line.decode("utf-8", errors="replace"),
                        "timestamp": "2024-11-21T12:%02d:%02d.1Z" % (i // 60 % 60, i % 60)}).encode()
            for i, line in enumerate(lines)]


def decoded(lines):
    """dmesg -x"""
    return [b"kern  :warn  : " + line for line in lines]


def dmesg_t_german(lines):
    return [b"[Do Nov 21 12:%02d:%02d 2024] " % (i // 60 % 60, i % 60) + bare(line) for i, line in enumerate(lines)]


def journal_export(lines):
    found = []
    for i, (us, who, text) in enumerate(stamps(lines)):
        found += [b"__CURSOR=s=1;i=%x" % i, b"__REALTIME_TIMESTAMP=%d" % (1732190400000000 + us + i),
                  b"__MONOTONIC_TIMESTAMP=%d" % us, b"_TRANSPORT=" + (who if who == b"kernel" else b"stdout"), b"PRIORITY=4", b"SYSLOG_IDENTIFIER=" + who]
        # a message that is not all printable has its length before it
        found += [b"MESSAGE", len(text).to_bytes(8, "little") + text, b""] if i % 7 == 0 else [b"MESSAGE=" + text, b""]
    return found


def journal_verbose(lines):
    found = []
    for i, (us, who, text) in enumerate(stamps(lines)):
        found += [b"Thu 2024-11-21 12:%02d:%02d.%06d UTC [s=1;i=%x;b=1;m=1;t=1;x=1]"
                  % (us // 60000000 % 60, us // 1000000 % 60, us % 1000000, i),
                  b"    PRIORITY=4", b"    _TRANSPORT=" + (who if who == b"kernel" else b"stdout"),
                  b"    SYSLOG_IDENTIFIER=" + who, b"    MESSAGE=" + text]
    return found


def backwards(form, n):
    """journalctl -r: entries of n lines, or up to an empty one"""
    def dress(lines):
        entries, entry = [], []
        for line in form(lines):
            entry.append(line)
            if (len(entry) == n) if n else not line:
                entries.append(entry)
                entry = []
        return [line for entry in reversed(entries) for line in entry]
    return dress


def newest_first(lines):
    return [b"Nov 21 12:%02d:%02d.%06d host-1 %s: %s"
            % (us // 60000000 % 60, us // 1000000 % 60, us % 1000000, who, text)
            for us, who, text in stamps(lines)][::-1]


def hash_012(lines):
    """what came in one write is one line of syslogd"""
    found = []
    for i, (_, who, text) in enumerate(stamps(lines)):
        if i % 3 and who == b"kernel" and b" kernel: " in found[-1]:
            found[-1] += b"#012" + text
        else:
            found.append(b"Nov 21 12:00:00 host-1 " + who + b": " + text)
    return found


# A log that has no clock of its own keeps its leading blanks only under these.
PLAIN = {"CRLF": crlf, "colours": colours, "quoted": quoted, "quoted three deep": quoted_deep, "syslog": syslog,
         "<4>": priority, "container JSON": container_json, "CRI": cri,
         "cloud JSON": cloud_json, "dmesg -x": decoded}
# These take the clock off or change it.
CLOCKED = {"ISO syslog": syslog_iso, "another clock": other_clock, "dmesg -T": dmesg_t, "journal JSON": journal_json,
           "dmesg -T in German": dmesg_t_german}
# In these, a program's line behind a report may become part of it.
TIGHT = {"quoted twelve deep": quoted_twelve}
# In these, lines stand elsewhere.
MOVED = {"journal export": journal_export, "journal verbose": journal_verbose, "newest first": newest_first,
         "journal export, newest first": backwards(journal_export, 0),
         "journal verbose, newest first": backwards(journal_verbose, 5), "#012": hash_012, "HTML entities": entities}


def dressings(lines):
    if not has_clock(lines):
        return PLAIN
    found = {**PLAIN, **CLOCKED}
    glued = any(GLUED.search(line) and not CLOCK.match(line) for line in lines)
    if CLOCK.match(lines[-1]) and not glued: # whether a report at the very end is whole may hang on the program's line behind it
        found.update(**TIGHT, **MOVED)
    if any(b"sysrq: " in line for line in lines): # what was asked for and what came of it have one line number
        found.pop("#012", None)
    return found


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
