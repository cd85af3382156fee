#!/usr/bin/python3
"""Goal: what the receiving half puts into the outbox - letters that it passes on, answers, news to coordinators - goes
out at once, not when the sending half happens to look again (up to twenty seconds later)."""
import json
import os
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import machine  # noqa: E402
import tap  # noqa: E402
from trial import Daemon, Programme  # noqa: E402

LETTERS = 6


def deliver(programme, number, way):
    """As a mail server leaves it in the folder of the programme's address."""
    folder = programme.path("post-office", "friends@example.org")
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    name = "%d.letter" % number
    with open(os.path.join(folder, "tmp", name), "w", encoding="utf-8") as file:
        file.write("Delivered-To: %s\r\nFrom: Åsa <asa@a.test>\r\nTo: %s\r\nSubject: Letter %d\r\n"
                   "Message-ID: <%d@a.test>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                   "Dear Ben, this is letter number %d of mine.\r\n" % (way, way, number, number, number))
    os.rename(os.path.join(folder, "tmp", name), os.path.join(folder, "new", name))


def letters_pass_at_once(t, programme, daemon):
    """When a letter was taken in and the service has come to rest, nobody is left who would send it at once."""
    way = programme.way_to_partner()
    for number in range(1, LETTERS + 1):
        deliver(programme, number, way)
        Daemon.wait_for(lambda: taken(programme) == number)
        Daemon.wait_for(lambda: machine.at_rest([daemon.process.pid]))
        t.ok(any("Subject: Letter %d" % number in mail for mail in programme.mails("ben@b.test")),
             "letter %d does not wait for the sending half's next look" % number)


def taken(programme):
    connection = sqlite3.connect(programme.path("tandempost.db"), timeout=machine.PATIENCE)
    count = connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
    connection.close()
    return count


def journey(t):
    with Programme() as programme:
        programme.edit("tandempost.conf", '#   relay     = "auto"', '    relay     = "yes"')
        programme.with_people()
        programme.need("round", "start", "2027a")
        with programme.daemon() as daemon:
            Daemon.wait_for(lambda: json.loads(programme.need("status", "--json"))["service"]["last_fetch_at"])
            programme.introduce_now()
            Daemon.wait_for(lambda: programme.way_to_partner() and programme.mails("ben@b.test"))
            letters_pass_at_once(t, programme, daemon)


tap.run(journey)
