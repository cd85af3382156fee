#!/usr/bin/python3
"""Goal: when a letter has been delivered, nothing of it is left anywhere in the programme's folder: not in the database
or its log, not in the mailbox, not in a backup, and not in what the service says."""
import errno
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import tap  # noqa: E402
from trial import BINARY, Daemon, Programme  # noqa: E402

PHRASE = "unmistakably-ultramarine-albatross"
SUBJECT = "incomparable-vermilion-heron"


def places(programme, text):
    """The files with TEXT in them, but for the partner's mail."""
    found = []
    for folder, _, names in os.walk(programme.directory):
        if "ben@b.test" in folder:
            continue
        for name in names:
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    if text.encode() in file.read():
                        found.append(os.path.relpath(os.path.join(folder, name), programme.directory))
            except FileNotFoundError:
                pass
            except OSError as error:  # the service's socket
                assert error.errno == errno.ENXIO, error
    return found


def deliver(programme, address, letter):
    """As a mail server leaves it in the folder of the programme's address."""
    folder = programme.path("post-office", address)
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    with open(os.path.join(folder, "tmp", "1.letter"), "w", encoding="utf-8") as file:
        file.write(letter)
    os.rename(os.path.join(folder, "tmp", "1.letter"), os.path.join(folder, "new", "1.letter"))


def everything_gone(t, programme):
    with open(programme.path("log"), "w") as log:
        daemon = subprocess.Popen([BINARY, "daemon"], env=programme.environment, stdin=subprocess.DEVNULL, stdout=log,
                                  stderr=log)
    try:
        Daemon.wait_for(lambda: json.loads(programme.need("status", "--json"))["service"]["last_fetch_at"])
        programme.introduce_now()
        Daemon.wait_for(lambda: programme.way_to_partner() and programme.mails("ben@b.test"))
        way = programme.way_to_partner()
        deliver(programme, "friends@example.org", "Delivered-To: %s\r\nFrom: Åsa <asa@a.test>\r\nTo: %s\r\n"
                "Subject: %s\r\nMessage-ID: <1@a.test>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                "Dear Ben,\r\n%s\r\n" % (way, way, SUBJECT, (PHRASE + "\r\n") * 2000))
        Daemon.wait_for(lambda: any(PHRASE in mail for mail in programme.mails("ben@b.test")))
        letter = [mail for mail in programme.mails("ben@b.test") if PHRASE in mail]
        t.equal(len(letter), 1, "the letter arrived once")
        t.equal(letter[0].count(PHRASE), 2000, "the letter arrived whole")
        Daemon.wait_for(lambda: not places(programme, PHRASE) and not places(programme, SUBJECT))
        t.equal(places(programme, PHRASE), [], "nothing of its text is left while the service runs")
        t.equal(places(programme, SUBJECT), [], "nor of its subject")
        programme.need("backup", programme.path("copy.db"))
        t.equal(places(programme, PHRASE) + places(programme, SUBJECT), [], "nor in a backup")
    finally:
        daemon.terminate()
        daemon.wait()
    t.equal(places(programme, PHRASE) + places(programme, SUBJECT), [], "nor after the service has ended")
    t.ok(os.path.getsize(programme.path("log")) > 0, "the service said something")
    contacts = programme.need("partnership", "show", "1")
    t.ok(PHRASE not in contacts and SUBJECT not in contacts, "nor does a command show it")


def journey(t):
    with Programme() as programme:
        programme.edit("tandempost.conf", '#   relay     = "auto"', '    relay     = "yes"')
        programme.with_people()
        programme.need("round", "start", "2027a")
        everything_gone(t, programme)


tap.run(journey)
