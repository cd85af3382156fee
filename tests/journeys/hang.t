#!/usr/bin/python3
"""A mailbox that hangs never holds up what is sent: messages go out at the rate that they have with a mailbox that works."""
import concurrent.futures
import contextlib
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

MESSAGES = 1000
TURNS, BLOCKS = 5, 4  # again, up to so many times, where a busy machine blurs the result
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


class Half:
    """One of two programmes that send the same at the same time: so whatever else the machine does slows both."""

    def __init__(self, programme, mode):
        self.programme, self.mode = programme, mode
        self.rate = None

    def prepare(self, mailbox):
        """From a fresh copy of the database, the service up to where its mailbox was read, or hangs."""
        programme, name = self.programme, "run-%d.db" % self.programme.starts
        shutil.copy(programme.path("tandempost.db"), programme.path(name))
        programme.configure(programme={"database": name}, incoming={"url": "imap://localhost:%d/INBOX" % mailbox.port})
        programme.start()
        if self.mode == "ordinary":
            programme.wait_for_inbox(3)
        else:
            programme.wait_for(lambda: any("BODY.PEEK" in line for line in mailbox.commands), "the receiver to hang")

    def send(self):
        programme = self.programme
        programme.run("participant", "import", programme.path("people.csv"), "--round", running.ROUND)
        began = time.monotonic()
        harness.wait_for(lambda: programme.value("SELECT count(*) FROM outbox WHERE step = 'welcome' AND state = 'sent'")
                         == MESSAGES, 60, "%d messages" % MESSAGES, 0.02)
        self.rate = MESSAGES / (time.monotonic() - began)

    def check(self, mailbox):
        if self.mode != "ordinary" and (mailbox.connections != 1 or self.programme.inbox()
                                        or len(self.programme.workers()) != 2):
            raise running.ProgrammeError("the receiver did not hang all the while")


def turn(halves):
    """Both send at the same time. Returns the rate with the hang as a part of that without."""
    with contextlib.ExitStack() as stack:
        mailboxes = [stack.enter_context(fake_imap.FakeImap(half.mode)) for half in halves]
        for half, mailbox in zip(halves, mailboxes):
            half.prepare(mailbox)
            stack.callback(half.programme.kill)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(Half.send, halves))
        for half, mailbox in zip(halves, mailboxes):
            half.check(mailbox)
    return halves[1].rate / halves[0].rate


def journey(tap):
    with contextlib.ExitStack() as stack:
        halves, ratios = [], []
        for mode in ("ordinary", "hang-literal"):
            sink = stack.enter_context(Sink())
            programme = stack.enter_context(running.Programme(
                None, outgoing={"url": "smtp://localhost:%d" % sink.port, "tls": READABLE, "user": None, "password_file": None},
                incoming={"url": "imap://localhost:1", "tls": READABLE, "timeout": "1 minute"}))
            programme.run("round", "create", running.ROUND)
            programme.write_csv("people.csv", [person("Person %d" % number, "person%d@p.test" % number)
                                               for number in range(MESSAGES)])
            halves.append(Half(programme, mode))
        for block in range(BLOCKS):
            for _ in range(TURNS):
                ratios.append(turn(halves))
                tap.note("%.0f messages a second without the hang, %.0f with it" % (halves[0].rate, halves[1].rate))
            if statistics.median(ratios) >= ENOUGH:
                break
        tap.ok(statistics.median(ratios) >= ENOUGH, "sending goes on at %.0f %% of its rate while a mailbox hangs (%s)"
               % (100 * statistics.median(ratios), ", ".join("%.0f" % (100 * ratio) for ratio in ratios)))


tap.run(journey)
