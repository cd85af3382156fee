#!/usr/bin/python3
"""A mailbox that hangs never holds up what is sent: messages go out at the rate that they have with a mailbox that works."""
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import fake_imap
import programme as running
import servers as harness
import tap
from programme import person

MESSAGES = 600
TURNS, BLOCKS = 3, 4  # with and without the hang in turns; again, up to so many times, where a busy machine blurs the result
ENOUGH = 0.9
READABLE = "none, mail and password travel readable"


class Sink:
    """Postfix's smtp-sink: takes all mail, keeps none."""

    def __enter__(self):
        self.port = harness.free_ports(1)[0]
        self.process = subprocess.Popen(["/usr/sbin/smtp-sink", "-u", "nobody", "127.0.0.1:%d" % self.port, "100"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        harness.wait_for(self.listens, 10, "smtp-sink")
        return self

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()


def run(programme, people, mode):
    """Sends to all PEOPLE from a fresh copy of the same database, with a mailbox that behaves like MODE. Returns the rate,
    messages a second."""
    name = "run-%d.db" % programme.starts
    shutil.copy(programme.path("tandempost.db"), programme.path(name))
    with fake_imap.FakeImap(mode) as mailbox:
        programme.configure(programme={"database": name}, incoming={"url": "imap://localhost:%d/INBOX" % mailbox.port})
        programme.start()
        if mode == "ordinary":
            programme.wait_for_inbox(3)
        else:
            programme.wait_for(lambda: any("BODY.PEEK" in line for line in mailbox.commands), "the receiver to hang")
        programme.run("participant", "import", people, "--round", running.ROUND)
        began = time.monotonic()
        programme.wait_for(lambda: programme.value("SELECT count(*) FROM outbox WHERE step = 'welcome' AND state = 'sent'")
                           == MESSAGES, "%d messages" % MESSAGES, 60)
        rate = MESSAGES / (time.monotonic() - began)
        if mode != "ordinary" and (mailbox.connections != 1 or programme.inbox() or len(programme.workers()) != 2):
            raise running.ProgrammeError("the receiver did not hang all the while")
        programme.kill()
    return rate


def journey(tap):
    with Sink() as sink, running.Programme(
            None, outgoing={"url": "smtp://localhost:%d" % sink.port, "tls": READABLE, "user": None, "password_file": None},
            incoming={"url": "imap://localhost:1", "tls": READABLE, "timeout": "1 minute"}) as programme:
        programme.run("round", "create", running.ROUND)
        people = programme.write_csv("people.csv", [person("Person %d" % number, "person%d@p.test" % number)
                                                    for number in range(MESSAGES)])
        rates = {"ordinary": [], "hang-literal": []}
        for block in range(BLOCKS):
            for _ in range(TURNS):
                for mode, found in rates.items():
                    found.append(run(programme, people, mode))
            without, with_hang = (statistics.median(found) for found in rates.values())
            if with_hang >= ENOUGH * without:
                break
        tap.ok(with_hang >= ENOUGH * without, "sending goes on: %.0f messages a second with the hang, %.0f without (%.0f %%)"
               % (with_hang, without, 100 * with_hang / without))
        for mode, found in rates.items():
            tap.note("%s: %s" % (mode, ", ".join("%.0f" % rate for rate in found)))


tap.run(journey)
