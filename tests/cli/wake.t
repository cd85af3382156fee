#!/usr/bin/python3
"""Goal: what the receiving half puts into the outbox - letters that it passes on, answers, news to coordinators - goes
out at once, not when the sending half happens to look again (up to twenty seconds later)."""
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import tap  # noqa: E402
from trial import Daemon, Programme  # noqa: E402

LETTERS = 6
AT_ONCE = 3.0  # seconds; a busy machine's, not ours
PAUSE = 1.7    # between letters, so that they don't come in step with anything


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


def letters_pass_at_once(t, programme):
    waits = []
    way = programme.way_to_partner()
    for number in range(1, LETTERS + 1):
        time.sleep(PAUSE)
        began = time.monotonic()
        deliver(programme, number, way)
        Daemon.wait_for(lambda: any("Subject: Letter %d" % number in mail for mail in programme.mails("ben@b.test")))
        waits.append(time.monotonic() - began)
    late = [round(wait, 1) for wait in waits if wait > AT_ONCE]
    if not t.equal(late, [], "%d letters: none waits for the sending half's next look" % LETTERS):
        t.complain("seconds from mailbox to mailbox: %s" % [round(wait, 1) for wait in waits])


def journey(t):
    with Programme() as programme:
        programme.edit("tandempost.conf", '#   relay     = "auto"', '    relay     = "yes"')
        programme.with_people()
        programme.need("round", "start", "2027a")
        with programme.daemon():
            Daemon.wait_for(lambda: json.loads(programme.need("status", "--json"))["service"]["last_fetch_at"])
            programme.introduce_now()
            Daemon.wait_for(lambda: programme.way_to_partner() and programme.mails("ben@b.test"))
            letters_pass_at_once(t, programme)


tap.run(journey)
