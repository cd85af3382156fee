#!/usr/bin/python3
"""Goal: a service that has lost its parser process does not run on deaf: it stops politely with an error, so that a service
manager starts it anew, and the new one reads mail again."""
import os
import re
import signal
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import machine  # noqa: E402
import tap  # noqa: E402
from trial import Programme  # noqa: E402

LETTER = "From: stranger@a.test\r\nTo: %s\r\nSubject: hello\r\nMessage-ID: <%d@a.test>\r\n\r\nHello!\r\n"


def keeper_of(process):
    """The daemon's child that carries the parser's name; None where there is none yet."""
    with open("/proc/%d/task/%d/children" % (process.pid, process.pid)) as file:
        for child in file.read().split():
            with open("/proc/%s/comm" % child) as name:
                if name.read().strip() == "tandempost-mail":
                    return int(child)
    return None


def handled(programme):
    connection = sqlite3.connect(programme.path("tandempost.db"), timeout=machine.PATIENCE)
    count = connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
    connection.close()
    return count


def drop(programme, number):
    address = re.search(r'^ *address *= *"(.*?)"', programme.read("tandempost.conf"), re.M)[1]
    folder = programme.path("post-office", address)
    for name in ("tmp", "new", "cur"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    with open(os.path.join(folder, "tmp", str(number)), "w", encoding="ascii") as file:
        file.write(LETTER % (address, number))
    os.rename(os.path.join(folder, "tmp", str(number)), os.path.join(folder, "new", str(number)))


def test(t):
    with Programme() as programme:
        drop(programme, 1)
        with programme.daemon() as daemon:
            daemon.wait_for(lambda: handled(programme) == 1)
            os.kill(keeper_of(daemon.process), signal.SIGKILL)
            status = daemon.process.wait(timeout=machine.PATIENCE)
            t.equal(status, 1, "without its parser the service ends with an error")
        drop(programme, 2)
        with programme.daemon() as daemon:
            daemon.wait_for(lambda: handled(programme) == 2)
        t.equal(daemon.process.returncode, 0, "started anew it reads mail, and stops in peace")


tap.run(test)
