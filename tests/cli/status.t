#!/usr/bin/python3
"""Goal: a coordinator sees at a glance how the programme stands and what needs a person, and what will be sent to whom
and when."""
import json
import os
import re
import sqlite3
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import machine  # noqa: E402
import tap  # noqa: E402
from trial import Programme  # noqa: E402


def status(programme):
    return json.loads(programme.need("status", "--json"))


def change(programme, sql, *values):
    connection = sqlite3.connect(programme.path("tandempost.db"), timeout=machine.PATIENCE)
    with connection:
        connection.execute(sql, values)
    connection.close()


def standing(t, programme):
    now = status(programme)
    t.equal(now["service"]["running"], False, "status: the service is not running")
    t.equal(len(now["needs"]), 1, "status: which needs a person")
    with programme.daemon() as daemon:
        daemon.wait_for(lambda: status(programme)["service"]["last_fetch_at"])
        now = status(programme)
        t.equal(now["service"]["pid"], daemon.process.pid, "status: the service runs, with its pid")
        t.equal(now["needs"], [], "status: all is well")
        t.contains(programme.need("status"), "All is well", "status: and says so")
    t.equal(status(programme)["service"]["running"], False, "status: stopped again")


def needs(t, programme):
    now = int(time.time())
    change(programme, "INSERT INTO case_file (key, kind, reason, at_once, opened_at) VALUES ('x', 'look', 'Something is odd.', 1, "
           "?)", now - 7200)
    change(programme, "INSERT INTO inbox (folder, uidvalidity, uid, message_id, sender, body_hash, size, state, kind, "
           "reason, received_at) VALUES ('INBOX', 1, 1, '', '', '', 1, 'waiting', 'human', 'r', ?)", now - 3 * 86400)
    for state in ("held", "uncertain", "failed", "expired"):
        change(programme, "INSERT INTO outbox (key, state, priority, step, template, due_at, expires_at, next_try_at, "
               "created_at, claimed_at) VALUES (?1, ?1, 0, 's', 't', ?2, ?2, ?2, ?2, ?2)", state, now)
    change(programme, "UPDATE participant SET address_state = 'dead' WHERE address = 'ben@b.test'")
    change(programme, "INSERT INTO setting VALUES ('gate', 'this database is a copy')")
    told = " ".join(programme.need("status").split())
    for words in ("Nothing is sent: this database is a copy", "tandempost catch-up send", "1 message waits for a person, "
                  "the oldest for 3 days", "1 message may or may not have been sent", "1 message is held back",
                  "1 message failed", "1 message came too late", "Alert 1, for 2 hours: Something is odd. What to do: tandempost alert show 1",
                  "Mail no longer reaches Ben Okoro"):
        t.contains(told, words, "status: " + words)
    t.equal(len(status(programme)["needs"]), 9, "status: each once in JSON")
    change(programme, "DELETE FROM setting WHERE name = 'gate'")


def timeline(t, programme):
    t.contains(programme.need("timeline"), "Nothing is scheduled in the next 7 days", "timeline: empty")
    programme.with_people()
    programme.need("round", "start", "2027a")
    rows = programme.rows("timeline")
    steps = {(row["step"], row["name"]) for row in rows}
    t.ok(("introduction", "Ben Okoro") in steps and ("welcome", "Carla Díaz") in steps, "timeline: who gets what")
    t.ok(all(row["local_time"].endswith(" 09:00") for row in rows), "timeline: at nine where they live")
    t.equal(programme.rows("timeline", "--days", "1") != [], True, "timeline: another span")
    whole = programme.rows("timeline", "--round", "2027a")
    t.equal(len([row for row in whole if row["step"] == "discussion"]), 10, "timeline: the whole round")
    t.equal([row["due_at"] for row in whole], sorted(row["due_at"] for row in whole), "timeline: in the order of time")
    t.contains(programme.need("timeline"), "introduction to Ben Okoro (09:00", "timeline: both local times")
    t.equal(programme.run("timeline", "--days", "x").code, 2, "timeline: wrong use")
    change(programme, "UPDATE participant SET address_state = 'dead' WHERE address = 'ben@b.test'")
    rows = programme.rows("timeline")
    t.equal({row["name"] for row in rows if row["not_sent"]}, {"Ben Okoro"}, "timeline: who gets nothing now")
    t.equal({row["not_sent"] for row in rows if row["name"] == "Ben Okoro"}, {"mail to this address comes back"},
            "timeline: and why")
    sent, kept = (len([row for row in rows if bool(row["not_sent"]) is which]) for which in (False, True))
    told = " ".join(programme.need("timeline").split())
    t.ok("Ben Okoro" not in told, "timeline: nothing is promised to an address that is dead")
    t.contains(told, "%d messages in the next 7 days. %d message is not sent: mail to this address comes back."
               % (sent, kept), "timeline: both are counted")
    t.ok(re.search(r"introduction to Ben Okoro \(09:00[^)]*\), not sent: mail to this address comes back",
                   " ".join(programme.need("timeline", "--all").split())), "timeline: --all names them")
    shown = programme.need("partnership", "show", "1")
    t.contains(" ".join(shown.split()), "Ben gets the introduction, not sent: mail to this address", "partnership show: likewise")
    now = status(programme)
    every = {row["due_at"] for row in programme.rows("timeline", "--round", "2027a") if not row["not_sent"]}
    t.equal([row["due_at"] for row in now["next"]], sorted(every)[:5], "status: comes next what is sent")
    t.contains(" ".join(programme.need("status").split()), "not sent: mail to this address comes back", "status: what is not")
    change(programme, "UPDATE participant SET address_state = 'good' WHERE address = 'ben@b.test'")
    t.equal(status(programme)["rounds"][0]["partnerships"]["active"], 1, "status: partnerships by state")
    t.ok(status(programme)["next"][0]["messages"] > 0, "status: what comes next")


def journey(t):
    with Programme() as programme:
        standing(t, programme)
        timeline(t, programme)
        needs(t, programme)


tap.run(journey)
