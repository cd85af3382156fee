#!/usr/bin/python3
"""Goal: `check` tells everything that is wrong before anything is started, each with what to do about it."""
import os
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import tap  # noqa: E402
from trial import Programme  # noqa: E402


def problems(programme, *arguments):
    return {(row["area"], row["message"]) for row in programme.rows("check", *arguments) if row["result"] == "problem"}


def told(found, area, words):
    return any(row[0] == area and words in row[1] for row in found)


def journey(t):
    with Programme() as programme:
        t.equal(programme.run("check").code, 0, "a fresh programme is right")
        rows = programme.rows("check", "--online", "--wait", "10 seconds")
        t.equal([row for row in rows if row["result"] == "problem"], [], "online: the embedded post office will do")
        t.ok(any(row["area"] == "sub-addresses" and row["result"] == "ok" for row in rows), "online: with sub-addresses")
        t.equal(programme.mails("friends@example.org"), [], "online: nothing is left behind")
        t.equal(programme.run("check", "--wait", "ever").code, 2, "wrong use")

        programme.with_people()
        database = sqlite3.connect(programme.path("tandempost.db"))
        with database:
            database.execute("UPDATE participant SET time_zone = 'Mars/Olympus' WHERE address = 'carla@c.test'")
        database.close()
        programme.write("templates/en/welcome.md", "Subject: x\n\n{{nobody}}\n")
        os.chmod(programme.path("tandempost.db"), 0o666)
        found = problems(programme)
        t.ok(told(found, "time zones", '"Mars/Olympus", the zone of participant 3'), "a zone that the system lost")
        t.ok(told(found, "templates", "welcome.md:3: "), "a template's fault by file and line")
        t.ok(told(found, "database", "everybody on this machine can write"), "a database open to all")
        t.contains(programme.run("check").err, "3 problems were found.", "they are counted; exit 1")
        t.equal(programme.run("check").code, 1, "exit 1")

        programme.edit("tandempost.conf", 'url  = "maildir:post-office"        # or smtps',
                       'url = "smtps://mail.example.org" user = "x" password_credential = "smtp-password" # or smtps')
        found = problems(programme)
        t.ok(told(found, "outgoing secret", "/etc/credstore/tandempost.smtp-password"), "a credential that is nowhere")
        programme.write("credentials/smtp-password", "secret\n")
        programme.environment["CREDENTIALS_DIRECTORY"] = programme.path("credentials")
        t.ok(not told(problems(programme), "outgoing secret", ""), "a credential that is there")

        os.rename(programme.path("tandempost.db"), programme.path("elsewhere.db"))
        t.ok(told(problems(programme), "database", "init --database"), "a database that is gone")
        programme.edit("tandempost.conf", 'time_zone = "UTC"', 'time_zone = "UTX" colour = "red"')
        found = problems(programme)
        t.ok(told(found, "configuration", "UTX") and told(found, "configuration", "colour"),
             "all faults of the configuration at once")


tap.run(journey)
