#!/usr/bin/python3
"""A mailbox that hangs never holds up what is sent: all goes out while it hangs, and waiting for it costs nothing."""
import os
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import fake_imap
import programme as running
import servers as harness
import tap
from programme import person

MESSAGES = 1000
READABLE = "none, mail and password travel readable"


class Sink:
    """Postfix's smtp-sink: takes all mail, keeps none."""

    def __enter__(self):
        self.port = harness.free_ports(1)[0]
        self.process = subprocess.Popen(["/usr/sbin/smtp-sink", "-u", "nobody", "127.0.0.1:%d" % self.port, "100"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        harness.wait_for(self.listens, 0, "smtp-sink")
        return self

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), harness.PATIENCE).close()
            return True
        except OSError:
            return False

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()


def wakings(pid):
    """How often a process that waited went on."""
    with open("/proc/%d/status" % pid) as file:
        return int(next(line for line in file if line.startswith("voluntary_ctxt_switches")).split()[1])


def journey(tap):
    with Sink() as sink, fake_imap.FakeImap("hang-literal") as mailbox, running.Programme(
            None, outgoing={"url": "smtp://localhost:%d" % sink.port, "tls": READABLE, "user": None, "password_file": None},
            incoming={"url": "imap://localhost:%d/INBOX" % mailbox.port, "tls": READABLE, "timeout": "1 hour"}) as programme:
        programme.run("round", "create", running.ROUND)
        programme.write_csv("people.csv", [person("Person %d" % number, "person%d@p.test" % number) for number in range(MESSAGES)])
        programme.start()
        programme.wait_for(lambda: any("BODY.PEEK" in line for line in mailbox.commands), "the receiver to hang")
        programme.settle()
        workers = programme.workers()
        before = wakings(workers["receiver"])
        programme.run("participant", "import", programme.path("people.csv"), "--round", running.ROUND)
        programme.wait_for_sent("welcome", MESSAGES)
        tap.equal(len(programme.outbox("welcome", "sent")), MESSAGES, "%d messages are sent" % MESSAGES)
        tap.equal((mailbox.connections, programme.inbox(), programme.workers()), (1, [], workers),
                  "and the receiver has hung all the while")
        more = wakings(workers["receiver"]) - before
        tap.ok(more < MESSAGES / 10, "without being busy: it was woken %d times" % more)


tap.run(journey)
