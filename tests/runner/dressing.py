# SPDX-License-Identifier: GPL-2.0-or-later
"""Other ways to print the same log. Each takes lines (bytes, without newline); but for MOVED, it returns as many."""
import json
import quopri
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


def grep_n(lines):
    """grep -n -A: what it found, and what stands around it"""
    return [b"%d%s" % (i + 1000, b"-" if i % 7 else b":") + line for i, line in enumerate(lines)]


def cat_n(lines):
    return [b"%6d\t" % (i + 1) + bare(line) for i, line in enumerate(lines)]


def grep_dmesg_t(lines):
    return [b"dmesg-1.txt%s%d%s" % (mark, i + 1000, mark) + line
            for i, line in enumerate(dmesg_t(lines)) for mark in [b"-" if i % 7 else b":"]]


def kibana(lines, form):
    """a table that Kibana exported"""
    found = [form % (b"@timestamp", b"host.name", b"process.name", b"message")]
    for us, who, text in stamps(lines):
        when = b"Nov 21, 2024 @ %02d:%02d:%02d.%03d" % (*clockwise(us), us // 1000 % 1000)
        found.append(form % (when, b"host-1", who, text.rstrip(b"\r")))
    return found


def kibana_tsv(lines):
    return kibana(lines, b"%s\t%s\t%s\t%s")


def kibana_csv(lines):
    doubled = [line.replace(b'"', b'""') for line in lines]
    return kibana(doubled, b'"%s","%s",%s,"%s"')


def spreadtrum(lines):
    """CPU and task behind the clock"""
    return [CLOCK.sub(lambda clock: clock.group(0).rstrip() + b" c3    254 ", line) for line in lines]


def mediatek(lines):
    return [CLOCK.sub(lambda clock: b"<4>" + clock.group(0).rstrip() + b" <1>.(1)[1647:Binder_1]", line)
            for line in lines]


def logcat(lines):
    """logd takes the first word or two in front of a colon for a tag"""
    found = []
    for us, _, text in stamps(lines):
        text = text.strip()
        tag = re.match(rb"(?!CPU|INFO|WARNING|Error)([^:\s\[]{3,}(?:\[[^\]]*\])?(?: [^:\s]+)?):\s*", text)
        found.append(b"01-01 %02d:%02d:%02d.%03d     0     0 W %-8s: "
                     % (*clockwise(us), us // 1000 % 1000, tag.group(1) if tag else b"")
                     + text[tag.end() if tag else 0:])
    return found


def logger(lines):
    """dmesg -t | logger -i"""
    return [b"Nov 21 12:%02d:%02d host-1 logger[77]: " % (us // 60000000 % 60, us // 1000000 % 60) + text
            for us, _, text in stamps(lines)]


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


def dmesg(lines):
    """what other programs said they wrote to /dev/kmsg"""
    return [b"[%5d.%06d] " % divmod(us, 1000000) + text for us, _, text in stamps(lines)]


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


def clockwise(us):
    """a wall clock of the day on which the kernel's began"""
    return us // 3600000000 % 24, us // 60000000 % 60, us // 1000000 % 60


def dmesg_t_in(day, month):
    """dmesg -T in a language: asctime() with its names"""
    def dress(lines):
        return [b"[%s %s 21 %02d:%02d:%02d 2024] " % (day, month, *clockwise(us)) + text
                for us, _, text in stamps(lines)]
    return dress


def login_prompts(lines):
    """a serial console that somebody sits at: getty's prompt, and kernel messages right behind it"""
    found = []
    for i, line in enumerate(lines):
        if i % 40 == 20 and CLOCK.match(line):
            found += [b"", b"Debian GNU/Linux 12 host-1 ttyS0", b"", b"host-1 login: " + line]
        elif i % 40 == 30 and CLOCK.match(line):
            found += [b"Password: ", b"root@host-1:~# " + line]
        else:
            found.append(line)
    return found


def escaped(text):
    """msg_add_ext_text(): what is not printable, and the backslash"""
    return b"".join(b"%c" % c if 32 <= c < 127 and c != 92 else b"\\x%02x" % c for c in text)


def extended(line, us, i, release=b"", most=10000, pri=4):
    """a message as netconsole's extended form has it, in pieces where it is longer than `most`"""
    text = escaped(line.rstrip(b"\r"))
    head = release + b"%d,%d,%d,-" % (pri, i, us)
    if len(text) <= most:
        return [head + b";" + text]
    return [head + b",ncfrag=%d/%d;" % (at, len(text)) + text[at:at + most] for at in range(0, len(text), most)]


def netconsole(release=b"", most=10000, glue=b"", devices=True):
    """glue: the pieces of a message came as datagrams without a newline between them"""
    def dress(lines):
        found = []
        for i, (us, who, text) in enumerate(stamps(lines)):
            pieces = extended(text, us, i, release, most, 4 if who == b"kernel" else 12) # facility user: by /dev/kmsg
            found += [glue.join(pieces)] if glue is not None else pieces
            if devices and i % 50 == 0: # a device's message carries a dictionary
                found += [b" SUBSYSTEM=pci", b" DEVICE=+pci:0000:00:01.0"]
        return found
    return dress


def parts(line, width):
    """what a mailer makes of a line: it breaks at blanks, and never a word"""
    found = []
    while len(line) > width:
        at = line.rfind(b" ", 1, width + 1)
        if at <= 0 or not line[:at].strip():
            at = line.find(b" ", width)
        if at <= 0:
            break
        found.append(line[:at].rstrip())
        line = line[at:].lstrip()
    return found + [line] if line or not found else found


def wrapped(width, before=b"", behind=b""):
    """quoted `before` it was wrapped: what is broken off has no mark; or `behind` that: it has"""
    def dress(lines):
        return [behind + part for line in lines for part in parts(before + line, width)]
    return dress


def quoted_printable(head=b"Content-Transfer-Encoding: quoted-printable"):
    """soft line breaks, =3D, and =20 at an end"""
    def dress(lines):
        body = quopri.encodestring(b"\n".join(lines)).split(b"\n")
        return ([b"MIME-Version: 1.0", head, b""] if head else []) + body
    return dress


def prose(lines):
    """what people write between the lines they send"""
    words = [b"Then it goes on like this:", b"I do not know where this comes from, any idea?",
             b"(This one is from the second try.)", b"Thanks a lot for looking into it!"]
    found = []
    for i, line in enumerate(lines):
        found.append(line)
        if i % 37 == 11:
            found += [b"", words[i // 37 % len(words)], b""]
    return found


def pretty_json(lines):
    """what a cloud's command line prints of its log"""
    entries = [{"insertId": "%06d" % i, "jsonPayload": {"message": bare(line).decode("utf-8", errors="replace"),
                                                        "_TRANSPORT": "kernel"},
                "timestamp": "2024-11-21T%02d:%02d:%02d.%06dZ" % (*clockwise(us), us % 1000000)}
               for i, (line, (us, _, _)) in enumerate(zip(lines, stamps(lines)))]
    return json.dumps(entries, indent=2).encode().split(b"\n")


def pod_json(lines):
    """a collector of Kubernetes: the container's line, and whose it was"""
    return [json.dumps({"kubernetes": {"pod_name": "node-logger-x", "namespace_name": "kube-system",
                                       "labels": {"app": "logger"}}, "stream": "stdout",
                        "log": line.decode("utf-8", errors="replace") + "\n",
                        "time": "2024-11-21T%02d:%02d:%02d.%06dZ" % (*clockwise(us), us % 1000000)}).encode()
            for line, (us, _, _) in zip(lines, stamps(lines))]


def break_tags(lines):
    """as a forum has it: a <br> a line, blanks that do not break as entities and as what they are"""
    def one(line):
        line = line.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
        return line.replace(b"  ", b"&#160;\xc2\xa0") + b"<br />"
    return [b"<html><body><p>"] + [one(line) for line in lines] + [b"</p></body></html>"]


def called(line, caller):
    """CONFIG_PRINTK_CALLER"""
    clock = CLOCK.match(line)
    return line[:clock.end()].rstrip() + b"[%5s] " % caller + line[clock.end():] if clock else line


def another_cpu(like):
    """a hung task, as long as a report takes to print"""
    texts = [b"INFO: task scrubber:4242 blocked for more than 120 seconds.",
             b"\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this message.",
             b"task:scrubber        state:D stack:0     pid:4242  ppid:1      flags:0x00000002", b"Call Trace:",
             b" <TASK>", b" __schedule+0x351/0xa20", b" schedule+0x5d/0xe0", b" rwsem_down_read_slowpath+0x27e/0x4c0",
             b" down_read+0x43/0xa0", b" kthread+0xd7/0x100", b" ret_from_fork+0x1f/0x30", b" </TASK>"]
    clock = CLOCK.match(like[0])
    return [(clock.group(0).rstrip() + b" " if clock else b"") + text for text in texts]


def interleaved(lines, at, callers):
    """a line of the other CPU behind every second one from `at` on"""
    others = another_cpu([next(line for line in lines[at:] + lines[::-1] if CLOCK.match(line))])
    if callers:
        lines, others = [called(line, b"T90") for line in lines], [called(line, b"T17") for line in others]
    found = lines[:at]
    for i, line in enumerate(lines[at:]):
        found.append(line)
        if others and i % 2:
            found.append(others.pop(0))
    return found + others


# A log that has no clock of its own keeps its leading blanks only under these.
PLAIN = {"CRLF": crlf, "colours": colours, "quoted": quoted, "quoted three deep": quoted_deep, "syslog": syslog,
         "<4>": priority, "container JSON": container_json, "CRI": cri,
         "cloud JSON": cloud_json, "dmesg -x": decoded}
# These take the clock off or change it.
CLOCKED = {"ISO syslog": syslog_iso, "another clock": other_clock, "dmesg -T": dmesg_t, "journal JSON": journal_json,
           "dmesg -T in German": dmesg_t_german, "dmesg -T in French": dmesg_t_in(b"jeu.", b"nov."),
           "dmesg -T in Russian": dmesg_t_in("Чт".encode(), "ноя".encode()),
           "dmesg -T in Japanese": dmesg_t_in("木".encode(), "11月".encode()),
           "dmesg -T in Portuguese": dmesg_t_in(b"qui", b"nov"),
           "Kubernetes JSON": pod_json, "grep -n": grep_n, "cat -n": cat_n, "grep -Hn of dmesg -T": grep_dmesg_t,
           "Spreadtrum": spreadtrum, "MediaTek": mediatek, "logcat": logcat, "logger": logger}
# In these, a program's line behind a report may become part of it.
TIGHT = {"quoted twelve deep": quoted_twelve}
# In these, lines stand elsewhere.
MOVED = {"journal export": journal_export, "journal verbose": journal_verbose, "newest first": newest_first,
         "journal export, newest first": backwards(journal_export, 0),
         "journal verbose, newest first": backwards(journal_verbose, 5), "#012": hash_012, "HTML entities": entities,
         "HTML <br>": break_tags, "pretty JSON": pretty_json, "Kibana TSV": kibana_tsv, "Kibana CSV": kibana_csv,
         "login prompts": login_prompts, "prose": prose,
         "netconsole": netconsole(), "netconsole with its release": netconsole(b"6.12.0-1-amd64,"),
         "netconsole in pieces": netconsole(most=70, glue=None),
         "netconsole in pieces, no newlines": netconsole(most=70),
         "quoted-printable": quoted_printable(), "quoted-printable without its header": quoted_printable(None),
         "wrapped at 72": wrapped(72), "wrapped at 80": wrapped(80),
         "wrapped at 72, quoted": wrapped(72, behind=b"> "), "wrapped at 80, quoted": wrapped(80, behind=b"> > "),
         "quoted, wrapped at 72": wrapped(72, before=b"> "), "quoted, wrapped at 80": wrapped(80, before=b"> > ")}
# journalctl -r and its like, for every form that has a clock and one line an entry.
BACKWARDS = {"dmesg": dmesg, "ISO syslog": syslog_iso, "dmesg -T": dmesg_t, "journal JSON": journal_json,
             "Kubernetes JSON": pod_json, "netconsole": netconsole(devices=False)}
MOVED.update({f"{name}, newest first": backwards(form, 1) for name, form in BACKWARDS.items()})


def is_plain(lines):
    """nobody quoted, wrapped or commented it: nearly each line has a clock"""
    clocked = sum(bool(CLOCK.match(line)) for line in lines)
    return clocked > 10 and clocked * 100 > len([line for line in lines if line]) * 98


def is_glued(lines):
    return any(GLUED.search(line) and not CLOCK.match(line) for line in lines)


def dressings(lines):
    if not has_clock(lines):
        return PLAIN
    found = {**PLAIN, **CLOCKED}
    if CLOCK.match(lines[-1]) and not is_glued(lines): # whether a report at the very end is whole may hang on the program's line behind it
        found.update(MOVED)
        if is_plain(lines):
            found.update(TIGHT)
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
