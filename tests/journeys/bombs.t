#!/usr/bin/python3
"""Mails that were built to break whoever reads them come through IMAP: each is understood or waits for a person, soon,
and the good mail behind it is handled."""
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import programme as running
import servers as harness
import tap
from programme import person

ANNA, BEN = "anna@a.test", "ben@b.test"
PEOPLE = [person("Anna Berg", ANNA, "SE", "en", "Europe/Stockholm"), person("Ben Okoro", BEN, "NG", "en", "Africa/Lagos")]
# Everything is fetched whole: it is the parser that must stand it. Only IDLE can tell of new mail before the poll.
INCOMING = {"poll_every": "10 hours", "message_limit": "100 MB"}
# A sanitizer takes memory and time of its own; the sandbox is built without bounds on memory then.
with open(running.PROGRAM, "rb") as program:
    SANITIZED = b"__asan_init" in program.read()
PARSER_MEGABYTES = 128  # what the parser may take for one mail; it is ended beyond that
MOST = 10  # times what an honest mail as large as the largest of them takes it


def mail(name, fields, body=b"", sender=ANNA.encode()):
    return b"From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s@a.test>\r\nMIME-Version: 1.0\r\n%s\r\n%s" % (
        sender, harness.PROGRAMME.encode(), name, name, fields, body)


def honest():
    return mail(b"honest", b"", b"Dear Ben, here is all that I have written to you.\r\n" * 1_000_000)


def bombs():
    levels, multiparts = 200_000, []
    for level in range(levels):
        multiparts.append(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level))
    yield "messages", mail(b"messages", b"Content-Type: message/rfc822\r\n", b"Content-Type: message/rfc822\r\n\r\n" * levels)
    yield "multiparts", mail(b"multiparts", multiparts[0][:-len(b"--b0\r\n\r\n")], b"--b0\r\n" + b"".join(multiparts[1:]))
    yield "parentheses", mail(b"parentheses", b"", b"Hello\r\n", sender=b"(" * 1_000_000 + ANNA.encode())
    yield "parts", mail(b"parts", b"Content-Type: multipart/mixed; boundary=x\r\n", b"--x\r\n\r\nx\r\n" * 100_000)
    yield "base64", mail(b"base64", b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n",
                         (b"eHh4" * 19 + b"\r\n") * (50_000_000 // 78))
    yield "header", mail(b"header", b"X-Long: " + (b"y" * 70 + b"\r\n ") * (5_000_000 // 73) + b"\r\n", b"Hello\r\n")
    yield "quoted", mail(b"quoted", b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n",
                         b"=C3=A9=\r\n" * 1_000_000)
    yield "html", mail(b"html", b"Content-Type: text/html\r\n", b"<div><b>" * 100_000)


def take(tap, programme, servers, name, bomb):
    """One bomb, and a good mail behind it."""
    count = len(programme.inbox())
    servers.append(harness.PROGRAMME, bomb)
    servers.append(harness.PROGRAMME, mail(b"good-" + name.encode(), b"Auto-Submitted: auto-replied\r\n", b"I am away.\r\n"))
    bomb_row, good_row = programme.wait_for_inbox(count + 2)[count:]
    tap.ok(len(bomb) > 500_000, "%s: %.1f MB" % (name, len(bomb) / 1e6))
    tap.ok(bomb_row["state"] in ("handled", "waiting") and len(bomb_row["reason"]) > 10,
           "%s: is %s: %s" % (name, bomb_row["state"], bomb_row["reason"]))
    tap.equal((good_row["message_id"], good_row["state"]), ("<good-%s@a.test>" % name, "handled"),
              "%s: the good mail behind it is handled" % name)


def processes():
    """Of each process of the program: memory at its highest, in MB, and what it computed, in seconds."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % pid) as file:
                name, _, rest = file.read().partition("(")[2].rpartition(")")
            with open("/proc/%s/status" % pid) as file:
                highest = re.search(r"VmHWM:\s+(\d+) kB", file.read())
        except OSError:
            continue
        if name.startswith("tandempost") and highest:
            found[pid] = (int(highest.group(1)) / 1024, int(rest.split()[11]) / os.sysconf("SC_CLK_TCK"))
    return found


def inspected(tap, programme, name, bomb):
    """The same outside the service, looking at what the parser needs. Returns how many seconds it computed."""
    path = os.path.join(programme.directory, "bomb.eml")
    with open(path, "wb") as file:
        file.write(bomb)
    others, memory, seconds = set(processes()), 0, 0
    command = subprocess.Popen([running.PROGRAM, "inspect", "--json", path], stdout=subprocess.DEVNULL)
    while command.poll() is None:
        for pid, (megabytes, used) in processes().items():
            if pid not in others and pid != str(command.pid):
                memory, seconds = max(memory, megabytes), max(seconds, used)
        time.sleep(0.002)
    tap.equal(command.returncode, 0, "%s: inspect describes it or says why not" % name)
    tap.ok(memory < PARSER_MEGABYTES or SANITIZED, "%s: with %.0f MB of memory" % (name, memory))
    os.unlink(path)
    return seconds


def journey(tap):
    with harness.MailServers() as servers:
        with running.Programme(servers, incoming=INCOMING) as programme:
            programme.begin_round(PEOPLE, [(ANNA, BEN)])
            programme.start()
            programme.wait_for_sent("introduction", 2)
            pids = programme.workers()
            usual = inspected(tap, programme, "honest", honest())
            for name, bomb in bombs():
                take(tap, programme, servers, name, bomb)
                seconds = inspected(tap, programme, name, bomb)
                tap.ok(seconds <= MOST * max(usual, 0.1), "%s: %.2f seconds, an honest one %.2f" % (name, seconds, usual))
            tap.equal(programme.workers(), pids, "sender and receiver have lived through it all")
            programme.stop()
            tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "the log has no error")


tap.run(journey)
