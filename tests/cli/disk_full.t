#!/usr/bin/python3
"""Goal: while the disk is full nothing is claimed that was not kept: no mail is logged as received, `status` and the
journal name the disk and what to do, and with room again the service goes on by itself, each mail once."""
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import enclosed  # noqa: E402
import tap  # noqa: E402
from enclosed import CONFIGURATION, OWNER, run  # noqa: E402

STATE, OFFICE = "/var/lib/tandempost", "/var/lib/post-office"
MAILS = 3
MAIL = """Delivered-To: friends@example.org
From: Somebody <somebody-%d@a.test>
To: friends@example.org
Subject: A long letter
Message-ID: <%d@a.test>
Date: Mon, 4 Jan 2027 10:00:00 +0100
Content-Type: text/plain; charset=utf-8

%s
"""


def status():
    return json.loads(run("status", "--json").out)


def deliver(number):
    folder = OFFICE + "/friends@example.org"
    name = "%s/tmp/%d.letter" % (folder, number)
    with open(name, "w", encoding="utf-8") as file:
        file.write(MAIL % (number, number, "Word by word it grows.\n" * 10000))
    os.chown(name, OWNER, OWNER)
    os.rename(name, "%s/new/%d.letter" % (folder, number))


def fill(path):
    """Takes all the room that is left."""
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass


def journey(t):
    if not enclosed.enter():
        t.skip("a full disk", "this needs root and the right to mount")
        return
    os.mkdir(STATE)
    assert enclosed.command("mount", "-t", "tmpfs", "-o", "size=8m,mode=2770,uid=%d,gid=%d" % (OWNER, OWNER), "none", STATE)
    os.mkdir(OFFICE)
    os.chown(OFFICE, OWNER, OWNER)
    enclosed.install()
    with open(CONFIGURATION, encoding="utf-8") as file:
        text = file.read().replace("maildir:/var/lib/tandempost/post-office", "maildir:" + OFFICE)
    with open(CONFIGURATION, "w", encoding="utf-8") as file:
        file.write(text)
    with enclosed.Service("/var/lib/log") as service:
        service.wait_for(lambda: status()["service"]["last_fetch_at"])
        t.equal(status()["needs"], [], "all is well before")
        fill(STATE + "/filler")
        for number in range(MAILS):
            deliver(number)
        service.wait_for(lambda: re.search("receiver: mail waits to be read: .*disk is full", service.said()))
        now = status()
        t.contains(" ".join(now["needs"]), "The disk that holds %s/tandempost.db is full" % STATE, "status names the disk")
        t.contains(" ".join(now["needs"]), "Make room", "and what to do")
        t.ok(now["service"]["disk_full"], "and so does its JSON")
        t.contains(" ".join(run("status").out.split()), "but the disk is full", "it does not say that all runs")
        t.contains(" ".join(run("check").out.split()), "is full", "check: a problem")
        t.ok("received:" not in service.said(), "nothing is logged as received that could not be kept")
        os.unlink(STATE + "/filler")
        service.wait_for(lambda: run("inbox", "list", "--json").out.count("\n") == MAILS)
        service.wait_for(lambda: "mail is read again" in service.said())
        t.equal(status()["service"]["disk_full"], False, "with room again it goes on by itself")
    t.equal(service.said().count("received:"), MAILS, "each mail is logged as received once")
    t.equal(service.said().count("mail waits to be read"), 1, "and the trouble once")


tap.run(journey)
