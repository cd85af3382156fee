#!/usr/bin/python3
"""Goal: new mail is acted upon soon whatever habits the IMAP server has, and where IDLE tells of it, long before the next
poll. The server is a fake with one bad habit at a time, the service is real. Where nothing happens it sleeps, and writes
nothing."""
import contextlib
import hashlib
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import fake_imap
import machine
import programme as running
import servers as harness
import tap

SPEED = 20
READABLE = "none, mail and password travel readable"
NEVER = "10 hours"  # only IDLE can tell


@contextlib.contextmanager
def service(mode, poll_every, speed=1, patience=60):
    """A service that has read the three messages of a fake's inbox and waits for more."""
    incoming = {"tls": READABLE, "poll_every": poll_every, "after": "flag"}
    with fake_imap.FakeImap(mode, patience=patience) as fake, \
            running.Programme(None, outgoing={"url": "smtp://localhost:1", "tls": READABLE}, speed=speed, timeouts=True,
                              incoming=dict(incoming, url="imap://localhost:%d/INBOX" % fake.port)) as programme:
        programme.start()
        programme.wait_for_inbox(3)
        yield fake, programme


def heard(fake, word):
    return sum(word in line for line in list(fake.commands))


def wait_until_idling(fake):
    harness.wait_for(lambda: fake.tell(), 20, "the service to idle")


def late(t, speed=SPEED, patience=60.0):
    """It tells of new mail PATIENCE seconds of its clock into one IDLE."""
    with service("idle-late", NEVER, speed, patience / speed) as (fake, programme):
        wait_until_idling(fake)
        before = heard(fake, "IDLE")
        began = time.monotonic()
        fake.arrive()
        programme.wait_for_inbox(4, 90 if speed == 1 else 60)
        took = (time.monotonic() - began) * speed
        t.note("told of after %.0f s, acted upon after %.1f s, by the service's clock" % (patience, took))
        t.equal(heard(fake, "DONE"), 1, "late: no IDLE was ended before the server told of the mail")
        t.equal(heard(fake, "IDLE") >= before, True, "late: and another begins")
        if speed == 1:
            t.ok(took < 70, "late: new mail is acted upon within 70 seconds")


def found_by_polling(t):
    """Nothing is told, or IDLE can't be had: the poll finds it."""
    for mode, idles in (("ordinary", None), ("no-idle", 0), ("idle-refuse", 1), ("idle-bad", 1)):
        with service(mode, "1 minute", SPEED) as (fake, programme):
            harness.wait_for(lambda: heard(fake, "IDLE") or idles == 0, 20, "IDLE")
            fake.arrive()
            programme.wait_for_inbox(4, 60)
            t.ok(True, "%s: the poll finds new mail" % mode)
            if idles is not None:
                selected = heard(fake, "SELECT")
                harness.wait_for(lambda: heard(fake, "SELECT") > selected + 8, 60, "more polls")
                t.equal(heard(fake, "IDLE"), idles, "%s: IDLE is not tried again" % mode)


def told_at_once(t):
    with service("idle-noise", NEVER) as (fake, programme):
        wait_until_idling(fake)
        fake.arrive()
        fake.tell("* 4 EXISTS", "* 4 EXISTS", "* 1 RECENT")
        programme.wait_for_inbox(4)
        t.equal(fake.connections, 1, "noise: new mail is heard of through it, on the same connection")


def losing_connections(t):
    """The connection ends in each IDLE: it is opened anew, which finds the mail, and that is no trouble to tell of."""
    for mode in ("idle-bye", "idle-close"):
        with service(mode, NEVER, SPEED) as (fake, programme):
            harness.wait_for(lambda: fake.connections >= 2, 60, "a new connection")
            fake.arrive()
            programme.wait_for_inbox(4, 60)
            harness.wait_for(lambda: fake.connections >= 4, 60, "all tries")
            t.equal(programme.rows("SELECT * FROM outage WHERE service = 'incoming'"), [], "%s: no outage" % mode)
            t.equal(heard(fake, "IDLE"), 3, "%s: in the end IDLE is given up" % mode)


def crying_wolf(t):
    """It tells of mail that isn't there in each IDLE: ten seconds' rest follows, by the service's clock and the machine's."""
    alarms, step = 3, 4
    with service("idle-mail", NEVER, 2 * step) as (fake, programme):
        harness.wait_for(lambda: heard(fake, "DONE") >= 2, 30, "the second alarm")
        before, began = heard(fake, "DONE"), programme.now() + time.monotonic()
        harness.wait_for(lambda: heard(fake, "DONE") >= before + alarms, 60, "further alarms")
        took = programme.now() + time.monotonic() - began
        t.ok(took >= 10 * alarms - 2 * step, "wolf: a rest follows a false alarm (%d of them took %.0f s)" % (alarms, took))


POLL = 7  # the system call's number on x86-64; its third argument is the timeout in milliseconds
A_MINUTE = 59000  # but for what has gone by since it was reckoned


def sleeps(programme):
    """For how many milliseconds each of the service's processes sleeps at least, by name; -1: until something happens."""
    found = {}
    for pid in machine.family(programme.daemon.pid):
        with open("/proc/%d/comm" % pid) as file:
            name = file.read().strip()
        with open("/proc/%d/syscall" % pid) as file:
            call = file.read().split()
        if call[0] == str(POLL):
            timeout = int(call[3], 16) & 0xFFFFFFFF
            found[name] = timeout if timeout < 1 << 31 else -1
    return found


def written(programme):
    """What stands in the database's files, with the moments when they were last written."""
    found = {}
    for end in ("", "-wal"):
        name = programme.database + end
        with open(name, "rb") as file:
            found[end] = hashlib.sha256(file.read()).hexdigest(), os.stat(name).st_mtime_ns
    return found


def resting(t):
    """Three processes, each woken at most once a minute; polls and turns that find nothing leave the disk alone."""
    with service("ordinary", "1 minute", SPEED) as (fake, programme):
        wait_until_idling(fake)
        programme.advance(120)  # whatever the start had to do
        programme.settle()
        found = sleeps(programme)
        t.equal(sorted(found), ["tandem-receiver", "tandem-sender", "tandempost"], "rest: supervisor, sender and receiver sleep")
        t.equal({name: wait for name, wait in found.items() if 0 <= wait < A_MINUTE}, {}, "rest: each for a minute or more")
        before, selected = written(programme), heard(fake, "SELECT")
        harness.wait_for(lambda: heard(fake, "SELECT") > selected + 8, 60, "more polls")
        programme.settle()
        t.equal(written(programme), before, "rest: with nothing new nothing is written")


def journey(t):
    if os.environ.get("REAL_TIME"):
        return late(t, 1)
    late(t)
    resting(t)
    found_by_polling(t)
    told_at_once(t)
    losing_connections(t)
    crying_wolf(t)


tap.run(journey)
